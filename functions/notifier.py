"""The notifications queue: what is to be told, and cards that are to show how their meetings are.

All about one meeting or video of a server comes one after the other. What cannot be told now stays at the head of its
group until it is visible again: as long as Discord asked us to wait, or longer each time where Discord is unwell.
"""

import asyncio
import json
import logging
import math
import os
from typing import Any

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.commands.notifying import tell
from kaltura_discord.commands.services import Services, ServicesOnDemand
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.observation.correlation import follow_message
from kaltura_discord.resilience.deadline import Deadline

# Within the function's own time limit (infra/functions.json); the queue's patience is for workers that died.
_TELLING_SECONDS = 25.0
_MESSAGE_SECONDS = 50.0

# Where our own table or queue is unwell.
_AGAIN_AFTER_SECONDS = 5

# What holds up its group by a mistake of ours, which no repetition mends, is let go after so many times.
_MISTAKES_AT_MOST = 10
_AFTER_A_MISTAKE_SECONDS = 60

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.notifier")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)
_services = ServicesOnDemand(os.environ, boto_caller)


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Tell what the batch brings (AWS Lambda docs: partial batch responses for FIFO queues)."""
    return _loop.run_until_complete(_tell_all(event["Records"]))


async def _tell_all(records: list[dict[str, Any]]) -> dict[str, Any]:
    services = await _services.ready()
    failed: list[str] = []
    for record in records:
        # Whatever comes after one that failed may be of its group, and must not overtake it.
        if failed or not await _is_told(record, services):
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


async def _is_told(record: dict[str, Any], services: Services) -> bool:
    message = json.loads(record["body"])
    follow_message(message)
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    try:
        async with asyncio.timeout(_MESSAGE_SECONDS):
            await tell(message, services, receives, Deadline.after(_TELLING_SECONDS))
    except NotNow as later:
        log.info("not now", extra={"seconds": later.seconds, "reason": str(later)})
        await _come_back(record, services, later.seconds)
        return False
    except (AwsError, DiscordError, TimeoutError) as error:
        log.warning("to be tried again", extra={"reason": str(error) or type(error).__name__})
        await _come_back(record, services, _AGAIN_AFTER_SECONDS)
        return False
    except Exception:  # a mistake of ours must not keep all that comes after it from being told
        is_last = receives >= _MISTAKES_AT_MOST
        log.exception("let go by a mistake of ours" if is_last else "a mistake of ours")
        if not is_last:
            await _come_back(record, services, _AFTER_A_MISTAKE_SECONDS)
        return is_last
    return True


async def _come_back(record: dict[str, Any], services: Services, seconds: float) -> None:
    try:
        await services.telling.queue.show_again_in(record["receiptHandle"], math.ceil(seconds))
    except AwsError:
        log.warning("comes back when the queue's own patience is over")
