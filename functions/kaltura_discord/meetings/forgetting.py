"""What meetings do when somebody is to be forgotten: the meeting stays, and no longer says who it was.

    MEETING, RUNNING   who started or ended it becomes "Somebody", without an id: nobody is its starter any more
    PARTICIPANT        goes, with the name that the card shows of those who joined; the number who joined stays
    JOIN               goes: the link does not work any more

The card is changed by housekeeping. What people wrote themselves into a title or a description stays.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.resilience.deadline import Deadline

SOMEBODY = "Somebody"


class MeetingsForget:
    """Has the items of meetings mention somebody no longer.

    Args:
        table: where they are kept.
        due: told of cards that have to be changed.
        now: epoch seconds.
    """

    def __init__(self, table: Table, due: DueList, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._due = due
        self._now = now

    def rules(self) -> Mapping[str, Callable[[Item, UserId, Deadline], Awaitable[None]]]:
        """What to do with an item, by its kind."""
        return {
            "MEETING": self.meeting,
            "RUNNING": self.meeting,
            "PARTICIPANT": self.participant,
            "JOIN": self.link,
        }

    async def meeting(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of a meeting, or of its entry among those that run."""
        key = Key(item["pk"], item["sk"])
        if item["started_by"]["user_id"] == user_id:
            values: dict[str, Value] = {":nobody": {"user_id": "", "name": SOMEBODY}, ":user": user_id}
            await self._change(Update(key, "SET started_by = :nobody", "started_by.user_id = :user", values=values))
        if item.get("ended_by_id") == user_id:
            values = {":name": SOMEBODY, ":none": "", ":user": user_id}
            expression = "SET ended_by = :name, ended_by_id = :none"
            await self._change(Update(key, expression, "ended_by_id = :user", values=values))
        if item["sk"].startswith("MEETING#"):
            await self._note_card(key)

    async def participant(self, item: Item, _: UserId, __: Deadline) -> None:
        """Of somebody who joined."""
        meeting_id = item["sk"].split("#")[1]
        key = Key(item["pk"], f"MEETING#{meeting_id}")
        meeting = await self._table.get(key, consistent=True)
        names = list(meeting["joined_names"]) if meeting is not None else []
        if item["name"] in names:
            place = f"joined_names[{names.index(item['name'])}]"
            values: dict[str, Value] = {":somebody": SOMEBODY, ":name": item["name"]}
            await self._change(Update(key, f"SET {place} = :somebody", f"{place} = :name", values=values))
            await self._note_card(key)
        # Last: it is what leads to the name on the card.
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def link(self, item: Item, _: UserId, __: Deadline) -> None:
        """Of a link."""
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def _change(self, update: Update) -> None:
        # It says so no longer, or is not there any more: which is what was wanted.
        with suppress(ConditionNotMet):
            await self._table.update(update)

    async def _note_card(self, meeting: Key) -> None:
        guild_id = meeting.pk.removeprefix("SERVER#")
        subject = meeting.sk.removeprefix("MEETING#")
        await self._due.add(DueNote(STALE_CARD, subject, int(self._now()), {"guild_id": guild_id}))
