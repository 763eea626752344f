"""The front door on port 3333: who answers which path.

/discord-sim/...        the simulated Discord (a sub-application)
/_local/...             the stack's own doors
/ws, /@connections/...  the WebSocket API and its management API
routes of functions     the HTTP API
URL mappings            Discord's proxy: `/k/...` leads to Kaltura's hosts
everything else         the Activity's files (GET and HEAD), or API Gateway's 404

The Activity's page gets the policy of Discord's frame when it is asked for with a `frame_id`, as Discord's client
does, and a policy of ours in a tab of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from local_stack.faults import FaultTable, Handler
from local_stack.gateway.discord_proxy import DiscordProxy
from local_stack.gateway.frame_policy import FramePolicy
from local_stack.gateway.http_gateway import HttpGateway, refusal
from local_stack.gateway.local_doors import add_local_doors, comes_from_here, is_private
from local_stack.gateway.management_api import ManagementApi
from local_stack.gateway.safe_area import with_safe_area
from local_stack.gateway.schedule import Schedule
from local_stack.gateway.socket_events import STAGE
from local_stack.gateway.static_files import StaticFiles
from local_stack.gateway.websocket import WebSocketGateway


@dataclass(frozen=True, slots=True)
class FrontParts:
    """What the front door leads to; `discord` and `proxy` are None where the real one is used."""

    http: HttpGateway
    websocket: WebSocketGateway
    management: ManagementApi
    schedule: Schedule
    faults: FaultTable
    files: StaticFiles
    discord: web.Application | None = None
    proxy: DiscordProxy | None = None
    policy: FramePolicy = field(default_factory=FramePolicy)
    ready: Callable[[], bool] = lambda: True


def create_front_app(parts: FrontParts) -> web.Application:
    """The application of the front port."""
    app = web.Application(middlewares=[_close_private_doors])
    add_local_doors(app, parts.faults, parts.websocket.connections, parts.schedule, parts.policy, parts.ready)
    app.router.add_get("/ws", parts.websocket.connect)
    for prefix in ("", f"/{STAGE}"):
        # On a custom domain the path has no stage, on the API's own host it has.
        app.router.add_route("*", f"{prefix}/@connections/{{connection_id}}", parts.management.answer)
    if parts.discord is not None:
        app.add_subapp("/discord-sim", parts.discord)
        app.router.add_get("/discord-sim", _add_slash)

    async def everything_else(request: web.Request) -> web.StreamResponse:
        match = parts.http.find(request)
        if match is not None:
            return await parts.http.answer(request, match)
        if parts.proxy is not None and parts.proxy.finds(request):
            return await parts.proxy.answer(request)
        if request.method in ("GET", "HEAD"):
            file = _page_on_a_phone(parts, request) or parts.files.answer(request.path)
            if file is not None:
                _apply_policy(parts, request, file)
                return file
        return refusal(404, "Not Found")

    app.router.add_route("*", "/{path:.*}", everything_else)

    async def hang_up(_app: web.Application) -> None:
        await parts.websocket.stop()
        if parts.proxy is not None:
            await parts.proxy.close()

    app.on_shutdown.append(hang_up)
    return app


def _page_on_a_phone(parts: FrontParts, request: web.Request) -> web.Response | None:
    """The Activity's page as Discord's phones change it; None where it is not asked for from one."""
    if parts.discord is None or "frame_id" not in request.query or request.query.get("platform") != "mobile":
        return None
    page = parts.files.page(request.path)
    return None if page is None else web.Response(text=with_safe_area(page), content_type="text/html")


def _apply_policy(parts: FrontParts, request: web.Request, file: web.StreamResponse) -> None:
    if not file.headers.get("Content-Type", file.content_type).startswith("text/html"):
        return
    if "frame_id" not in request.query:
        file.headers.update(parts.policy.in_a_tab(request.host))
    elif parts.discord is not None:
        file.headers.update(parts.policy.in_discord(request.host))


@web.middleware
async def _close_private_doors(request: web.Request, handler: Handler) -> web.StreamResponse:
    if is_private(request.path) and not comes_from_here(request):
        return refusal(404, "Not Found")
    return await handler(request)


async def _add_slash(_request: web.Request) -> web.Response:
    return web.Response(status=308, headers={"Location": "/discord-sim/"})
