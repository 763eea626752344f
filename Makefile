# Everything a newcomer, an operator or a developer runs. `make` alone lists it.

PYTHON ?= python3
PORT_OFFSET ?= 0

# What a machine needs by itself: Python >= 3.11, Node >= 20.19, make. All else is installed below, inside the folder.
UV := .local/tools/bin/uv
BIN := .venv/bin
STAMPS := .local/stamps
PAGE := local_stack/discord/client_page
ACTIVITY := activity_client
PLAYER := local_stack/kaltura/player

PYTHON_SOURCES := functions local_stack infra tests
export PYTHONPATH := functions:.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test format check-format check-lint check-types check-imports check-clients check-page check-activity unit integration \
	checks browser pictures bench bench-sync soak soak-rooms soak-notifications crowd lock clean doctor invite register-commands register-webhooks \
	subscribe-events allow-server revoke-server list-servers server-config audit-export replay-failed config-docs costs package build check-deployment deploy rollback destroy tunnel check-workflows check-terraform check-policies check-packages \
	test-terraform-apply

help: ## list what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

# These count as make's own arguments only, so that nothing is deployed, agreed to or left out by what a shell happens to
# have in its environment.
$(foreach switch,ENV YES UNWATCHED SKIP_TESTS BUILT ARCH COMPILER,$(if $(filter environment,$(origin $(switch))),$(eval $(switch) :=)))

# --- setting up ------------------------------------------------------------------------------------------------------

setup: $(STAMPS)/python $(STAMPS)/embedded_aws $(STAMPS)/page $(STAMPS)/pages $(PLAYER)/node_modules/.installed ## install and build everything

$(UV): infra/locks/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed, and $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@mkdir -p .local $(STAMPS)
	$(PYTHON) -m venv .local/tools
	.local/tools/bin/python -m pip install --quiet --require-hashes --requirement infra/locks/uv.txt
	@touch $(UV)

$(STAMPS)/python: $(UV) infra/locks/development.txt
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --python .venv --require-hashes infra/locks/development.txt
	@touch $@

$(STAMPS)/embedded_aws: $(UV) infra/locks/embedded_aws.txt
	@test -x .local/embedded_aws/bin/python || $(UV) venv --quiet --python $(PYTHON) .local/embedded_aws
	$(UV) pip sync --quiet --python .local/embedded_aws --require-hashes infra/locks/embedded_aws.txt
	@touch $@

$(STAMPS)/node:
	@command -v npm >/dev/null || { echo "Node 20.19 or newer with npm is needed: https://nodejs.org"; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major * 100 + minor < 2019 ? 1 : 0)' \
		|| { echo "Node 20.19 or newer is needed, and this is $$(node --version)."; exit 1; }
	@mkdir -p $(STAMPS)
	@touch $@

$(PAGE)/node_modules/.installed: $(PAGE)/package-lock.json | $(STAMPS)/node
	cd $(PAGE) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(ACTIVITY)/node_modules/.installed: $(ACTIVITY)/package-lock.json | $(STAMPS)/node
	cd $(ACTIVITY) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Kaltura's own player, whose declared dependencies don't all exist; its script needs none of them.
$(PLAYER)/node_modules/.installed: $(PLAYER)/package-lock.json | $(STAMPS)/node
	cd $(PLAYER) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/page: $(PAGE)/node_modules/.installed $(shell find $(PAGE) -path $(PAGE)/node_modules -prune -o -path $(PAGE)/dist -prune -o -type f -print)
	cd $(PAGE) && npm run --silent build
	@touch $@

$(STAMPS)/activity: $(ACTIVITY)/node_modules/.installed $(shell find $(ACTIVITY) -path $(ACTIVITY)/node_modules -prune -o -path $(ACTIVITY)/dist -prune -o -type f -print)
	cd $(ACTIVITY) && npm run --silent build
	@touch $@

# /privacy and /terms, beside the Activity's files, which are emptied when it is built.
$(STAMPS)/pages: $(STAMPS)/activity $(STAMPS)/python docs/privacy.md docs/terms.md $(wildcard .env infra/pages/*.py)
	$(BIN)/python -m infra.pages $(ACTIVITY)/dist
	@touch $@

# --- running ---------------------------------------------------------------------------------------------------------

run: setup ## start the whole cloud on this machine, and say where to click
	@exec $(BIN)/python -m local_stack --port-offset $(PORT_OFFSET)

# --- testing ---------------------------------------------------------------------------------------------------------

test: setup checks unit integration browser ## run every check
	@echo "All checks passed."

# Each of them keeps one core busy, most of the time, so there are two at once; what takes longest comes early. Where
# make knows how, each one's output stays together.
CHECKS := check-format check-lint check-terraform check-types check-activity check-page check-imports check-workflows
TWO_AT_ONCE := --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

checks: setup ## shape, types, floors, pages, workflows and Terraform, without running anything
	@$(MAKE) $(TWO_AT_ONCE) $(CHECKS)

format: $(STAMPS)/python ## put the code into shape
	$(BIN)/ruff format $(PYTHON_SOURCES)
	$(BIN)/ruff check --fix $(PYTHON_SOURCES)

check-format: $(STAMPS)/python
	$(BIN)/ruff format --check $(PYTHON_SOURCES)

check-lint: $(STAMPS)/python
	$(BIN)/ruff check $(PYTHON_SOURCES)

check-types: $(STAMPS)/python
	$(BIN)/mypy functions/kaltura_discord functions/*.py local_stack infra tests

check-imports: $(STAMPS)/python
	$(BIN)/lint-imports --no-logo

check-clients: check-page check-activity

check-page: $(STAMPS)/page
	cd $(PAGE) && npm run --silent check && npm run --silent test

check-activity: $(STAMPS)/activity
	cd $(ACTIVITY) && npm run --silent check && npm run --silent test

# A file stays with one process, which has a table or a stack of its own. They begin in our order, where what takes long
# comes early: xdist itself would begin with the files of most tests, and end with one that takes half a minute.
IN_TWO := --quiet --numprocesses 2 --dist loadfile --no-loadscope-reorder

unit: $(STAMPS)/python $(STAMPS)/embedded_aws ## the fast tests
	$(BIN)/pytest tests/unit $(IN_TWO)

integration: setup ## the real handlers through the local stack
	$(BIN)/pytest tests/integration $(IN_TWO)

browser: setup ## what people see, in a real Chromium
	@$(BIN)/python -m tests.browser.chromium; status=$$?; \
	if [ $$status -eq 3 ]; then exit 0; elif [ $$status -ne 0 ]; then exit $$status; fi; \
	$(BIN)/pytest tests/browser --quiet

pictures: setup ## take the pictures of the docs anew
	@$(BIN)/python -m tests.browser.chromium && $(BIN)/python -m tests.browser.pictures

bench: setup infra/locks/bench.txt ## measure ourselves beside our peers, as ratios
	@test -x .local/bench/bin/python || $(UV) venv --quiet --python $(PYTHON) .local/bench
	$(UV) pip sync --quiet --python .local/bench --require-hashes infra/locks/bench.txt
	.local/bench/bin/python -m tests.bench

bench-sync: setup ## [PLAYERS=4] [WHERE=discord|tab] [PROFILES=...] [PEERS=...] [FULL=1]: how near viewers are, beside our peers
	@$(BIN)/python -m tests.browser.chromium
	cd $(ACTIVITY) && npm run --silent build:bench
	$(BIN)/python -m tests.bench_sync --players $(or $(PLAYERS),4) --where $(or $(WHERE),discord) $(if $(FULL),--full) \
		$(if $(PROFILES),--profiles "$(PROFILES)") $(if $(filter command line environment,$(origin PEERS)),--peers "$(PEERS)")

soak: soak-notifications soak-rooms ## both, one after the other: what is told, and the life of rooms

soak-rooms: $(STAMPS)/python ## [STEPS=2000000]: the life of rooms, for half an hour, without a broken law
	@$(BIN)/python -m tests.load.room_soak --steps $(or $(STEPS),2000000)

soak-notifications: $(STAMPS)/python ## [EVENTS=10000] [SEED=1] [TRIALS=1]: that many events told once each, while everything fails
	@$(BIN)/python -m tests.load.notification_soak --events $(or $(EVENTS),10000) --first-seed $(or $(SEED),1) --trials $(or $(TRIALS),1)

crowd: setup ## [ROOMS=100] [VIEWERS=10] [MINUTES=10]: that many people in rooms on the local stack, and its memory
	@$(BIN)/python -m tests.load.room_crowd --rooms $(or $(ROOMS),100) --viewers $(or $(VIEWERS),10) --minutes $(or $(MINUTES),10)

# --- operating -------------------------------------------------------------------------------------------------------

doctor: $(STAMPS)/python ## look whether Discord and Kaltura are set up right (reads only)
	@$(BIN)/python -m infra.operations.doctor

invite: $(STAMPS)/python ## the link that installs the app in a server
	@$(BIN)/python -m infra.operations.invite

register-commands: $(STAMPS)/python ## tell Discord about our commands, after showing what changes
	@$(BIN)/python -m infra.operations.register_commands $(if $(YES),--yes)

subscribe-events: $(STAMPS)/python ## have Discord tell who installs the app, after showing what changes
	@$(BIN)/python -m infra.operations.subscribe_events $(if $(YES),--yes)

register-webhooks: $(STAMPS)/python ## have Kaltura notify this deployment, after showing what changes
	@$(BIN)/python -m infra.operations.register_webhooks $(if $(YES),--yes)

allow-server: $(STAMPS)/python ## GUILD=... [CATEGORIES=1,2] [TAGS=a,b]: let a server use this deployment
	@$(BIN)/python -m infra.operations.allow_server --guild "$(GUILD)" --categories "$(CATEGORIES)" --tags "$(TAGS)"

revoke-server: $(STAMPS)/python ## GUILD=... [YES=1]: let it no longer, after asking
	@$(BIN)/python -m infra.operations.allow_server --guild "$(GUILD)" --revoke $(if $(YES),--yes)

list-servers: $(STAMPS)/python ## which servers may use this deployment
	@$(BIN)/python -m infra.operations.allow_server --list

server-config: $(STAMPS)/python ## GUILD=... [KEY=... [VALUE=...]] [RESET=...]: see or set one server's settings, the operator's too
	@$(BIN)/python -m infra.operations.server_config --guild "$(GUILD)" --key "$(KEY)" --value "$(VALUE)" --reset "$(RESET)"

audit-export: $(STAMPS)/python ## [GUILD=...] [SINCE=2026-01-01] [UNTIL=...] [FORMAT=csv|json] [OUT=...]: who did what, when
	@$(BIN)/python -m infra.operations.audit_export --guild "$(GUILD)" --since "$(SINCE)" --until "$(UNTIL)" \
		--format "$(or $(FORMAT),csv)" --out "$(OUT)"

replay-failed: $(STAMPS)/python ## [GUILD=...] [SINCE=2026-11-20] [YES=1]: have done again what failed for good, after asking
	@$(BIN)/python -m infra.operations.replay_failed --guild "$(GUILD)" --since "$(SINCE)" $(if $(YES),--yes)

config-docs: $(STAMPS)/python ## write the reference of all settings anew, from the model
	@$(BIN)/python -m infra.operations.config_docs

costs: $(STAMPS)/python $(STAMPS)/embedded_aws ## count anew what things cost, and write the tables of docs/cost.md
	@WRITE_COUNTED_FLOWS=1 $(BIN)/pytest tests/unit/domain/costs --quiet
	@$(BIN)/python -m infra.costs

# --- deploying -------------------------------------------------------------------------------------------------------

# PYTHON as make's own argument only: in the environment it says which interpreter the checks run with.
PACKAGE_PYTHON := $(if $(filter command line,$(origin PYTHON)),$(PYTHON),3.13)

package: $(STAMPS)/python ## [ARCH=arm64] [PYTHON=3.13] [COMPILER=/path/to/python3.13]: a zip for each function, with a bill of materials
	@$(BIN)/python -m infra.packaging --uv $(UV) --arch $(or $(ARCH),arm64) --python $(PACKAGE_PYTHON) --compiler "$(COMPILER)"

# Terraform reads one folder, so whatever is asked for otherwise, this is for what Lambda runs.
build deploy destroy: override ARCH := arm64
build deploy destroy: PACKAGE_PYTHON := 3.13

build: package $(STAMPS)/pages ## what is deployed: the packages and the page

DEPLOYING = @$(BIN)/python -m infra.deploying
WHERE_TO = --environment "$(ENV)" $(if $(YES),--yes) $(if $(UNWATCHED),--watch-seconds 0)

check-deployment: $(STAMPS)/python ## ENV=dev|prod: can it be deployed from here, and where to? (reads only)
	$(DEPLOYING) check $(WHERE_TO)

deploy: check-deployment $(if $(SKIP_TESTS),,test) $(if $(BUILT),,build) ## ENV=dev|prod [YES=1] [SKIP_TESTS=1] [UNWATCHED=1]: everything into AWS, after asking; Discord is told last
	@$(if $(SKIP_TESTS),echo "SKIP_TESTS is set: NOTHING WAS TESTED before this deployment.",true)
	$(DEPLOYING) deploy $(WHERE_TO)

rollback: $(STAMPS)/python ## ENV=dev|prod: the versions before the last deployment are live again
	$(DEPLOYING) rollback $(WHERE_TO)

# Terraform reads the list of packages whatever it does, and a folder that never deployed has none.
PACKAGES := .local/packages/arm64-python3.13

destroy: $(STAMPS)/python $(if $(wildcard $(PACKAGES)/packages.json),,package) ## ENV=dev|prod: take everything down, after its name was typed
	$(DEPLOYING) destroy $(WHERE_TO)

tunnel: $(STAMPS)/python ## [PORT_OFFSET=0]: the local stack behind cloudflared, and what goes into Discord's portal
	@$(BIN)/python -m infra.deploying.tunnel $$((3333 + $(PORT_OFFSET)))

check-terraform: $(STAMPS)/python ## what Terraform says of the deployment without an account
	@$(BIN)/python -m infra.terraform.checks

# Functions run there with MiniStack's own Python, so they are packaged for this machine.
MACHINE := .local/packages/this-machine

test-terraform-apply: $(STAMPS)/python $(STAMPS)/embedded_aws ## the whole deployment, made in MiniStack, tried out and taken down
	@$(BIN)/python -m infra.packaging --uv $(UV) --this-machine --output $(MACHINE)
	@$(BIN)/python -m infra.terraform.checks.apply --packages $(CURDIR)/$(MACHINE)

check-policies: $(STAMPS)/python $(STAMPS)/embedded_aws infra/locks/checkov.txt ## the plan of prod, looked through by checkov
	@test -x .local/checkov/bin/python || $(UV) venv --quiet --python $(PYTHON) .local/checkov
	@$(UV) pip sync --quiet --python .local/checkov --require-hashes infra/locks/checkov.txt
	@$(BIN)/python -m infra.terraform.checks.policies

check-packages: $(STAMPS)/python ## all packages made twice: the same bytes, and no larger than they may be
	@$(BIN)/python -m infra.packaging --uv $(UV) --output .local/packages/once
	@$(BIN)/python -m infra.packaging --uv $(UV) --output .local/packages/again
	@diff --recursive --brief .local/packages/once .local/packages/again
	@echo "Made twice, and the same bytes."

check-workflows: $(UV) infra/locks/linters.txt
	@test -x .local/linters/bin/python || $(UV) venv --quiet --python $(PYTHON) .local/linters
	@$(UV) pip sync --quiet --python .local/linters --require-hashes infra/locks/linters.txt
	@.local/linters/bin/zizmor --offline --quiet --persona=pedantic .github
	@.local/linters/bin/hadolint Dockerfile

# --- keeping up ------------------------------------------------------------------------------------------------------

COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header

lock: $(UV) ## resolve the Python packages anew, with hashes
	$(COMPILE) pyproject.toml --upgrade --output-file infra/locks/functions.txt
	$(COMPILE) pyproject.toml --upgrade --group development --output-file infra/locks/development.txt
	$(COMPILE) pyproject.toml --upgrade --group development --group bench --output-file infra/locks/bench.txt
	$(COMPILE) infra/locks/embedded_aws.in --upgrade --output-file infra/locks/embedded_aws.txt
	$(COMPILE) infra/locks/checkov.in --upgrade --output-file infra/locks/checkov.txt
	$(COMPILE) infra/locks/linters.in --upgrade --output-file infra/locks/linters.txt
	$(COMPILE) pyproject.toml --group local --constraint infra/locks/development.txt --output-file infra/locks/local_stack.txt
	$(COMPILE) infra/locks/uv.in --upgrade --output-file infra/locks/uv.txt

clean: ## remove everything that was installed or built
	rm -rf .venv .local $(PAGE)/node_modules $(PAGE)/dist $(ACTIVITY)/node_modules $(ACTIVITY)/dist \
		$(PLAYER)/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
