"""What is held in quiet hours, and told all at once afterwards.

    SERVER#{guild} / HELD#{end of the quiet hours}#{key}    one notification that is held
    SERVER#{guild} / QUIET                                  the last end whose digest has begun

    pending ──► held ──► sent | failed | dropped

A digest tells exactly what was held until its moment, or an earlier one: before it looks, it closes the moment
(`close`), and holding something until a moment that is closed fails in the same transaction. Each that is told in a
digest is marked with its part first (`put_into`), so that a later try of the digest says the same, whatever was set
otherwise meanwhile.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Delete, Key, Put, Table, Update, found_instead
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.store import KEPT_SECONDS, log_item, notification_key


@dataclass(frozen=True, slots=True)
class Held:
    """A notification that is held.

    Attributes:
        notification: what is not told yet.
        until: until which epoch second.
        digest: the key of the part of a digest that tells of it; empty before it has one.
        is_counted: it is not named there, as there is no room, and only counted.
    """

    notification: Notification
    until: int
    digest: str = ""
    is_counted: bool = False

    @property
    def key(self) -> Key:
        """Where it is kept."""
        return Key(f"SERVER#{self.notification.guild_id}", f"HELD#{self.until:012d}#{self.notification.key}")


@dataclass(frozen=True, slots=True)
class HeldNotifications:
    """All that is held. `now` is epoch seconds."""

    table: Table
    now: Callable[[], float] = time.time

    async def hold(self, delivery: Delivery, until: int) -> bool:
        """Hold a pending one until an epoch second; False where it is pending no more, or that moment is closed."""
        told = delivery.notification
        held = Update(
            notification_key(told.guild_id, told.key),
            "SET #state = :held, held_until = :until",
            "#state = :pending",
            {"#state": "state"},
            {":held": NotificationState.HELD, ":pending": NotificationState.PENDING, ":until": until},
        )
        is_open = Update(
            _quiet_key(told.guild_id),
            "SET held_until = :until, expires_at = :expires",
            "attribute_not_exists(closed_until) OR closed_until < :until",
            values={":until": until, ":expires": until + KEPT_SECONDS},
        )
        try:
            await self.table.transact([held, Put(_item(Held(told, until)), condition=""), is_open])
        except ConditionNotMet:
            return False
        return True

    async def close(self, guild_id: GuildId, until: int) -> None:
        """Let nothing be held until this moment any more; its digest begins."""
        closed = Update(
            _quiet_key(guild_id),
            "SET closed_until = :until, expires_at = :expires",
            "attribute_not_exists(closed_until) OR closed_until < :until",
            values={":until": until, ":expires": until + KEPT_SECONDS},
        )
        with suppress(ConditionNotMet):
            await self.table.update(closed)

    async def of(self, guild_id: GuildId, until: int | None = None) -> list[Held]:
        """What a server is not told until a moment or an earlier one, or at all; what happened first comes first."""
        items = await self.table.query(f"SERVER#{guild_id}", sk_prefix="HELD#", consistent=True)
        everything = (_held(guild_id, item) for item in items)
        wanted = [held for held in everything if until is None or held.until <= until]
        return sorted(wanted, key=lambda held: held.notification.created_at)

    async def put_into(self, held: Held, digest: str, *, is_counted: bool = False) -> Held | None:
        """Have it told in this part of a digest, unless somebody has put it into another one meanwhile.

        Returns:
            As it is now; None where it is held no more.
        """
        is_as_seen = "digest = :before" if held.digest else "attribute_not_exists(digest)"
        update = Update(
            held.key,
            "SET digest = :digest, is_counted = :counted",
            f"attribute_exists(pk) AND {is_as_seen}",
            values={
                ":digest": digest,
                ":counted": is_counted,
                **({":before": held.digest} if held.digest else {}),
            },
            tells_current=True,
        )
        try:
            item: Item | None = await self.table.update(update)
        except ConditionNotMet as refused:
            item = found_instead(refused)
        return _held(held.notification.guild_id, item) if item is not None else None

    async def finish(
        self, held: Held, state: NotificationState, changes: Mapping[str, Value], *, is_listed: bool = True
    ) -> None:
        """It has been told, or will not be; what became of it is in the list of deliveries where `is_listed`."""
        told, now = held.notification, self.now()
        everything: dict[str, Value] = {"state": state, "finished_at": int(now), **changes}
        finished = Update(
            notification_key(told.guild_id, told.key),
            "SET " + ", ".join(f"#{name} = :{name}" for name in everything),
            "#state = :held",
            {f"#{name}": name for name in everything},
            {**{f":{name}": value for name, value in everything.items()}, ":held": NotificationState.HELD},
        )
        listed = [Put(log_item(told, everything, now), condition="")] if is_listed else []
        try:
            await self.table.transact([finished, *listed, Delete(held.key)])
        except ConditionNotMet:
            # Somebody else has finished it, or nobody keeps it any more.
            await self.table.delete(held.key)


def _quiet_key(guild_id: GuildId) -> Key:
    return Key(f"SERVER#{guild_id}", "QUIET")


def _item(held: Held) -> dict[str, Value]:
    told = held.notification
    return {
        "pk": held.key.pk,
        "sk": held.key.sk,
        "key": told.key,
        "type": told.type,
        "subject": told.subject,
        "details": dict(told.details),
        "created_at": told.created_at,
        "until": held.until,
        "expires_at": held.until + KEPT_SECONDS,
    }


def _held(guild_id: GuildId, item: Item) -> Held:
    told = Notification(
        item["key"], guild_id, item["type"], item["subject"], dict(item["details"]), int(item["created_at"])
    )
    return Held(told, int(item["until"]), item.get("digest", ""), bool(item.get("is_counted")))
