"""What happens when a join link is opened: look again, mint a session for at most an hour, say where to go.

Whether the meeting runs, whether the server is allowed, and what the member may do now are all asked anew; the link
itself grants nothing but the name under which somebody comes in.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.aws.sliding_window import SlidingWindow
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level, level_mapping
from kaltura_discord.identity.members import FoundMember, NotAMember, member_now
from kaltura_discord.identity.user_sync import Arrival, UserSync
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS, Guest, GuestLevel, MeetingStrategy
from kaltura_discord.meetings.errors import (
    LinkExpired,
    MeetingNotFound,
    MeetingNotRunning,
    NotNow,
    NotTheirs,
    TooOften,
)
from kaltura_discord.meetings.join_links import link_key
from kaltura_discord.meetings.limits import OPENINGS_OF_A_MEMBER
from kaltura_discord.meetings.models import Meeting, MeetingId, MeetingState, Person
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.server_config.server_lookup import ServerLookup

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# The person is looking at a blank tab meanwhile; without an answer from Discord they come in as a viewer.
_DISCORD_PATIENCE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class WayIn:
    """Where to send the browser, and what changed by it.

    Attributes:
        url: holds a Kaltura session; never to be logged.
        is_first_time: the member had not joined this meeting before.
    """

    url: str
    meeting: Meeting
    is_first_time: bool


@dataclass(frozen=True, slots=True)
class JoinDoor:
    """Opens links."""

    table: Table
    store: MeetingStore
    lookup: ServerLookup
    rest: "DiscordRest"
    rooms: MeetingStrategy
    window: SlidingWindow
    people: UserSync
    now: Callable[[], float] = time.time

    async def open(self, token: str, deadline: Deadline) -> WayIn:
        """Let the member in for whom the link was made.

        Raises:
            LinkExpired: no such link (any more).
            MeetingNotFound: the meeting is not kept any more.
            MeetingNotRunning: the meeting has ended.
            NotNow: the meeting has no room.
            NotTheirs: the member has left the server, or the operator has locked the server out.
            TooOften: the link is being hammered.
            ConfigError: the server's settings cannot be read.
        """
        # Consistent, as people open their link in the same second.
        ticket = await self.table.get(link_key(token), consistent=True)
        if ticket is None:
            raise LinkExpired("Go back to Discord and press Join again for a new one.")
        guild_id, person = GuildId(ticket["guild_id"]), Person(UserId(ticket["user_id"]), ticket["name"])
        if await self.window.use(OPENINGS_OF_A_MEMBER, person.user_id) is not None:
            raise TooOften("You have opened links very often. Wait a few minutes, then open this one again.")
        settings = await self._settings_now(guild_id)
        meeting = await self._running_meeting(guild_id, MeetingId(ticket["meeting_id"]))
        member = await self._member(meeting, person.user_id, level_mapping(settings.role_levels), deadline)
        level = _level(member, meeting, person.user_id)
        at = int(self.now())
        # What was just read of the server is remembered, so this asks nobody.
        narrowing = (await self.lookup.configs.whole(guild_id)).kaltura.session_privileges.join
        guest = Guest(
            kaltura_user_id(person.user_id),
            person.name,
            _guest_level(level),
            ticket["locale"],
            dict(narrowing.items()),
        )
        if meeting.room is None:
            raise NotNow
        link = self.rooms.join_url(meeting.room, guest, at + LONGEST_JOIN_SECONDS, meeting.session_group)
        arrival = Arrival(guild_id, person.user_id, member.name or person.name, member.level)
        is_first_time, _ = await asyncio.gather(
            self.store.record_join(meeting, person, at), self.people.notice(arrival)
        )
        return WayIn(link.url, meeting, is_first_time)

    async def _settings_now(self, guild_id: GuildId) -> QuickSettings:
        server = await self.lookup.find(guild_id, now=True)
        if server.allowed is None:
            raise NotTheirs("This server can't use Kaltura any more. Ask whoever runs this app.")
        return server.settings

    async def _running_meeting(self, guild_id: GuildId, meeting_id: MeetingId) -> Meeting:
        meeting = await self.store.find(guild_id, meeting_id)
        if meeting is None:
            raise MeetingNotFound("It is gone. In Discord, /kaltura-list shows what is running.")
        if meeting.state is MeetingState.SCHEDULED and not meeting.lets_people_in(self.now()):
            raise MeetingNotRunning(f"“{meeting.title}” has not begun. Its doors open ten minutes before it starts.")
        if not meeting.lets_people_in(self.now()):
            raise MeetingNotRunning(f"“{meeting.title}” has ended. In Discord, /kaltura-list shows what is running.")
        return meeting

    async def _member(
        self, meeting: Meeting, user_id: UserId, mapping: Mapping[RoleId, Level], deadline: Deadline
    ) -> FoundMember:
        patience = deadline.sooner(_DISCORD_PATIENCE_SECONDS)
        try:
            return await member_now(self.rest, meeting.guild_id, user_id, mapping, patience)
        except NotAMember:
            raise NotTheirs("You are not in this Discord server any more, so this meeting is closed to you.") from None


def _level(member: FoundMember, meeting: Meeting, user_id: UserId) -> Level:
    # Whoever starts a meeting moderates it; otherwise a class could stand there with nobody in charge.
    is_starter = user_id == meeting.started_by.user_id
    return max(member.least_level, Level.MODERATOR) if is_starter else member.least_level


def _guest_level(level: Level) -> GuestLevel:
    match level:
        case Level.ADMIN:
            return "admin"
        case Level.MODERATOR:
            return "moderator"
        case Level.VIEWER:
            return "viewer"
