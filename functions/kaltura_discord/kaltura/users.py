"""Users of the account and the groups they are in. Everything here may be done twice without harm.

Kaltura has no upsert. So what is more likely is tried first, and its refusal says that the other one is right:

    add ──── DUPLICATE_USER_BY_ID: there already ───► update
    update ─ INVALID_USER_ID: not there (any more) ─► add

Whoever stands between us and the answer (a time-out, another process) leaves at most a user that is there already, and
the next one updates it. A user never carries a role or `isAdmin`: what somebody may do is said by each session, for an
hour at most (`joining`), never by the user. Codes: Kaltura server, UserService.php and GroupUserService.php.
"""

from dataclasses import dataclass
from typing import Final

from kaltura_discord.kaltura.errors import KalturaRefused, NotFound
from kaltura_discord.kaltura.text import one_line, person_names
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

TAG: Final = "discord"
"""What our users and groups are tagged with, so that an operator finds them in Kaltura's console."""

_LONGEST_SCREEN_NAME = 100
_DUPLICATE_USER = "DUPLICATE_USER_BY_ID"
_ALREADY_MEMBER = "GROUP_USER_ALREADY_EXISTS"
# The final S is Kaltura's own (KalturaErrors.php).
_NO_MEMBER = "GROUP_USER_DOES_NOT_EXISTS"
_NO_GROUP = "GROUP_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class KalturaPerson:
    """A user as we write it.

    Attributes:
        user_id: such as `discord_42`.
        display_name: as the person wrote it; cleaned for Kaltura here.
    """

    user_id: str
    display_name: str


class KalturaUsers:
    """Users and groups, through Kaltura's API. Every coroutine raises `KalturaError` and gives up at its deadline."""

    def __init__(self, transport: KalturaTransport) -> None:
        self._transport = transport

    async def write(self, person: KalturaPerson, deadline: Deadline, *, is_known: bool) -> None:
        """Have the user be there under this name; `is_known`: we have written it before."""
        if is_known:
            try:
                await self._update(person, deadline)
            except NotFound:
                await self._add(person, deadline)
            return
        try:
            await self._add(person, deadline)
        except KalturaRefused as refusal:
            if refusal.code != _DUPLICATE_USER:
                raise
            await self._update(person, deadline)

    async def delete(self, user_id: str, deadline: Deadline) -> None:
        """Delete the user; what they own stays. One that is gone already is no error."""
        try:
            await self._call("user", "delete", {"userId": user_id}, deadline)
        except NotFound:
            return

    async def enter_group(self, user_id: str, group_id: str, deadline: Deadline) -> None:
        """Put the user into the group, which is made where there is none.

        Raises:
            NotFound: there is no such user.
        """
        try:
            await self._enter(user_id, group_id, deadline)
        except NotFound as missing:
            if missing.code != _NO_GROUP:
                raise
            await self._add_group(group_id, deadline)
            await self._enter(user_id, group_id, deadline)

    async def leave_group(self, user_id: str, group_id: str, deadline: Deadline) -> None:
        """Take the user out of the group; no error where they are not in it, or one of both is gone."""
        try:
            await self._call("groupuser", "delete", {"userId": user_id, "groupId": group_id}, deadline)
        except NotFound:
            return
        except KalturaRefused as refusal:
            if refusal.code != _NO_MEMBER:
                raise

    async def _add(self, person: KalturaPerson, deadline: Deadline) -> None:
        await self._call("user", "add", {"user": {"id": person.user_id, "tags": TAG, **_names(person)}}, deadline)

    async def _update(self, person: KalturaPerson, deadline: Deadline) -> None:
        await self._call("user", "update", {"userId": person.user_id, "user": _names(person)}, deadline)

    async def _enter(self, user_id: str, group_id: str, deadline: Deadline) -> None:
        membership = {"objectType": "KalturaGroupUser", "userId": user_id, "groupId": group_id}
        try:
            await self._call("groupuser", "add", {"groupUser": membership}, deadline)
        except KalturaRefused as refusal:
            if refusal.code != _ALREADY_MEMBER:
                raise

    async def _add_group(self, group_id: str, deadline: Deadline) -> None:
        group = {"objectType": "KalturaGroup", "id": group_id, "screenName": group_id, "tags": TAG}
        try:
            await self._call("group_group", "add", {"group": group}, deadline)
        except KalturaRefused as refusal:
            if refusal.code != _DUPLICATE_USER:
                raise

    async def _call(self, service: str, action: str, parameters: dict[str, object], deadline: Deadline) -> None:
        await self._transport.call(service, action, parameters, deadline=deadline, repeatable=True)


def _names(person: KalturaPerson) -> dict[str, object]:
    first_name, last_name = person_names(person.display_name)
    return {
        "objectType": "KalturaUser",
        "firstName": first_name,
        "lastName": last_name,
        "screenName": one_line(person.display_name, _LONGEST_SCREEN_NAME, otherwise=first_name),
    }
