"""The simulated Discord as one aiohttp application, mounted at `/discord-sim`.

Below it: the API (`/api/v10/...`), the doors for tests and the page (`/api/v10/_sim/...`), the CDN (`/cdn/...`) and
the client page (everything else).
"""

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from local_stack.discord.errors import not_found
from local_stack.discord.event_post import EventPost
from local_stack.discord.files import HANDED_OVER, MESSAGES
from local_stack.discord.interactions.courier import Courier
from local_stack.discord.interactions.exchange import Exchange
from local_stack.discord.routes.accounts import add_account_routes
from local_stack.discord.routes.acting import add_acting_routes
from local_stack.discord.routes.activities import add_activity_routes
from local_stack.discord.routes.administration import add_administration_routes
from local_stack.discord.routes.api import API, PAYLOAD, ApiRoutes, refused, throttled
from local_stack.discord.routes.applications import add_application_routes
from local_stack.discord.routes.bucket_sizes import add_bucket_routes
from local_stack.discord.routes.channels import add_channel_routes
from local_stack.discord.routes.drawings import add_drawing_routes
from local_stack.discord.routes.forums import add_forum_routes
from local_stack.discord.routes.guilds import add_guild_routes
from local_stack.discord.routes.installs import add_install_routes
from local_stack.discord.routes.registration import add_registration_routes
from local_stack.discord.routes.scheduled_events import add_scheduled_event_routes
from local_stack.discord.routes.sim_requests import SimRefusal
from local_stack.discord.routes.threads import add_thread_routes
from local_stack.discord.routes.watching import add_watching_routes
from local_stack.discord.routes.webhooks import add_webhook_routes
from local_stack.discord.world import DiscordWorld
from local_stack.faults import FaultTable, Handler, http_fault_middleware

MOST_BODY_BYTES = 26 * 1024 * 1024
"""Discord takes 25 MiB per request (Discord docs: Reference - Uploading Files)."""

NOT_BUILT = "The page is not built: run `npm ci && npm run build` in local_stack/discord/client_page.\n"


def create_discord_app(
    world: DiscordWorld, faults: FaultTable, interactions_url: str, page_directory: Path, events_url: str = ""
) -> web.Application:
    """The application to mount at `/discord-sim`.

    Args:
        world: the state; `world.interactions_url` is set to `interactions_url`.
        faults: what tests ordered to go wrong (target `discord`).
        interactions_url: where signed interactions are posted.
        page_directory: the built client page.
        events_url: where signed webhook events are posted; empty where the application subscribes to none.
    """
    world.interactions_url = interactions_url
    world.subscription.subscribe(events_url)
    middlewares = [_RequestNotes(world).middleware, _api_faults(faults), _sim_refusals]
    app = web.Application(middlewares=middlewares, client_max_size=MOST_BODY_BYTES)
    courier = Courier(world)
    post = EventPost(world, courier)
    routes = ApiRoutes(app, world)
    add_watching_routes(app, world)
    add_acting_routes(app, world, Exchange(world, courier))
    add_activity_routes(app, world, post)
    add_install_routes(app, world, post)
    add_administration_routes(app, world)
    add_bucket_routes(app, world)
    add_registration_routes(routes)
    add_application_routes(routes, courier)
    add_webhook_routes(routes)
    add_channel_routes(routes)
    add_forum_routes(routes)
    add_thread_routes(routes)
    add_guild_routes(routes)
    add_scheduled_event_routes(routes)
    add_account_routes(routes)
    app.router.add_route("*", "/api/{path:.*}", _no_such_route)
    add_drawing_routes(app, world)
    _add_page_routes(app, page_directory)

    async def run_courier(_app: web.Application) -> AsyncIterator[None]:
        courier.open()
        yield
        await post.close()
        await courier.close()

    async def end_streams(_app: web.Application) -> None:
        world.feed.close()

    app.cleanup_ctx.append(run_courier)
    app.on_shutdown.append(end_streams)
    return app


async def _no_such_route(_request: web.Request) -> web.Response:
    return refused(not_found())


def path_in_api(request: web.Request) -> str | None:
    """The path below `/api/v10` (or `/api`); None for everything that is not the API."""
    _, marker, rest = request.path.partition("/api/")
    if not marker:
        return None
    return "/" + rest.removeprefix("v10/")


def _fault_names(request: web.Request) -> tuple[str, ...]:
    path = path_in_api(request) or f"/cdn/{request.path.partition('/cdn/')[2]}"
    return (
        f"{request.method} {request.path}",
        f"{request.method} {path}",
        f"{request.method} {API}{path}",
    )


def _api_faults(faults: FaultTable) -> Middleware:
    """Faults strike the API and the files of the CDN: the page and its pictures are not what the product depends on."""
    strike = http_fault_middleware(faults, "discord", throttled, _fault_names)

    @web.middleware
    async def fail_as_ordered(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_file = any(f"/cdn/{shelf}/" in request.path for shelf in (MESSAGES, HANDED_OVER))
        if path_in_api(request) is None and not is_file:
            return await handler(request)
        return await strike(request, handler)

    return fail_as_ordered


class _RequestNotes:
    """Writes down the calls of the API, with `:token` where a token stood."""

    def __init__(self, world: DiscordWorld) -> None:
        self.world = world

    @property
    def middleware(self) -> Middleware:
        """The middleware that does it."""

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            path = path_in_api(request)
            if path is None or path.startswith("/_sim"):
                return await handler(request)
            response = await handler(request)
            token = request.match_info.get("token")
            shown = path.replace(token, ":token") if token else path
            self.world.log.note(request.method, shown, response.status, request.get(PAYLOAD))
            return response

        return note


@web.middleware
async def _sim_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SimRefusal as refusal:
        return web.json_response({"message": refusal.sentence}, status=refusal.status)


def _add_page_routes(app: web.Application, page_directory: Path) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        wanted = request.match_info.get("file") or "index.html"
        file = _built_file(page_directory, wanted)
        if file is not None:
            is_index = wanted == "index.html"
            return web.FileResponse(file, headers={"Cache-Control": "no-cache" if is_index else "max-age=3600"})
        if wanted == "index.html":
            return web.Response(status=503, text=NOT_BUILT)
        raise web.HTTPNotFound

    app.router.add_get("/{file:.*}", page)


def _built_file(page_directory: Path, wanted: str) -> Path | None:
    """The file of the built page, where it exists and lies within the page's folder."""
    file = (page_directory / wanted).resolve()
    return file if file.is_relative_to(page_directory.resolve()) and file.is_file() else None
