"""Are our own table and queue there, and may any Discord server use this deployment?

boto3 finds credentials in all the ways that operators keep them (profiles, single sign-on, roles), but makes its calls
in threads that nothing can stop. So it only finds them here, and our own client calls, which keeps to its time.
"""

import asyncio
from collections.abc import Mapping
from typing import Self

import boto3
from botocore.exceptions import BotoCoreError

from infra.operations.examination.observations import Observation, not_looked_at
from kaltura_discord.aws.caller import AwsCaller, AwsError, AwsUnavailable
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from kaltura_discord.aws.signed_caller import Patience, SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from kaltura_discord.settings import AwsSettings, MissingSetting, aws_settings

_PATIENCE = Patience(attempts=2, attempt_seconds=4.0, call_seconds=9.0)


class NoAccess(Exception):
    """There are no credentials or no region to call AWS with; the message says which."""


class AwsAccess:
    """Makes callers that keep to their time; use it with `async with`, so that their connections are closed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Region and credentials stand in `environment`."""
        self._environment = environment
        self._made: list[SignedCaller] = []

    @classmethod
    async def found_in(cls, environment: Mapping[str, str]) -> "AwsAccess":
        """With the credentials of `environment`, or those that boto3 finds.

        Raises:
            NoAccess: it finds none, or no region.
        """
        found = await asyncio.to_thread(_credentials, environment)
        return cls({**environment, **found})

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        for caller in self._made:
            await caller.close()

    def caller(self, service: str) -> AwsCaller:
        """A caller for one of the services that `SignedCaller` speaks to."""
        self._made.append(SignedCaller(service, self._environment, _PATIENCE))
        return self._made[-1]


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region and environment.get("AWS_ACCESS_KEY_ID") and environment.get("AWS_SECRET_ACCESS_KEY"):
        return {}
    try:
        session = boto3.Session(region_name=region, profile_name=environment.get("AWS_PROFILE"))
        credentials = session.get_credentials()
        if credentials is None:
            raise NoAccess("No AWS credentials were found.")
        frozen = credentials.get_frozen_credentials()
    except BotoCoreError as error:
        raise NoAccess(f"AWS credentials could not be read: {error}") from None
    if not session.region_name:
        raise NoAccess("No AWS region is set.")
    return {
        "AWS_REGION": session.region_name,
        "AWS_ACCESS_KEY_ID": frozen.access_key or "",
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key or "",
        "AWS_SESSION_TOKEN": frozen.token or "",
    }


async def environment_with_secrets(environment: dict[str, str]) -> tuple[dict[str, str], list[Observation]]:
    """The environment with the secrets that AWS keeps, where `SECRETS_PATH` says where; and what went wrong with it."""
    path = environment.get(SECRETS_PATH)
    if not path:
        return environment, []
    try:
        async with await AwsAccess.found_in(environment) as access:
            return await with_secrets(environment, access.caller), []
    except (NoAccess, AwsError) as error:
        rights = "ssm:GetParametersByPath, secretsmanager:GetSecretValue"
        advice = f"Check {SECRETS_PATH}, and that you may read there ({rights})."
        return environment, [Observation("secrets", "failed", f"{path} could not be read ({error}).", advice)]


async def examine_aws(environment: Mapping[str, str]) -> list[Observation]:
    """Whether table and queue can be reached, and which servers may use this deployment."""
    try:
        settings = aws_settings(environment)
    except MissingSetting as missing:
        if missing.name == "PUBLIC_BASE_URL":
            return [not_looked_at("table and queue", missing.name)]
        advice = "Start the local stack (make run), or set TABLE_NAME and TASKS_QUEUE_URL of your deployment."
        return [Observation("table and queue", "failed", f"{missing.name} is not set, and no stack runs here.", advice)]
    try:
        access = await AwsAccess.found_in(environment)
    except NoAccess as error:
        advice = "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; and AWS_REGION."
        return [Observation("access", "failed", str(error), advice)]
    async with access:
        return await examine_resources(settings, access.caller("dynamodb"), access.caller("sqs"))


async def examine_resources(settings: AwsSettings, dynamodb: AwsCaller, sqs: AwsCaller) -> list[Observation]:
    """The same, through callers that are there."""
    table_seen, queue_seen = await asyncio.gather(
        _table(Table(dynamodb, settings.table_name), settings.table_name), _queue(sqs, settings.tasks_queue_url)
    )
    return [*table_seen, queue_seen]


async def _table(table: Table, name: str) -> list[Observation]:
    try:
        allowed = await AllowedServers(table).all()
    except AwsError as error:
        return [Observation("table", "failed", f"{name} could not be read ({error}).", _advice(error))]
    return [Observation("table", "ok", f"{name} and its index can be read."), _servers(allowed)]


async def _queue(caller: AwsCaller, url: str) -> Observation:
    request = {"QueueUrl": url, "AttributeNames": ["ApproximateNumberOfMessages"]}
    try:
        answer = await caller.call("GetQueueAttributes", request)
    except AwsError as error:
        return Observation("tasks queue", "failed", f"It could not be reached ({error}).", _advice(error))
    waiting = answer.get("Attributes", {}).get("ApproximateNumberOfMessages", "0")
    return Observation("tasks queue", "ok", f"It can be reached; about {waiting} messages wait in it.")


def _servers(allowed: list[AllowedServer]) -> Observation:
    area = "allowed servers"
    if not allowed:
        advice = "Run: make allow-server GUILD=<the server's id> CATEGORIES=<Kaltura category ids> TAGS=<tags>"
        return Observation(area, "failed", "No Discord server may use this deployment yet.", advice)
    without_videos = sum(1 for server in allowed if not server.category_ids and not server.tags)
    servers = "1 server" if len(allowed) == 1 else f"{len(allowed)} servers"
    sentence = f"{servers} may use this deployment"
    if not without_videos:
        return Observation(area, "ok", f"{sentence}.")
    return Observation(area, "ok", f"{sentence}; {without_videos} of them for meetings only, without videos.")


def _advice(error: AwsError) -> str:
    if isinstance(error, AwsUnavailable):
        return "Check the network and AWS_REGION; for the local stack, whether make run still runs."
    if "NotFound" in error.code or "NonExistentQueue" in error.code or "DoesNotExist" in error.code:
        return "Check TABLE_NAME, TASKS_QUEUE_URL and AWS_REGION against the deployment's outputs."
    return "Check that these credentials may read the deployment's table and queue."
