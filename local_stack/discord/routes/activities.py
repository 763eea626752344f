"""Activities as the client's page and tests drive them: `_sim/activities`, `_sim/voice`, and how their host behaves.

GET    _sim/activities                     what runs, and how the frame's host is told to misbehave
POST   _sim/activities/{instance}/join     {user_id, window?}
POST   _sim/activities/{instance}/leave    {user_id, window?}
POST   _sim/voice                          {user_id, guild_id, channel_id or null}
POST   _sim/activity                       {silent: [command], errors: {command: {code, message?}}, lag_ms}
POST   _sim/activity/signal                {user_id?, event, data} or {user_id?, close: {code, message}}
POST   _sim/authorize                      {user_id, scopes, ask?, remember?}: an OAuth2 code
POST   _sim/authenticate                   {user_id, access_token}: what AUTHENTICATE answers
GET, PUT _sim/url-mappings                 the portal's list of {prefix, target}, in its order
"""

from aiohttp import web

from local_stack.discord.activities import HostRules, Instance
from local_stack.discord.activity_life import instance_for_page, join, leave, sit_in
from local_stack.discord.errors import Refusal
from local_stack.discord.event_post import EventPost
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.sim_requests import SimRefusal, channel_of, json_body, person_of
from local_stack.discord.society import VOICE, Person
from local_stack.discord.subscription import AUTHORIZED
from local_stack.discord.url_mappings import InvalidMapping, url_mapping
from local_stack.discord.wire import Json, timestamp
from local_stack.discord.world import DiscordWorld

MAY_NOT_WATCH = "may not use Activities in this channel"
SCOPES = frozenset(
    {
        "applications.commands",
        "connections",
        "email",
        "guilds",
        "guilds.members.read",
        "identify",
        "identify.premium",
        "role_connections.write",
        "rpc.activities.write",
        "rpc.voice.read",
    }
)
"""What this application may ask people for; Discord refuses the whole request for any other (Discord docs: OAuth2)."""


def add_activity_routes(app: web.Application, world: DiscordWorld, post: EventPost) -> None:
    """Serve the doors above; `post` tells the application of new consents."""
    door = _Door(world, post)
    base = "/api/v10/_sim"
    app.router.add_get(f"{base}/activities", door.show)
    app.router.add_post(f"{base}/activities/{{instance_id}}/join", door.join)
    app.router.add_post(f"{base}/activities/{{instance_id}}/leave", door.leave)
    app.router.add_post(f"{base}/voice", door.sit)
    app.router.add_post(f"{base}/activity", door.order)
    app.router.add_post(f"{base}/activity/signal", door.signal)
    app.router.add_post(f"{base}/authorize", door.authorize)
    app.router.add_post(f"{base}/authenticate", door.authenticate)
    app.router.add_get(f"{base}/url-mappings", door.show_mappings)
    app.router.add_put(f"{base}/url-mappings", door.set_mappings)


class _Door:
    def __init__(self, world: DiscordWorld, post: EventPost) -> None:
        self._world = world
        self._post = post

    async def show(self, _request: web.Request) -> web.Response:
        running = [instance_for_page(self._world, one) for one in self._world.activities.instances.values()]
        return web.json_response({"instances": running, "rules": self._world.activities.rules.for_page()})

    async def join(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person, instance = person_of(self._world, body.get("user_id")), self._instance(request)
        try:
            join(self._world, instance, person.user_id, _window(body))
        except Refusal:
            raise SimRefusal(403, f"{person.username} {MAY_NOT_WATCH}") from None
        return web.json_response(instance_for_page(self._world, instance))

    async def leave(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(self._world, body.get("user_id"))
        instance = self._world.activities.instances.get(request.match_info["instance_id"])
        if instance is not None:
            leave(self._world, instance, person.user_id, _window(body))
        return web.Response(status=204)

    def _instance(self, request: web.Request) -> Instance:
        instance = self._world.activities.instances.get(request.match_info["instance_id"])
        if instance is None:
            raise SimRefusal(404, "this Activity is over")
        return instance

    async def sit(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(self._world, body.get("user_id"))
        if body.get("channel_id") is None:
            guild_id = str(body.get("guild_id"))
            if guild_id not in self._world.servers:
                raise SimRefusal(404, f"no server {guild_id!r} in the simulated Discord")
            sit_in(self._world, guild_id, person.user_id, None)
            return web.Response(status=204)
        channel = channel_of(self._world, body["channel_id"])
        if channel.type != VOICE or channel.guild_id is None:
            raise SimRefusal(400, "that is no voice channel")
        if not self._world.may(person.user_id, channel, Permission.CONNECT):
            raise SimRefusal(403, f"{person.username} may not connect to this channel")
        sit_in(self._world, channel.guild_id, person.user_id, channel)
        return web.Response(status=204)

    async def order(self, request: web.Request) -> web.Response:
        self._world.activities.rules = _rules(await json_body(request))
        rules = self._world.activities.rules.for_page()
        self._world.feed.publish("activity_rules", rules, self._world.feed.watched_by())
        return web.json_response(rules)

    async def signal(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        everybody = body.get("user_id") is None
        audience = self._world.feed.watched_by() if everybody else {person_of(self._world, body.get("user_id")).user_id}
        close, event = body.get("close"), body.get("event")
        if isinstance(close, dict) and isinstance(close.get("code"), int):
            self._world.feed.publish("activity_signal", {"close": close}, audience)
        elif isinstance(event, str):
            self._world.feed.publish("activity_signal", {"event": event, "data": body.get("data")}, audience)
        else:
            raise SimRefusal(400, "name an event with its data, or close with a code")
        return web.Response(status=204)

    async def authorize(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(self._world, body.get("user_id"))
        scopes = body.get("scopes", ["identify"])
        if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
            raise SimRefusal(400, "scopes must be a list of texts")
        unknown = sorted(set(scopes) - SCOPES)
        if unknown or not scopes:
            raise SimRefusal(400, f"the application may not ask for {', '.join(unknown) or 'nothing'}")
        if body.get("ask") and not self._world.activities.agreed(person.user_id, set(scopes)):
            return web.json_response({"code": None})
        if body.get("remember") and not self._world.activities.agreed(person.user_id, set(scopes)):
            self._agree(person, set(scopes))
        return web.json_response({"code": self._world.grants.authorize(person.user_id, tuple(scopes))})

    def _agree(self, person: Person, scopes: set[str]) -> None:
        """Consent is an authorisation too, without an installation."""
        self._world.activities.agree(person.user_id, scopes)
        self._world.tell_of_change()
        self._post.tell(AUTHORIZED, {"user": person.as_json(), "scopes": sorted(scopes)})

    async def authenticate(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(self._world, body.get("user_id"))
        access_token = str(body.get("access_token"))
        grant = self._world.grants.bearer(access_token)
        if grant is None or grant.user_id != person.user_id:
            raise SimRefusal(401, "Invalid token")
        user = {name: person.as_json()[name] for name in USER_FIELDS}
        world = self._world
        application: Json = {
            "id": world.application_id,
            "name": world.bot.display_name,
            "description": world.description,
            "icon": world.bot.avatar,
        }
        return web.json_response(
            {
                "access_token": access_token,
                "user": user,
                "scopes": list(grant.scopes),
                "expires": timestamp(grant.expires_at),
                "application": application,
            }
        )

    async def show_mappings(self, _request: web.Request) -> web.Response:
        return web.json_response([mapping.as_json() for mapping in self._world.url_mappings])

    async def set_mappings(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            raise SimRefusal(400, "the body must be JSON") from None
        if not isinstance(body, list) or not all(isinstance(line, dict) for line in body):
            raise SimRefusal(400, "the body must be a list of {prefix, target}")
        try:
            self._world.url_mappings = [url_mapping(line.get("prefix"), line.get("target")) for line in body]
        except InvalidMapping as problem:
            raise SimRefusal(400, str(problem)) from None
        return await self.show_mappings(request)


USER_FIELDS = ("id", "username", "discriminator", "global_name", "avatar", "public_flags")


def _window(body: Json) -> str | None:
    window = body.get("window")
    return window if isinstance(window, str) and window else None


def _rules(body: Json) -> HostRules:
    silent, errors, lag_ms = body.get("silent", []), body.get("errors", {}), body.get("lag_ms", 0)
    if not isinstance(silent, list) or not all(isinstance(name, str) for name in silent):
        raise SimRefusal(400, "silent must be a list of commands")
    if not isinstance(errors, dict) or not all(
        isinstance(error, dict) and isinstance(error.get("code"), int) for error in errors.values()
    ):
        raise SimRefusal(400, "errors must be an object of commands and {code, message}")
    if not isinstance(lag_ms, int) or not 0 <= lag_ms <= 60_000:
        raise SimRefusal(400, "lag_ms must be a number from 0 to 60000")
    filled = {
        name: {"code": error["code"], "message": str(error.get("message", "ordered"))} for name, error in errors.items()
    }
    return HostRules(silent, filled, lag_ms / 1000)
