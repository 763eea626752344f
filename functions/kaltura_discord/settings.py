"""The environment as typed settings. No input or output: secrets that AWS keeps are passed in by the door.

Every function reads only the group it needs, so a missing Kaltura secret never stops a Discord PING.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

DISCORD_API_URL = "https://discord.com/api/v10"
KALTURA_SERVICE_URL = "https://www.kaltura.com"
KALTURA_CDN_URL = "https://cdnapisec.kaltura.com"
KALTURA_MEDIA_HOSTS = "cfvod.kaltura.com"

# What Kaltura can hash webhooks with; the first is what we have it use.
_WEBHOOK_ALGORITHMS = ("sha256", "sha512", "sha1")

# A key as long as the hash that it feeds (RFC 7518, 3.2: HS256).
SHORTEST_JWT_SECRET = 32


class MissingSetting(Exception):
    """A setting that a function cannot do without is not in its environment; the message names it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set. See .env.example for what it means.")
        self.name = name


class DiscordSettings(NamedTuple):
    """How we reach Discord, and as whom."""

    application_id: str
    public_key: str
    bot_token: str
    api_url: str


class KalturaSettings(NamedTuple):
    """How we reach the one Kaltura account of this deployment.

    `service_url` has no `/api_v3`; `kaf_url` is the KAF instance that lets people into rooms, empty
    for the account's own; `player_id` is the
    player's uiconf id, 0 where none is set; `media_hosts` is where Kaltura's manifests lead to, besides the
    other two, separated by commas.
    """

    service_url: str
    partner_id: int
    admin_secret: str
    player_id: int
    kaf_url: str
    cdn_url: str
    media_hosts: str


class WebhookSettings(NamedTuple):
    """How Kaltura's webhooks are recognised.

    `token` is the last part of the path that they are sent to; `secrets` are what they may be signed with; `algorithm`
    is what they are hashed with: sha1, sha256 or sha512.
    """

    token: str
    secrets: tuple[str, ...]
    algorithm: str


class AwsSettings(NamedTuple):
    """The table, the queues, and our own public address."""

    table_name: str
    tasks_queue_url: str
    public_base_url: str


def discord_settings(environment: Mapping[str, str]) -> DiscordSettings:
    """Discord's settings.

    Raises:
        MissingSetting: the application id, the public key or the bot token is not set.
    """
    return DiscordSettings(
        application_id=_required(environment, "DISCORD_APPLICATION_ID"),
        public_key=_required(environment, "DISCORD_PUBLIC_KEY"),
        bot_token=_required(environment, "DISCORD_BOT_TOKEN"),
        api_url=_address(environment, "DISCORD_API_URL", DISCORD_API_URL),
    )


def kaltura_settings(environment: Mapping[str, str]) -> KalturaSettings:
    """Kaltura's settings; hosts default to Kaltura's US region.

    Raises:
        MissingSetting: the partner id or the admin secret is not set, or the partner id is no number.
    """
    partner_id = _required(environment, "KALTURA_PARTNER_ID")
    if not partner_id.isdecimal():
        raise MissingSetting("KALTURA_PARTNER_ID (a number)")
    return KalturaSettings(
        service_url=_address(environment, "KALTURA_SERVICE_URL", KALTURA_SERVICE_URL),
        partner_id=int(partner_id),
        admin_secret=_required(environment, "KALTURA_ADMIN_SECRET"),
        player_id=_number(environment, "KALTURA_PLAYER_ID"),
        kaf_url=_address(environment, "KALTURA_KAF_URL", ""),
        cdn_url=_address(environment, "KALTURA_CDN_URL", KALTURA_CDN_URL),
        media_hosts=environment.get("KALTURA_MEDIA_HOSTS", "").strip() or KALTURA_MEDIA_HOSTS,
    )


def webhook_settings(environment: Mapping[str, str]) -> WebhookSettings:
    """How Kaltura's webhooks are recognised; without secrets of their own, by the account's admin secret.

    Raises:
        MissingSetting: the token or any secret is not set, or the algorithm is none of Kaltura's.
    """
    secrets = environment.get("KALTURA_WEBHOOK_SECRETS", "").replace(",", " ").split()
    algorithm = environment.get("KALTURA_WEBHOOK_ALGORITHM", "").strip().lower() or _WEBHOOK_ALGORITHMS[0]
    if algorithm not in _WEBHOOK_ALGORITHMS:
        raise MissingSetting(f"KALTURA_WEBHOOK_ALGORITHM ({', '.join(_WEBHOOK_ALGORITHMS)})")
    return WebhookSettings(
        token=_required(environment, "KALTURA_WEBHOOK_TOKEN"),
        secrets=tuple(secrets) or (_required(environment, "KALTURA_ADMIN_SECRET"),),
        algorithm=algorithm,
    )


def discord_client_secret(environment: Mapping[str, str]) -> str:
    """What we prove ourselves with when a code becomes a token (OAuth2).

    Raises:
        MissingSetting: it is not set.
    """
    return _required(environment, "DISCORD_CLIENT_SECRET")


def jwt_secret(environment: Mapping[str, str]) -> str:
    """What our own tokens are signed with.

    Raises:
        MissingSetting: it is not set, or so short that it could be guessed.
    """
    secret = _required(environment, "JWT_SECRET")
    if len(secret.encode()) < SHORTEST_JWT_SECRET:
        raise MissingSetting(f"JWT_SECRET (at least {SHORTEST_JWT_SECRET} characters)")
    return secret


def aws_settings(environment: Mapping[str, str]) -> AwsSettings:
    """Names and addresses of our own AWS resources.

    Raises:
        MissingSetting: one of them is not set.
    """
    return AwsSettings(
        table_name=_required(environment, "TABLE_NAME"),
        tasks_queue_url=_required(environment, "TASKS_QUEUE_URL"),
        public_base_url=_required(environment, "PUBLIC_BASE_URL").rstrip("/"),
    )


def canary_secret(environment: Mapping[str, str]) -> str:
    """What the canary signs with (64 hexadecimal digits, an Ed25519 seed); empty where it signs nothing.

    Raises:
        MissingSetting: it is something else.
    """
    secret = environment.get("CANARY_SECRET", "").strip()
    if secret and not re.fullmatch("[0-9a-fA-F]{64}", secret):
        raise MissingSetting("CANARY_SECRET (64 hexadecimal digits)")
    return secret


def table_name(environment: Mapping[str, str]) -> str:
    """The name of the table, for who needs nothing else of ours.

    Raises:
        MissingSetting: it is not set.
    """
    return _required(environment, "TABLE_NAME")


def tasks_queue_url(environment: Mapping[str, str]) -> str:
    """Where tasks are sent to, for who needs nothing else of ours.

    Raises:
        MissingSetting: it is not set.
    """
    return _required(environment, "TASKS_QUEUE_URL")


def notifications_queue_url(environment: Mapping[str, str]) -> str:
    """Where notifications are sent to, for who sends or reads any.

    Raises:
        MissingSetting: it is not set.
    """
    return _required(environment, "NOTIFICATIONS_QUEUE_URL")


def socket_callback_url(environment: Mapping[str, str]) -> str:
    """Where WebSocket connections are posted to: the WebSocket API's https address with its stage.

    Raises:
        MissingSetting: it is not set.
    """
    return _required(environment, "SOCKET_CALLBACK_URL").rstrip("/")


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise MissingSetting(name)
    return value


def _address(environment: Mapping[str, str], name: str, default: str) -> str:
    return (environment.get(name, "").strip() or default).rstrip("/")


def _number(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name, "").strip() or "0"
    if not value.isdecimal():
        raise MissingSetting(f"{name} (a number)")
    return int(value)
