"""Discord's scheduled events, as far as we use them: those that take place elsewhere.

Source: Discord docs, Guild Scheduled Event. An external event has a location of 100 characters at most, an end, and no
channel. It begins and ends by itself at its times. Its status only moves forward:

    SCHEDULED ──► ACTIVE ──► COMPLETED
        └───────► CANCELED

Discord has no idempotency key for them. Their location is the link to the meeting's card, which no other event has, so
one whose making had an unknown outcome is found by it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import DiscordRefused, DiscordUnavailable
from kaltura_discord.discord.identifiers import GuildId, is_snowflake
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.plain_text import one_line, shorten

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 1000
TOO_MANY_EVENTS = 30038
"""Discord refuses the 101st event of a server that is not over."""

UNKNOWN_EVENT = 10070
"""There is no such event (any more)."""

_EXTERNAL = 3
_GUILD_ONLY = 2


class EventStatus(IntEnum):
    """Where an event is in its life."""

    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


@dataclass(frozen=True, slots=True)
class EventWords:
    """What an event says; times are epoch seconds. As Discord keeps it, so that what comes back can be compared."""

    name: str
    description: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event as Discord has it."""

    event_id: str
    words: EventWords
    status: int
    location: str


def event_words(title: str, description: str, starts_at: int, ends_at: int) -> EventWords:
    """What an event of ours says."""
    return EventWords(
        shorten(one_line(title), NAME_LIMIT), shorten(description.strip(), DESCRIPTION_LIMIT), starts_at, ends_at
    )


class ScheduledEvents:
    """The events of all servers. Every coroutine raises `DiscordError`.

    A refusal that says nothing of the event (a bad token, a blocked address) is `DiscordUnavailable`: whoever believed
    that Discord will not have an event would not try again.
    """

    def __init__(self, rest: "DiscordRest") -> None:
        self._rest = rest

    async def find_by_location(self, guild_id: GuildId, location: str, deadline: Deadline) -> FoundEvent | None:
        """The event with this location that is not over yet."""
        with _refused_of_the_event_alone():
            listed = await self._rest.look_up(f"/guilds/{guild_id}/scheduled-events", deadline)
        if not isinstance(listed, list):
            raise DiscordUnavailable("not events")
        return next((event for event in map(_event, listed) if event.location == location), None)

    async def find(self, guild_id: GuildId, event_id: str, deadline: Deadline) -> FoundEvent:
        """The event as it is now.

        Raises:
            Unknown: it was deleted.
        """
        with _refused_of_the_event_alone():
            return _event(await self._rest.look_up(f"/guilds/{guild_id}/scheduled-events/{event_id}", deadline))

    async def create(self, guild_id: GuildId, words: EventWords, location: str, deadline: Deadline) -> str:
        """Make an event; its id.

        Raises:
            NotPermitted: the bot lacks Create Events.
            DiscordRefused: the server has too many events (30038), or Discord will not have this one.
            DiscordSilent: it may have been made.
        """
        fixed = {
            "privacy_level": _GUILD_ONLY,
            "entity_type": _EXTERNAL,
            "entity_metadata": {"location": location},
        }
        with _refused_of_the_event_alone():
            return _event(await self._rest.create_event(guild_id, {**fixed, **_fields(words)}, deadline)).event_id

    async def change(self, guild_id: GuildId, event_id: str, words: EventWords, deadline: Deadline) -> None:
        """Have the event say this."""
        with _refused_of_the_event_alone():
            await self._rest.change_event(guild_id, event_id, _fields(words), deadline)

    async def move_on(self, guild_id: GuildId, event_id: str, status: EventStatus, deadline: Deadline) -> None:
        """Move the event on; Discord refuses every way that is not in the picture above."""
        with _refused_of_the_event_alone():
            await self._rest.change_event(guild_id, event_id, {"status": int(status)}, deadline)


@contextmanager
def _refused_of_the_event_alone() -> Iterator[None]:
    try:
        yield
    except DiscordRefused as refused:
        if refused.says_nothing:
            raise DiscordUnavailable(str(refused)) from refused
        raise


def _fields(words: EventWords) -> dict[str, Any]:
    return {
        "name": words.name,
        "description": words.description,
        "scheduled_start_time": _written(words.starts_at),
        "scheduled_end_time": _written(words.ends_at),
    }


def _written(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()


def _event(event: Any) -> FoundEvent:
    try:
        words = EventWords(
            str(event["name"]),
            str(event.get("description") or ""),
            _second(event["scheduled_start_time"]),
            _second(event.get("scheduled_end_time") or event["scheduled_start_time"]),
        )
        location = str((event.get("entity_metadata") or {}).get("location") or "")
        event_id, status = event["id"], int(event["status"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DiscordUnavailable("not an event") from None
    if not is_snowflake(event_id):
        raise DiscordUnavailable("not an event")
    return FoundEvent(event_id, words, status, location)


def _second(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())
