"""/api/v1/... and /j/{token}: the REST API, and the links that let people into meetings."""

import asyncio
import logging
import os

from mangum import Mangum
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.commands.services import Services, ServicesOnDemand
from kaltura_discord.http_api.parts import PartsOnDemand
from kaltura_discord.http_api.problems import method_not_allowed, not_found
from kaltura_discord.http_api.routes import PREFIX, api_routes
from kaltura_discord.meetings.errors import MeetingError, NotNow
from kaltura_discord.meetings.join_door import WayIn
from kaltura_discord.meetings.join_page import HEADERS, refusal_page, status_of
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError

# API Gateway gives up after 30 seconds; a person, long before.
_PATIENCE_SECONDS = 12.0

# How long a card may lag behind who came in, so that many at once become one change.
_CARD_DELAY_SECONDS = 2
_CARD_PATIENCE_SECONDS = 2.0

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.api")
_services = ServicesOnDemand(os.environ, boto_caller)


async def join(request: Request) -> Response:
    """Let somebody into a meeting, or say why not. A HEAD request is a look only, and lets nobody in."""
    if request.method == "HEAD":
        return Response(headers=HEADERS)
    try:
        # Around it all, since calls to AWS know no deadline and try long: throttled, for more than 30 seconds.
        async with asyncio.timeout(_PATIENCE_SECONDS):
            services = await _services.ready()
            way = await services.join_door.open(request.path_params["token"], Deadline.after(_PATIENCE_SECONDS))
    except MeetingError as error:
        return _refused(error)
    except ConfigError as error:
        log.error("nobody let in", extra={"reason": type(error).__name__})
        return _refused(NotNow("The settings of this server can't be read. Ask whoever runs this app."))
    except (AwsError, TimeoutError) as error:
        log.error("nobody let in", extra={"reason": str(error) or type(error).__name__})
        return _refused(NotNow())
    if way.is_first_time:
        log.info("usage", extra={"usage": "meeting_joined", "guild_id": way.meeting.guild_id})
        await _refresh_card(services, way)
    return RedirectResponse(way.url, status_code=302, headers=HEADERS)


def _refused(error: MeetingError) -> Response:
    return HTMLResponse(refusal_page(error), status_of(error), headers=HEADERS)


async def _refresh_card(services: Services, way: WayIn) -> None:
    """Have the card show who came in, once for all who come in within the next moments."""
    now = int(services.now())
    place = {"guild_id": way.meeting.guild_id, "meeting_id": way.meeting.meeting_id}
    try:
        # Calls to AWS know no deadline, and the person is waiting to be let in.
        async with asyncio.timeout(_CARD_PATIENCE_SECONDS):
            if await services.meetings.book_refresh(way.meeting, now + _CARD_DELAY_SECONDS, now):
                # The queue counts from a little later than we do: whoever joined before the booking ran out is seen.
                await services.tasks.send({"kind": "refresh_card", **place}, delay_seconds=_CARD_DELAY_SECONDS)
    except (AwsError, TimeoutError) as error:
        # The next one who joins brings the card up to date; this one goes in all the same.
        log.warning("card not to be refreshed", extra={"reason": str(error) or type(error).__name__})


async def no_such_route(request: Request, error: Exception) -> Response:
    """What is answered where there is no route, or not by this method."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
    if not request.url.path.startswith(f"{PREFIX}/"):
        return PlainTextResponse("Not Found" if status == 404 else "Method Not Allowed", status, headers=headers)
    return method_not_allowed(headers) if status == 405 else not_found()


app = Starlette(
    routes=[*api_routes(PartsOnDemand(_services).ready), Route("/j/{token}", join, methods=["GET"])],
    exception_handlers={HTTPException: no_such_route},
)
# An address with a slash too many is no address of ours; a redirect would repeat whatever host was asked for.
app.router.redirect_slashes = False
asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(app, lifespan="off")
