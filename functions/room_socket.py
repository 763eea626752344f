"""The WebSocket API's routes: `$connect`, `$default` and `$disconnect` of everybody who watches together.

What is imported here costs every cold start, and somebody who waits for a clock: no boto3, no httpx, no pydantic, and
neither a framework nor an adapter, since there is nothing to route.
"""

import asyncio
import json
import logging
import os
import time
from typing import Any

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.observation.metrics import SECONDS
from kaltura_discord.settings import table_name
from kaltura_discord.watch.conversation import Conversation
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.grants import Grants
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.tickets import viewer_of

Json = dict[str, Any]

# A time of API Gateway's that is further from ours than this is not the time of this event.
_BELIEVABLE_MS = 30_000

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.room_socket")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)


async def _with_secrets() -> dict[str, str]:
    if SECRETS_PATH not in os.environ:
        return dict(os.environ)
    return await with_secrets(os.environ, lambda service: SignedCaller(service, os.environ))


_table = Table(SignedCaller("dynamodb", os.environ), table_name(os.environ))
_parts = WatchParts(os.environ, _table, time.time)
_grants = Grants(_with_secrets, time.time)
_conversation = Conversation(_parts, FloodGate(_table, time.time), _grants.read, time.time)


def handler(event: Json, _: object) -> Json:
    """Answer one event; what `$default` returns as body goes to the sender (API Gateway guide, "route responses")."""
    arrived_at_ms = time.time() * 1000
    context = event["requestContext"]
    try:
        viewer = viewer_of(context["connectionId"], context["authorizer"])
        expires_at_ms = float(context["authorizer"]["expires_at_ms"])
    except (KeyError, TypeError, ValueError):
        # Nobody comes this way without the authorizer, unless the API is set up wrong.
        log.error("a connection that nobody authorized")
        return {"statusCode": 403}
    match context["routeKey"]:
        case "$connect":
            return {"statusCode": 200}
        case "$disconnect":
            _parts.metrics.write({"SessionLength": ((arrived_at_ms - context["connectedAt"]) / 1000, SECONDS)})
            return _loop.run_until_complete(_gone(viewer))
    received_at_ms = _received_at_ms(context, arrived_at_ms)
    body = event.get("body") or ""
    answer = _loop.run_until_complete(_conversation.answer(viewer, body, received_at_ms, expires_at_ms))
    return {"statusCode": 200} if answer is None else {"statusCode": 200, "body": _encoded(answer)}


async def _gone(viewer: Any) -> Json:
    try:
        await _conversation.ended(viewer)
    except AwsError as error:
        # Nobody waits for an answer; the first post to this connection finds it gone.
        log.warning("not forgotten yet", extra={"reason": str(error)})
    return {"statusCode": 200}


def _received_at_ms(context: Json, arrived_at_ms: float) -> float:
    """When API Gateway received the message: a cold start of ours then shows as server time, not as distance.

    It says whole milliseconds, cut off, so half of one is added.
    """
    received_at_ms = float(context.get("requestTimeEpoch", 0)) + 0.5
    return received_at_ms if 0 <= arrived_at_ms - received_at_ms < _BELIEVABLE_MS else arrived_at_ms


def _encoded(answer: Json) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
