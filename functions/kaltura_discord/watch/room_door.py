"""Coming into a room: by an Activity's instance, by a link, or again with what a link gave.

Nothing that a page says is believed but what it can prove: who it is (session token), and where it is (Discord's own
list of who is in the instance, or a link of ours). Server and channel come from that proof, the level from Discord.

Whoever comes first opens the room, with the video that the launch was about; two who come first at the same moment get
the same room, since its id was fixed when the instance was bound and the second write of it is refused:

    A   reads the binding (room r1) ── no room r1 ── writes r1: done
    B   ─── reads the binding (room r1) ── no room r1 ── writes r1: it is there. Reads it.

If Kaltura does not tell the video in time, the room is opened without, and the video is proposed to whoever controls.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from kaltura_discord.aws.sliding_window import SlidingWindow
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.members import FoundMember
from kaltura_discord.identity.tokens import (
    LINKED_SECONDS,
    LinkedRoom,
    RoomToken,
    SessionToken,
    Tokens,
    Via,
    Viewer,
)
from kaltura_discord.identity.user_sync import Arrival, UserSync
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.videos import Video
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.server_configs import ServerConfigs
from kaltura_discord.watch.instances import Instances
from kaltura_discord.watch.launches import InstanceId, Launch, Launches, tabs_instance
from kaltura_discord.watch.limits import ENTRIES, TICKETS, check
from kaltura_discord.watch.links import RoomLinks
from kaltura_discord.watch.models import Actor, ControlMode, NewRoom, Room, RoomId, WaitFor
from kaltura_discord.watch.refusals import LinkExpired, OtherRoom, RoomClosed, VideoNotFound
from kaltura_discord.watch.room_store import RoomStore
from kaltura_discord.watch.rules import why_not_control
from kaltura_discord.watch.sign_in import Membership, shown_name
from kaltura_discord.watch.tickets import TicketHolder, Tickets
from kaltura_discord.watch.video_shelf import VideoShelf, media_of

# The viewer sees an empty frame meanwhile; without the video they come in all the same.
_KALTURA_PATIENCE_SECONDS = 3.5


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved: who somebody is, where they come in, and which room that is.

    Attributes:
        launch: what the room was opened for.
        wanted_entry: what this person came for; empty for nothing in particular.
        way_in: the Activity's instance, empty for a browser tab.
        linked: where a browser tab's link led; None in Discord.
    """

    viewer: Viewer
    room_id: str
    launch: Launch
    wanted_entry: str
    via: Via
    way_in: str = ""
    linked: LinkedRoom | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody is in.

    Attributes:
        session_token: for a browser tab, to come in again; None in Discord.
        ticket: for the socket, once.
        bound_video: what the room was opened with, where that is still what it shows.
        proposed_video: what they came for and may change the room to, with its grant.
    """

    room: Room
    viewer: Viewer
    level: Level
    via: Via
    room_token: str
    session_token: str | None
    ticket: str
    bound_video: dict[str, Any] | None
    proposed_video: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RoomDoor:
    """Lets people in. A room begins as the server's settings say."""

    instances: Instances
    launches: Launches
    links: RoomLinks
    membership: Membership
    rooms: RoomStore
    tickets: Tickets
    tokens: Tokens
    shelf: VideoShelf
    window: SlidingWindow
    configs: ServerConfigs
    people: UserSync

    async def by_instance(self, session: SessionToken, instance_id: str, deadline: Deadline) -> Entry:
        """Into the room of an Activity's instance.

        Raises:
            WatchRefusal: NotInInstance, NoServer, ServerNotAllowed, NotInServer, RoomClosed, NotNow, TooOften.
        """
        viewer = session.viewer
        await self._count(viewer.user_id)
        instance = await self.instances.with_user(instance_id, viewer.user_id, deadline)
        member, intent, bound = await asyncio.gather(
            self.membership.find(instance.guild_id, viewer.user_id, deadline),
            self.launches.intent(instance.guild_id, instance.channel_id, viewer.user_id),
            self.launches.bound(InstanceId(instance_id)),
        )
        came_for = intent or Launch(instance.guild_id, instance.channel_id, viewer.user_id)
        if bound is None:
            bound = await self.launches.bind(InstanceId(instance_id), came_for)
        if bound.launch.guild_id != instance.guild_id:
            raise OtherRoom
        proof = Proof(viewer, bound.room_id, bound.launch, came_for.entry_id, "discord", instance_id)
        entry = await self._enter(proof, member, deadline)
        if intent is not None and entry.room.media is not None and entry.room.media.entry_id == intent.entry_id:
            await self.launches.drop_intent(instance.guild_id, instance.channel_id, viewer.user_id)
        return entry

    async def by_link(self, link_token: str, deadline: Deadline) -> Entry:
        """Into the room of a link.

        Raises:
            WatchRefusal: LinkExpired, ServerNotAllowed, NotInServer, RoomClosed, NotNow, TooOften.
        """
        link = await self.links.read(link_token)
        if link is None:
            raise LinkExpired
        await self._count(link.user_id)
        viewer = Viewer(link.user_id, shown_name(link.name), link.avatar)
        until = int(self.tokens.now()) + LINKED_SECONDS
        linked = LinkedRoom(link.guild_id, link.channel_id, link.room_id, until, link.entry_id)
        return await self._enter_tab(viewer, linked, deadline)

    async def again(self, session: SessionToken, deadline: Deadline) -> Entry:
        """Into the room that a link led to before, with the session that it gave. Raises like `by_link`."""
        if session.linked is None:
            raise LinkExpired
        await self._count(session.viewer.user_id)
        return await self._enter_tab(session.viewer, session.linked, deadline)

    async def ticket(self, token: RoomToken, room_id: str) -> str:
        """Another ticket for the room that somebody was let into.

        Raises:
            WatchRefusal: OtherRoom, ServerNotAllowed, TooOften.
        """
        if token.room_id != room_id:
            raise OtherRoom
        await check(self.window, TICKETS, token.viewer.user_id, self.tokens.now())
        # What else the room token says was asked of Discord when it was made, at most a quarter of an hour ago.
        await self.shelf.scope_of(token.guild_id)
        return await self._ticket(token)

    async def _enter_tab(self, viewer: Viewer, linked: LinkedRoom, deadline: Deadline) -> Entry:
        member, bound = await asyncio.gather(
            self.membership.find(linked.guild_id, viewer.user_id, deadline),
            self.launches.bound(tabs_instance(linked.guild_id, linked.channel_id)),
        )
        own = Launch(linked.guild_id, linked.channel_id, viewer.user_id, linked.entry_id)
        launch = bound.launch if bound is not None and bound.room_id == linked.room_id else own
        proof = Proof(viewer, linked.room_id, launch, linked.entry_id, "browser", linked=linked)
        return await self._enter(proof, member, deadline)

    async def _enter(self, proof: Proof, member: FoundMember, deadline: Deadline) -> Entry:
        viewer, level = proof.viewer, member.least_level
        videos = _Videos(self.shelf, proof.launch.guild_id, deadline.sooner(_KALTURA_PATIENCE_SECONDS))
        room = await self.rooms.find(RoomId(proof.room_id)) or await self._opened(proof, videos)
        guild_id = room.guild_id
        if guild_id != proof.launch.guild_id:
            raise OtherRoom
        token = RoomToken(viewer, level, room.room_id, guild_id, proof.via, proof.way_in)
        arrival = Arrival(guild_id, viewer.user_id, member.name or viewer.name, member.level)
        ticket, _ = await asyncio.gather(self._ticket(token), self.people.notice(arrival))
        return Entry(
            room=room,
            viewer=viewer,
            level=level,
            via=proof.via,
            room_token=self.tokens.room(token),
            session_token=self.tokens.session(SessionToken(viewer, proof.linked)) if proof.linked else None,
            ticket=ticket,
            bound_video=await self._bound_video(room, proof, videos),
            proposed_video=await self._proposed_video(room, proof, level, videos),
        )

    async def _opened(self, proof: Proof, videos: "_Videos") -> Room:
        """The room, opened by this person or by somebody else in the same moment."""
        launch = proof.launch
        begins = (await self.configs.whole(launch.guild_id)).watch
        video = await videos.find(launch.entry_id)
        new = NewRoom(
            room_id=RoomId(proof.room_id),
            guild_id=launch.guild_id,
            channel_id=launch.channel_id,
            host_user_id=launch.user_id,
            media=media_of(video) if video is not None else None,
            control_mode=ControlMode(begins.control_mode),
            wait_for_buffering=WaitFor(begins.wait_for_buffering),
        )
        await self.rooms.create(new)
        room = await self.rooms.find(new.room_id)
        if room is None:
            raise RoomClosed
        return room

    async def _bound_video(self, room: Room, proof: Proof, videos: "_Videos") -> dict[str, Any] | None:
        if room.media is None or room.media.entry_id != proof.launch.entry_id:
            return None
        video = await videos.find(room.media.entry_id)
        return self.shelf.shown(video, proof.via) if video is not None else None

    async def _proposed_video(self, room: Room, proof: Proof, level: Level, videos: "_Videos") -> dict[str, Any] | None:
        """What this person came for, or what the room was opened for and could not show; for who may change it."""
        shown = room.media.entry_id if room.media is not None else ""
        entry_id = proof.wanted_entry or (proof.launch.entry_id if room.media is None else "")
        if not entry_id or entry_id == shown or why_not_control(room, Actor(proof.viewer.user_id, level)):
            return None
        video = await videos.find(entry_id)
        return self.shelf.granted(video, room.guild_id, proof.via) if video is not None else None

    async def _ticket(self, token: RoomToken) -> str:
        viewer = token.viewer
        return await self.tickets.issue(
            TicketHolder(
                room_id=RoomId(token.room_id),
                guild_id=token.guild_id,
                user_id=viewer.user_id,
                name=viewer.name,
                avatar=viewer.avatar or None,
                level=token.level,
                via=token.via,
            )
        )

    async def _count(self, user_id: UserId) -> None:
        await check(self.window, ENTRIES, user_id, self.tokens.now())


class _Videos:
    """The videos that one entry is about, each asked for once: a silent Kaltura keeps nobody waiting twice."""

    def __init__(self, shelf: VideoShelf, guild_id: GuildId, patience: Deadline) -> None:
        self._shelf = shelf
        self._guild_id = guild_id
        self._patience = patience
        self._known: dict[str, Video | None] = {"": None}

    async def find(self, entry_id: str) -> Video | None:
        """The video, if it is the server's and Kaltura tells in time."""
        if entry_id not in self._known:
            try:
                self._known[entry_id] = await self._shelf.find(self._guild_id, entry_id, self._patience)
            except (VideoNotFound, KalturaError):
                self._known[entry_id] = None
        return self._known[entry_id]
