"""One id for all that follows from one interaction, webhook or request, through queues to Kaltura and Discord.

It is an interaction's id, an event's key or a gateway's id of a request: never a token, and nothing that somebody
typed. Each line of the log bears it (`aws.json_log`), each message of a queue (`aws.queues`), each call to Kaltura.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

FIELD = "correlation_id"
"""Its name in lines of the log, and in messages of queues."""

_LONGEST = 128
_STRANGE = re.compile(r"[^A-Za-z0-9._:#=+/-]")

_current: ContextVar[str] = ContextVar(FIELD, default="")


def follow(identifier: str) -> None:
    """From here on, in this task and those that it starts, everything belongs to `identifier`."""
    _current.set(_STRANGE.sub("_", identifier)[:_LONGEST])


def follow_message(message: Mapping[str, Any]) -> None:
    """From here on, everything belongs to what a queue's message says, or to what the message is about."""
    interaction = message.get("interaction")
    about = interaction.get("id") if isinstance(interaction, dict) else message.get("key")
    follow(str(message.get(FIELD) or about or message.get("kind", "")))


def followed() -> str:
    """What everything belongs to now; empty where nothing is known."""
    return _current.get()
