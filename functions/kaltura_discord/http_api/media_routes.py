"""Manifests, keys and captions. The play token stands in the address, since players add no headers of ours."""

from starlette.requests import Request
from starlette.responses import Response

from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.problems import HEADERS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.media_door import Served


async def master(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /media/{play_token}/master.m3u8`."""
    return _served(await parts.media_door.master(request.path_params["play_token"], deadline))


async def playlist(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /media/{play_token}/playlist/{host_key}/{sealed}`."""
    token, key, sealed = _sealed(request)
    return _served(await parts.media_door.playlist(token, key, sealed, request.query_params, deadline))


async def key(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /media/{play_token}/key/{host_key}/{sealed}`."""
    token, host_key, sealed = _sealed(request)
    return _served(await parts.media_door.key(token, host_key, sealed, deadline))


async def captions(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /media/{play_token}/captions/{asset_id}.vtt`."""
    path = request.path_params
    return _served(await parts.media_door.captions(path["play_token"], path["asset_id"], deadline))


def _sealed(request: Request) -> tuple[str, str, str]:
    path = request.path_params
    return path["play_token"], path["host_key"], path["sealed"]


def _served(served: Served) -> Response:
    keep = f"private, max-age={served.keep_seconds}" if served.keep_seconds else "no-store"
    headers = {**HEADERS, "Cache-Control": keep, "Content-Type": served.content_type}
    return Response(served.body, headers=headers)
