"""Installing the application and taking it away: `_sim/installs`, `_sim/user-installs`, `_sim/webhook-events`.

POST   _sim/installs                      {guild_id, user_id}: a member who may manage the server adds the application
DELETE _sim/installs/{guild_id}           removes it from the server; Discord tells the application nothing
POST   _sim/user-installs                 {user_id}: a person adds it to their own account
DELETE _sim/user-installs/{user_id}       takes back everything they authorised: account, consent, tokens
GET    _sim/webhook-events                what was sent, try by try, and how the subscription stands
POST   _sim/webhook-events/{number}/again the same event once more, as happens where an answer is lost
PUT    _sim/webhook-events/subscription   {url?, enabled?, kinds?}: as in the developer portal, but unchecked
"""

from aiohttp import web

from local_stack.discord.event_post import EventPost
from local_stack.discord.installs import deauthorize, has_authorized, install, install_for, is_installed, uninstall
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.sim_requests import SimRefusal, json_body, person_of, server_of
from local_stack.discord.subscription import AUTHORIZED, DEAUTHORIZED, DISABLED, ENABLED
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld


def add_install_routes(app: web.Application, world: DiscordWorld, post: EventPost) -> None:
    """Serve the doors above."""
    door = _Door(world, post)
    base = "/api/v10/_sim"
    app.router.add_post(f"{base}/installs", door.install)
    app.router.add_delete(f"{base}/installs/{{guild_id}}", door.uninstall)
    app.router.add_post(f"{base}/user-installs", door.install_for)
    app.router.add_delete(f"{base}/user-installs/{{user_id}}", door.deauthorize)
    app.router.add_get(f"{base}/webhook-events", door.show)
    app.router.add_post(f"{base}/webhook-events/{{number}}/again", door.repeat)
    app.router.add_put(f"{base}/webhook-events/subscription", door.subscribe)


class _Door:
    def __init__(self, world: DiscordWorld, post: EventPost) -> None:
        self._world = world
        self._post = post

    async def install(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        server, person = server_of(self._world, body.get("guild_id")), person_of(self._world, body.get("user_id"))
        if Permission.MANAGE_GUILD not in server.permissions_of(person.user_id):
            raise SimRefusal(403, f"{person.username} may not manage {server.name}, so adds nothing to it")
        delivery = self._post.tell(AUTHORIZED, install(self._world, server, person))
        return web.json_response(delivery.as_json(), status=201)

    async def uninstall(self, request: web.Request) -> web.Response:
        server = server_of(self._world, request.match_info["guild_id"])
        if not is_installed(self._world, server):
            raise SimRefusal(409, f"{server.name} does not have the application")
        uninstall(self._world, server)
        return web.Response(status=204)

    async def install_for(self, request: web.Request) -> web.Response:
        person = person_of(self._world, (await json_body(request)).get("user_id"))
        delivery = self._post.tell(AUTHORIZED, install_for(self._world, person))
        return web.json_response(delivery.as_json(), status=201)

    async def deauthorize(self, request: web.Request) -> web.Response:
        person = person_of(self._world, request.match_info["user_id"])
        if not has_authorized(self._world, person):
            raise SimRefusal(409, f"{person.username} has not authorised the application")
        delivery = self._post.tell(DEAUTHORIZED, deauthorize(self._world, person))
        return web.json_response(delivery.as_json())

    async def show(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "subscription": self._subscription(),
                "events": [delivery.as_json() for delivery in self._world.subscription.deliveries],
            }
        )

    async def repeat(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        for delivery in self._world.subscription.deliveries:
            if str(delivery.number) == number:
                return web.json_response(self._post.repeat(delivery).as_json(), status=201)
        raise SimRefusal(404, f"no event {number} was made")

    async def subscribe(self, request: web.Request) -> web.Response:
        body, subscription = await json_body(request), self._world.subscription
        kinds = body.get("kinds", sorted(subscription.kinds))
        if not isinstance(kinds, list) or not set(kinds) <= {AUTHORIZED, DEAUTHORIZED}:
            raise SimRefusal(400, f"kinds must be a list of {AUTHORIZED} and {DEAUTHORIZED}")
        subscription.url = str(body.get("url", subscription.url))
        subscription.kinds = set(kinds)
        subscription.status = ENABLED if body.get("enabled", subscription.status == ENABLED) else DISABLED
        return web.json_response(self._subscription())

    def _subscription(self) -> Json:
        subscription = self._world.subscription
        return {"url": subscription.url, "status": subscription.status, "kinds": sorted(subscription.kinds)}
