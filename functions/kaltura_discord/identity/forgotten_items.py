"""What is to be done, for somebody who is to be forgotten, with the items that are nobody's room's in particular.

PROFILE, MEMBER   go; in Kaltura, they leave the server's group first
DUE               a round that was about to go on after them goes on a little before
ONBOARDING        no longer says that it was they who saw the greeting
EVENT             goes: that they came in has been told, or need not be
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.forgetting import Rule
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.kaltura.errors import KalturaRefused
from kaltura_discord.kaltura.users import KalturaUsers
from kaltura_discord.resilience.deadline import Deadline

FORGOTTEN = "forgotten"

log = logging.getLogger(__name__)


class PeopleForget:
    """Has items mention somebody no longer; `users` are asked only where they are in a group."""

    def __init__(self, table: Table, users: Callable[[], KalturaUsers]) -> None:
        self._table = table
        self._users = users

    def rules(self) -> Mapping[str, Rule]:
        """What to do with an item, by its kind."""
        return {
            "PROFILE": self.item,
            "MEMBER": self.member,
            "EVENT": self.item,
            # An event of one server's: EVENT#… / SERVER#….
            "SERVER": self.item,
            "DELIVERY": self.item,
            "PENDING": self.item,
            "DUE": self.round_note,
            "ONBOARDING": self.greeting,
        }

    async def item(self, item: Item, _: UserId, __: Deadline) -> None:
        """Of what goes as a whole."""
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def member(self, item: Item, user_id: UserId, deadline: Deadline) -> None:
        """Of a membership."""
        group = item["kaltura_group"]
        if group:
            try:
                await self._users().leave_group(kaltura_user_id(user_id), group, deadline)
            except KalturaRefused as refusal:
                # It would refuse the next time as well; the operator has to look into it.
                log.error("group not left", extra={"code": refusal.code})
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def round_note(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of a round that goes on after them: whoever stands between is looked at twice."""
        values: dict[str, Value] = {":before": user_id[:-1], ":user": user_id}
        await self._change(item, "SET details.#after = :before", "details.#after = :user", {"#after": "after"}, values)

    async def greeting(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of the greeting of a server."""
        values: dict[str, Value] = {":somebody": FORGOTTEN, ":user": user_id}
        await self._change(item, "SET told = :somebody", "told = :user", {}, values)

    async def _change(
        self, item: Item, expression: str, condition: str, names: Mapping[str, str], values: Mapping[str, Value]
    ) -> None:
        # It says so no longer, or is not there any more: which is what was wanted.
        with suppress(ConditionNotMet):
            await self._table.update(Update(Key(item["pk"], item["sk"]), expression, condition, names, values))
