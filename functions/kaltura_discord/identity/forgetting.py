"""Forgetting somebody: everything of theirs goes from the table, and what must stay no longer names them.

Their id stands in many places, put there by many rooms of this house, and no index leads to it: one would have to be
kept right by every write of every room, for something that happens a few times a year. So the whole table is read once,
page by page, and whatever mentions the id is given to the rule of its kind. Nothing is overlooked because somebody
forgot to note it; an item of a kind without a rule is left, counted and logged as an error.

    noted ── page 1 ── page 2 ── ✗ died, or out of time
    housekeeping        ─ page 2 ── … ── last page ── Kaltura user deleted, where the operator wants that ── note off

The note says how far it got, so a large table is forgotten from in parts, and nothing is lost where one of them fails.
All rules are conditional writes or deletions, so a page may be done twice, also by two at once.

What is written while this runs is not caught: somebody who goes on using the app is remembered as somebody new.
Limits against abuse and interactions that are being answered stay until they run out, within the hour: without them,
forgetting oneself would be a way around every limit.
"""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry
from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.aws.table import Key, Table
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.kaltura.errors import KalturaError, KalturaRefused
from kaltura_discord.resilience.deadline import Deadline

FORGET = "forget"

Rule = Callable[[Item, UserId, Deadline], Awaitable[None]]
"""Has an item mention somebody no longer; may be done twice. Raises AwsError or KalturaError where it can't be done."""

PASSING = frozenset({"LIMIT", "INTERACTION"})
"""Kinds that run out within the hour, and are needed until then."""

# Whoever began still is at work then, or has died.
_TAKEN_UP_SECONDS = 90
# Kaltura is not well; a walk through the whole table to find out whether it still is costs more than a question.
_AGAIN_SECONDS = 3600
_GO_ON_SECONDS = 1
# Reading a page and following its rules takes longer than with less.
_LEAST_SECONDS = 3.0
_AUDITED = ("AUDIT", "CONFIG")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How forgetting went.

    Attributes:
        items: how many items were deleted or no longer name them.
        is_complete: nothing is left to do; else housekeeping goes on.
    """

    items: int
    is_complete: bool


@dataclass(slots=True)
class _Walk:
    """One walk through the table, or a part of it."""

    user_id: UserId
    interaction_id: str
    servers: set[GuildId] = field(default_factory=set)
    audited: set[GuildId] = field(default_factory=set)
    further: Key | None = None
    items: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Forgets people.

    Attributes:
        rules: by the kind of an item, which is how its sort key begins.
        delete_user: deletes the person's Kaltura user; None where the operator does not want that.
        now: epoch seconds.
    """

    table: Table
    due: DueList
    audit: AuditLog
    rules: Mapping[str, Rule]
    delete_user: Callable[[UserId, Deadline], Awaitable[None]] | None = None
    now: Callable[[], float] = time.time

    async def forget(self, user_id: UserId, deadline: Deadline, interaction_id: str = "") -> Forgotten:
        """Forget somebody, as far as the deadline allows; the rest is housekeeping's.

        Raises:
            AwsError: the table is not to be reached; nothing was begun.
        """
        note = self._note(_Walk(user_id, interaction_id), int(self.now()) + _TAKEN_UP_SECONDS)
        await self.due.add(note)
        try:
            return await self._go_on(note, deadline)
        except AwsError as error:
            log.warning("forgetting is taken up later", extra={"reason": error.code})
            return Forgotten(0, is_complete=False)

    async def work_off(self, note: DueNote, deadline: Deadline) -> None:
        """Go on where somebody stopped.

        Raises:
            AwsError: the table is not to be reached; the note stays.
        """
        await self._go_on(note, deadline)

    async def _go_on(self, note: DueNote, deadline: Deadline) -> Forgotten:
        walk = _Walk(UserId(note.subject), str(note.details["interaction_id"]))
        walk.failures = int(str(note.details["failures"]))
        is_at_end = await self._walk(walk, _start(note), deadline)
        await self._tell_audit(walk)
        if is_at_end and not walk.failures:
            walk.failures += not await self._is_user_deleted(walk.user_id, deadline)
        is_complete = is_at_end and not walk.failures
        if not is_complete:
            # Another note than this one, which is taken off.
            again = max(int(self.now()), note.at) + (_AGAIN_SECONDS if is_at_end else _GO_ON_SECONDS)
            await self.due.add(self._note(walk, again))
        await self.due.take_off(note)
        return Forgotten(walk.items, is_complete)

    async def _walk(self, walk: _Walk, start: Key | None, deadline: Deadline) -> bool:
        """Whether the end of the table was reached; else `further` says where to go on."""
        walk.further = start
        mention = re.compile(rf"(?<!\d){re.escape(walk.user_id)}(?!\d)")
        while deadline.remaining_seconds() > _LEAST_SECONDS:
            items, walk.further = await self.table.scan(walk.further)
            for item in items:
                if mention.search(str(item)):
                    await self._apply(walk, item, deadline)
            if walk.further is None:
                return True
        return False

    async def _apply(self, walk: _Walk, item: Item, deadline: Deadline) -> None:
        kind = kind_of(item)
        if kind in PASSING or _is_our_note(item):
            return
        if kind in _AUDITED:
            walk.audited.add(GuildId(item["pk"].removeprefix("SERVER#")))
            walk.items += 1
            return
        rule = self.rules.get(kind)
        if rule is None:
            log.error("somebody is mentioned where nothing can be forgotten", extra={"kind": kind})
            return
        try:
            await rule(item, walk.user_id, deadline)
        except KalturaError as error:
            log.warning("not forgotten yet", extra={"kind": kind, "code": error.code})
            walk.failures += 1
            return
        walk.items += 1
        if item["pk"].startswith("SERVER#"):
            walk.servers.add(GuildId(item["pk"].removeprefix("SERVER#")))

    async def _tell_audit(self, walk: _Walk) -> None:
        for guild_id in sorted(walk.audited):
            await self.audit.forget(guild_id, walk.user_id)
        for guild_id in sorted(walk.servers | walk.audited):
            await self.audit.record(guild_id, AuditEntry("forgotten", walk.user_id, walk.interaction_id))

    async def _is_user_deleted(self, user_id: UserId, deadline: Deadline) -> bool:
        if self.delete_user is None:
            return True
        try:
            await self.delete_user(user_id, deadline)
        except KalturaRefused as refusal:
            # It would refuse the next time as well; the operator has to look into it.
            log.error("kaltura user not deleted", extra={"code": refusal.code})
        except KalturaError as error:
            log.warning("kaltura user not deleted yet", extra={"code": error.code})
            return False
        return True

    def _note(self, walk: _Walk, at: int) -> DueNote:
        further = walk.further
        place: Value = {"pk": further.pk, "sk": further.sk} if further is not None else None
        # A walk that begins anew finds whatever failed in the last one.
        failures = walk.failures if further is not None else 0
        details: Mapping[str, Value] = {
            "interaction_id": walk.interaction_id,
            "further": place,
            "failures": failures,
        }
        return DueNote(FORGET, walk.user_id, at, details)


def kind_of(item: Item) -> str:
    """What kind of item it is: how its sort key begins, or its partition's where that is a time."""
    if item["pk"].startswith("DUE#"):
        return "DUE"
    return str(item["sk"]).partition("#")[0]


def _is_our_note(item: Item) -> bool:
    return bool(kind_of(item) == "DUE" and item.get("kind") == FORGET)


def _start(note: DueNote) -> Key | None:
    place = note.details["further"]
    return Key(str(place["pk"]), str(place["sk"])) if isinstance(place, dict) else None
