"""The tasks queue: the slow half of commands. One message is one task; what should come back is reported as failed."""

import asyncio
import json
import logging
import os
from typing import Any

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.commands.services import Services, ServicesOnDemand
from kaltura_discord.commands.work import TryAgain, carry_out, give_up
from kaltura_discord.events.store import TASK
from kaltura_discord.observation.correlation import follow_message

# A failed task is tried again soon, and later each time, the last time when any lease is over; the queue's own
# patience is for workers that died. One more try than pauses: `maximum_receives` of infra/functions.json.
_AGAIN_AFTER_SECONDS = (2, 5, 20, 60)

# An event has a better place to wait in than the queue (`events.store`), and to put it there may fail as well: the
# queue counts that, and workers that died, as tries.
_TRIES_OF_AN_EVENT = 2

# Within the function's own time limit (infra/functions.json): a worker that is killed leaves its message to the queue's
# patience, which is minutes. Calls to AWS know no deadline of ours, so it is set around everything.
_TASK_SECONDS = 52.0

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.tasks")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)
_services = ServicesOnDemand(os.environ, boto_caller)


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Carry out each message of the batch (AWS Lambda docs: partial batch responses)."""
    return _loop.run_until_complete(_carry_out_all(event["Records"]))


async def _carry_out_all(records: list[dict[str, Any]]) -> dict[str, Any]:
    services = await _services.ready()
    failed = [record["messageId"] for record in records if not await _is_done(record, services)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


async def _is_done(record: dict[str, Any], services: Services) -> bool:
    task = json.loads(record["body"])
    follow_message(task)
    try:
        async with asyncio.timeout(_TASK_SECONDS):
            await carry_out(task, services)
    except (TryAgain, TimeoutError) as reason:
        receives = int(record["attributes"]["ApproximateReceiveCount"])
        log.warning("to be tried again", extra={"receives": receives, "reason": str(reason) or "out of time"})
        if receives >= _tries_of(task) and await _is_given_up(task, services):
            return True
        await _come_back(record, services, receives)
        return False
    return True


def _tries_of(task: dict[str, Any]) -> int:
    return _TRIES_OF_AN_EVENT if task["kind"] == TASK else len(_AGAIN_AFTER_SECONDS) + 1


async def _is_given_up(task: dict[str, Any], services: Services) -> bool:
    try:
        return await give_up(task, services)
    except AwsError as error:
        log.error("not given up", extra={"reason": str(error)})
        return False


async def _come_back(record: dict[str, Any], services: Services, receives: int) -> None:
    seconds = _AGAIN_AFTER_SECONDS[min(receives, len(_AGAIN_AFTER_SECONDS)) - 1]
    try:
        await services.tasks.show_again_in(record["receiptHandle"], seconds)
    except AwsError:
        log.warning("comes back when the queue's own patience is over")
