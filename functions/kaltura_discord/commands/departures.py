"""Servers that have removed the app. Discord does not tell; it shows in what it refuses about such a server.

    refused (10004, 50001)   tell the queue, since one channel that is closed to us refuses the same
    noticed                  ask for the server itself: gone? then mark it, and note it for 30 days later
    used again, or installed the mark goes
    30 days later            ask again: still gone? then everything of the server's goes, page by page
    in the end               the audit says so, and the mark goes

Each step may be done twice, and the deletion be interrupted anywhere: what is gone is not found again, and the mark
goes last. What is kept: that the operator has allowed the server, which is theirs to take back and names no person; and
what the audit says of it, until its year is over, with every id replaced.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.audit.kept import CONFIG
from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry
from kaltura_discord.aws.attributes import Item
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.table import Delete, Key, Table
from kaltura_discord.commands.told_lately import ToldLately
from kaltura_discord.discord.errors import DiscordRefused, is_not_in_server
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

SUSPECTED = "suspected_departure"
DEPARTED = "departed_server"

KEPT_SECONDS = 30 * 24 * 3600
REMEMBERED_SECONDS = 3600.0

_PATIENCE_SECONDS = 0.3
_ASK_AGAIN_SECONDS = 3600
_AT_ONCE = 10

# The keys of a partition are made of printable ASCII.
_FIRST_KEY, _LAST_KEY = "!", "~"
_KEPT_KEYS = frozenset({"ALLOWED", "DEPARTURE"})
_AUDIT_PREFIX = "AUDIT#"

log = logging.getLogger(__name__)


class Suspicions:
    """Tells the queue of servers that may have removed the app, once an hour and server."""

    def __init__(self, tasks: Queue, told: ToldLately) -> None:
        self._tasks = tasks
        self._told = told

    def remember(self, guild_id: GuildId) -> None:
        """The queue need not be told of this server for an hour."""
        self._told.add(guild_id)

    async def suspect(self, guild_id: GuildId) -> None:
        """Discord refused something about this server as it does where we are not in it. Never raises."""
        if guild_id in self._told:
            return
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._tasks.send({"kind": SUSPECTED, "guild_id": guild_id})
        except (AwsError, TimeoutError) as error:
            log.warning("suspicion not told", extra={"guild_id": guild_id, "reason": type(error).__name__})
            return
        self.remember(guild_id)


@dataclass(frozen=True, slots=True)
class Departures:
    """Marks servers that are gone, and deletes what was theirs."""

    table: Table
    due: DueList
    rest: "DiscordRest"
    audit: AuditLog
    suspicions: Suspicions
    now: Callable[[], float] = time.time

    async def noticed(self, guild_id: GuildId, deadline: Deadline) -> bool:
        """Whether the server is gone. If so, and if nobody has noticed before, its 30 days begin.

        Raises:
            AwsError, DiscordError: it could not be found out.
        """
        if await self.table.get(_mark(guild_id), consistent=True) is not None:
            return True
        if not await self._is_gone(guild_id, deadline):
            return False
        at = int(self.now())
        # The note first: a mark without one would stay for ever, and a note without a mark says nothing.
        await self.due.add(DueNote(DEPARTED, guild_id, at + KEPT_SECONDS, {}))
        key = _mark(guild_id)
        await self.table.put_new({"pk": key.pk, "sk": key.sk, "noticed_at": at, "due_at": at + KEPT_SECONDS})
        log.info("server is gone", extra={"guild_id": guild_id})
        return True

    async def returned(self, guild_id: GuildId) -> bool:
        """The server has the app; whether it was taken for gone until now."""
        return await self.table.take(_mark(guild_id)) is not None

    async def work_off(self, note: DueNote, now: float, deadline: Deadline) -> None:
        """Delete what a server left behind, if it is still gone when its 30 days are over.

        Raises:
            AwsError, DiscordError: it is not done, and the note stays.
        """
        guild_id = GuildId(note.subject)
        mark = await self.table.get(_mark(guild_id), consistent=True)
        if mark is not None:
            due_at = int(mark["due_at"])
            if due_at > now:
                await self.due.add(DueNote(DEPARTED, guild_id, due_at, {}))
            elif not await self._is_finished(guild_id, now, deadline):
                return
        await self.due.take_off(note)

    async def _is_finished(self, guild_id: GuildId, now: float, deadline: Deadline) -> bool:
        """Whether nothing is left to do with the note; False where there was no time to delete everything."""
        try:
            is_gone = await self._is_gone(guild_id, deadline)
        except DiscordRefused as refused:
            # Neither yes nor no: a bad token, or an address that Discord blocks, says nothing about the server.
            log.warning("not known whether the server is gone", extra={"guild_id": guild_id, "code": refused.code})
            await self.due.add(DueNote(DEPARTED, guild_id, int(now) + _ASK_AGAIN_SECONDS, {}))
            return True
        if not is_gone:
            await self.returned(guild_id)
            return True
        return await self._is_deleted(guild_id, deadline)

    async def _is_deleted(self, guild_id: GuildId, deadline: Deadline) -> bool:
        doomed: list[Item] = []
        async for item in self.table.walk(_partition(guild_id), _FIRST_KEY, _LAST_KEY):
            if _is_kept(item):
                continue
            doomed.append(item)
            if len(doomed) == _AT_ONCE:
                if deadline.expired or await self._is_back(guild_id):
                    return False
                await self._delete(doomed)
                doomed = []
        await self._delete(doomed)
        await self.audit.forget_everybody(guild_id)
        entry = AuditEntry("server_data_deleted", "", "")
        await self.table.transact([self.audit.write(guild_id, entry), Delete(_mark(guild_id))])
        log.info("server data deleted", extra={"guild_id": guild_id})
        return True

    async def _delete(self, items: list[Item]) -> None:
        await asyncio.gather(*(self.table.delete(Key(item["pk"], item["sk"])) for item in items))

    async def _is_back(self, guild_id: GuildId) -> bool:
        return await self.table.get(_mark(guild_id), consistent=True) is None

    async def _is_gone(self, guild_id: GuildId, deadline: Deadline) -> bool:
        """Whether Discord says that we are not in the server.

        Raises:
            DiscordError: it says nothing about that.
        """
        # What is refused here is what is being found out, and no further suspicion.
        self.suspicions.remember(guild_id)
        try:
            await self.rest.look_up(f"/guilds/{guild_id}", deadline)
        except DiscordRefused as refused:
            if is_not_in_server(refused):
                return True
            raise
        return False


def _is_kept(item: Item) -> bool:
    key = str(item["sk"])
    return key in _KEPT_KEYS or (key.startswith(_AUDIT_PREFIX) and item.get("kind") != CONFIG)


def _partition(guild_id: GuildId) -> str:
    return f"SERVER#{guild_id}"


def _mark(guild_id: GuildId) -> Key:
    return Key(_partition(guild_id), "DEPARTURE")
