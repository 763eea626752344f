"""What people in a room wish for, each as one conditional write."""

from kaltura_discord.aws.attributes import Value
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import Actor, ConnectionId, ControlWish, Media, PlaybackWish
from kaltura_discord.watch.protocol import HOST_LEASE_MS, ROOM_LIFE_SECONDS
from kaltura_discord.watch.room_change import CONTROLS, IS_HOST, NEXT_CONTROL, NEXT_TIMELINE, Change
from kaltura_discord.watch.room_items import video_value

MOST_BARRED = 100


def playback(actor: Actor, wish: PlaybackWish, now_ms: float) -> Change:
    """Play, pause, seek or another speed. What pauses takes effect at once, all else after the room's lead."""
    starts_at = ":now" if wish.paused else ":now + lead_ms"
    change = Change(
        sets=(
            NEXT_TIMELINE,
            "is_paused = :paused",
            "media_position = :position",
            "playback_rate = :rate",
            f"starts_at_ms = {starts_at}",
            "waiting_users = :nobody",
        ),
        removes=("held_at_ms",),
        conditions=("timeline_revision = :base", "attribute_exists(video)"),
        values={
            ":one": 1,
            ":paused": wish.paused,
            ":position": wish.position,
            ":rate": wish.rate,
            ":now": now_ms,
            ":nobody": {},
            ":base": wish.base_revision,
        },
    )
    return change.by(actor, CONTROLS)


def video(actor: Actor, base_revision: int, media: Media, now_ms: float) -> Change:
    """Another video, paused at its beginning."""
    change = Change(
        sets=(
            NEXT_TIMELINE,
            "video = :video",
            "is_paused = :yes",
            "media_position = :zero",
            "playback_rate = :one",
            "starts_at_ms = :now",
            "waiting_users = :nobody",
        ),
        removes=("held_at_ms",),
        conditions=("timeline_revision = :base",),
        values={
            ":one": 1,
            ":video": video_value(media),
            ":yes": True,
            ":zero": 0,
            ":now": now_ms,
            ":nobody": {},
            ":base": base_revision,
        },
    )
    return change.by(actor, CONTROLS)


def transfer(actor: Actor, to: UserId, over: ConnectionId | None, now_ms: float) -> Change:
    """Another host, who is never barred; in the room over this connection, where it is in the room's own item."""
    change = Change(
        sets=("host_user_id = :to", "lease_until_ms = :until", "host_left = :no", NEXT_CONTROL),
        removes=("barred_users.#to",),
        conditions=("attribute_exists(relay_to.#over)",) if over else (),
        names={"#to": to, "#over": over} if over else {"#to": to},
        values={":to": to, ":until": now_ms + HOST_LEASE_MS, ":no": False, ":one": 1},
    )
    return change.by(actor, IS_HOST)


def claim(actor: Actor, now_ms: float) -> Change:
    """Become host, where the lease has run out. Whoever's control was taken away does not get it back like this."""
    conditions = ["(lease_until_ms <= :now OR host_user_id = :me)"]
    if not actor.is_moderator:
        conditions.append("attribute_not_exists(barred_users.#me)")
    change = Change(
        sets=("host_user_id = :me", "lease_until_ms = :until", "host_left = :no", NEXT_CONTROL),
        removes=("barred_users.#me",),
        conditions=tuple(conditions),
        names={"#me": actor.user_id},
        values={":me": actor.user_id, ":until": now_ms + HOST_LEASE_MS, ":now": now_ms, ":no": False, ":one": 1},
    )
    return change.by(actor)


def control(actor: Actor, wish: ControlWish) -> Change:
    """Other rules of control."""
    wished: dict[str, Value] = {
        "control_mode": wish.mode,
        "is_locked": wish.locked,
        "waits_for": wish.wait_for_buffering,
    }
    asked = {name: value for name, value in wished.items() if value is not None}
    sets = [f"{name} = :{name}" for name in asked]
    names: dict[str, str] = {}
    values: dict[str, Value] = {":one": 1, **{f":{name}": value for name, value in asked.items()}}
    conditions: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    if wish.bar is not None:
        sets.append("barred_users.#bar = :yes")
        names["#bar"] = wish.bar
        values |= {":bar": wish.bar, ":yes": True, ":most": MOST_BARRED}
        conditions = ("host_user_id <> :bar", "size(barred_users) < :most")
    if wish.unbar is not None and wish.unbar != wish.bar:
        removes = ("barred_users.#unbar",)
        names["#unbar"] = wish.unbar
    return Change((*sets, NEXT_CONTROL), removes, conditions, names, values).by(actor, IS_HOST)


def close(actor: Actor, now_ms: float) -> Change:
    """The end. The item stays as a tombstone, so that no room comes back under this id with lower revisions."""
    values: dict[str, Value] = {":now": now_ms, ":expires": int(now_ms / 1000) + ROOM_LIFE_SECONDS}
    return Change(sets=("closed_at_ms = :now", "expires_at = :expires"), values=values).by(actor, IS_HOST)
