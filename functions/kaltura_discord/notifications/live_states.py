"""What is known of live streams between two looks, in the table.

    LIVE / WATCH            when somebody last looked, and when the streams were last listed
    LIVE#{entry} / LIVE     one stream: on air since when, when it is to be looked at next; in the index under LIVE

Whoever changes a stream's state says which version of it they saw, so of two who see it start, one writes it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import NOT_THERE, Key, Table, Update
from kaltura_discord.kaltura.live_streams import LiveStream

# For when nobody looks any more: those off air that nobody waits for are forgotten at once. None of many may run out
# before its turn comes, as it would be a new one then, and wait from the beginning.
_KEPT_SECONDS = 7 * 24 * 3600
_INDEX = "LIVE"
_WATCH = Key("LIVE", "WATCH")


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream, as it was seen last.

    Attributes:
        on_air_since: epoch seconds; 0 where it is off air.
        silent_since: when it was first seen to have stopped, as long as that may be a mere interruption; else 0.
        look_at: when it is to be looked at next, epoch seconds.
        pause_seconds: between the last look and the next.
        version: counts the changes.
    """

    stream: LiveStream
    on_air_since: int = 0
    silent_since: int = 0
    look_at: int = 0
    pause_seconds: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class LiveStates:
    """The states of all streams. `now` is epoch seconds."""

    table: Table
    now: Callable[[], float] = time.time

    async def take_turn(self, every_seconds: int) -> int | None:
        """Be the one who looks this time: when streams were last listed, epoch seconds; None where another is."""
        now = int(self.now())
        turn = Update(
            _WATCH,
            "SET looked_at = :now",
            "attribute_not_exists(looked_at) OR looked_at <= :before",
            values={":now": now, ":before": now - every_seconds},
        )
        try:
            item = await self.table.update(turn)
        except ConditionNotMet:
            return None
        return int(item.get("listed_at", 0))

    async def note_listed(self) -> None:
        """The streams have just been listed."""
        await self.table.update(Update(_WATCH, "SET listed_at = :now", values={":now": int(self.now())}))

    async def all(self) -> list[StreamState]:
        """Every stream that is watched."""
        return [_state(item) for item in await self.table.query_index(_INDEX)]

    async def watch_only(self, streams: Iterable[LiveStream]) -> None:
        """Watch these streams, and no others than those that are on air."""
        known = {state.stream.entry_id: state for state in await self.all()}
        for stream in streams:
            before = known.pop(stream.entry_id, None)
            if before is None or before.stream != stream:
                await self.save(replace(before, stream=stream) if before else StreamState(stream))
        for state in known.values():
            if not state.on_air_since:
                await self.table.delete(_key(state.stream.entry_id))

    async def save(self, state: StreamState) -> bool:
        """Write a state that was made from the one of the same version; False where it has changed since."""
        try:
            await self.table.transact([self.write(state)])
        except ConditionNotMet:
            return False
        return True

    def write(self, state: StreamState) -> Update:
        """The same as a part of a transaction, which fails where it has changed since."""
        fields: dict[str, Value] = {
            "gsi1pk": _INDEX,
            "gsi1sk": state.stream.entry_id,
            "planned_at": state.stream.planned_at,
            "changed_at": state.stream.changed_at,
            "on_air_since": state.on_air_since,
            "silent_since": state.silent_since,
            "look_at": state.look_at,
            "pause_seconds": state.pause_seconds,
            "version": state.version + 1,
            "expires_at": int(self.now()) + _KEPT_SECONDS,
        }
        # One that has run out may still be there for days.
        is_new = f"{NOT_THERE} OR expires_at <= :moment"
        condition, seen = (is_new, int(self.now())) if not state.version else ("version = :moment", state.version)
        return Update(
            _key(state.stream.entry_id),
            "SET " + ", ".join(f"{name} = :{name}" for name in fields),
            condition,
            values={**{f":{name}": value for name, value in fields.items()}, ":moment": seen},
        )


def _key(entry_id: str) -> Key:
    return Key(f"LIVE#{entry_id}", "LIVE")


def _state(item: Item) -> StreamState:
    stream = LiveStream(item["gsi1sk"], int(item["planned_at"]), int(item["changed_at"]))
    numbers = (int(item[name]) for name in ("on_air_since", "silent_since", "look_at", "pause_seconds", "version"))
    return StreamState(stream, *numbers)
