"""Signing in and coming into rooms."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.problems import HEADERS, BadRequest
from kaltura_discord.http_api.requests import bearer, exactly_one, has_bearer, texts
from kaltura_discord.identity.tokens import ROOM_SECONDS, TokenRefused, Viewer
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.protocol import TICKET_SECONDS
from kaltura_discord.watch.refusals import SignedOut
from kaltura_discord.watch.room_door import Entry
from kaltura_discord.watch.sign_in import SignedIn


async def sign_in(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`POST /auth/token`: a session for whoever can prove who they are."""
    kind, proof = await exactly_one(request, ("code", "discord_access_token", "session_token"))
    match kind:
        case "code":
            signed_in = await parts.sign_in.by_code(proof, deadline)
        case "discord_access_token":
            signed_in = await parts.sign_in.by_discord_token(proof, deadline)
        case _:
            signed_in = await parts.sign_in.by_session(proof, deadline)
    return JSONResponse(_session(signed_in), headers=HEADERS)


async def enter(request: Request, parts: Parts, deadline: Deadline) -> Response:
    """`POST /rooms/session`: into the room of an instance, of a link, or of the link that gave the session."""
    given = await texts(request, ("instance_id", "link_token"))
    door = parts.room_door
    if set(given) == {"link_token"} and not has_bearer(request):
        return await _entered(await door.by_link(given["link_token"], deadline), parts)
    if "link_token" in given:
        raise BadRequest("A link needs no session: “link_token” stands alone.")
    try:
        session = parts.tokens.read_session(bearer(request))
    except TokenRefused:
        raise SignedOut from None
    if "instance_id" in given:
        if session.linked is not None:
            # A link is handed on easily. It is a way into the one room it leads to, and no proof anywhere else.
            raise SignedOut
        return await _entered(await door.by_instance(session, given["instance_id"], deadline), parts)
    if session.linked is None:
        raise BadRequest("“instance_id” or “link_token” is needed.")
    return await _entered(await door.again(session, deadline), parts)


async def ticket(request: Request, parts: Parts, _: Deadline) -> Response:
    """`POST /rooms/{room_id}/ticket`: another ticket for the socket."""
    await texts(request, ())
    try:
        token = parts.tokens.read_room(bearer(request))
    except TokenRefused:
        raise SignedOut from None
    issued = await parts.room_door.ticket(token, request.path_params["room_id"])
    return JSONResponse({"ticket": issued, "expires_in": TICKET_SECONDS}, headers=HEADERS)


def _session(signed_in: SignedIn) -> dict[str, object]:
    return {
        "session_token": signed_in.session_token,
        "discord_access_token": signed_in.discord_access_token,
        "expires_in": signed_in.expires_in,
        "user": _person(signed_in.viewer),
    }


async def _entered(entry: Entry, parts: Parts) -> Response:
    switches = await parts.services.server_configs.quick(entry.room.guild_id)
    body = {
        "room_token": entry.room_token,
        "session_token": entry.session_token,
        "expires_in": ROOM_SECONDS,
        "room": {
            "room_id": entry.room.room_id,
            "guild_id": entry.room.guild_id,
            "channel_id": entry.room.channel_id,
        },
        "you": {
            "user_id": entry.viewer.user_id,
            "name": entry.viewer.name,
            "avatar": entry.viewer.avatar or None,
            "level": entry.level.word,
        },
        "ticket": entry.ticket,
        "ticket_expires_in": TICKET_SECONDS,
        "bound_video": entry.bound_video,
        "proposed_video": entry.proposed_video,
        "features": {"activities": switches.has_activities, "web_fallback": switches.has_web_fallback},
    }
    return JSONResponse(body, headers=HEADERS)


def _person(viewer: Viewer) -> dict[str, object]:
    return {"id": viewer.user_id, "name": viewer.name, "avatar": viewer.avatar or None}
