"""What a launch of the Activity was about, kept until the Activity asks.

Discord opens the Activity and tells it which instance it is, but not why it was opened. So whoever launches writes
down the video, and the first entry looks it up:

    /kaltura-watch ── Discord: "instance i-1" ── bind i-1 to video and room ── (Activity opens) ── who enters finds it

The first launch binds the instance, and with it the room; an instance that runs already keeps its room, and what a
later launch was about becomes an intent of that person, to be proposed to the host. Only once its room is over is it
bound anew, since whoever launches wants to watch. Where Discord answered too late to say which instance it is, the
intent is all there is, and the first entry binds the instance by it.

A browser tab has no instance of Discord's. The tabs of a channel share one of ours, so that everybody whom a link
lets in meets in one room.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId

InstanceId = NewType("InstanceId", str)

# Longer than anybody watches: an instance is never used again once its last person has left.
INSTANCE_SECONDS = 7 * 24 * 3600

# From pressing the button to the Activity's first question, on a slow phone and with a question about permissions.
INTENT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Launch:
    """Who wants to watch what, and where; `entry_id` is empty where the Activity shall open on its search page."""

    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class BoundInstance:
    """An instance, the room that it stands for, and the launch that bound it."""

    instance_id: InstanceId
    room_id: str
    launch: Launch


@dataclass(frozen=True, slots=True)
class Launches:
    """Writes launches down, and reads them back."""

    table: Table
    now: Callable[[], float] = time.time

    async def launched(self, instance_id: InstanceId, launch: Launch) -> BoundInstance:
        """Bind the instance, or leave an intent where it runs already; the binding that stands."""
        bound = await self.bind(instance_id, launch)
        if bound.launch is not launch and launch.entry_id:
            await self.intend(launch)
        return bound

    async def bind(self, instance_id: InstanceId, launch: Launch, seconds: int = INSTANCE_SECONDS) -> BoundInstance:
        """Bind the instance to a new room unless it is bound already; the binding that stands."""
        ours = BoundInstance(instance_id, new_room_id(), launch)
        if await self.table.put_new(_item(ours, int(self.now()) + seconds)):
            return ours
        # Another launch was faster; where it has expired in this very moment, ours stands for the answer at least.
        return await self.bound(instance_id) or ours

    async def bound(self, instance_id: InstanceId) -> BoundInstance | None:
        """What the instance is bound to; None where no launch of ours is known."""
        # Consistent, as people enter in the second of the launch.
        item = await self.table.get(_key(instance_id), consistent=True)
        return _bound(instance_id, item) if item else None

    async def intend(self, launch: Launch) -> None:
        """Leave word of what this person came for, for two minutes; a later launch of theirs replaces it."""
        key = _intent_key(launch.guild_id, launch.channel_id, launch.user_id)
        intent: dict[str, Value] = {
            "pk": key.pk,
            "sk": key.sk,
            "entry_id": launch.entry_id,
            "expires_at": int(self.now()) + INTENT_SECONDS,
        }
        await self.table.put(intent)

    async def intent(self, guild_id: GuildId, channel_id: ChannelId, user_id: UserId) -> Launch | None:
        """What this person came for lately; it stays, as a page that is loaded anew asks again."""
        item = await self.table.get(_intent_key(guild_id, channel_id, user_id), consistent=True)
        return Launch(guild_id, channel_id, user_id, item["entry_id"]) if item else None

    async def drop_intent(self, guild_id: GuildId, channel_id: ChannelId, user_id: UserId) -> None:
        """Forget what this person came for: it has been done."""
        await self.table.delete(_intent_key(guild_id, channel_id, user_id))

    async def tabs_of_channel(self, launch: Launch, seconds: int) -> BoundInstance:
        """The room of the channel's browser tabs, bound for `seconds` from now.

        The room of the first link is everybody's as long as links are made; each new one keeps it longer.
        """
        instance_id = tabs_instance(launch.guild_id, launch.channel_id)
        bound = await self.bind(instance_id, launch, seconds)
        if bound.launch is launch:
            return bound
        return await self._replaced(bound, bound, int(self.now()) + seconds)

    async def bind_anew(self, bound: BoundInstance, launch: Launch, seconds: int = INSTANCE_SECONDS) -> BoundInstance:
        """The room that it was bound to is over: bind it to another; the binding that stands."""
        ours = BoundInstance(bound.instance_id, new_room_id(), launch)
        return await self._replaced(bound, ours, int(self.now()) + seconds)

    async def _replaced(self, bound: BoundInstance, ours: BoundInstance, expires_at: int) -> BoundInstance:
        """Write `ours` where `bound` stands; the binding that stands then."""
        written = _item(ours, expires_at)
        del written["pk"], written["sk"]
        update = Update(
            _key(bound.instance_id),
            "SET " + ", ".join(f"{name} = :{name}" for name in written),
            condition="room_id = :room",
            values={":room": bound.room_id, **{f":{name}": value for name, value in written.items()}},
        )
        try:
            await self.table.update(update)
        except ConditionNotMet:
            # Bound anew in this moment, or expired: whoever did that looked later than we.
            return await self.bound(bound.instance_id) or ours
        return ours


def new_room_id() -> str:
    """A room's id: 96 bits by chance, so that nobody guesses another's."""
    return secrets.token_hex(12)


def tabs_instance(guild_id: GuildId, channel_id: ChannelId) -> InstanceId:
    """Our stand-in for an instance, for the browser tabs of a channel; Discord's begin with `i-`."""
    return InstanceId(f"tabs-{guild_id}-{channel_id}")


def _item(bound: BoundInstance, expires_at: int) -> dict[str, Value]:
    key, launch = _key(bound.instance_id), bound.launch
    return {
        "pk": key.pk,
        "sk": key.sk,
        "room_id": bound.room_id,
        "guild_id": launch.guild_id,
        "channel_id": launch.channel_id,
        "launched_by": launch.user_id,
        "entry_id": launch.entry_id,
        "expires_at": expires_at,
    }


def _bound(instance_id: InstanceId, item: Item) -> BoundInstance:
    launch = Launch(
        GuildId(item["guild_id"]), ChannelId(item["channel_id"]), UserId(item["launched_by"]), item["entry_id"]
    )
    return BoundInstance(instance_id, item["room_id"], launch)


def _key(instance_id: InstanceId) -> Key:
    return Key(f"INSTANCE#{instance_id}", "INSTANCE")


def _intent_key(guild_id: GuildId, channel_id: ChannelId, user_id: UserId) -> Key:
    return Key(f"LAUNCH#{guild_id}#{channel_id}#{user_id}", "LAUNCH")
