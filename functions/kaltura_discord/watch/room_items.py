"""Rooms and participants as items of the table, and back.

    ROOM#{room}  ROOM                    the room, with the connections that changes are relayed to
    ROOM#{room}  CHANNEL                 in the index under CHANNEL#{channel}; apart from the room, since the index
                                         would copy every change of it
    ROOM#{room}  CONNECTION#{id}         a participant
    ROOM#{room}  RELAY#{n}               more connections, in large rooms

The room's own item holds connections, barred and waited-for users as maps, not lists: one write can add or remove
one of them, and a condition can ask for it. Names avoid DynamoDB's reserved words.
"""

import zlib
from typing import Any

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import level_named
from kaltura_discord.watch.models import (
    ConnectionId,
    Control,
    ControlMode,
    Media,
    NewRoom,
    Participant,
    Room,
    RoomId,
    WaitFor,
)
from kaltura_discord.watch.protocol import HOST_LEASE_MS, LEAD_AT_FIRST_MS, ROOM_LIFE_SECONDS
from kaltura_discord.watch.timeline import Timeline

CONNECTION_PREFIX = "CONNECTION#"
RELAY_PREFIX = "RELAY#"

# Beyond so many, connections go to shards. Every write of the room's item costs its size (1 WCU for each KB begun), and
# a connection is 36 bytes: at 150 a change costs 6 WCU and 150 joins at once 556; at 210 the joins reach the 1,000
# WCU/s of one item (DynamoDB Developer Guide: quotas); 1,000 would take 19 seconds, and each change 36 WCU. Below it a
# change needs no read. Measured: docs/watch-together.md.
MOST_IN_ROOM_ITEM = 150

# 850 connections over 16 make items of 3 KB: a storm of joins is spread over them, at 2 WCU each on average.
SHARDS = 16

# API Gateway closes a socket after two hours; nobody is in a room for longer over one connection.
CONNECTION_KEPT_SECONDS = 2 * 3600 + 600


def room_key(room_id: RoomId) -> Key:
    """Where the room is kept."""
    return Key(f"ROOM#{room_id}", "ROOM")


def participant_key(room_id: RoomId, connection_id: ConnectionId) -> Key:
    """Where one participant is kept."""
    return Key(f"ROOM#{room_id}", f"{CONNECTION_PREFIX}{connection_id}")


def shard_key(room_id: RoomId, shard: int) -> Key:
    """Where one shard of connections is kept."""
    return Key(f"ROOM#{room_id}", f"{RELAY_PREFIX}{shard:02d}")


def shard_of(connection_id: ConnectionId) -> int:
    """Which shard a connection belongs to."""
    return zlib.crc32(connection_id.encode()) % SHARDS


def new_room_item(room: NewRoom, now_ms: float) -> dict[str, Value]:
    """A room that nobody has entered yet."""
    key = room_key(room.room_id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "room_id": room.room_id,
        "guild_id": room.guild_id,
        "channel_id": room.channel_id,
        "timeline_revision": 1,
        "is_paused": True,
        "media_position": 0,
        "playback_rate": 1,
        "starts_at_ms": now_ms,
        "video": video_value(room.media) if room.media else None,
        "host_user_id": room.host_user_id,
        "lease_until_ms": now_ms + HOST_LEASE_MS,
        "host_left": False,
        "control_mode": room.control_mode,
        "is_locked": False,
        "waits_for": room.wait_for_buffering,
        "barred_users": {},
        "control_revision": 1,
        "lead_ms": LEAD_AT_FIRST_MS,
        "waiting_users": {},
        "tired_users": {},
        "relay_to": {},
        "is_large": False,
        "expires_at": int(now_ms / 1000) + ROOM_LIFE_SECONDS,
    }


def channel_item(room: NewRoom, now_ms: float) -> dict[str, Value]:
    """What lets a room be found by its channel, the newest first."""
    return {
        "pk": room_key(room.room_id).pk,
        "sk": "CHANNEL",
        "room_id": room.room_id,
        "guild_id": room.guild_id,
        "gsi1pk": f"CHANNEL#{room.channel_id}",
        "gsi1sk": f"{int(now_ms):013d}#{room.room_id}",
        "expires_at": int(now_ms / 1000) + ROOM_LIFE_SECONDS * 7,
    }


def video_value(media: Media) -> dict[str, Value]:
    """A video as it stands in a room's item."""
    return {"entry_id": media.entry_id, "title": media.title, "duration": media.duration, "kind": media.kind}


def room_of(item: Item) -> Room:
    """The room that an item says."""
    video = item.get("video")
    held_at = item.get("held_at_ms")
    return Room(
        room_id=RoomId(item["room_id"]),
        guild_id=GuildId(item["guild_id"]),
        channel_id=ChannelId(item["channel_id"]),
        timeline=Timeline(
            revision=item["timeline_revision"],
            paused=item["is_paused"],
            position=float(item["media_position"]),
            rate=float(item["playback_rate"]),
            at_ms=float(item["starts_at_ms"]),
        ),
        media=Media(video["entry_id"], video["title"], float(video["duration"]), video["kind"]) if video else None,
        host_user_id=UserId(item["host_user_id"]),
        lease_until_ms=float(item["lease_until_ms"]),
        host_left=item["host_left"],
        control=Control(
            mode=ControlMode(item["control_mode"]),
            locked=item["is_locked"],
            wait_for_buffering=WaitFor(item["waits_for"]),
            barred=_users(item["barred_users"]),
        ),
        control_revision=item["control_revision"],
        lead_ms=item["lead_ms"],
        waiting_for=_users(item["waiting_users"]),
        held_at_ms=float(held_at) if held_at is not None else None,
        tired_of=frozenset(_users(item["tired_users"])),
        connections=item["relay_to"],
        is_large=item["is_large"],
        is_closed="closed_at_ms" in item,
    )


def participant_item(room_id: RoomId, participant: Participant, now_ms: float) -> dict[str, Value]:
    """A participant to be written."""
    key = participant_key(room_id, participant.connection_id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "user_id": participant.user_id,
        "display_name": participant.name,
        "avatar": participant.avatar,
        "user_level": participant.level.word,
        "via": participant.via,
        "joined_at_ms": participant.joined_at_ms,
        "reported_at_ms": participant.reported_at_ms,
        "changed_at_ms": participant.changed_at_ms,
        "play_state": participant.play_state,
        "activity": participant.activity,
        "drift_ms": participant.drift_ms,
        "clock_bound_ms": participant.clock_bound_ms,
        "one_way_ms": participant.one_way_ms,
        "shard": participant.shard,
        "expires_at": int(now_ms / 1000) + CONNECTION_KEPT_SECONDS,
    }


def participant_of(item: Item) -> Participant:
    """The participant that an item says."""
    return Participant(
        connection_id=ConnectionId(item["sk"].removeprefix(CONNECTION_PREFIX)),
        user_id=UserId(item["user_id"]),
        name=item["display_name"],
        avatar=item.get("avatar"),
        level=level_named(item["user_level"]),
        via=item["via"],
        joined_at_ms=float(item["joined_at_ms"]),
        reported_at_ms=float(item["reported_at_ms"]),
        changed_at_ms=float(item["changed_at_ms"]),
        play_state=item["play_state"],
        activity=item["activity"],
        drift_ms=_number(item.get("drift_ms")),
        clock_bound_ms=_number(item.get("clock_bound_ms")),
        one_way_ms=_number(item.get("one_way_ms")),
        gone_at_ms=_number(item.get("gone_at_ms")),
        shard=item.get("shard"),
    )


def shard_attribute(connection_id: ConnectionId) -> str:
    """Under which name a shard's item holds a connection."""
    return f"{CONNECTION_PREFIX}{connection_id}"


def connections_of_shard(item: Item) -> dict[ConnectionId, UserId]:
    """The connections in a shard's item, and whose they are."""
    return {
        ConnectionId(name.removeprefix(CONNECTION_PREFIX)): UserId(user_id)
        for name, user_id in item.items()
        if name.startswith(CONNECTION_PREFIX)
    }


def _users(marked: dict[str, Any]) -> tuple[UserId, ...]:
    return tuple(UserId(user_id) for user_id in sorted(marked))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
