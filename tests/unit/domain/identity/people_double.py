"""Kaltura's users and groups as a double that counts, and people who come in."""

import asyncio
from dataclasses import dataclass, field

from kaltura_discord.kaltura.errors import KalturaError, NotFound
from kaltura_discord.kaltura.users import KalturaPerson
from kaltura_discord.resilience.deadline import Deadline


@dataclass
class UsersDouble:
    """Keeps names and groups by user id; `calls` says what it was asked, `failure` is raised instead of an answer."""

    names: dict[str, str] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    failure: KalturaError | None = None

    async def write(self, person: KalturaPerson, _: Deadline, *, is_known: bool) -> None:
        await self._asked("write_again" if is_known else "write")
        self.names[person.user_id] = person.display_name

    async def delete(self, user_id: str, _: Deadline) -> None:
        await self._asked("delete")
        self.names.pop(user_id, None)
        self.groups.pop(user_id, None)

    async def enter_group(self, user_id: str, group_id: str, _: Deadline) -> None:
        await self._asked(f"enter {group_id}")
        if user_id not in self.names:
            raise NotFound("USER_NOT_FOUND")
        self.groups.setdefault(user_id, set()).add(group_id)

    async def leave_group(self, user_id: str, group_id: str, _: Deadline) -> None:
        await self._asked(f"leave {group_id}")
        self.groups.get(user_id, set()).discard(group_id)

    async def _asked(self, what: str) -> None:
        self.calls.append(what)
        # Others may do something while Kaltura answers.
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
