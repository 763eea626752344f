"""How large rate-limit buckets are, for tests that want them other than usual.

PUT    _sim/rate-limits     {route: `POST /channels/{channel_id}/messages`, or `*` for all together, requests, seconds}
DELETE _sim/rate-limits     all of them full, and as large as usual
"""

from aiohttp import web

from local_stack.discord.rate_limits import EVERYTHING, Limit
from local_stack.discord.routes.sim_requests import SimRefusal, json_body
from local_stack.discord.world import DiscordWorld

MOST_SECONDS = 3600


def add_bucket_routes(app: web.Application, world: DiscordWorld) -> None:
    """Serve the doors above."""

    async def put_size(request: web.Request) -> web.Response:
        body = await json_body(request)
        route, requests, seconds = body.get("route"), body.get("requests"), body.get("seconds")
        if not isinstance(route, str) or (route != EVERYTHING and " /" not in route):
            raise SimRefusal(400, 'route must be a method and a path as in Discord\'s documentation, or "*"')
        if not isinstance(requests, int) or requests < 1:
            raise SimRefusal(400, "requests must be a whole number from 1")
        if not isinstance(seconds, int | float) or not 0 < seconds <= MOST_SECONDS:
            raise SimRefusal(400, f"seconds must be a number up to {MOST_SECONDS}")
        world.limits.sizes[route] = Limit(requests, float(seconds))
        return web.Response(status=204)

    async def as_usual(_: web.Request) -> web.Response:
        world.limits.clear()
        return web.Response(status=204)

    app.router.add_put("/api/v10/_sim/rate-limits", put_size)
    app.router.add_delete("/api/v10/_sim/rate-limits", as_usual)
