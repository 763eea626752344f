"""Whether it can be deployed from here, before anything takes time: settings, application, credentials, state's bucket.

Only reads. Each complaint says what to do, in the doctor's words where it is about a setting.
"""

import re
import shutil
from collections.abc import Mapping, Sequence

import httpx

from infra.deploying.variables import (
    MOST_BYTES,
    STATE_BUCKET,
    NotDeployable,
    bytes_of,
    settings_of,
    told_to_terraform,
)
from infra.operations.examination.discord import examine_application
from infra.operations.examination.observations import Observation
from infra.operations.examination.settings import examine_settings
from infra.pages.legal_pages import unnamed
from kaltura_discord.aws.caller import AwsCaller, AwsError
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import discord_settings

ENVIRONMENTS = ("dev", "prod")

# The deployment finds its address by itself.
_FOUND_OUT = {"PUBLIC_BASE_URL": "https://found.out.example"}

# What `make deploy` prints for .env, and what bears the environment's name in it (infra/terraform/locals.tf).
_OF_A_DEPLOYMENT = ("TABLE_NAME", "SECRETS_PATH", "TASKS_QUEUE_URL", "NOTIFICATIONS_QUEUE_URL")

_DISCORD_SECONDS = 15.0

_MAKE_BUCKET = "docs/setup.md, 7. Into AWS, says how to make one."


def complaints_of_settings(environment: str, written: Mapping[str, str], unreadable_lines: Sequence[int]) -> list[str]:
    """What is wrong with `.env`, so that nothing would work, or the wrong thing would."""
    complaints = _failed(examine_settings({**written, **_FOUND_OUT}, unreadable_lines))
    complaints += _of_another(environment, written)
    if not written.get(STATE_BUCKET):
        complaints.append(f"{STATE_BUCKET}: It is not set. It names an S3 bucket of yours; {_MAKE_BUCKET}")
    if not written.get("AWS_REGION"):
        complaints.append("AWS_REGION: It is not set. A region near your people and your Kaltura, such as us-east-1.")
    taken = bytes_of(settings_of(written))
    if taken > MOST_BYTES:
        complaints.append(
            f"settings: Together they take {taken} bytes, and a function's environment has room for {MOST_BYTES}. Set "
            "what only one server needs there: make server-config."
        )
    return complaints


def _of_another(environment: str, written: Mapping[str, str]) -> list[str]:
    """A forgotten ENV_FILE gives prod dev's application and secrets, and no trial with a key of ours would notice."""
    return [
        f"{name}: It is {other}'s, and this is for {environment}. Is it the right file? "
        f"make … ENV={environment} ENV_FILE=.env.{environment}"
        for name in _OF_A_DEPLOYMENT
        for other in ENVIRONMENTS
        if other != environment and re.search(rf"kaltura-discord[-/]{other}\b", written.get(name, ""))
    ]


def _failed(seen: Sequence[Observation]) -> list[str]:
    return [f"{each.area}: {each.sentence} {each.advice}" for each in seen if each.status == "failed"]


async def complaints_of_application(written: Mapping[str, str], http: httpx.AsyncClient) -> list[str]:
    """Whether token, id and public key are of one application: with another's key all that Discord sends is refused."""
    settings = discord_settings(written)
    rest = DiscordRest(settings.api_url, settings.application_id, settings.bot_token, http)
    _, seen = await examine_application(rest, settings, Deadline.after(_DISCORD_SECONDS))
    return _failed(seen)


def complaints_of_machine() -> list[str]:
    """What has to be installed and is not."""
    if shutil.which("terraform"):
        return []
    return ["terraform: It is not installed: https://developer.hashicorp.com/terraform/install (1.11 or newer)"]


def remarks(environment: str, written: Mapping[str, str]) -> list[str]:
    """What works, and should be otherwise."""
    seen = []
    missing = unnamed(written)
    if missing:
        seen.append(f"/privacy and /terms don't say who runs this: set {' and '.join(missing)} in .env.")
    if told_to_terraform(written, environment).get("TF_VAR_alarm_email", "").strip('" ') == "":
        seen.append("Nobody is told when an alarm rings: set TF_VAR_alarm_email=you@example.org in .env.")
    return seen


async def account(identity: AwsCaller) -> str:
    """Into which account, and as whom.

    Raises:
        NotDeployable: there are no credentials, or they have run out.
    """
    try:
        answer = await identity.call("GetCallerIdentity", {})
    except AwsError as error:
        raise NotDeployable(
            f"AWS does not take you for anybody ({error}). Set AWS_PROFILE in .env to a profile (aws configure "
            "sso makes one), and have it signed in: aws sso login"
        ) from None
    return f"account {answer['Account']} as {answer['Arn']}"


async def complaints_of_bucket(storage: AwsCaller, bucket: str) -> list[str]:
    """Whether Terraform's state can be kept there, and a mistake in it be taken back."""
    try:
        answer = await storage.call("GetBucketVersioning", {"Bucket": bucket})
    except AwsError as error:
        return [f"{STATE_BUCKET}: {bucket} cannot be asked ({error}). {_MAKE_BUCKET}"]
    if answer.get("Status") != "Enabled":
        how = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        return [f"{STATE_BUCKET}: {bucket} keeps no old versions, so a broken state would be lost: {how}"]
    return []
