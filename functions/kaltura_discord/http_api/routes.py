"""Every route of /api/v1, and what stands around each: time, and a problem for whatever goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kaltura_discord.http_api import health_routes, media_routes, room_routes, video_routes
from kaltura_discord.http_api.openapi import document
from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.problems import HEADERS, problem_of
from kaltura_discord.observation.correlation import follow
from kaltura_discord.resilience.deadline import Deadline

PREFIX = "/api/v1"

# API Gateway gives up after 30 seconds; a person, long before.
_PATIENCE_SECONDS = 12.0

Handler = Callable[[Request, Parts, Deadline], Awaitable[Response]]


async def openapi(_: Request) -> Response:
    """The API's description."""
    return JSONResponse(document(), headers={**HEADERS, "Cache-Control": "public, max-age=300"})


def _request_id(request: Request) -> str:
    """The gateway's own id of the request, which its access log bears, too."""
    event = request.scope.get("aws.event") or {}
    return str(event.get("requestContext", {}).get("requestId", ""))


def api_routes(parts: Callable[[], Awaitable[Parts]]) -> list[Route]:
    """The routes; `parts` gives what they work with."""

    def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            follow(_request_id(request))
            try:
                # Around it all, since calls to AWS know no deadline and try long.
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    return await handler(request, await parts(), Deadline.after(_PATIENCE_SECONDS))
            except Exception as error:
                return problem_of(error)

        return answer

    def get(path: str, handler: Handler) -> Route:
        return Route(PREFIX + path, guarded(handler), methods=["GET"])

    def post(path: str, handler: Handler) -> Route:
        return Route(PREFIX + path, guarded(handler), methods=["POST"])

    return [
        get("/health", health_routes.alive),
        get("/health/ready", health_routes.ready),
        Route(f"{PREFIX}/openapi.json", openapi, methods=["GET"]),
        post("/auth/token", room_routes.sign_in),
        post("/rooms/session", room_routes.enter),
        post("/rooms/{room_id}/ticket", room_routes.ticket),
        get("/videos", video_routes.search),
        get("/videos/{entry_id}", video_routes.video),
        get("/videos/{entry_id}/playback", video_routes.playback),
        get("/media/{play_token}/master.m3u8", media_routes.master),
        get("/media/{play_token}/playlist/{host_key}/{sealed}", media_routes.playlist),
        get("/media/{play_token}/key/{host_key}/{sealed}", media_routes.key),
        get("/media/{play_token}/captions/{asset_id}.vtt", media_routes.captions),
    ]
