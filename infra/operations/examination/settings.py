"""Are the settings complete, and do they look like what they should be? Nothing is asked over the network here."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from infra.operations.examination.observations import Observation
from kaltura_discord.discord.identifiers import is_snowflake
from kaltura_discord.server_config.defaults import load_defaults
from kaltura_discord.server_config.written_defaults import InvalidConfig, default_config_file
from kaltura_discord.settings import SHORTEST_JWT_SECRET

PORTAL = "https://discord.com/developers/applications"

# What a person must set, and where it is found.
WHERE_TO_FIND: Mapping[str, str] = {
    "DISCORD_APPLICATION_ID": f"Discord developer portal ({PORTAL}), General Information, Application ID.",
    "DISCORD_PUBLIC_KEY": f"Discord developer portal ({PORTAL}), General Information, Public Key.",
    "DISCORD_BOT_TOKEN": f"Discord developer portal ({PORTAL}), Bot, Reset Token (shown once).",
    "KALTURA_PARTNER_ID": "Kaltura Management Console, Settings, Integration Settings, Partner ID.",
    "KALTURA_ADMIN_SECRET": "Kaltura Management Console, Settings, Integration Settings, Administrator Secret.",
    "JWT_SECRET": "A long random text of your own: openssl rand -base64 48.",
    "PUBLIC_BASE_URL": "The https address where Discord reaches this deployment: the API's, or your tunnel's.",
}

_ADDRESSES = ("DISCORD_API_URL", "KALTURA_KAF_URL", "KALTURA_CDN_URL")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# An Ed25519 public key is 32 bytes; Discord shows it as hexadecimal digits.
_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}")


def examine_settings(written: Mapping[str, str], unreadable_lines: Sequence[int]) -> list[Observation]:
    """What can be said of the settings alone.

    Args:
        written: what a person set, secrets of AWS included.
        unreadable_lines: lines of `.env` that are no setting.
    """
    seen = [_unreadable(line) for line in unreadable_lines]
    seen += [_missing(name) for name in WHERE_TO_FIND if not written.get(name, "").strip()]
    seen += _misshapen(written)
    seen += _defaults(written)
    if not seen:
        seen.append(Observation("settings", "ok", f"All {len(WHERE_TO_FIND)} that are needed are set."))
    return seen


def _unreadable(line: int) -> Observation:
    advice = "Write NAME=value, and put single quotes around a value with spaces, # or quotes."
    return Observation(".env", "failed", f"Line {line} is no setting; what stands there is not used.", advice)


def _missing(name: str) -> Observation:
    return Observation(name, "failed", "It is not set.", WHERE_TO_FIND[name])


def _misshapen(written: Mapping[str, str]) -> list[Observation]:
    """Mistakes of copying. The value itself is never shown."""
    complaints = {name: _about_address(_value(written, name)) for name in _ADDRESSES} | {
        "DISCORD_APPLICATION_ID": _about_application_id(_value(written, "DISCORD_APPLICATION_ID")),
        "DISCORD_PUBLIC_KEY": _about_public_key(_value(written, "DISCORD_PUBLIC_KEY")),
        "DISCORD_BOT_TOKEN": _about_bot_token(_value(written, "DISCORD_BOT_TOKEN")),
        "JWT_SECRET": _about_own_secret(_value(written, "JWT_SECRET")),
        "KALTURA_PARTNER_ID": _about_number(_value(written, "KALTURA_PARTNER_ID")),
        "KALTURA_PLAYER_ID": _about_number(_value(written, "KALTURA_PLAYER_ID")),
        "KALTURA_SERVICE_URL": _about_service_url(_value(written, "KALTURA_SERVICE_URL")),
        "PUBLIC_BASE_URL": _about_public_address(_value(written, "PUBLIC_BASE_URL")),
    }
    return [
        Observation(name, "failed", sentence, WHERE_TO_FIND.get(name, "See .env.example."))
        for name, sentence in complaints.items()
        if sentence
    ]


def _value(written: Mapping[str, str], name: str) -> str:
    return written.get(name, "").strip()


def _about_application_id(value: str) -> str:
    return "" if not value or is_snowflake(value) else "It is a number of 17 to 20 digits, and this is none."


def _about_public_key(value: str) -> str:
    return "" if not value or _PUBLIC_KEY.fullmatch(value) else "It is 64 hexadecimal digits, and this is not."


def _about_bot_token(value: str) -> str:
    if value.lower().startswith("bot "):
        return "The word Bot does not belong to it; leave only the token."
    # Whatever else may be in it, it has to fit into an HTTP header.
    return "" if re.fullmatch(r"[\x21-\x7e]*", value) else "There are characters in it that no token has."


def _about_own_secret(value: str) -> str:
    short = f"It has fewer than {SHORTEST_JWT_SECRET} characters, so it could be guessed."
    return short if value and len(value.encode()) < SHORTEST_JWT_SECRET else ""


def _about_number(value: str) -> str:
    return "" if not value or value.isdecimal() else "It is a number, and this is none."


def _about_service_url(value: str) -> str:
    if "/api_v3" in value:
        return "Leave /api_v3 out; it is added where it is needed."
    return _about_address(value)


def _about_address(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return "It is no address."
    return "" if parts.scheme in ("http", "https") and parts.hostname else "It is an address that begins with https://."


def _about_public_address(value: str) -> str:
    complaint = _about_address(value)
    if complaint or not value:
        return complaint
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        return "It must begin with https://, or Discord does not take it."
    return "It is an address without a path." if parts.path.strip("/") or parts.query else ""


def _defaults(written: Mapping[str, str]) -> list[Observation]:
    try:
        load_defaults(default_config_file().read_text(encoding="utf-8"), written)
    except InvalidConfig as error:
        advice = "Correct config/default_config.json, or the CONFIG__... setting that names it."
        return [Observation("defaults", "failed", f"They are not valid: {error}", advice)]
    return []
