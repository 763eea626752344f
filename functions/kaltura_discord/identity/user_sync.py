"""Members in Kaltura: each has a user of their own there, made when they first come in and kept as they are here.

Whoever comes in never waits for it and is never kept out by it:

    door    let in ── notice: anything new? ──► no: nothing happens, one or two reads of the table
                                            └─► yes: a task on the queue
    worker                                       Kaltura user written ── group entered, the old one left ── remembered

So Kaltura may be slow or down: the queue tries again, and what it could not do is noticed again the next time that the
person comes in, since only what was done is remembered. A time limit within the door instead would make people wait for
exactly those three seconds whenever Kaltura is unwell, and would do the work twice whenever its answer came late.

Two workers who do the same at once write the same to Kaltura. `sync` can be carried out any number of times.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kaltura_discord.aws.caller import AwsError, AwsThrottled
from kaltura_discord.aws.due_list import DueList
from kaltura_discord.aws.queues import Queue
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level, level_named
from kaltura_discord.identity.profiles import KnownMember, ProfileStore, fingerprint
from kaltura_discord.identity.rounds import round_note
from kaltura_discord.identity.sync_settings import SyncSettings
from kaltura_discord.kaltura.errors import NotFound
from kaltura_discord.kaltura.text import one_line
from kaltura_discord.kaltura.users import KalturaPerson, KalturaUsers
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError

TASK = "sync_user"

# How exactly it is remembered when somebody was last here: a page of Watch Together comes in again four times an hour.
SEEN_AGAIN_SECONDS = 3600

_TRIES = 4

# Calls to AWS know no deadline of ours, and somebody is waiting to be let in.
_NOTICE_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came in.

    Attributes:
        name: as people see it in that server.
        level: None where Discord could not be asked; then nothing is concluded from it.
    """

    guild_id: GuildId
    user_id: UserId
    name: str
    level: Level | None


@dataclass(frozen=True, slots=True)
class UserSync:
    """Keeps Kaltura's users as the members are.

    Attributes:
        settings: what a server says about it.
        now: epoch seconds.
    """

    profiles: ProfileStore
    users: Callable[[], KalturaUsers]
    tasks: Queue
    due: DueList
    settings: Callable[[GuildId], Awaitable[SyncSettings]]
    now: Callable[[], float] = time.time

    async def notice(self, arrival: Arrival) -> None:
        """See to it that Kaltura learns what is new about somebody who came in. It never fails, nor keeps anybody."""
        try:
            async with asyncio.timeout(_NOTICE_SECONDS):
                if await self._has_news(arrival):
                    await self.tasks.send(task_of(arrival))
        except (AwsError, ConfigError, TimeoutError) as error:
            log.warning("arrival not noticed", extra={"reason": str(error) or type(error).__name__})

    async def sync(self, arrival: Arrival, deadline: Deadline) -> None:
        """Have Kaltura and our memory say what is true now.

        Raises:
            KalturaError: Kaltura did not take it; nothing of that is remembered, so it is tried again next time.
            AwsError: the table was not to be reached.
        """
        settings = await self.settings(arrival.guild_id)
        if settings.has_users:
            await self._write_user(arrival, deadline)
        for _ in range(_TRIES):
            if await self._is_remembered(arrival, settings, deadline):
                await self.due.add(round_note(arrival.guild_id, int(self.now())))
                return
        raise AwsThrottled("TransactWriteItems", "TooManyAtOnce")

    async def _is_remembered(self, arrival: Arrival, settings: SyncSettings, deadline: Deadline) -> bool:
        """Have the member be in their group and remember it; False where somebody else remembered something meanwhile.

        Then it is done again, on what they remembered: else the member would be in a group that nobody knows of.
        """
        before = await self.profiles.member(arrival.guild_id, arrival.user_id)
        level = _level(arrival, before)
        group = settings.group_of(arrival.guild_id, level)
        await self._change_group(arrival.user_id, before.group if before else "", group, deadline)
        member = KnownMember(arrival.user_id, level, group, int(self.now()))
        return await self.profiles.save(arrival.guild_id, before, member)

    async def _has_news(self, arrival: Arrival) -> bool:
        settings, written, member = await asyncio.gather(
            self.settings(arrival.guild_id),
            self.profiles.written(arrival.user_id),
            self.profiles.member(arrival.guild_id, arrival.user_id),
        )
        if member is None or member.seen_at <= self.now() - SEEN_AGAIN_SECONDS:
            return True
        level = _level(arrival, member)
        is_written = not settings.has_users or written == _written(arrival)
        return not is_written or level != member.level or settings.group_of(arrival.guild_id, level) != member.group

    async def _write_user(self, arrival: Arrival, deadline: Deadline) -> None:
        written = await self.profiles.written(arrival.user_id)
        if written == _written(arrival):
            return
        person = KalturaPerson(kaltura_user_id(arrival.user_id), arrival.name)
        await self.users().write(person, deadline, is_known=bool(written))
        await self.profiles.remember_written(arrival.user_id, _written(arrival))

    async def _change_group(self, user_id: UserId, left: str, entered: str, deadline: Deadline) -> None:
        if left == entered:
            return
        if entered:
            await self._enter(user_id, entered, deadline)
        if left:
            await self.users().leave_group(kaltura_user_id(user_id), left, deadline)

    async def _enter(self, user_id: UserId, group: str, deadline: Deadline) -> None:
        try:
            await self.users().enter_group(kaltura_user_id(user_id), group, deadline)
        except NotFound:
            # Somebody deleted the user in Kaltura. It is written anew the next time, as of somebody who is not known.
            await self.profiles.remember_written(user_id, "")
            raise


def task_of(arrival: Arrival) -> dict[str, Any]:
    """The arrival as a message of the tasks queue."""
    return {
        "kind": TASK,
        "guild_id": arrival.guild_id,
        "user_id": arrival.user_id,
        "name": arrival.name,
        "level": arrival.level.word if arrival.level is not None else None,
    }


def arrival_of(task: Mapping[str, Any]) -> Arrival:
    """The arrival in a message of the tasks queue."""
    word = task["level"]
    level = level_named(word) if word is not None else None
    return Arrival(GuildId(task["guild_id"]), UserId(task["user_id"]), task["name"], level)


def _level(arrival: Arrival, before: KnownMember | None) -> Level:
    if arrival.level is not None:
        return arrival.level
    return before.level if before is not None else Level.VIEWER


def _written(arrival: Arrival) -> str:
    # What a name looks like in Kaltura: two that Kaltura could not tell apart are one.
    return fingerprint(arrival.user_id, one_line(arrival.name))
