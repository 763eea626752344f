"""Every change of a room, each one conditional write.

The condition *is* the rule: who may, on which revision, while the room lives. So two changes at the same moment cannot
both win, and no read goes before:

    A  playback.set on 7 ──── SET revision = 8 WHERE revision = 7: done, and the answer bears the whole room
    B  playback.set on 7 ─────────── SET revision = 8 WHERE revision = 7: it is 8. Refused, and told what is there.

`rules` says the same in Python, to find the reason of a refusal in what was found; a test tries both on all cases.
Instants are added up inside the table (`starts_at_ms = :now + lead_ms`), so the lead is always the room's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Update
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import Actor, ConnectionId, ControlMode, ControlWish, Media, PlaybackWish
from kaltura_discord.watch.protocol import HOST_GRACE_MS, HOST_LEASE_MS, ROOM_EMPTY_SECONDS, ROOM_LIFE_SECONDS
from kaltura_discord.watch.room_items import video_value
from kaltura_discord.watch.timeline import Timeline

MOST_BARRED = 100

_LIVING = "attribute_exists(pk) AND expires_at > :second AND attribute_not_exists(closed_at_ms)"
_HOST = "host_user_id = :me"
_CONTROLS = (
    "(host_user_id = :me OR (control_mode = :everyone AND is_locked = :no AND attribute_not_exists(barred_users.#me)))"
)
_NEXT_TIMELINE = "timeline_revision = timeline_revision + :one"
_NEXT_CONTROL = "control_revision = control_revision + :one"


@dataclass(frozen=True, slots=True)
class Change:
    """One write of the room's item; `connection_id` must be in the room for it, where one is given."""

    sets: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    connection_id: ConnectionId | None = None

    @property
    def mark_name(self) -> str:
        """Where the mark of its writer is left.

        Changes that are told to everybody have places of their own: should one be overwritten before a lost answer is
        asked for again, then by a later change of the same kind, which tells everybody more than this one would have.
        """
        if _NEXT_TIMELINE in self.sets:
            return "timeline_mark"
        return "control_mark" if _NEXT_CONTROL in self.sets else "other_mark"

    def by(self, actor: Actor, condition: str = "") -> "Change":
        """Only if `actor` is in the room and, unless they are a moderator, `condition` holds for them as `me`."""
        change = replace(self, connection_id=actor.connection_id)
        if not condition or actor.is_moderator:
            return change
        names = {"#me": actor.user_id} if "#me" in condition else {}
        known: dict[str, Value] = {":me": actor.user_id, ":everyone": ControlMode.EVERYONE, ":no": False}
        values = {name: value for name, value in known.items() if name in condition}
        return replace(
            change,
            conditions=(*self.conditions, condition),
            names={**self.names, **names},
            values={**self.values, **values},
        )

    def of_anyone(self) -> "Change":
        """The same for somebody whose presence is known otherwise."""
        return replace(self, connection_id=None)

    def update(self, key: Key, now_ms: float, mark: str) -> Update:
        """As the table takes it. `mark` lets whoever wrote it recognise it, should the answer get lost."""
        conditions, names = [_LIVING, *self.conditions], dict(self.names)
        if self.connection_id is not None:
            conditions.append("attribute_exists(relay_to.#connection)")
            names["#connection"] = self.connection_id
        expression = f"SET {', '.join([*self.sets, f'{self.mark_name} = :mark'])}"
        if self.removes:
            expression += f" REMOVE {', '.join(self.removes)}"
        values: dict[str, Value] = {**self.values, ":mark": mark, ":second": int(now_ms / 1000)}
        return Update(key, expression, " AND ".join(conditions), names, values, tells_current=True)


def playback(actor: Actor, wish: PlaybackWish, now_ms: float) -> Change:
    """Play, pause, seek or another speed. What pauses takes effect at once, all else after the room's lead."""
    starts_at = ":now" if wish.paused else ":now + lead_ms"
    change = Change(
        sets=(
            _NEXT_TIMELINE,
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
    return change.by(actor, _CONTROLS)


def video(actor: Actor, base_revision: int, media: Media, now_ms: float) -> Change:
    """Another video, paused at its beginning."""
    change = Change(
        sets=(
            _NEXT_TIMELINE,
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
    return change.by(actor, _CONTROLS)


def transfer(actor: Actor, to: UserId, over: ConnectionId | None, now_ms: float) -> Change:
    """Another host, who is never barred; in the room over this connection, where it is in the room's own item."""
    change = Change(
        sets=("host_user_id = :to", "lease_until_ms = :until", "host_left = :no", _NEXT_CONTROL),
        removes=("barred_users.#to",),
        conditions=("attribute_exists(relay_to.#over)",) if over else (),
        names={"#to": to, "#over": over} if over else {"#to": to},
        values={":to": to, ":until": now_ms + HOST_LEASE_MS, ":no": False, ":one": 1},
    )
    return change.by(actor, _HOST)


def claim(actor: Actor, now_ms: float) -> Change:
    """Become host, where the lease has run out. Whoever's control was taken away does not get it back like this."""
    conditions = ["(lease_until_ms <= :now OR host_user_id = :me)"]
    if not actor.is_moderator:
        conditions.append("attribute_not_exists(barred_users.#me)")
    change = Change(
        sets=("host_user_id = :me", "lease_until_ms = :until", "host_left = :no", _NEXT_CONTROL),
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
    return Change((*sets, _NEXT_CONTROL), removes, conditions, names, values).by(actor, _HOST)


def close(actor: Actor, now_ms: float) -> Change:
    """The end. The item stays as a tombstone, so that no room comes back under this id with lower revisions."""
    values: dict[str, Value] = {":now": now_ms, ":expires": int(now_ms / 1000) + ROOM_LIFE_SECONDS}
    return Change(sets=("closed_at_ms = :now", "expires_at = :expires"), values=values).by(actor, _HOST)


def lease(host: UserId, lead_ms: int, now_ms: float) -> Change:
    """The host is here still."""
    return Change(
        sets=("lease_until_ms = :until", "lead_ms = :lead", "expires_at = :expires"),
        conditions=(_HOST, "host_left = :no"),
        values={
            ":until": now_ms + HOST_LEASE_MS,
            ":lead": lead_ms,
            ":expires": int(now_ms / 1000) + ROOM_LIFE_SECONDS,
            ":me": host,
            ":no": False,
        },
    )


def host_left(host: UserId, now_ms: float) -> Change:
    """The host's last connection ended: what is left of the lease is the time for a reload, and never more."""
    return Change(
        sets=("lease_until_ms = :until", "host_left = :yes", _NEXT_CONTROL),
        conditions=(_HOST, "host_left = :no", "lease_until_ms > :until"),
        values={":until": now_ms + HOST_GRACE_MS, ":yes": True, ":one": 1, ":me": host, ":no": False},
    )


def host_returned(host: UserId, now_ms: float) -> Change:
    """The host is back, and nobody has succeeded."""
    return Change(
        sets=("lease_until_ms = :until", "host_left = :no", _NEXT_CONTROL),
        conditions=(_HOST, "host_left = :yes"),
        values={":until": now_ms + HOST_LEASE_MS, ":yes": True, ":one": 1, ":me": host, ":no": False},
    )


def enter(connection_id: ConnectionId, user_id: UserId, now_ms: float, most: int | None) -> Change:
    """One more connection to relay to, where there are not `most` already."""
    return Change(
        sets=("relay_to.#entering = :user", "expires_at = :expires"),
        conditions=() if most is None else ("size(relay_to) < :most",),
        names={"#entering": connection_id},
        values={
            ":user": user_id,
            ":expires": int(now_ms / 1000) + ROOM_LIFE_SECONDS,
            **({} if most is None else {":most": most}),
        },
    )


def become_large() -> Change:
    """From now on there are connections in shards."""
    return Change(sets=("is_large = :yes",), conditions=("is_large = :no",), values={":yes": True, ":no": False})


def forget(connection_id: ConnectionId) -> Change:
    """One connection less: exactly this one."""
    return Change(
        removes=("relay_to.#leaving",),
        conditions=("attribute_exists(relay_to.#leaving)",),
        names={"#leaving": connection_id},
    )


def emptied(now_ms: float) -> Change:
    """Nobody is here any more; the room waits a while for somebody to come back."""
    return Change(
        sets=("expires_at = :expires",),
        conditions=("size(relay_to) = :zero", "is_large = :no"),
        values={":expires": int(now_ms / 1000) + ROOM_EMPTY_SECONDS, ":zero": 0, ":no": False},
    )


def hold(seen: Timeline, stopped: Timeline, for_user: UserId) -> Change:
    """Stop for somebody who buffers."""
    return Change(
        sets=(
            _NEXT_TIMELINE,
            "is_paused = :yes",
            "media_position = :position",
            "starts_at_ms = :now",
            "waiting_users = :waiting",
            "held_at_ms = :now",
        ),
        conditions=("timeline_revision = :seen", "is_paused = :no"),
        values={
            ":one": 1,
            ":yes": True,
            ":no": False,
            ":position": stopped.position,
            ":now": stopped.at_ms,
            ":waiting": {for_user: True},
            ":seen": seen.revision,
        },
    )


def wait_also(seen: Timeline, for_user: UserId) -> Change:
    """One more to wait for, while the room is held already."""
    return Change(
        sets=("waiting_users.#user = :yes",),
        conditions=("timeline_revision = :seen", "attribute_exists(held_at_ms)"),
        names={"#user": for_user},
        values={":yes": True, ":seen": seen.revision},
    )


def wait_no_more(for_user: UserId) -> Change:
    """One less to wait for."""
    return Change(
        removes=("waiting_users.#user",),
        conditions=("attribute_exists(waiting_users.#user)",),
        names={"#user": for_user},
    )


def release(seen: Timeline, tired_of: Iterable[UserId], now_ms: float) -> Change:
    """Go on; not because all are ready, but because of some the room is `tired_of`, where there are any."""
    tired = sorted(tired_of)
    return Change(
        sets=(
            _NEXT_TIMELINE,
            "is_paused = :no",
            "starts_at_ms = :now + lead_ms",
            "waiting_users = :nobody",
            *(f"tired_users.#tired{number} = :yes" for number in range(len(tired))),
        ),
        removes=("held_at_ms",),
        conditions=(
            "timeline_revision = :seen",
            "attribute_exists(held_at_ms)",
            *(() if tired else ("size(waiting_users) = :zero",)),
        ),
        names={f"#tired{number}": user_id for number, user_id in enumerate(tired)},
        values={
            ":one": 1,
            ":no": False,
            ":now": now_ms,
            ":nobody": {},
            ":seen": seen.revision,
            **({":yes": True} if tired else {":zero": 0}),
        },
    )


def recovered(user_id: UserId) -> Change:
    """Somebody whom the room was tired of is well again."""
    return Change(
        removes=("tired_users.#user",),
        conditions=("attribute_exists(tired_users.#user)",),
        names={"#user": user_id},
    )
