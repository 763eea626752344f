"""POST /kaltura/webhooks/{token}: Kaltura tells that something happened to an entry. Signed with a shared secret.

The event is in the table before it is answered 200: what was answered otherwise, Kaltura sends a few times more, and
then never again (facts of its batch jobs: three attempts, a minute apart).
"""

import asyncio
import hmac
import logging
import os
import time

from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.commands.services import ServicesOnDemand
from kaltura_discord.events.models import Event
from kaltura_discord.events.store import EventStore
from kaltura_discord.kaltura.webhook_body import MalformedWebhook, read_webhook
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm, WebhookVerifier
from kaltura_discord.notifications.receiving import event_of
from kaltura_discord.observation.correlation import follow
from kaltura_discord.observation.metrics import count
from kaltura_discord.settings import WebhookSettings, webhook_settings

# An entry with all its metadata has some tens of kilobytes.
_LONGEST_BODY_BYTES = 256 * 1024

# Kaltura waits as long as its template says; ours says 10 seconds.
_PATIENCE_SECONDS = 8.0

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.kaltura_webhooks")
_services = ServicesOnDemand(os.environ, SignedCaller)


async def receive(request: Request) -> Response:
    """Verify, read, keep, answer. Nothing of what is not signed is read or logged."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await _received(request)
    except (AwsError, TimeoutError) as error:
        log.error("event not kept", extra={"reason": str(error) or type(error).__name__})
        return Response(status_code=503)


async def _received(request: Request) -> Response:
    body = await request.body()
    if len(body) > _LONGEST_BODY_BYTES:
        return Response(status_code=413)
    services = await _services.ready()
    if not services.environment.get("KALTURA_WEBHOOK_TOKEN", "").strip():
        # Kaltura was told of no address, so each is a stranger's.
        return Response(status_code=404)
    settings = webhook_settings(services.environment)
    if not hmac.compare_digest(request.path_params["token"].encode(), settings.token.encode()):
        return Response(status_code=404)
    if not _is_genuine(request, body, settings):
        log.warning("webhook that is not Kaltura's")
        count("BadSignatures")
        return Response(status_code=401)
    try:
        event = event_of(read_webhook(body), time.time())
    except MalformedWebhook as error:
        log.error("signed, but no webhook", extra={"reason": str(error)})
        return Response(status_code=400)
    follow(event.key)
    await _keep(event, services.events)
    log.info("kaltura event", extra={"event": event.key, "kind": event.kind, "entry_id": event.subject})
    if event.kind == "unknown":
        count("UnknownEvents")
    # Kaltura takes an answer without a body for none (its server: KDispatchHttpNotificationEngine.class.php).
    return PlainTextResponse("kept")


def _is_genuine(request: Request, body: bytes, settings: WebhookSettings) -> bool:
    verifier = WebhookVerifier(settings.secrets, HashAlgorithm(settings.algorithm))
    signature = request.headers.get("x-kaltura-signature", "")
    return verifier.is_genuine(signature, request.headers.get("x-kaltura-hash-algo", ""), body)


async def _keep(event: Event, events: EventStore) -> None:
    if not await events.receive(event):
        return
    try:
        await events.hand_on(event.key)
    except AwsError as error:
        # It is kept, so housekeeping hands it on.
        log.warning("event not handed on yet", extra={"event": event.key, "reason": str(error)})


app = Starlette(routes=[Route("/kaltura/webhooks/{token}", receive, methods=["POST"])])
asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(app, lifespan="off")
