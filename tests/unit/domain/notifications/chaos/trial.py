"""What happens in the trial, and how it ends.

Of a hundred events, seventy are videos; the others are meetings (start, two joins, end, recording) and streams.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.identifiers import ChannelId, GuildId, InteractionId, UserId
from kaltura_discord.events.models import Event, EventKind
from kaltura_discord.kaltura.entries import EntryFacts
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.meetings.models import Meeting, MeetingId, Person
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.notifications.chaos.account import body_of, headers_of
from tests.unit.domain.notifications.chaos.moods import Trouble
from tests.unit.domain.notifications.chaos.servers import SEEN_BY_ALL, SERVERS, Server, server_of
from tests.unit.domain.notifications.chaos.simulated_time import run
from tests.unit.domain.notifications.chaos.world import World, doors_of, until_it_works

FIRST_MEETING = 7 * 10**17
"""The id of the meeting of number 0."""

EVENTS_OF_A_MEETING = 5
_EVENTS_OF_A_STREAM = 2
_SECONDS_OF_AN_EVENT = 2.5
_JOINS = 2
_HANDED_ON = 0.8
# By another worker at once, when its lease is over, when Discord has forgotten the nonce, by the queue.
_TAKEN_UP_AGAIN_AFTER = (1, 66, 130, 360)

# Discord, Kaltura: out for two, for five minutes.
_OUTAGES = ((600.0, 120.0, "discord"), (1200.0, 300.0, "account"))


@dataclass(frozen=True)
class Size:
    """How much happens."""

    videos: int
    meetings: int
    streams: int

    @property
    def events(self) -> int:
        return self.videos + self.meetings * EVENTS_OF_A_MEETING + self.streams * _EVENTS_OF_A_STREAM

    @property
    def seconds(self) -> float:
        return self.events * _SECONDS_OF_AN_EVENT


def size_of(events: int) -> Size:
    """The mixture."""
    meetings = events * 24 // 100 // EVENTS_OF_A_MEETING
    streams = events * 6 // 100 // _EVENTS_OF_A_STREAM
    return Size(events - meetings * EVENTS_OF_A_MEETING - streams * _EVENTS_OF_A_STREAM, meetings, streams)


@dataclass
class Trial:
    """A trial that is over.

    Attributes:
        owed: what each server is to be told: its id, and the words.
        hopeless: what no channel of theirs takes: a server's id, and the key of the notification.
        joined: who joined which meeting, by name.
        seconds: how long it took, in simulated seconds.
    """

    world: World
    size: Size
    owed: set[tuple[str, str]] = field(default_factory=set)
    hopeless: set[tuple[str, str]] = field(default_factory=set)
    joined: set[tuple[str, str]] = field(default_factory=set)
    sent: int = 0
    seconds: float = 0.0

    async def live(self) -> None:
        """Everything that happens, until nothing is on its way any more."""
        await self.world.found()
        forever: list[asyncio.Future[Any]] = [asyncio.ensure_future(worker) for worker in self.world.workers()]
        happened: asyncio.Future[Any] = asyncio.gather(*self._happenings())
        done, _ = await asyncio.wait([happened, *forever], return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
        while not self.world.is_quiet() and self.world.now() < self._latest():
            await asyncio.sleep(30)
            for each in forever:
                if each.done():
                    each.result()
        self.seconds = asyncio.get_running_loop().time()
        for each in forever:
            each.cancel()
        await asyncio.gather(*forever, return_exceptions=True)

    def _latest(self) -> float:
        return self.world.now() - asyncio.get_running_loop().time() + self.size.seconds + 4 * 3600

    def _happenings(self) -> list[Coroutine[Any, Any, None]]:
        dice, seconds = self.world.dice, self.size.seconds
        videos = [self._video(number, dice.uniform(0, seconds)) for number in range(self.size.videos)]
        meetings = [self._meeting(number, dice.uniform(0, seconds * 0.7)) for number in range(self.size.meetings)]
        streams = [self._stream(number, dice.uniform(0, seconds * 0.8)) for number in range(self.size.streams)]
        return [*videos, *meetings, *streams, *(self._outage(*each) for each in _OUTAGES)]

    async def _outage(self, at: float, seconds: float, whose: str) -> None:
        await asyncio.sleep(at)
        getattr(self.world, whose).is_down = True
        await asyncio.sleep(seconds)
        getattr(self.world, whose).is_down = False

    async def _video(self, number: int, at: float) -> None:
        await asyncio.sleep(at)
        dice = self.world.dice
        more = {dice.choice(SEEN_BY_ALL)} if dice.random() < 0.3 else set()
        categories = frozenset({dice.choice(SEEN_BY_ALL), *more})
        entry = EntryFacts(f"0_v{number:06d}", f"V{number:06d}", 2, category_ids=categories)
        for server in SERVERS:
            if server.is_told_of(entry.category_ids) and server.told:
                self.owed.add((server.guild_id, f"VIDEO {entry.title}"))
            elif server.is_told_of(entry.category_ids):
                self.hopeless.add((server.guild_id, f"video_ready#{entry.entry_id}"))
        await self._tell_of(entry, number)

    async def _tell_of(self, entry: EntryFacts, job_id: int) -> None:
        """Kaltura has it told one to three times, in any order and form, until it was taken at least once."""
        dice = self.world.dice
        self.world.account.entries[entry.entry_id] = entry

        async def copy() -> bool:
            await asyncio.sleep(dice.uniform(0, 90))
            self.sent += 1
            body = body_of(entry, 1_000_000 + job_id, dice)
            return await self.world.knock(body, headers_of(body))

        while not any(await asyncio.gather(*(copy() for _ in range(dice.randint(1, 3))))):
            pass

    async def _stream(self, number: int, at: float) -> None:
        """As the watch has it: seen by us, kept, handed on."""
        await asyncio.sleep(at)
        dice = self.world.dice
        entry = EntryFacts(
            f"0_s{number:06d}", f"S{number:06d}", 2, "live", category_ids=frozenset({dice.choice(SEEN_BY_ALL)})
        )
        self.world.account.entries[entry.entry_id] = entry
        since = int(self.world.now())
        await self._tell_of_stream("live_start", "LIVE", entry, {"since": str(since)})
        await asyncio.sleep(dice.uniform(60, 300))
        await self._tell_of_stream("live_end", "OVER", entry, {"since": str(since), "until": str(since + 60)})

    async def _tell_of_stream(self, kind: EventKind, word: str, entry: EntryFacts, details: dict[str, str]) -> None:
        """Whoever looks may die before it is handed on, and leaves that to housekeeping."""
        for server in SERVERS:
            if server.is_told_of(entry.category_ids) and server.told:
                self.owed.add((server.guild_id, f"{word} {entry.title}"))
        event = Event(f"{kind}#{entry.entry_id}", kind, entry.entry_id, details=details)
        events = self.world.process().services.events
        await until_it_works(lambda: events.receive(event))
        if self.world.dice.random() < _HANDED_ON:
            await events.hand_on_at_once(event.key)

    async def _meeting(self, number: int, at: float) -> None:
        await asyncio.sleep(at)
        world, dice = self.world, self.world.dice
        server = server_of(number)
        starter = Person(UserId(f"{2 * 10**17 + number}"), f"Starter{number}")
        wish = Meeting(
            MeetingId(f"{FIRST_MEETING + number}"),
            GuildId(server.guild_id),
            ChannelId(server.meetings),
            f"M{number:06d}",
            "",
            "room",
            starter,
            int(world.now()),
        )
        meeting = await self._started(wish)
        if meeting is None:
            return
        if server.told:
            self.owed |= {(server.guild_id, f"START {wish.title}"), (server.guild_id, f"END {wish.title}")}
        for joiner in range(_JOINS):
            await asyncio.sleep(dice.uniform(1, 60))
            await self._join(meeting, Person(UserId(f"{3 * 10**17 + number * 10 + joiner}"), f"P{number:06d}x{joiner}"))
            if server.told:
                self.joined.add((server.guild_id, f"P{number:06d}x{joiner}"))
        recording = asyncio.ensure_future(self._recording(meeting, number, dice.uniform(0, 200), server))
        await asyncio.sleep(dice.uniform(5, 100))
        ender = InteractionId(f"{8 * 10**17 + number}")
        await _until_made(lambda: world.process().services.ender.end(meeting, starter, ender, _soon()))
        await recording

    async def _started(self, wish: Meeting) -> Meeting | None:
        """Whoever starts it may die, and is followed by another one, up to six minutes later; None where given up."""
        world = self.world
        while True:
            try:
                started = await world.at_work(
                    "starter", lambda services: services.starter.start(wish, may_post=True, deadline=_soon())
                )
            except (AwsError, DiscordError):
                await asyncio.sleep(20)
                continue
            except MeetingError:
                return None
            if started is not None:
                return started.meeting
            await asyncio.sleep(world.dice.choice(_TAKEN_UP_AGAIN_AFTER))

    async def _join(self, meeting: Meeting, person: Person) -> None:
        """As the link's door does it."""
        services = self.world.process().services
        await until_it_works(lambda: services.meetings.record_join(meeting, person, int(self.world.now())))
        task = {"kind": "refresh_card", "guild_id": meeting.guild_id, "meeting_id": meeting.meeting_id}
        await until_it_works(lambda: services.tasks.send(task, delay_seconds=2))

    async def _recording(self, meeting: Meeting, number: int, at: float, server: Server) -> None:
        await asyncio.sleep(at)
        assert meeting.room is not None
        entry = EntryFacts(f"0_r{number:06d}", f"R{number:06d}", 2, root_entry_id=meeting.room.room_id)
        self.owed.add((server.guild_id, f"RECORDED {meeting.title}"))
        await self._tell_of(entry, 500_000 + number)


async def _until_made(work: Any) -> Meeting | None:
    """Like somebody who presses again; None where it has been given up meanwhile."""
    while True:
        try:
            made = await until_it_works(work)
        except DiscordError:
            await asyncio.sleep(20)
            continue
        except MeetingError:
            return None
        return made.meeting if hasattr(made, "meeting") else None


def _soon() -> Deadline:
    return Deadline.after(30)


def tried(seed: int, size: Size, trouble: Trouble | None = None) -> Trial:
    """The whole trial; the same seed is always the same trial."""
    logging.disable(logging.ERROR)
    try:
        with ExitStack() as stack:
            trial = Trial(World(seed, trouble or Trouble(), doors_of(stack)), size)
            webhooks: Any = trial.world.doors["kaltura_webhooks"]
            webhooks.time = SimpleNamespace(time=trial.world.now)
            run(trial.live())
    finally:
        logging.disable(logging.NOTSET)
    return trial


def calm() -> Trouble:
    """Nothing goes wrong."""
    return replace(Trouble(), **dict.fromkeys(Trouble.__dataclass_fields__, 0.0))
