"""Every command that the documents name exists, and each is either run by a test or needs an account.

make …        a target of the Makefile
/kaltura-…    a command of the app
NAME          a variable of .env.example, where setup.md names one
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from kaltura_discord.commands.registry import REGISTRY
from local_stack.places import REPOSITORY

PAGES = sorted([*(REPOSITORY / "docs").glob("*.md"), *REPOSITORY.glob("*.md"), *(REPOSITORY / "infra").rglob("*.md")])
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
EXAMPLE = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
SETUP = (REPOSITORY / "docs" / "setup.md").read_text(encoding="utf-8")

# Each target, and the test or the other target that runs it or what it runs.
RUN_BY = {
    "help": "tests/unit/docs/test_commands_in_docs.py",
    "setup": "make test",
    "run": "tests/integration/running_stack.py",
    "test": ".ci/run",
    "unit": "make test",
    "integration": "make test",
    "browser": "make test",
    "checks": "make test",
    "check-format": "make checks",
    "check-lint": "make checks",
    "check-terraform": "make checks",
    "check-types": "make checks",
    "check-imports": "make checks",
    "check-page": "make checks",
    "check-activity": "make checks",
    "check-workflows": "make checks",
    "check-packages": ".github/workflows/ci.yml",
    "check-policies": ".github/workflows/ci.yml",
    "test-terraform-apply": ".github/workflows/ci.yml",
    "doctor": "tests/unit/operations/test_doctor.py",
    "invite": "tests/unit/operations/test_invite.py",
    "register-commands": "tests/unit/operations/test_register_commands.py",
    "register-webhooks": "tests/unit/operations/test_register_webhooks.py",
    "subscribe-events": "tests/unit/operations/test_subscribe_events.py",
    "allow-server": "tests/unit/operations/test_allow_server.py",
    "revoke-server": "tests/unit/operations/test_allow_server.py",
    "list-servers": "tests/unit/operations/test_allow_server.py",
    "server-config": "tests/unit/operations/test_server_config.py",
    "audit-export": "tests/unit/operations/test_audit_export.py",
    "replay-failed": "tests/unit/domain/notifications/test_replaying.py",
    "config-docs": "tests/unit/docs/test_configuration_page.py",
    "costs": "tests/unit/infrastructure/test_costs.py",
    "build": ".github/workflows/deploy.yml",
    "check-deployment": "tests/unit/deploying/test_readiness.py",
    "deploy": "tests/unit/deploying/test_deploying.py",
    "rollback": "tests/unit/deploying/test_rollback.py",
    "destroy": "tests/unit/deploying/test_characters_through_make.py",
    "tunnel": "tests/unit/deploying/test_portal.py",
    "package": "tests/unit/infrastructure/test_packages.py",
    "soak-rooms": "tests/unit/domain/watch/test_room_laws.py",
    "soak-notifications": "tests/unit/domain/notifications/test_exactly_once.py",
}

# Run by hand: what they need is time, a quiet machine, or a person who looks.
# (Both halves of check-clients are run by make checks.)
BY_HAND = {"format", "lock", "clean", "pictures", "bench", "bench-sync", "crowd", "soak", "check-clients"}

# How the Makefile says what a target runs.
RUN_TOGETHER = {"make test": r"^test: (.+?) ##", "make checks": r"^CHECKS := (.+)$"}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def code_of(page: Path) -> str:
    """What stands in a page as code, in a line or in a block; words around it may say "make" and mean it."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_make_command_exists(page: Path) -> None:
    named = set(re.findall(r"^\s*make ((?!-)[a-z][a-z-]+)", code_of(page), re.MULTILINE))
    assert named <= targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_slash_command_exists(page: Path) -> None:
    named = set(re.findall(r"(?<![\w/.-])/(kaltura-[a-z]+(?:-[a-z]+)*)\b(?![/.])", page.read_text(encoding="utf-8")))
    known = {command.name for command in REGISTRY.commands}
    assert {name for name in named if name not in known} <= {"kaltura-discord"}


def test_each_target_is_run_by_a_test_or_by_hand() -> None:
    assert targets() == set(RUN_BY) | BY_HAND


@pytest.mark.parametrize("target", RUN_BY)
def test_what_runs_a_target_is_there(target: str) -> None:
    runner = RUN_BY[target]
    if runner in RUN_TOGETHER:
        run = re.search(RUN_TOGETHER[runner], MAKEFILE, re.MULTILINE)
        assert run is not None
        assert target in run[1].split()
    elif runner.endswith(".yml"):
        assert f"run: make {target}" in (REPOSITORY / runner).read_text(encoding="utf-8")
    else:
        assert (REPOSITORY / runner).exists()


def test_a_test_that_runs_a_target_runs_what_the_target_runs() -> None:
    tried = set()
    for target, runner in RUN_BY.items():
        recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
        modules = re.findall(r"-m (infra\.operations\.\w+)", recipe[1]) if recipe else []
        for module in modules:
            text = (REPOSITORY / runner).read_text(encoding="utf-8")
            package, _, name = module.rpartition(".")
            assert module in text or re.search(rf"from {package} import .*\b{name}\b", text), (
                f"{runner} knows no {module}"
            )
            tried.add(target)
    assert {"doctor", "allow-server", "audit-export"} <= tried


# Read by programs from their environment, not by the Makefile.
READ_ELSEWHERE = {
    "ALLOW_MISSING": "infra/terraform/checks/terraform.py",
    "ENV_FILE": "infra/operations/environment.py",
    "TERRAFORM_PROVIDERS": "infra/terraform/checks/terraform.py",
}


def documented_commands() -> list[str]:
    """Each `make` with its arguments, as a page tells people to type it."""
    written = r"^\s*(?:[A-Z_]+=\S+ )*make ((?!-)[a-z][a-z-]+(?: +[A-Z][A-Z_]*=\S*)*)"
    found = {command for page in PAGES for command in re.findall(written, code_of(page), re.MULTILINE)}
    return sorted(" ".join(command.split()) for command in found)


@pytest.mark.parametrize("command", documented_commands())
def test_make_understands_each_documented_command(command: str) -> None:
    """`--dry-run` goes through every recipe on the way, and neither installs nor builds anything."""
    target, *arguments = command.split()
    done = subprocess.run(
        ["make", "--dry-run", target, *arguments],
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if "MAKE" not in name},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name in (argument.partition("=")[0] for argument in arguments):
        if name in READ_ELSEWHERE:
            assert f'"{name}"' in (REPOSITORY / READ_ELSEWHERE[name]).read_text(encoding="utf-8")
        else:
            assert re.search(rf"\$[({{](origin )?{name}[)}}]", MAKEFILE), f"the Makefile knows no {name}"


# --- commands of others ----------------------------------------------------------------------------------------------

# Each in a block of its own, and what runs it or, where an account is needed, "✱" in the paragraph above.
RUN_ELSEWHERE = {
    "docker": ".github/workflows/container.yml",
    "curl": "tests/integration/test_when_kaltura_is_unwell.py",
}
NEEDS_AN_ACCOUNT = ("aws", "terraform", "gh")
PROGRAMS = (*RUN_ELSEWHERE, *NEEDS_AN_ACCOUNT)


def foreign_commands(page: Path) -> list[tuple[str, str, str]]:
    """Program, whole line and the paragraph above its block, of everything but make in a page's blocks."""
    found = []
    text = page.read_text(encoding="utf-8")
    for block in re.finditer(r"^ *```(\w*)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        if block[1] not in ("", "sh"):
            continue
        above = text[: block.start()].rstrip().split("\n\n")[-1]
        for line in block[2].replace("\\\n", " ").splitlines():
            program = line.strip().partition(" ")[0]
            if program in PROGRAMS:
                found.append((program, line.strip(), above))
    return found


def test_commands_of_others_are_found() -> None:
    programs = {program for page in PAGES for program, _, _ in foreign_commands(page)}
    assert programs == set(PROGRAMS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_that_no_test_runs_is_marked(page: Path) -> None:
    for program, line, above in foreign_commands(page):
        if program in NEEDS_AN_ACCOUNT:
            assert "✱" in above, line
        else:
            assert (REPOSITORY / RUN_ELSEWHERE[program]).exists(), line


# --- .env ------------------------------------------------------------------------------------------------------------


def variables() -> list[str]:
    return re.findall(r"^([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize("variable", variables())
def test_each_variable_of_the_example_is_explained_where_one_sets_up(variable: str) -> None:
    assert f"`{variable}`" in SETUP


def test_no_variable_is_explained_that_is_none() -> None:
    rows = re.findall(r"^\| (`[A-Z][A-Z_]+`(?:, `[A-Z][A-Z_]+`)*) \|", SETUP, re.MULTILINE)
    named = {variable for row in rows for variable in re.findall(r"`([A-Z_]+)`", row)}
    assert named
    assert named <= set(variables())
