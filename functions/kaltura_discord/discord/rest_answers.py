"""What Discord's REST API answers: values, refusals, and what says nothing (Discord docs: API Reference)."""

import math
from typing import Any

import httpx

from kaltura_discord.discord.errors import (
    DiscordError,
    DiscordRateLimited,
    DiscordSilent,
    DiscordUnavailable,
    refusal,
)
from kaltura_discord.discord.identifiers import MessageId, is_snowflake


def error_in(response: httpx.Response) -> DiscordError | None:
    """The error that an answer tells of; None where it tells of none."""
    status = response.status_code
    if status < 400:
        return None
    if status >= 500:
        return DiscordUnavailable(f"HTTP {status}")
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    details = answer if isinstance(answer, dict) else {}
    if status == 429:
        header = response.headers.get("Retry-After", "1")
        seconds = details.get("retry_after", header)
        return DiscordRateLimited(
            float(seconds) if _is_number(seconds) else 1.0, is_global=details.get("global") is True
        )
    code = details.get("code")
    return refusal(status, code if isinstance(code, int) else 0)


def _is_number(value: object) -> bool:
    try:
        return math.isfinite(float(str(value)))
    except ValueError:
        return False


def value_in(response: httpx.Response) -> Any:
    """The JSON of an answer; None where it has no content.

    Raises:
        DiscordSilent: it is no JSON.
    """
    if response.status_code == 204:
        return None
    try:
        return response.json()
    except ValueError:
        raise DiscordSilent("not JSON") from None


def message_id_in(answer: Any) -> MessageId:
    """The id of the message that was made or changed.

    Raises:
        DiscordSilent: the answer is no message.
    """
    if not isinstance(answer, dict) or not is_snowflake(answer.get("id")):
        raise DiscordSilent("not a message")
    return MessageId(answer["id"])
