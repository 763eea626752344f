"""The WebSocket API's authorizer: a ticket, once, lets one connection into one room.

API Gateway asks it during the upgrade, and repeats what it says here (`context`) in every later event of the
connection, so that who is speaking costs no read (API Gateway guide, "Lambda authorizers").
"""

import asyncio
import logging
import os
import time
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
        Exception: "Unauthorized", which API Gateway answers with 401; any other one with 500.
    """
    ticket = (event.get("queryStringParameters") or {}).get("ticket", "")
    try:
        holder = _loop.run_until_complete(_tickets.redeem(ticket))
    except AwsError as error:
        log.error("no ticket could be looked at", extra={"reason": str(error)})
        raise
    if holder is None:
        raise Exception("Unauthorized")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {
        "principalId": holder.user_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context_of(holder, int(time.time() * 1000) + _LIFE_MS),
    }
