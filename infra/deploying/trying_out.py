"""What was deployed is tried out from outside, by what the canary does; and Discord is told where it is."""

from collections.abc import Mapping
from typing import Any

import httpx

from infra.operations.register_commands import Agrees, register
from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.table import Table
from kaltura_discord.commands.canary_round import CanaryRound
from kaltura_discord.commands.services import Services
from kaltura_discord.resilience.deadline import Deadline

_PATIENCE_SECONDS = 30.0

Outputs = Mapping[str, Any]


class Outside:
    """The deployment as the world sees it.

    Args:
        environment: what stands in `.env`, with the canary's key.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    async def smoke(self, outputs: Outputs) -> list[str]:
        """Health, refusals, a signed command: the names of what failed."""
        known = {**self._environment, **outputs["operator_environment"]}
        async with httpx.AsyncClient() as http:
            table = Table(boto_caller("dynamodb", known), known["TABLE_NAME"])
            return await CanaryRound(outputs["public_base_url"], http, table, known["CANARY_SECRET"]).failures()

    async def register(self, outputs: Outputs, agrees: Agrees) -> int:
        """Show what changes of the commands, and register them."""
        services = self._services(outputs)
        async with services.http:
            return await register(services.rest, agrees, dry=False)

    async def set_endpoint(self, outputs: Outputs) -> None:
        """Have Discord send interactions here; it sends a PING first, and refuses the address without its answer."""
        services = self._services(outputs)
        fields = {"interactions_endpoint_url": outputs["portal_fields"]["interactions_endpoint_url"]}
        async with services.http:
            application = await services.rest.own_application(Deadline.after(_PATIENCE_SECONDS))
            if application.get("interactions_endpoint_url") != fields["interactions_endpoint_url"]:
                await services.rest.change_application(fields, Deadline.after(_PATIENCE_SECONDS))

    def _services(self, outputs: Outputs) -> Services:
        known = {**self._environment, **outputs["operator_environment"]}
        return Services(known, lambda service: boto_caller(service, known))
