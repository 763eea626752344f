"""What travels: JSON objects, snowflakes and times in Discord's own notation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
"""A JSON object as it comes from or goes to the wire."""

Clock = Callable[[], float]
"""Seconds since the Unix epoch; injected, so that tests can travel in time."""

DISCORD_EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015, from which snowflakes count (Discord docs: Reference - Snowflakes)."""


@dataclass(slots=True)
class SnowflakeMint:
    """Makes ids that grow with time: milliseconds since 2015 above 22 bits that are a counter here."""

    now: Clock
    latest: int = 0

    def next(self) -> str:
        """A new id, larger than every one before it."""
        by_time = (int(self.now() * 1000) - DISCORD_EPOCH_MS) << 22
        self.latest = max(by_time, self.latest + 1)
        return str(self.latest)


def is_snowflake(value: object) -> bool:
    """Whether `value` is an id as Discord writes it: a string of digits."""
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20


def timestamp(seconds: float) -> str:
    """Seconds since the epoch as Discord's ISO 8601, such as `2026-11-20T13:40:52.000000+00:00`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
