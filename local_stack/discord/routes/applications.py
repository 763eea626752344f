"""The application itself: its data, its interactions endpoint (checked live when it is set), its Activity instances."""

from urllib.parse import urlsplit

from aiohttp import web

from local_stack.discord.errors import Complaints, Path, invalid, not_found, unknown
from local_stack.discord.event_post import find_fault_of_events_url
from local_stack.discord.installs import is_installed
from local_stack.discord.interactions.courier import Courier
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiHandler, ApiRoutes, answered
from local_stack.discord.rules.schemas import check_keys, check_schema, known_keys
from local_stack.discord.seed import ANN
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

PATCH_SCHEMA = "ApplicationFormPartial"
INSTANCE_LIMIT = Limit(10, 5.0)
EMBEDDED_FLAG = 1 << 17
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_application_routes(routes: ApiRoutes, courier: Courier) -> None:
    """Serve /applications/@me and the look-up of Activity instances."""
    routes.add("GET", "/applications/@me", show_application)
    routes.add("GET", "/oauth2/applications/@me", show_application)
    routes.add("PATCH", "/applications/@me", edit_application(courier))
    path = "/applications/{application_id}/activity-instances/{instance_id}"
    routes.add("GET", path, show_instance, limit=INSTANCE_LIMIT)


async def show_application(call: ApiCall) -> web.Response:
    """The application object."""
    return answered(application_json(call.world))


def application_json(world: DiscordWorld) -> Json:
    """The application object of the API."""
    return {
        "id": world.application_id,
        "name": world.bot.display_name,
        "icon": world.bot.avatar,
        "description": world.description,
        "summary": "",
        "type": None,
        "bot": world.bot.as_json(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": world.public_key,
        "flags": EMBEDDED_FLAG if world.with_activities else 0,
        "hook": True,
        "redirect_uris": ["https://127.0.0.1"],
        "interactions_endpoint_url": world.interactions_url or None,
        "role_connections_verification_url": None,
        "approximate_guild_count": sum(is_installed(world, server) for server in world.servers.values()),
        "integration_types_config": {"0": {}, "1": {}},
        "tags": [],
        "flags_new": str(EMBEDDED_FLAG if world.with_activities else 0),
        "owner": ANN.as_json(),
        "team": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["identify", "guilds", "guilds.members.read", "applications.commands", "bot"],
        "event_webhooks_url": world.subscription.url or None,
        "event_webhooks_status": world.subscription.status,
        "event_webhooks_types": sorted(world.subscription.kinds),
        "approximate_user_install_count": len(world.user_installs),
        "approximate_user_authorization_count": 0,
    }


def edit_application(courier: Courier) -> ApiHandler:
    """The handler of PATCH /applications/@me, which tries a new endpoint out through `courier`."""

    async def edit(call: ApiCall) -> web.Response:
        complaints = Complaints()
        check_keys(call.body, known_keys(PATCH_SCHEMA), complaints)
        check_schema(PATCH_SCHEMA, call.body, complaints)
        complaints.raise_if_any()
        url = call.body.get("interactions_endpoint_url")
        if isinstance(url, str) and url:
            await _check_endpoint(courier, url)
        if "interactions_endpoint_url" in call.body:
            call.world.interactions_url = url or ""
        await _edit_subscription(call, courier)
        if isinstance(call.body.get("description"), str):
            call.world.description = call.body["description"]
        return answered(application_json(call.world))

    return edit


async def _edit_subscription(call: ApiCall, courier: Courier) -> None:
    """Where webhook events go, which, and whether at all (Discord docs: Edit Current Application)."""
    subscription = call.world.subscription
    url = call.body.get("event_webhooks_url")
    if isinstance(url, str) and url:
        place = ("event_webhooks_url",)
        _check_scheme(url, place)
        fault = await find_fault_of_events_url(call.world, courier, url)
        if fault is not None:
            message = f"The specified event webhooks url could not be verified. {fault}"
            raise invalid(place, "APPLICATION_EVENT_WEBHOOKS_URL_INVALID", message)
    if "event_webhooks_url" in call.body:
        subscription.url = url or ""
    if isinstance(call.body.get("event_webhooks_types"), list):
        subscription.kinds = set(call.body["event_webhooks_types"])
    if isinstance(call.body.get("event_webhooks_status"), int):
        subscription.status = call.body["event_webhooks_status"]


def _check_scheme(url: str, place: Path) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise invalid(place, "URL_TYPE_INVALID_SCHEME", f'Scheme "{parts.scheme}" is not supported.')


async def _check_endpoint(courier: Courier, url: str) -> None:
    """Refuse an endpoint that does not answer PING, or takes a wrong signature for a right one."""
    place = ("interactions_endpoint_url",)
    _check_scheme(url, place)
    fault = await courier.find_fault_of_endpoint(url)
    if fault is not None:
        message = f"The specified interactions endpoint url could not be verified. {fault}"
        raise invalid(place, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", message)


async def show_instance(call: ApiCall) -> web.Response:
    """An Activity instance and who is in it; 404 with code 0 where there is none."""
    if call.path("application_id") != call.world.application_id:
        raise unknown("Application", 10002)
    instance = call.world.activities.shown_by_api(call.path("instance_id"), call.world.application_id)
    if instance is None:
        raise not_found()
    return answered(instance)
