# syntax=docker/dockerfile:1
#
# The local stack in a container: the real functions around a simulated Discord and a simulated Kaltura.
#
#   docker build --tag kaltura-discord .
#   docker run --rm --init --network host kaltura-discord
#
# The stack answers to its own machine only, and its pages know each other by localhost, so it shares the host's network
# instead of publishing ports. For your own accounts mount your .env, readable for user 10001, and never copy it in:
#   docker run --rm --init --network host --volume "$PWD/.env:/app/.env:ro" kaltura-discord
#
# Base images are named by tag: the registry could not be asked for digests where this was written. Dependabot
# (.github/dependabot.yml) adds and raises them.

# --- the pages, built ------------------------------------------------------------------------------------------------
FROM node:22-bookworm-slim AS pages
WORKDIR /app
COPY local_stack/discord/client_page/package.json local_stack/discord/client_page/package-lock.json local_stack/discord/client_page/
COPY activity_client/package.json activity_client/package-lock.json activity_client/
COPY local_stack/kaltura/player/package.json local_stack/kaltura/player/package-lock.json local_stack/kaltura/player/
RUN npm ci --prefix local_stack/discord/client_page --no-audit --no-fund \
    && npm ci --prefix activity_client --no-audit --no-fund \
    && npm ci --prefix local_stack/kaltura/player --ignore-scripts --no-audit --no-fund
COPY local_stack/discord/client_page local_stack/discord/client_page
COPY activity_client activity_client
RUN npm run build --prefix local_stack/discord/client_page \
    && npm run build --prefix activity_client

# --- the Python packages, by hash ------------------------------------------------------------------------------------
FROM python:3.13-slim-bookworm AS packages
WORKDIR /app
COPY infra/locks infra/locks
RUN python -m venv /tools \
    && /tools/bin/pip install --no-cache-dir --require-hashes --requirement infra/locks/uv.txt \
    && /tools/bin/uv venv .venv \
    && /tools/bin/uv pip sync --no-cache --python .venv --require-hashes infra/locks/local_stack.txt \
    && /tools/bin/uv venv .local/embedded_aws \
    && /tools/bin/uv pip sync --no-cache --python .local/embedded_aws --require-hashes infra/locks/embedded_aws.txt

# --- what runs -------------------------------------------------------------------------------------------------------
FROM python:3.13-slim-bookworm
ENV PYTHONPATH=functions:. \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --user-group --home-dir /app stack
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY --from=packages /app/.local .local
COPY LICENSE pyproject.toml ./
COPY config config
COPY docs docs
COPY functions functions
COPY infra infra
COPY local_stack local_stack
COPY --from=pages /app/local_stack/discord/client_page/dist local_stack/discord/client_page/dist
COPY --from=pages /app/local_stack/kaltura/player/node_modules local_stack/kaltura/player/node_modules
COPY --from=pages /app/activity_client/dist activity_client/dist
# Only here does the stack write: its logs, and what it says of itself.
RUN .venv/bin/python -m infra.pages activity_client/dist \
    && mkdir -p .local/logs \
    && chown stack:stack .local .local/logs
USER 10001:10001
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["/app/.venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:3333/', timeout=4)"]
ENTRYPOINT ["/app/.venv/bin/python", "-m", "local_stack"]
