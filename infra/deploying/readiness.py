"""Whether it can be deployed from here, before anything takes time: settings, credentials, the bucket of the state.

Only reads. Each complaint says what to do, in the doctor's words where it is about a setting.
"""

import shutil
from collections.abc import Mapping, Sequence

from infra.deploying.variables import MOST_BYTES, STATE_BUCKET, NotDeployable, bytes_of, settings_of
from infra.operations.examination.settings import examine_settings
from infra.pages.legal_pages import unnamed
from kaltura_discord.aws.caller import AwsCaller, AwsError

# The deployment finds its address by itself.
_FOUND_OUT = {"PUBLIC_BASE_URL": "https://found.out.example"}

_MAKE_BUCKET = "docs/setup.md, 7. Into AWS, says how to make one."


def complaints_of_settings(written: Mapping[str, str], unreadable_lines: Sequence[int]) -> list[str]:
    """What is wrong with `.env`, so that nothing would work."""
    seen = examine_settings({**written, **_FOUND_OUT}, unreadable_lines)
    complaints = [f"{each.area}: {each.sentence} {each.advice}" for each in seen if each.status == "failed"]
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


def complaints_of_machine() -> list[str]:
    """What has to be installed and is not."""
    if shutil.which("terraform"):
        return []
    return ["terraform: It is not installed: https://developer.hashicorp.com/terraform/install (1.11 or newer)"]


def remarks(written: Mapping[str, str]) -> list[str]:
    """What works, and should be otherwise."""
    missing = unnamed(written)
    if not missing:
        return []
    return [f"/privacy and /terms don't say who runs this: set {' and '.join(missing)} in .env."]


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
