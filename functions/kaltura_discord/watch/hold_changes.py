"""What waiting for who buffers changes in a room, each as one conditional write."""

from collections.abc import Iterable

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.room_change import NEXT_TIMELINE, Change
from kaltura_discord.watch.timeline import Timeline


def hold(seen: Timeline, stopped: Timeline, for_user: UserId) -> Change:
    """Stop for somebody who buffers."""
    return Change(
        sets=(
            NEXT_TIMELINE,
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
            NEXT_TIMELINE,
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
