"""What was deployed is tried out from outside, by what the canary does."""

from collections.abc import Mapping
from typing import Any

import httpx

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.table import Table
from kaltura_discord.commands.canary_round import CanaryRound

Outputs = Mapping[str, Any]


async def failures(written: Mapping[str, str], outputs: Outputs) -> list[str]:
    """Health, refusals, a signed command: the names of what failed.

    Args:
        written: what stands in `.env`, with the canary's key.
        outputs: what Terraform tells of the deployment.
    """
    known = {**written, **outputs["operator_environment"]}
    async with httpx.AsyncClient() as http:
        table = Table(boto_caller("dynamodb", known), known["TABLE_NAME"])
        return await CanaryRound(outputs["public_base_url"], http, table, known["CANARY_SECRET"]).failures()
