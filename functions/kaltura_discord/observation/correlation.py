"""One id for all that follows from one interaction, webhook or request, through queues to Kaltura and Discord.

It is an interaction's id, an event's key or a gateway's id of a request: never a token, and nothing that somebody
typed. Each line of the log bears it (`aws.json_log`), each message of a queue (`aws.queues`), each call to Kaltura.
"""

import re
from contextvars import ContextVar

FIELD = "correlation_id"
"""Its name in lines of the log, and in messages of queues."""

_LONGEST = 128
_STRANGE = re.compile(r"[^A-Za-z0-9._:#=+/-]")

_current: ContextVar[str] = ContextVar(FIELD, default="")


def follow(identifier: str) -> None:
    """From here on, in this task and those that it starts, everything belongs to `identifier`."""
    _current.set(_STRANGE.sub("_", identifier)[:_LONGEST])


def followed() -> str:
    """What everything belongs to now; empty where nothing is known."""
    return _current.get()
