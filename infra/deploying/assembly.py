"""Everything that deploys, put together for the real AWS, Discord and Kaltura."""

import argparse
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.deploying.aliases import Aliases
from infra.deploying.announcing import Announcer, look_before
from infra.deploying.deployment import Deployer
from infra.deploying.first_calls import FirstCalls
from infra.deploying.invoking import invoker
from infra.deploying.readiness import (
    account,
    complaints_of_application,
    complaints_of_bucket,
    complaints_of_machine,
    complaints_of_settings,
    remarks,
)
from infra.deploying.terraform import TerraformProcess
from infra.deploying.trying_out import failures
from infra.deploying.variables import (
    REPOSITORY,
    STATE_BUCKET,
    NotDeployable,
    terraform_variables,
    told_to_terraform,
)
from infra.deploying.versions import LiveVersions
from infra.pages.legal_pages import write_pages
from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.kaltura.webhook_registration import WEBHOOKS_PATH, WebhookRegistration
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from kaltura_discord.settings import MissingSetting, discord_settings, webhook_settings

PAGE = REPOSITORY / "activity_client" / "dist"

Types = Callable[[str], str]
"""Asks the operator for a text."""

Callers = Callable[[str], AwsCaller]
"""A caller for a service of AWS."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is asked; with `is_sure` (`YES=1`) only where something is taken from another deployment."""

    types: Types
    is_sure: bool

    def to_changes(self, question: str) -> bool:
        """See `Agreement`."""
        return self.is_sure or self.to_taking_over(question)

    def to_taking_over(self, question: str) -> bool:
        """See `Agreement`."""
        return self.types(f"{question} [y/N] ").strip().lower() == "y"


def deployer(arguments: argparse.Namespace, written: Mapping[str, str], types: Types) -> Deployer:
    """For one environment; `written` is what stands in `.env`, with the canary's key."""
    operator = Operator(types, arguments.yes)
    environment = arguments.environment
    functions, storage = boto_caller("lambda", written), boto_caller("s3", written)
    plan_file = REPOSITORY / ".local" / "deployments" / f"{environment}.plan"

    async def announce(outputs: Mapping[str, Any], own: Collection[str]) -> None:
        known = {**written, **outputs["operator_environment"]}
        services = Services(known, lambda service: boto_caller(service, known))
        base_url = str(outputs["public_base_url"])
        async with services.http, services.kaltura_transport:
            announcer = Announcer(services.rest, registration(services, base_url), operator, written)
            await announcer.announce(base_url, own)

    async def look(base_url: str, own: Collection[str]) -> None:
        discord = discord_settings(written)
        async with httpx.AsyncClient() as http:
            rest = DiscordRest(discord.api_url, discord.application_id, discord.bot_token, http)
            await look_before(rest, operator, base_url, environment, own)

    return Deployer(
        environment=environment,
        settings=written,
        terraform=TerraformProcess(environment, terraform_variables(written, environment), plan_file),
        aliases=Aliases(functions, boto_caller("cloudwatch", written)),
        functions=functions,
        storage=storage,
        versions=LiveVersions(storage, written.get(STATE_BUCKET, ""), environment),
        write_pages=lambda: write_beside_the_page(PAGE, written, environment),
        first_calls=FirstCalls(invoker(written), written["CANARY_SECRET"]),
        look=look,
        smoke=lambda outputs: failures(written, outputs),
        announce=announce,
        agrees=operator.to_changes,
        watch_seconds=arguments.watch_seconds,
    )


def write_beside_the_page(page: Path, written: Mapping[str, str], environment: str) -> None:
    """Write /privacy and /terms as this deployment's settings say them, whatever was built before with others.

    Raises:
        NotDeployable: the page itself is not built.
    """
    if not (page / "index.html").exists():
        raise NotDeployable("The page of Watch Together is not built, and would be taken away: make build")
    write_pages(page, {**written, **told_to_terraform(written, environment)})


def registration(services: Services, base_url: str) -> WebhookRegistration | None:
    """How Kaltura is told; None where there is no address for it."""
    try:
        settings = webhook_settings(services.environment)
    except MissingSetting:
        return None
    url = f"{base_url}{WEBHOOKS_PATH}{settings.token}"
    return WebhookRegistration(services.kaltura_transport, url, HashAlgorithm(settings.algorithm))


async def check(
    environment: str,
    written: Mapping[str, str],
    lost_lines: Sequence[int],
    callers: Callers | None = None,
    discord: Callable[[], httpx.AsyncClient] = httpx.AsyncClient,
) -> None:
    """Whether it can be deployed from here; says where to, and as whom.

    Raises:
        NotDeployable: what has to be mended first.
    """
    _stop_for([*complaints_of_settings(environment, written, lost_lines), *complaints_of_machine()])
    async with discord() as http:
        _stop_for(await complaints_of_application(written, http))
    call = callers or (lambda service: boto_caller(service, written))
    print(f"{environment} goes into {await account(call('sts'))}, region {written['AWS_REGION']}.")
    for remark in remarks(environment, written):
        print(remark)
    _stop_for(await complaints_of_bucket(call("s3"), written[STATE_BUCKET]))


def _stop_for(complaints: Sequence[str]) -> None:
    if complaints:
        raise NotDeployable("\n  ".join(["something has to be mended first.", *complaints]))
