"""Looking at members again, once a day in each server: a role can be taken and a server left while nobody comes in.

The doors ask Discord whenever somebody comes in, so nobody gets more than their roles give, whatever is remembered. A
round is for what outlives a visit: the Kaltura group, and what the audit says of a level. It looks at who was here in
the last 30 days, fifty at a time. Whoever has left is lowered, taken out of the group and no longer remembered.

What a round can't do is to take back a session that a member holds in Kaltura already: Kaltura revokes sessions by
group, and the group is the meeting's. Such a session ends within the hour, or with the meeting.

    every visit      notes the server's next round; the same note twice is one note
    a round          the first fifty ── note: go on after the fiftieth ── … ── the last ── note: tomorrow
    Discord is down  note: go on from here, in ten minutes
    the bot is out   note: tomorrow; what becomes of the server is decided elsewhere

Rounds of several servers begin at different moments of the day, by the server's id. Two rounds of one server at once do
no harm: what one has changed, the other finds changed.
"""

import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.errors import DiscordError, DiscordRateLimited, DiscordRefused, Unknown
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.discord.permissions import Role, server_permissions
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level, level_of
from kaltura_discord.identity.profiles import KnownMember, ProfileStore
from kaltura_discord.identity.sync_settings import SyncSettings
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.users import KalturaUsers
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

MEMBER_ROUND = "member_round"

RECENT_SECONDS = 30 * 24 * 3600
MOST_AT_ONCE = 50

_DAY_SECONDS = 24 * 3600
_GO_ON_SECONDS = 60
_DISCORD_DOWN_SECONDS = 600
# With less left, the next member could not be looked at and written down.
_LEAST_SECONDS = 6.0

_UNKNOWN_MEMBER = 10007

Asked = TypeVar("Asked")

log = logging.getLogger(__name__)


class _Stop(Exception):
    """The round goes on later: in so many seconds from here, or from its beginning tomorrow."""

    def __init__(self, seconds: int = 0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Left(Exception):
    """Discord does not know the person as a member."""


@dataclass(frozen=True, slots=True)
class _Server:
    """A server as Discord has it now, with its settings."""

    guild_id: GuildId
    owner_id: UserId
    roles: Sequence[Role]
    mapping: Mapping[RoleId, Level]
    settings: SyncSettings


def round_note(guild_id: GuildId, now: int) -> DueNote:
    """The note for the server's next round after `now`, epoch seconds."""
    moment = zlib.crc32(guild_id.encode()) % _DAY_SECONDS
    since_last = (now - moment) % _DAY_SECONDS
    return DueNote(MEMBER_ROUND, guild_id, now - since_last + _DAY_SECONDS, {"after": ""})


@dataclass(frozen=True, slots=True)
class MemberRounds:
    """Works off notes about rounds.

    Attributes:
        mapping: which role gives which level in a server, now.
        settings: what a server says about Kaltura users.
    """

    profiles: ProfileStore
    rest: "DiscordRest"
    users: Callable[[], KalturaUsers]
    due: DueList
    mapping: Callable[[GuildId], Awaitable[Mapping[RoleId, Level]]]
    settings: Callable[[GuildId], Awaitable[SyncSettings]]

    async def work_off(self, note: DueNote, now: float, deadline: Deadline) -> None:
        """Do a part of a round, and note when it goes on; `now` is epoch seconds."""
        guild_id, after = GuildId(note.subject), str(note.details["after"])
        seen = after
        has_recent = False
        try:
            server = await self._server(guild_id, deadline)
            looked_at = 0
            async with aclosing(self.profiles.members_after(guild_id, after)) as members:
                async for member in members:
                    if member.seen_at < now - RECENT_SECONDS:
                        continue
                    has_recent = True
                    if looked_at == MOST_AT_ONCE or deadline.remaining_seconds() < _LEAST_SECONDS:
                        raise _Stop(_GO_ON_SECONDS)
                    await self._look_at(server, member, deadline)
                    seen, looked_at = member.user_id, looked_at + 1
        except _Stop as stop:
            await self._go_on(guild_id, seen, stop, int(now))
        else:
            if has_recent or after:
                await self.due.add(round_note(guild_id, int(now)))
        await self.due.take_off(note)

    async def _go_on(self, guild_id: GuildId, after: str, stop: _Stop, now: int) -> None:
        if stop.seconds:
            await self.due.add(DueNote(MEMBER_ROUND, guild_id, now + stop.seconds, {"after": after}))
        else:
            await self.due.add(round_note(guild_id, now))

    async def _server(self, guild_id: GuildId, deadline: Deadline) -> _Server:
        owner_id, roles = await _asked(self.rest.server_roles(guild_id, deadline))
        try:
            mapping, settings = await self.mapping(guild_id), await self.settings(guild_id)
        except ConfigError as error:
            log.error("no round while the settings cannot be read", extra={"guild_id": guild_id, "reason": str(error)})
            raise _Stop from None
        return _Server(guild_id, owner_id, roles, mapping, settings)

    async def _look_at(self, server: _Server, member: KnownMember, deadline: Deadline) -> None:
        try:
            roles = await _asked(self.rest.member_roles(server.guild_id, member.user_id, deadline))
        except _Left:
            await self._lower(server.guild_id, member, deadline)
            return
        permissions = server_permissions(server.guild_id, server.owner_id, member.user_id, roles, server.roles)
        # The role that everybody has bears the server's id, and Discord does not list it.
        level = level_of(permissions, [*roles, RoleId(server.guild_id)], server.mapping)
        group = await self._in_group(member, server.settings.group_of(server.guild_id, level), deadline)
        current = replace(member, level=level, group=group)
        if current == member or await self.profiles.save(server.guild_id, member, current):
            return
        # They came in at this very moment. What is remembered now may not say which group we have put them into.
        latest = await self.profiles.member(server.guild_id, member.user_id)
        if latest is not None and latest.group != group:
            await self._in_group(replace(latest, group=group), latest.group, deadline)

    async def _lower(self, guild_id: GuildId, member: KnownMember, deadline: Deadline) -> None:
        """Somebody is not in the server any more."""
        group = await self._in_group(member, "", deadline)
        gone = replace(member, level=Level.VIEWER, group=group)
        is_ours = gone == member or await self.profiles.save(guild_id, member, gone, why="left")
        if is_ours and not group:
            await self.profiles.drop(guild_id, member.user_id)

    async def _in_group(self, member: KnownMember, group: str, deadline: Deadline) -> str:
        """Have Kaltura have the member in `group`, if it is to be reached; the group that they are in then."""
        if member.group == group:
            return group
        user_id = kaltura_user_id(member.user_id)
        try:
            if group:
                await self.users().enter_group(user_id, group, deadline)
            if member.group:
                await self.users().leave_group(user_id, member.group, deadline)
        except KalturaError as error:
            # Remembered as they are, so that the next round, or the next visit, tries again.
            log.warning("group not changed", extra={"code": error.code})
            return member.group
        return group


async def _asked(answer: Awaitable[Asked]) -> Asked:
    """What Discord answers.

    Raises:
        _Left: it knows no such member.
        _Stop: it can't be asked now, or not about this server.
    """
    try:
        return await answer
    except DiscordRateLimited as limited:
        raise _Stop(max(_GO_ON_SECONDS, int(limited.retry_after) + 1)) from None
    except Unknown as unknown:
        if unknown.code == _UNKNOWN_MEMBER:
            raise _Left from None
        raise _Stop from None
    except DiscordRefused as refused:
        log.info("no round in this server", extra={"code": refused.code})
        raise _Stop from None
    except DiscordError as error:
        log.warning("round put off", extra={"reason": str(error)})
        raise _Stop(_DISCORD_DOWN_SECONDS) from None
