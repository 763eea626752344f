"""The environment variables of the functions: exactly these, nothing of the machine's own environment.

AWS sets the `AWS_*` and `_*` ones (AWS Lambda guide, "Defined runtime environment variables"); the others are what
`docs/` calls the settings.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from nacl.signing import SigningKey

from local_stack.embedded_aws.ministack import REGION
from local_stack.embedded_aws.resources import queue_url
from local_stack.gateway.env_file import DISCORD_API_URL, KALTURA_SERVICE_URL, Choice
from local_stack.gateway.manifest import FunctionPlan, Manifest
from local_stack.places import Places

RUNTIME = "AWS_Lambda_python3.13"


@dataclass(frozen=True, slots=True)
class StackSecrets:
    """What a real deployment keeps in SSM; new with every start.

    Attributes:
        webhook_token: the last part of the webhook's path.
        jwt_secret: what our own tokens are signed with.
        canary_secret: what the canary signs with, an Ed25519 seed in hexadecimal digits.
    """

    webhook_token: str
    jwt_secret: str
    canary_secret: str

    @classmethod
    def fresh(cls) -> "StackSecrets":
        """New ones."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(48), secrets.token_hex(32))


@dataclass(frozen=True, slots=True)
class SimulatedDiscord:
    """What the functions have to know of the simulated Discord."""

    application_id: str
    public_key: str
    bot_token: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class SimulatedKaltura:
    """What the functions have to know of the simulated Kaltura."""

    partner_id: int
    admin_secret: str
    player_id: int


def common_environment(
    places: Places,
    manifest: Manifest,
    choice: Choice,
    stack_secrets: StackSecrets,
    discord: SimulatedDiscord | None,
    kaltura: SimulatedKaltura | None,
) -> dict[str, str]:
    """What every function and every operator's command finds; `discord` and `kaltura` are None where they're real."""
    base_url = places.base_url
    if choice.anything_real:
        base_url = choice.settings.get("PUBLIC_BASE_URL", base_url).rstrip("/")
    ours = {name: value for name, value in choice.settings.items() if not name.startswith("AWS_")}
    return {
        "LOG_LEVEL": "INFO",
        "KALTURA_WEBHOOK_TOKEN": stack_secrets.webhook_token,
        "JWT_SECRET": stack_secrets.jwt_secret,
        "CANARY_SECRET": stack_secrets.canary_secret,
        "CANARY_PUBLIC_KEY": SigningKey(bytes.fromhex(stack_secrets.canary_secret)).verify_key.encode().hex(),
        **_real_defaults(choice),
        **ours,
        **_discord(places, discord),
        **_kaltura(places, kaltura),
        **_queue_urls(places, manifest),
        "PUBLIC_BASE_URL": base_url,
        "TABLE_NAME": manifest.table.name,
        "SOCKET_CALLBACK_URL": places.base_url,
        "AWS_ENDPOINT_URL": places.aws_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }


def _real_defaults(choice: Choice) -> dict[str, str]:
    defaults: dict[str, str] = {}
    if choice.real_discord:
        defaults["DISCORD_API_URL"] = DISCORD_API_URL
    if choice.real_kaltura:
        defaults["KALTURA_SERVICE_URL"] = KALTURA_SERVICE_URL
    return defaults


def _discord(places: Places, discord: SimulatedDiscord | None) -> dict[str, str]:
    if discord is None:
        return {}
    return {
        "DISCORD_APPLICATION_ID": discord.application_id,
        "DISCORD_PUBLIC_KEY": discord.public_key,
        "DISCORD_BOT_TOKEN": discord.bot_token,
        "DISCORD_CLIENT_SECRET": discord.client_secret,
        "DISCORD_API_URL": places.discord_api_url,
    }


def _kaltura(places: Places, kaltura: SimulatedKaltura | None) -> dict[str, str]:
    if kaltura is None:
        return {}
    return {
        "KALTURA_SERVICE_URL": places.kaltura_url,
        "KALTURA_PARTNER_ID": str(kaltura.partner_id),
        "KALTURA_ADMIN_SECRET": kaltura.admin_secret,
        "KALTURA_PLAYER_ID": str(kaltura.player_id),
        "KALTURA_KAF_URL": places.kaf_url,
        "KALTURA_CDN_URL": places.kaltura_url,
        "KALTURA_MEDIA_HOSTS": places.media_url,
        "KALTURA_ANALYTICS_URL": places.kaltura_url,
    }


def _queue_urls(places: Places, manifest: Manifest) -> dict[str, str]:
    return {
        f"{queue.name.upper().replace('-', '_')}_QUEUE_URL": queue_url(places.aws_url, queue.full_name)
        for queue in manifest.queues
    }


def function_environment(common: Mapping[str, str], plan: FunctionPlan) -> dict[str, str]:
    """`common`, and what Lambda adds for one function."""
    return {
        **common,
        "AWS_EXECUTION_ENV": RUNTIME,
        "AWS_LAMBDA_FUNCTION_NAME": plan.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(plan.memory_megabytes),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{plan.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{secrets.token_hex(16)}",
        "AWS_SESSION_TOKEN": "local",
        "LANG": "en_US.UTF-8",
        "PATH": os.environ.get("PATH", os.defpath),
        "TZ": ":UTC",
    }
