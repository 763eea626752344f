"""The simulated Kaltura as two web applications: its front (API, CDN, KAF, `_sim`) and its media host."""

from collections.abc import AsyncIterator, Callable

from aiohttp import web

from local_stack.faults import FaultTable, http_fault_middleware

from .api import ApiDoor, fault_names
from .delivery import DeliveryDoor
from .kaf import KafDoor
from .media_host import add_media_routes
from .overview import OverviewDoor
from .sim import SimDoor
from .sim_happenings import HappeningsDoor
from .world import KalturaWorld

_LARGEST_BODY = 8 * 1024 * 1024


def create_kaltura_app(world: KalturaWorld, faults: FaultTable) -> web.Application:
    """Kaltura's service URL: api_v3, the CDN front, KAF under `/kaf`, an overview at `/`, and `_sim` for tests."""
    api = ApiDoor(world)
    middleware = http_fault_middleware(faults, "kaltura", api.throttled, fault_names)
    application = web.Application(middlewares=[middleware], client_max_size=_LARGEST_BODY)
    application.router.add_route("OPTIONS", "/{tail:.*}", _allow_every_origin)
    application.router.add_route("*", "/api_v3{tail:(/.*)?}", api.handle)
    DeliveryDoor(world).add_routes(application)
    KafDoor(world).add_routes(application)
    SimDoor(world).add_routes(application)
    HappeningsDoor(world).add_routes(application)
    OverviewDoor(world).add_routes(application)
    application.cleanup_ctx.append(_sending_webhooks(world))
    return application


def create_media_app(world: KalturaWorld) -> web.Application:
    """Kaltura's media host, an origin of its own: playlists, segments and mp4 files, open to every origin."""
    application = web.Application()
    add_media_routes(application, world)
    return application


def _sending_webhooks(world: KalturaWorld) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_application: web.Application) -> AsyncIterator[None]:
        await world.webhooks.start()
        yield
        await world.webhooks.stop()

    return run


async def _allow_every_origin(_request: web.Request) -> web.Response:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "POST, GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type, Range, X-Kaltura-Ks",
        "Access-Control-Max-Age": "86400",
    }
    return web.Response(headers=headers)
