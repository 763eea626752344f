"""POST /discord/interactions: slash commands, buttons, forms and autocomplete, signed by Discord.

What is imported here costs every cold start, so nothing slow is: no boto3, no httpx, no pydantic.
"""

import asyncio
import json
import logging
import os
import time

from mangum import Mangum
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.commands.canary import NoCanary, take_in
from kaltura_discord.commands.dispatch import acknowledge, no_answer_now
from kaltura_discord.commands.services import ServicesOnDemand
from kaltura_discord.discord.interaction import InteractionType, MalformedInteraction, parse_interaction
from kaltura_discord.discord.messages import pong
from kaltura_discord.discord.signature import RequestVerifier
from kaltura_discord.observation.metrics import count

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.interactions")

_verifier = RequestVerifier(os.environ["DISCORD_PUBLIC_KEY"])
_canary_key = os.environ.get("CANARY_PUBLIC_KEY", "")
_canary_verifier = RequestVerifier(_canary_key) if _canary_key else None
_services = ServicesOnDemand(os.environ, SignedCaller)

_PONG = json.dumps(pong()).encode()


async def receive(request: Request) -> Response:
    """Verify, parse, answer. Only what is signed is parsed, and nothing unsigned is logged."""
    body = await request.body()
    signature = request.headers.get("x-signature-ed25519", "")
    timestamp = request.headers.get("x-signature-timestamp", "")
    if not _verifier.is_genuine(signature, timestamp, body, time.time()):
        return await _answer_to_no_one_of_discords(signature, timestamp, body)
    try:
        interaction = parse_interaction(json.loads(body))
    except (ValueError, RecursionError, MalformedInteraction):
        log.error("signed, but not an interaction")
        return Response(status_code=400)
    if interaction.type is InteractionType.PING:
        return Response(_PONG, media_type="application/json")
    try:
        services = await _services.ready()
    except AwsError as error:
        count("CommandFailures")
        log.error("no services", extra={"reason": str(error)})
        answer = no_answer_now(interaction)
    else:
        answer = await acknowledge(interaction, services)
    if answer.body is None:
        return Response(status_code=answer.status)
    return Response(json.dumps(answer.body), answer.status, media_type="application/json")


async def _answer_to_no_one_of_discords(signature: str, timestamp: str, body: bytes) -> Response:
    """Nothing; but the canary, which never gets further than its own module, is told whether it was taken in."""
    if _canary_verifier is None or not _canary_verifier.is_genuine(signature, timestamp, body, time.time()):
        count("BadSignatures")
        return Response(status_code=401)
    try:
        await take_in(body, await _services.ready())
    except NoCanary:
        return Response(status_code=400)
    except AwsError as error:
        log.error("canary not taken in", extra={"reason": str(error)})
        return Response(status_code=503)
    return Response(status_code=202)


# One route needs no application around it: what that adds is middleware, and time to import it.
app = Route("/discord/interactions", receive, methods=["POST"])
asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(app, lifespan="off")
