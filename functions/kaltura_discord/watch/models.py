"""What a room is: values only. How they are kept is `room_items`'s business, what may be done with them `rules`'s.

Times named `..._ms` are milliseconds since the epoch by the server's clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.protocol import LEAD_AT_FIRST_MS
from kaltura_discord.watch.timeline import Timeline

RoomId = NewType("RoomId", str)
ConnectionId = NewType("ConnectionId", str)


class ControlMode(StrEnum):
    """Who may play, pause, seek, change speed and video."""

    HOST = "host"
    EVERYONE = "everyone"


class WaitFor(StrEnum):
    """Whose buffering stops the room."""

    NOBODY = "nobody"
    HOST = "host"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Media:
    """What is watched. `duration` is in seconds, 0 where it is not known; `kind` is video, audio or live."""

    entry_id: str
    title: str
    duration: float
    kind: str

    @property
    def end(self) -> float:
        """The position it cannot pass, in seconds; 0 where there is none."""
        return 0.0 if self.kind == "live" else self.duration


@dataclass(frozen=True, slots=True)
class Control:
    """Who controls, and for whom the room waits. `barred` are those whose control was taken away."""

    mode: ControlMode = ControlMode.HOST
    locked: bool = False
    wait_for_buffering: WaitFor = WaitFor.NOBODY
    barred: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to be opened."""

    room_id: RoomId
    guild_id: GuildId
    channel_id: ChannelId
    host_user_id: UserId
    media: Media | None = None
    control_mode: ControlMode = ControlMode.HOST
    wait_for_buffering: WaitFor = WaitFor.NOBODY


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it was at one moment.

    Attributes:
        host_left: the host's last connection ended, and nobody has succeeded yet.
        control_revision: grows with every change of host or control, as `timeline.revision` does with the timeline.
        lead_ms: how long ahead changes are scheduled.
        waiting_for: the room is held for these, who buffer, since `held_at_ms`.
        tired_of: for these the room waited as long as it does; they are not waited for until they have recovered.
        connections: those kept in the room's own item, by whose they are. With `is_large` there are more in shards.
    """

    room_id: RoomId
    guild_id: GuildId
    channel_id: ChannelId
    timeline: Timeline
    media: Media | None
    host_user_id: UserId
    lease_until_ms: float
    control: Control
    control_revision: int
    host_left: bool = False
    lead_ms: int = LEAD_AT_FIRST_MS
    waiting_for: tuple[UserId, ...] = ()
    held_at_ms: float | None = None
    tired_of: frozenset[UserId] = frozenset()
    connections: Mapping[ConnectionId, UserId] = field(default_factory=dict)
    is_large: bool = False
    is_closed: bool = False

    def position_at(self, now_ms: float) -> float:
        """Where the media stands, in seconds."""
        return self.timeline.position_at(now_ms, self.media.end if self.media else 0)

    def is_lived_in(self, now_ms: float) -> bool:
        """Whether somebody is there, or on the way: who has just opened a room has no connection for a moment."""
        return bool(self.connections) or self.is_large or self.lease_until_ms > now_ms


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wishes for something: known from the connection or from Discord, never from what they say.

    `connection_id` is None for wishes from outside the room's page, such as a slash command.
    """

    user_id: UserId
    level: Level
    connection_id: ConnectionId | None = None

    @property
    def is_moderator(self) -> bool:
        """Whether they may always control."""
        return self.level >= Level.MODERATOR


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose connection it is, from the ticket. `via` is discord or browser."""

    connection_id: ConnectionId
    room_id: RoomId
    guild_id: GuildId
    user_id: UserId
    name: str
    avatar: str | None
    level: Level
    via: str

    @property
    def actor(self) -> Actor:
        """The same as somebody who wishes for something."""
        return Actor(self.user_id, self.level, self.connection_id)


@dataclass(frozen=True, slots=True)
class Participant:
    """One connection in a room, as its last report has it.

    Attributes:
        changed_at_ms: when something that others see last changed.
        gone_at_ms: when it was forgotten; kept a while, so that rosters can say who is gone.
        shard: which shard it is relayed through; None for the room's own item.
    """

    connection_id: ConnectionId
    user_id: UserId
    name: str
    avatar: str | None
    level: Level
    via: str
    joined_at_ms: float
    reported_at_ms: float
    changed_at_ms: float
    play_state: str = "loading"
    activity: str = "active"
    drift_ms: float | None = None
    clock_bound_ms: float | None = None
    one_way_ms: float | None = None
    gone_at_ms: float | None = None
    shard: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a viewer's page says about itself; see `report` in the protocol."""

    play_state: str
    activity: str
    drift_ms: float | None
    clock_bound_ms: float | None
    one_way_ms: float | None


@dataclass(frozen=True, slots=True)
class PlaybackWish:
    """How playback shall be: `position` is where the media stands when the change takes effect."""

    base_revision: int
    paused: bool
    position: float
    rate: float
    cause: str


@dataclass(frozen=True, slots=True)
class ControlWish:
    """What shall be otherwise about control; None is left as it is."""

    mode: ControlMode | None = None
    locked: bool | None = None
    wait_for_buffering: WaitFor | None = None
    bar: UserId | None = None
    unbar: UserId | None = None
