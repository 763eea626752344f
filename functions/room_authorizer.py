"""The WebSocket API's authorizer: a ticket, once, lets one connection into one room.

API Gateway asks it during the upgrade, and repeats what it says here (`context`) in every later event of the
connection, so that who is speaking costs no read (API Gateway guide, "Lambda authorizers").
"""

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from typing import Any

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.settings import table_name
from kaltura_discord.watch.tickets import Tickets, context_of

# API Gateway closes a socket after two hours.
_LIFE_MS = 2 * 3600 * 1000

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.room_authorizer")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)
_tickets = Tickets(Table(SignedCaller("dynamodb", os.environ), table_name(os.environ)), time.time)


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Let whoever bears a ticket in, or nobody.

    Raises:
        AwsError: no ticket could be looked at; API Gateway answers with 500.
    """
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    try:
        holder = _loop.run_until_complete(_tickets.redeem(ticket))
    except AwsError as error:
        log.error("no ticket could be looked at", extra={"reason": str(error)})
        raise
    if holder is None:
        # API Gateway answers 403. The other way, to raise "Unauthorized", would count as an error of this function: any
        # stranger could ring the alarm of errors, and have a deployment taken back that it watches.
        return _verdict("Deny", event["methodArn"], "nobody", {})
    context = context_of(holder, int(time.time() * 1000) + _LIFE_MS)
    return _verdict("Allow", event["methodArn"], holder.user_id, context)


def _verdict(effect: str, route: str, who: str, context: Mapping[str, object]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": route}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": who, "policyDocument": policy, "context": dict(context)}
