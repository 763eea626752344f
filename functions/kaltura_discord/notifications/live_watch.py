"""Watching live streams, as Kaltura notifies nobody when one starts or stops. Housekeeping calls it every minute.

    every 3 minutes    which servers wait for streams, and which streams these are: the watched ones
    every minute       at most 60 of them are looked at: those on air, planned or just changed first, 45 at most,
                       and then those that are overdue for longest

      off air ── seen on air: live_start ──► on air ── seen off air ──► silent ── a minute and a half later: live_end
         ▲                                     ▲                          │                                     │
         │                                     └────── seen on air ───────┘                                     │
         └──────────────────────────────────────────────────────────────────────────────────────────────────────┘

A stream that is on air, or may be about to start, is looked at every minute; any other less and less often, every five
minutes in the end, or as often as its turn comes where there are more than 300. What Kaltura does not answer for in
full stays what it was, and makes way for others. Of several runs at once one looks; and should two see the same thing,
it is written once, together with its event. Streams that nobody waits for cost nothing: where there are none, Kaltura
is not asked at all.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.table import Table
from kaltura_discord.events.models import Event
from kaltura_discord.events.store import EventStore
from kaltura_discord.kaltura.entries import EntryDesk
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.live_streams import LiveDesk, Selection
from kaltura_discord.kaltura.search_terms import ContentScope
from kaltura_discord.notifications.audience import wants
from kaltura_discord.notifications.live_states import LiveStates, StreamState
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.many_servers import ManyServers
from kaltura_discord.server_config.models import ServerConfig

LISTED_EVERY_SECONDS = 180
LOOKS_A_MINUTE = 60

# So that however many are on air, each other one has its turn as well.
_LEFT_TO_OTHERS = 15

# A little less than a minute, as the clock that calls us is no metronome.
_TURN_SECONDS = 50

_SHORT_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 60, 300

# An encoder that loses its connection is back within seconds, mostly.
_INTERRUPTION_SECONDS = 90

# Who has planned a stream, or has just changed something about it, is about to start it, mostly.
_EARLY_SECONDS, _LATE_SECONDS, _JUST_CHANGED_SECONDS = 900, 1800, 900

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveWatch:
    """Looks whether streams start or stop. `now` is epoch seconds."""

    table: Table
    states: LiveStates
    events: EventStore
    servers: ManyServers
    streams: LiveDesk
    entries: EntryDesk
    now: Callable[[], float] = time.time

    async def look(self, deadline: Deadline) -> int:
        """Look at what is due; how many streams were looked at.

        Raises:
            AwsError: not all that was seen could be written.
        """
        listed_at = await self.states.take_turn(_TURN_SECONDS)
        if listed_at is None:
            return 0
        try:
            if listed_at <= self.now() - LISTED_EVERY_SECONDS:
                await self._list(deadline)
            return await self._look(deadline)
        except KalturaError as error:
            log.warning("live streams not looked at", extra={"code": error.code})
            return 0

    async def _list(self, deadline: Deadline) -> None:
        selections = await self._selections()
        streams = await self.streams.listed(selections, deadline) if selections else []
        await self.states.watch_only(streams)
        await self.states.note_listed()
        if streams:
            log.info("live streams listed", extra={"streams": len(streams), "selections": len(selections)})

    async def _selections(self) -> list[Selection]:
        """What servers wait for, each once."""
        given = [server for server in await self.servers.allowed() if server.category_ids or server.tags]
        settings = await self.servers.settings_of([server.guild_id for server in given])
        selections = [
            _selection(server, settings[server.guild_id])
            for server in given
            if server.guild_id in settings and _waits_for_streams(settings[server.guild_id])
        ]
        return list(dict.fromkeys(selection for selection in selections if not selection.empty))

    async def _look(self, deadline: Deadline) -> int:
        due = self._turn(await self.states.all())
        if not due:
            return 0
        on_air = await self.streams.on_air([state.stream.entry_id for state in due], deadline)
        for state in due:
            if state.stream.entry_id in on_air:
                await self._seen_if_possible(state, on_air[state.stream.entry_id], deadline)
            else:
                await self.states.save(self._later(state))
        if len(on_air) < len(due):
            log.warning("live streams that kaltura says nothing of", extra={"streams": len(due) - len(on_air)})
        return len(due)

    def _turn(self, states: Iterable[StreamState]) -> list[StreamState]:
        """What is looked at this time."""
        due = sorted((state for state in states if state.look_at <= self.now()), key=lambda state: state.look_at)
        pressing = sorted((state for state in due if self._urgency(state)), key=self._urgency, reverse=True)
        first = pressing[: LOOKS_A_MINUTE - _LEFT_TO_OTHERS]
        chosen = {state.stream.entry_id for state in first}
        others = [state for state in due if state.stream.entry_id not in chosen]
        return [*first, *others[: LOOKS_A_MINUTE - len(first)]]

    def _urgency(self, state: StreamState) -> int:
        """2 where it may start or stop in any minute, 1 where it may be about to, 0 for any other."""
        now, stream = self.now(), state.stream
        is_planned = stream.planned_at and -_LATE_SECONDS <= stream.planned_at - now <= _EARLY_SECONDS
        if state.on_air_since or is_planned:
            return 2
        return 1 if stream.changed_at >= now - _JUST_CHANGED_SECONDS else 0

    async def _seen_if_possible(self, state: StreamState, is_on_air: bool, deadline: Deadline) -> None:
        """The same for a stream of which Kaltura refuses the rest as for one of which it says nothing."""
        try:
            await self._seen(state, is_on_air, deadline)
        except KalturaError as error:
            log.warning("live stream left", extra={"entry_id": state.stream.entry_id, "code": error.code})
            await self.states.save(self._later(state))

    async def _seen(self, state: StreamState, is_on_air: bool, deadline: Deadline) -> None:
        now = int(self.now())
        soon = replace(state, look_at=now + _TURN_SECONDS, pause_seconds=_SHORT_PAUSE_SECONDS)
        if is_on_air and not state.on_air_since:
            since = await self._started_at(state, deadline)
            await self._tell("live_start", replace(soon, on_air_since=since, silent_since=0), since, 0)
        elif is_on_air:
            await self.states.save(replace(soon, silent_since=0))
        elif state.on_air_since and not state.silent_since:
            await self.states.save(replace(soon, silent_since=now))
        elif state.on_air_since and now - state.silent_since < _INTERRUPTION_SECONDS:
            await self.states.save(soon)
        elif state.on_air_since:
            over = replace(soon, on_air_since=0, silent_since=0)
            await self._tell("live_end", over, state.on_air_since, state.silent_since)
        else:
            await self.states.save(self._later(state))

    async def _started_at(self, state: StreamState, deadline: Deadline) -> int:
        """Since when it is on air; since now where Kaltura does not say, or names a time whose end has been told.

        Kaltura forgets the time once no encoder and no stand-in of it is registered any more (Kaltura server,
        LiveEntry::unsetMediaServer), so a stream may be silent in between and bear the same time afterwards.
        """
        entry_id = state.stream.entry_id
        entry = await self.entries.facts_of(entry_id, deadline)
        since = entry.on_air_since if entry is not None else 0
        if not since or await self.events.find(_key("live_end", entry_id, since)) is not None:
            return int(self.now())
        return since

    async def _tell(self, kind: Literal["live_start", "live_end"], state: StreamState, since: int, until: int) -> None:
        """The change of the stream's state and its event, together or not at all."""
        details = {"since": str(since)} | ({"until": str(until)} if until else {})
        entry_id = state.stream.entry_id
        event = Event(_key(kind, entry_id, since), kind, entry_id, details=details, at=int(self.now()))
        try:
            await self.table.transact([self.states.write(state), self.events.write(event)])
        except ConditionNotMet:
            # Either another run was faster, or the stream was forgotten in between and its event was told before.
            if await self.events.find(event.key) is not None:
                await self.states.save(state)
            return
        try:
            await self.events.hand_on(event.key)
        except AwsError as error:
            log.warning("event not handed on yet", extra={"event": event.key, "reason": str(error)})

    def _later(self, state: StreamState) -> StreamState:
        """The same state, to be looked at again after a while: a longer one each time, unless it is pressing."""
        longer = min(max(_SHORT_PAUSE_SECONDS, 2 * state.pause_seconds), _LONGEST_PAUSE_SECONDS)
        pause = _SHORT_PAUSE_SECONDS if self._urgency(state) else longer
        look_at = int(self.now()) + pause - (_SHORT_PAUSE_SECONDS - _TURN_SECONDS)
        return replace(state, look_at=look_at, pause_seconds=pause)


def _key(kind: Literal["live_start", "live_end"], entry_id: str, since: int) -> str:
    return f"{kind}#{entry_id}#{since}"


def _waits_for_streams(config: ServerConfig) -> bool:
    return wants("live_start", config) or wants("live_end", config)


def _selection(server: AllowedServer, config: ServerConfig) -> Selection:
    wanted = config.notifications.subscriptions
    return Selection(
        ContentScope(server.category_ids, server.tags),
        ContentScope(wanted.categories, wanted.tags),
        ContentScope(wanted.except_categories, wanted.except_tags),
    )
