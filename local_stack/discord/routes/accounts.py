"""Who somebody is: /users/@me for the bot and for users' tokens, direct messages, and OAuth2.

The token endpoint takes forms only and refuses JSON (Discord docs: OAuth2).
"""

import base64
import binascii
from collections.abc import Mapping

from aiohttp import web

from local_stack.discord.errors import Refusal, unauthorized, unknown
from local_stack.discord.oauth_grants import ACCESS_SECONDS, Grant
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.society import Person
from local_stack.discord.wire import Json, timestamp
from local_stack.discord.world import DiscordWorld

FORM = "application/x-www-form-urlencoded"
DIRECT_LIMIT = Limit(10, 10.0)
TOKEN_LIMIT = Limit(20, 10.0)


def add_account_routes(routes: ApiRoutes) -> None:
    """Serve /users/@me..., /users/{user} and /oauth2/..."""
    routes.add("GET", "/users/@me", show_me, credential="bot or bearer")
    routes.add("GET", "/users/@me/guilds", list_guilds, credential="bot or bearer")
    routes.add("GET", "/users/@me/guilds/{guild_id}/member", show_own_member, credential="bearer")
    routes.add("POST", "/users/@me/channels", open_direct_channel, limit=DIRECT_LIMIT)
    routes.add("GET", "/users/{user_id}", show_user)
    routes.add("GET", "/oauth2/@me", show_authorization, credential="bearer")
    for prefix in ("/api", "/api/v10"):
        routes.add("POST", "/oauth2/token", exchange, limit=TOKEN_LIMIT, credential="none", prefix=prefix)


def _speaker(call: ApiCall, scope: str) -> Person:
    """The bot, or the user whose Bearer token it is, who must have granted `scope`."""
    if call.grant is None:
        return call.world.bot
    if scope not in call.grant.scopes:
        raise unauthorized()
    return call.world.people[call.grant.user_id]


async def show_me(call: ApiCall) -> web.Response:
    """The own user object."""
    person = _speaker(call, "identify")
    return answered({**person.as_json(), "locale": person.locale, "mfa_enabled": False, "verified": True})


async def list_guilds(call: ApiCall) -> web.Response:
    """The servers the speaker is in."""
    person = _speaker(call, "guilds")
    servers = [server for server in call.world.servers.values() if person.user_id in server.members]
    return answered(
        [
            {
                "id": server.guild_id,
                "name": server.name,
                "icon": server.as_json()["icon"],
                "owner": server.owner_id == person.user_id,
                "permissions": str(int(server.permissions_of(person.user_id))),
                "features": [],
            }
            for server in servers
        ]
    )


async def show_own_member(call: ApiCall) -> web.Response:
    """The user as a member of one server."""
    person = _speaker(call, "guilds.members.read")
    server = call.world.servers.get(call.path("guild_id"))
    if server is None or person.user_id not in server.members:
        raise unknown("Guild", 10004)
    return answered(server.members[person.user_id].as_json())


async def open_direct_channel(call: ApiCall) -> web.Response:
    """The direct messages with a user."""
    person = call.world.people.get(str(call.body.get("recipient_id")))
    if person is None:
        raise unknown("User", 10013)
    if person.bot:
        raise Refusal(403, 50007, "Cannot send messages to this user")
    return answered(call.world.direct_channel(person).as_json())


async def show_user(call: ApiCall) -> web.Response:
    """Any user."""
    person = call.world.people.get(call.path("user_id"))
    if person is None:
        raise unknown("User", 10013)
    return answered(person.as_json())


async def show_authorization(call: ApiCall) -> web.Response:
    """What a Bearer token stands for: application, scopes, expiry, user."""
    if call.grant is None:
        raise unauthorized()
    world = call.world
    application: Json = {
        "id": world.application_id,
        "name": world.bot.display_name,
        "icon": world.bot.avatar,
        "description": world.description,
        "hook": True,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": world.public_key,
    }
    body: Json = {
        "application": application,
        "scopes": list(call.grant.scopes),
        "expires": timestamp(call.grant.expires_at),
    }
    if "identify" in call.grant.scopes:
        body["user"] = world.people[call.grant.user_id].as_json()
    return answered(body)


async def exchange(call: ApiCall) -> web.Response:
    """Exchange a code or a refresh token for an access token; the application may speak for itself, too."""
    if call.request.content_type != FORM:
        return _oauth_error("unsupported_grant_type", 400, "The token endpoint takes forms only.")
    form = call.body
    if not _is_our_application(call.world, call.request, form):
        return _oauth_error("invalid_client", 401)
    grant: Grant | None = None
    kind = form.get("grant_type")
    if kind == "authorization_code":
        grant = call.world.grants.exchange(str(form.get("code")))
    elif kind == "refresh_token":
        grant = call.world.grants.renew(str(form.get("refresh_token")))
    else:
        return _oauth_error("unsupported_grant_type", 400)
    if grant is None:
        return _oauth_error("invalid_grant", 400, 'Invalid "code" in request.')
    access_token, refresh_token = call.world.grants.issue(grant)
    return answered(
        {
            "token_type": "Bearer",
            "access_token": access_token,
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh_token,
            "scope": " ".join(grant.scopes),
        }
    )


def _oauth_error(error: str, status: int, description: str | None = None) -> web.Response:
    body = {"error": error}
    if description is not None:
        body["error_description"] = description
    return answered(body, status)


def _is_our_application(world: DiscordWorld, request: web.Request, form: Mapping[str, object]) -> bool:
    """Whether client id and secret came right, in the form or as Basic authentication."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        try:
            given = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return False
        return given == f"{world.application_id}:{world.client_secret}"
    return form.get("client_id") == world.application_id and form.get("client_secret") == world.client_secret
