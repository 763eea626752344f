"""What coming, being there and going change in a room, each as one conditional write."""

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import ConnectionId
from kaltura_discord.watch.protocol import HOST_GRACE_MS, HOST_LEASE_MS, ROOM_EMPTY_SECONDS, ROOM_LIFE_SECONDS
from kaltura_discord.watch.room_change import IS_HOST, NEXT_CONTROL, Change


def lease(host: UserId, lead_ms: int, now_ms: float) -> Change:
    """The host is here still."""
    return Change(
        sets=("lease_until_ms = :until", "lead_ms = :lead", "expires_at = :expires"),
        conditions=(IS_HOST, "host_left = :no"),
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
        sets=("lease_until_ms = :until", "host_left = :yes", NEXT_CONTROL),
        conditions=(IS_HOST, "host_left = :no", "lease_until_ms > :until"),
        values={":until": now_ms + HOST_GRACE_MS, ":yes": True, ":one": 1, ":me": host, ":no": False},
    )


def host_returned(host: UserId, now_ms: float) -> Change:
    """The host is back, and nobody has succeeded."""
    return Change(
        sets=("lease_until_ms = :until", "host_left = :no", NEXT_CONTROL),
        conditions=(IS_HOST, "host_left = :yes"),
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
