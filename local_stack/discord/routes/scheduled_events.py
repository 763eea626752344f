"""Scheduled events: the API's routes, and what people do with them in Discord's own list of events."""

from aiohttp import web

from local_stack.discord.errors import Refusal, sentences
from local_stack.discord.installs import is_installed
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.routes.guilds import GUILD_LIMIT, server_of_call
from local_stack.discord.routes.sim_requests import SimRefusal, json_body, person_of
from local_stack.discord.scheduled_events import ScheduledEvent
from local_stack.discord.society import Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld


def add_scheduled_event_routes(routes: ApiRoutes) -> None:
    """Serve /guilds/{guild}/scheduled-events, and the same under `_sim` for people."""
    base = "/guilds/{guild_id}/scheduled-events"
    for method, path, handler in (
        ("GET", base, list_events),
        ("POST", base, create_event),
        ("GET", f"{base}/{{event_id}}", show_event),
        ("PATCH", f"{base}/{{event_id}}", change_event),
        ("DELETE", f"{base}/{{event_id}}", delete_event),
        ("GET", f"{base}/{{event_id}}/users", list_interested),
    ):
        routes.add(method, path, handler, limit=GUILD_LIMIT, resource="guild_id")
    _add_peoples_routes(routes.app, routes.world)


def _bot_may(call: ApiCall, server: Server) -> Permission:
    return server.permissions_of(call.world.bot.user_id)


def _event(call: ApiCall) -> tuple[Server, ScheduledEvent]:
    server = server_of_call(call)
    return server, call.world.scheduled_events.find(server.guild_id, call.path("event_id"))


def _shown(event: ScheduledEvent, call: ApiCall) -> Json:
    shown = event.as_json()
    if call.request.query.get("with_user_count") in ("true", "1"):
        shown["user_count"] = len(event.interested)
    return shown


async def list_events(call: ApiCall) -> web.Response:
    """What is planned or goes on; `with_user_count=true` adds who is interested."""
    events = call.world.scheduled_events.of_server(server_of_call(call).guild_id)
    return answered([_shown(event, call) for event in events])


async def create_event(call: ApiCall) -> web.Response:
    """A new event."""
    server = server_of_call(call)
    book, bot_id = call.world.scheduled_events, call.world.bot.user_id
    event = book.create(server.guild_id, bot_id, _bot_may(call, server), call.body)
    call.world.tell_of_change()
    return answered(event.as_json())


async def show_event(call: ApiCall) -> web.Response:
    """One event."""
    return answered(_shown(_event(call)[1], call))


async def change_event(call: ApiCall) -> web.Response:
    """Change it, or move it on."""
    server, event = _event(call)
    call.world.scheduled_events.change(event, call.world.bot.user_id, _bot_may(call, server), call.body)
    call.world.tell_of_change()
    return answered(event.as_json())


async def delete_event(call: ApiCall) -> web.Response:
    """Delete it."""
    server, event = _event(call)
    call.world.scheduled_events.delete(event, call.world.bot.user_id, _bot_may(call, server))
    call.world.tell_of_change()
    return web.Response(status=204)


async def list_interested(call: ApiCall) -> web.Response:
    """Who is interested."""
    _, event = _event(call)
    people = [call.world.people[user_id].as_json() for user_id in sorted(event.interested)]
    users = [{"guild_scheduled_event_id": event.event_id, "user_id": each["id"], "user": each} for each in people]
    return answered(users)


def events_for_page(world: DiscordWorld, server: Server) -> list[Json]:
    """The server's events as the page lists them."""
    return [
        {
            "id": event.event_id,
            "name": event.name,
            "description": event.description or "",
            "location": event.location,
            "starts_at": event.starts_at,
            "ends_at": event.ends_at,
            "is_active": event.status == 2,
            "interested": sorted(event.interested),
        }
        for event in world.scheduled_events.of_server(server.guild_id)
        if is_installed(world, server) or event.creator_id != world.bot.user_id
    ]


def _add_peoples_routes(app: web.Application, world: DiscordWorld) -> None:
    """What members do in the client: say that they are interested, and change, cancel or delete an event."""

    def asked(request: web.Request) -> tuple[Server, ScheduledEvent]:
        server = world.servers.get(request.match_info["guild_id"])
        if server is None:
            raise SimRefusal(404, "there is no such server")
        try:
            return server, world.scheduled_events.find(server.guild_id, request.match_info["event_id"])
        except Refusal as refusal:
            raise SimRefusal(refusal.status, refusal.message) from None

    async def be_interested(request: web.Request) -> web.Response:
        _, event = asked(request)
        person = person_of(world, (await json_body(request)).get("user_id"))
        event.interested ^= {person.user_id}
        world.tell_of_change()
        return web.json_response({"interested": person.user_id in event.interested})

    async def change(request: web.Request) -> web.Response:
        server, event = asked(request)
        body = await json_body(request)
        person = person_of(world, body.pop("user_id", None))
        try:
            world.scheduled_events.change(event, person.user_id, server.permissions_of(person.user_id), body)
        except Refusal as refusal:
            raise SimRefusal(refusal.status, sentences(refusal)) from None
        world.tell_of_change()
        return web.json_response(event.as_json())

    async def delete(request: web.Request) -> web.Response:
        server, event = asked(request)
        person = person_of(world, request.query.get("as"))
        try:
            world.scheduled_events.delete(event, person.user_id, server.permissions_of(person.user_id))
        except Refusal as refusal:
            raise SimRefusal(refusal.status, sentences(refusal)) from None
        world.tell_of_change()
        return web.Response(status=204)

    path = "/api/v10/_sim/guilds/{guild_id}/scheduled-events/{event_id}"
    app.router.add_put(f"{path}/interested", be_interested)
    app.router.add_patch(path, change)
    app.router.add_delete(path, delete)
