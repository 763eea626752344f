"""Somebody who has done everything that there is to do here: whatever can remember them does."""

from dataclasses import dataclass

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.aws.table import Update
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.profiles import KnownMember
from kaltura_discord.identity.rounds import MEMBER_ROUND
from kaltura_discord.meetings.limits import SEARCHES_OF_A_MEMBER
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.server_config.override_store import Author
from kaltura_discord.watch.launches import InstanceId, Launch
from kaltura_discord.watch.links import RoomLink
from kaltura_discord.watch.models import ConnectionId, NewRoom, Room, RoomId, Viewer
from kaltura_discord.watch.room_items import room_key
from kaltura_discord.watch.tickets import TicketHolder
from tests.unit.domain.plans import plan, switch_on
from tests.unit.domain.sent_by_discord import USE_ACTIVITIES, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of


@dataclass
class Life:
    """Who it is, what they left behind, and somebody who was there with them."""

    person: Member
    friend: Member
    started: Meeting
    joined: Meeting
    room: Room
    group: str

    @property
    def user_id(self) -> UserId:
        return UserId(self.person.user_id)


def somebody(stage: Stage, name: str) -> Member:
    """A new member of the stage's server."""
    member = Member(snowflake(), name, permissions=USE_ACTIVITIES)
    stage.discord.member_roles[member.user_id] = []
    return member


async def live(stage: Stage) -> Life:
    """All of it, in the stage's server, under a name that nobody else has."""
    person, friend = somebody(stage, f"Annabel {snowflake()}"), somebody(stage, "Bo")
    started = await stage.start("What Annabel began", by=person)
    joined = await stage.start("What Bo began", by=friend)
    await stage.start("Still on", by=person)
    for meeting in (started, joined):
        for member in (friend, person):
            await comes_in(stage, meeting, member)
    await stage.answer_to(stage.place.press(f"1:end:{started.meeting_id}", person))
    room = await watches(stage, person, friend)
    await plans(stage, person)
    await _settings_and_limits(stage, person)
    group = f"discord_{stage.guild_id}"
    await _is_remembered(stage, person, group)
    return Life(person, friend, started, joined, room, group)


async def plans(stage: Stage, person: Member) -> None:
    """They plan two meetings, and call one of them off."""
    await switch_on(stage)
    await plan(stage, by=person)
    meeting = await plan(stage, by=person)
    await stage.answer_to(stage.place.press(f"1:plan-cancel-now:{meeting.meeting_id}:1", person))


async def comes_in(stage: Stage, meeting: Meeting, member: Member) -> None:
    answer = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", member))
    token = buttons_of(answer)["Open the meeting"].rsplit("/", 1)[-1]
    await stage.services.join_door.open(token, soon())
    stage.tasks.take_all()


async def watches(stage: Stage, person: Member, friend: Member) -> Room:
    """A room whose host is the person, with all that a room remembers of who is in it."""
    services, user_id = stage.services, UserId(person.user_id)
    launch = Launch(stage.guild_id, stage.channel_id, user_id, "1_ab12cd34")
    bound = await services.launches.bind(InstanceId(f"i-{snowflake()}"), launch)
    await services.launches.intend(launch)
    room_id = RoomId(bound.room_id)
    await services.watch.store.create(NewRoom(room_id, stage.guild_id, stage.channel_id, user_id))
    for member in (person, friend):
        await services.watch.presence.enter(viewer_of(stage, room_id, member))
    await services.watch.participants.enter_shard(viewer_of(stage, room_id, person, "other"), 3)
    marks = {":yes": True}
    names = {"#user": person.user_id}
    places = ("barred_users", "waiting_users", "tired_users")
    sets = ", ".join(f"{place}.#user = :yes" for place in places)
    await services.table.update(Update(room_key(room_id), f"SET {sets}", names=names, values=marks))
    link = RoomLink(room_id, stage.guild_id, stage.channel_id, user_id, person.name, "", Level.VIEWER)
    await services.room_links.make(link)
    holder = TicketHolder(room_id, stage.guild_id, user_id, person.name, None, Level.VIEWER, "discord")
    await services.watch.tickets.issue(holder)
    room = await services.watch.store.find(room_id)
    assert room is not None
    return room


def viewer_of(stage: Stage, room_id: RoomId, member: Member, suffix: str = "") -> Viewer:
    connection_id = ConnectionId(f"c{member.name[:2]}{suffix}")
    return Viewer(
        connection_id, room_id, stage.guild_id, UserId(member.user_id), member.name, None, Level.VIEWER, "discord"
    )


async def _settings_and_limits(stage: Stage, person: Member) -> None:
    services = stage.services
    author = Author(UserId(person.user_id), InteractionId(snowflake()))
    document = {"meetings": {"auto_end_hours": 5}}
    await services.overrides.save(stage.guild_id, await services.overrides.read(stage.guild_id), document, author)
    await services.window.use(SEARCHES_OF_A_MEMBER, person.user_id)


async def _is_remembered(stage: Stage, person: Member, group: str) -> None:
    profiles, user_id = stage.services.people.profiles, UserId(person.user_id)
    await profiles.remember_written(user_id, "f00")
    member = KnownMember(user_id, Level.MODERATOR, group, int(stage.clock()))
    assert await profiles.save(stage.guild_id, None, member)
    at = int(stage.clock()) + 86_400
    await stage.services.due.add(DueNote(MEMBER_ROUND, stage.guild_id, at, {"after": user_id}))
