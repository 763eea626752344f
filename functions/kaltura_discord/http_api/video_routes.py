"""A server's videos: searching, looking up, and how to play them. All of it for those who were let into a room."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.problems import HEADERS
from kaltura_discord.http_api.requests import bearer, whole_number
from kaltura_discord.identity.tokens import RoomToken, TokenRefused
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.limits import PLAYBACKS, SEARCHES, check
from kaltura_discord.watch.refusals import SignedOut

LARGEST_PAGE = 50
_USUAL_PAGE = 20
_MOST_PAGES = 200
_KALTURA_PATIENCE_SECONDS = 9.0


async def search(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /videos`: the server's videos that mention the words, or its newest."""
    token = _room(request, parts)
    page = whole_number(request, "page", 1, 1, _MOST_PAGES)
    limit = whole_number(request, "limit", _USUAL_PAGE, 1, LARGEST_PAGE)
    services = parts.services
    await check(services.window, SEARCHES, token.viewer.user_id, services.now())
    patience = deadline.sooner(_KALTURA_PATIENCE_SECONDS)
    query = request.query_params.get("query", "")
    found = await parts.shelf.search(token.guild_id, query, page, limit, patience)
    videos = [parts.shelf.shown(video, token.via) for video in found.videos]
    return JSONResponse({"videos": videos, "total": found.total, "page": page}, headers=HEADERS)


async def video(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /videos/{entry_id}`: one video, with the word that lets the room change to it."""
    token = _room(request, parts)
    await _count(parts, token)
    patience = deadline.sooner(_KALTURA_PATIENCE_SECONDS)
    found = await parts.shelf.find(token.guild_id, request.path_params["entry_id"], patience)
    return JSONResponse(parts.shelf.granted(found, token.guild_id, token.via), headers=HEADERS)


async def playback(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`GET /videos/{entry_id}/playback`: how to play it, or why it cannot be played."""
    token = _room(request, parts)
    await _count(parts, token)
    patience = deadline.sooner(_KALTURA_PATIENCE_SECONDS)
    described = await parts.screening.describe(token, request.path_params["entry_id"], patience)
    return JSONResponse(described, headers=HEADERS)


def _room(request: Request, parts: Parts) -> RoomToken:
    try:
        return parts.tokens.read_room(bearer(request))
    except TokenRefused:
        raise SignedOut from None


async def _count(parts: Parts, token: RoomToken) -> None:
    await check(parts.services.window, PLAYBACKS, token.viewer.user_id, parts.services.now())
