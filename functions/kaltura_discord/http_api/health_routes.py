"""/health: alive; /health/ready: everything that we depend on answers."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.problems import HEADERS
from kaltura_discord.resilience.deadline import Deadline


async def alive(_: Request, parts: Parts, __: Deadline) -> Response:
    """Alive; and for which Discord application, which its page cannot know otherwise."""
    application_id = parts.services.environment.get("DISCORD_APPLICATION_ID", "")
    return JSONResponse({"status": "ok", "application_id": application_id}, headers=HEADERS)


async def ready(_: Request, parts: Parts, __: Deadline) -> Response:
    """Whether each dependency answers: 200 where all do, else 503, with the same body."""
    found = await parts.readiness.found()
    is_ready = all(each.is_ok for each in found.values())
    body = {
        "status": "ready" if is_ready else "not ready",
        "dependencies": {
            name: {
                "status": "ok" if each.is_ok else "failing",
                "latency_ms": each.milliseconds,
                "circuit": each.circuit,
            }
            for name, each in found.items()
        },
    }
    return JSONResponse(body, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE, headers=HEADERS)
