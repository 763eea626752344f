"""POST /discord/events: Discord tells that somebody installed the app, or took their authorisation back. Signed.

What happened goes onto the tasks queue before it is answered, since an event that was answered never comes again. Where
that fails, the answer is 503 and Discord sends the event once more; the work is done once however often it came.
"""

import asyncio
import json
import logging
import os
import time
from dataclasses import asdict

from mangum import Mangum
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.discord.signature import RequestVerifier
from kaltura_discord.discord.webhook_event import MalformedEvent, Ping, Unheard, parse_webhook_event
from kaltura_discord.observation.metrics import count
from kaltura_discord.settings import tasks_queue_url

# An event bears a whole server, with up to hundreds of roles and emojis; none comes near this.
_LONGEST_BODY_BYTES = 1 << 20

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.discord_events")

_verifier = RequestVerifier(os.environ["DISCORD_PUBLIC_KEY"])
_tasks = Queue(SignedCaller("sqs", os.environ), tasks_queue_url(os.environ))


async def receive(request: Request) -> Response:
    """Verify, parse, keep, answer. Only what is signed is parsed, and nothing unsigned is logged."""
    body = await request.body()
    if len(body) > _LONGEST_BODY_BYTES:
        return Response(status_code=413)
    signature = request.headers.get("x-signature-ed25519", "")
    timestamp = request.headers.get("x-signature-timestamp", "")
    if not _verifier.is_genuine(signature, timestamp, body, time.time()):
        count("BadSignatures")
        return Response(status_code=401)
    try:
        event = parse_webhook_event(json.loads(body))
    except (ValueError, RecursionError, MalformedEvent):
        log.error("signed, but not an event")
        return Response(status_code=400)
    if isinstance(event, Ping):
        return Response(status_code=204)
    if isinstance(event, Unheard):
        log.info("event of no use to us", extra={"event": event.name})
        return Response(status_code=204)
    try:
        await _tasks.send({"kind": "discord_event", "event": type(event).__name__.lower(), **asdict(event)})
    except AwsError as error:
        log.error("event not kept", extra={"reason": str(error)})
        return Response(status_code=503)
    return Response(status_code=204)


app = Starlette(routes=[Route("/discord/events", receive, methods=["POST"])])
asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(app, lifespan="off")
