"""On a schedule: the deployment is used from outside, and what does not work becomes a metric with an alarm.

`CanaryFailures` is written with every run, so that silence can alarm, too.
"""

import asyncio
import logging
import os
import time
from typing import Any

import httpx

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.commands.canary_round import CanaryRound
from kaltura_discord.commands.services import ServicesOnDemand
from kaltura_discord.observation.metrics import COUNT, MILLISECONDS, Metrics
from kaltura_discord.settings import canary_secret

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.canary")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)
_services = ServicesOnDemand(os.environ, boto_caller)


def handler(_: dict[str, Any], __: object) -> dict[str, Any]:
    """One round; the names of what failed."""
    return _loop.run_until_complete(_fly())


async def _fly() -> dict[str, Any]:
    started = time.monotonic()
    services = await _services.ready()
    async with httpx.AsyncClient(http2=False) as http:
        flight = CanaryRound(services.aws.public_base_url, http, services.table, canary_secret(services.environment))
        failures = await flight.failures()
    Metrics().write(
        {
            "CanaryFailures": (len(failures), COUNT),
            "CanaryDuration": (round((time.monotonic() - started) * 1000), MILLISECONDS),
        }
    )
    log.info("canary back", extra={"failures": failures})
    return {"failures": failures}
