"""Notifications, in the table, and the list of a server's last deliveries.

    EVENT#{key} / SERVER#{guild}          one notification: state, attempts, where it stands
    SERVER#{guild} / DELIVERY#{13 digits of milliseconds}#{key}      each outcome of it; administrators see the last one

A queue delivers at least once, and a worker may die at any point, so before Discord is asked it is written down that
it will be (`begin_sending`). Whoever comes later knows that the message may be there, and since when:

    worker A    sending since 12:00:00 ── POST ── ✗ died
    worker B                              within two minutes: POST with the same nonce: Discord answers with A's message
    worker C                              later: looks at the channel's messages since 12:00:00 for the marker

All notifications about one meeting or video in one server come one after the other (FIFO), so no two workers are at
one at the same time, except one that was taken for dead; the end of each is conditional on its being pending.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Put, Table, Update, Write
from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId
from kaltura_discord.notifications.models import DIGEST, Delivery, Notification, NotificationState

KEPT_SECONDS = 30 * 24 * 3600

# So many more than asked for are read at once: those of them that were tried again cost no second call.
_MORE_ON_A_PAGE = 4

_PENDING = "#state = :pending"
_SENDING = "sending_since = :since, sending_to = :channel"


class NotificationStore:
    """All notifications.

    Args:
        table: where they are kept.
        now: epoch seconds.
    """

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    async def begin(self, notification: Notification) -> bool:
        """Write down that a server is to be told; whether it still is, being new or pending."""
        at = notification.created_at or int(self._now())
        key = notification_key(notification.guild_id, notification.key)
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "type": notification.type,
            "subject": notification.subject,
            "details": dict(notification.details),
            "created_at": at,
            "state": NotificationState.PENDING,
            "attempts": 0,
            "expires_at": at + KEPT_SECONDS,
        }
        if await self._table.put_new(item):
            return True
        known = await self.find(notification.guild_id, notification.key)
        return known is not None and known.state is NotificationState.PENDING

    async def find(self, guild_id: GuildId, key: str) -> Delivery | None:
        """The notification as it stands, or None where it is not kept any more."""
        item = await self._table.get(notification_key(guild_id, key), consistent=True)
        return _delivery(item) if item else None

    async def begin_sending(self, delivery: Delivery, channel_id: ChannelId) -> Delivery | None:
        """Write down that Discord is about to be asked, the first time for this channel; None where it is too late."""
        return await self._note(delivery, _SENDING, {":since": int(self._now()), ":channel": channel_id})

    async def take_back(self, delivery: Delivery) -> Delivery | None:
        """All that was begun since `delivery` was read was refused, so what was known then holds again.

        None where it is too late.
        """
        return await self._note(delivery, _SENDING, _as_it_was(delivery))

    async def note_attempt(self, delivery: Delivery, *, is_refused: bool = False) -> Delivery | None:
        """Discord was asked and did not do it; where `is_refused`, as in `take_back`. None where it is too late."""
        attempts = "attempts = attempts + :one"
        if is_refused:
            return await self._note(delivery, f"{attempts}, {_SENDING}", {":one": 1, **_as_it_was(delivery)})
        return await self._note(delivery, attempts, {":one": 1})

    async def finish_sent(self, delivery: Delivery, channel_id: ChannelId, message_id: MessageId) -> bool:
        """It stands in the channel. False where somebody else has finished it."""
        return await self._finish(
            delivery, NotificationState.SENT, {"channel_id": channel_id, "message_id": message_id}
        )

    async def finish_failed(self, delivery: Delivery, reason: str, *, is_refused: bool = False) -> bool:
        """It will not be told; `reason` says why and what to do, for administrators.

        Where all that was begun since `delivery` was read `is_refused`, nothing of that stands anywhere. So what was
        known then holds again, and whoever tries it again looks nowhere else, and tells it where it belongs by then.
        """
        changes: dict[str, Value] = {"reason": reason}
        if is_refused:
            changes |= {"sending_to": delivery.sending_to or "", "sending_since": delivery.sending_since}
        return await self._finish(delivery, NotificationState.FAILED, changes)

    async def finish_dropped(self, delivery: Delivery, reason: str, *, is_listed: bool = True) -> bool:
        """The server does not want to be told; `is_listed` where its administrators may wonder why."""
        return await self._finish(delivery, NotificationState.DROPPED, {"reason": reason}, is_listed=is_listed)

    async def revive(self, guild_id: GuildId, key: str, *, at_once: bool = False) -> Delivery | None:
        """A failed one to be tried again from the beginning; None where it is none.

        `at_once` is for whoever waits for it: then quiet hours do not hold it.
        """
        update = Update(
            notification_key(guild_id, key),
            "SET #state = :pending, attempts = :none, at_once = :at_once REMOVE reason",
            "#state = :failed",
            {"#state": "state"},
            {
                ":pending": NotificationState.PENDING,
                ":none": 0,
                ":at_once": at_once,
                ":failed": NotificationState.FAILED,
            },
        )
        return await self._changed(update)

    async def last(self, guild_id: GuildId, limit: int = 10) -> list[Delivery]:
        """What became of a server's last notifications, newest first; of one that was tried again, the last time."""
        newest: dict[str, Delivery] = {}
        on_a_page = limit + _MORE_ON_A_PAGE
        items = self._table.walk(
            f"SERVER#{guild_id}", "DELIVERY#", "DELIVERY#~", newest_first=True, on_a_page=on_a_page
        )
        async with aclosing(items):
            async for item in items:
                delivery = _logged(guild_id, item)
                newest.setdefault(delivery.notification.key, delivery)
                if len(newest) == limit:
                    break
        return list(newest.values())

    async def failed(self, since_ms: int, guild_id: GuildId | None = None) -> AsyncIterator[Delivery]:
        """What could not be told since an epoch millisecond, and has not been since, in one server or in all."""
        first, last = f"DELIVERY#{since_ms:013}", "DELIVERY#~"
        everywhere = self._table.walk_all(first, last)
        items = self._table.walk(f"SERVER#{guild_id}", first, last) if guild_id else everywhere
        seen: set[tuple[GuildId, str]] = set()
        async with aclosing(items):
            async for item in items:
                delivery = _logged(GuildId(item["pk"].removeprefix("SERVER#")), item)
                what = (delivery.notification.guild_id, delivery.notification.key)
                if delivery.state is not NotificationState.FAILED or what in seen:
                    continue
                seen.add(what)
                current = await self.find(*what)
                if current is not None and current.state is NotificationState.FAILED:
                    yield current

    async def _finish(
        self, delivery: Delivery, state: NotificationState, changes: Mapping[str, Value], *, is_listed: bool = True
    ) -> bool:
        everything: dict[str, Value] = {"state": state, "finished_at": int(self._now()), **changes}
        notification = delivery.notification
        update = Update(
            notification_key(notification.guild_id, notification.key),
            "SET " + ", ".join(f"#{name} = :{name}" for name in everything),
            _PENDING,
            {f"#{name}": name for name in everything},
            {**{f":{name}": value for name, value in everything.items()}, ":pending": NotificationState.PENDING},
        )
        writes: list[Write] = [update]
        # A digest is listed as what it tells.
        if is_listed and notification.type != DIGEST:
            writes.append(Put(log_item(notification, everything, self._now()), condition=""))
        try:
            await self._table.transact(writes)
        except ConditionNotMet:
            return False
        return True

    async def _note(self, delivery: Delivery, changes: str, values: Mapping[str, Value]) -> Delivery | None:
        update = Update(
            notification_key(delivery.notification.guild_id, delivery.notification.key),
            f"SET {changes}",
            _PENDING,
            {"#state": "state"},
            {**values, ":pending": NotificationState.PENDING},
        )
        return await self._changed(update)

    async def _changed(self, update: Update) -> Delivery | None:
        try:
            return _delivery(await self._table.update(update))
        except ConditionNotMet:
            return None


def log_item(notification: Notification, outcome: Mapping[str, Value], now: float) -> dict[str, Value]:
    """The outcome of a notification as the list of a server's deliveries has it; `now` is epoch seconds."""
    at_ms = int(now * 1000)
    return {
        "pk": f"SERVER#{notification.guild_id}",
        "sk": f"DELIVERY#{at_ms:013}#{notification.key}",
        "key": notification.key,
        "type": notification.type,
        "subject": notification.subject,
        "details": dict(notification.details),
        "created_at": notification.created_at,
        "expires_at": at_ms // 1000 + KEPT_SECONDS,
        **outcome,
    }


def notification_key(guild_id: GuildId, key: str) -> Key:
    """Where a notification is kept."""
    return Key(f"EVENT#{key}", f"SERVER#{guild_id}")


def _as_it_was(delivery: Delivery) -> dict[str, Value]:
    return {":since": delivery.sending_since, ":channel": delivery.sending_to or ""}


def _delivery(item: Item) -> Delivery:
    guild_id = GuildId(item["sk"].removeprefix("SERVER#"))
    return _read(item, guild_id, item["pk"].removeprefix("EVENT#"))


def _logged(guild_id: GuildId, item: Item) -> Delivery:
    return _read(item, guild_id, item["key"])


def _read(item: Mapping[str, Any], guild_id: GuildId, key: str) -> Delivery:
    notification = Notification(
        key, guild_id, item["type"], item["subject"], dict(item.get("details", {})), int(item.get("created_at", 0))
    )
    sending_to, channel_id, message_id = (item.get(name) for name in ("sending_to", "channel_id", "message_id"))
    return Delivery(
        notification,
        NotificationState(item["state"]),
        int(item.get("attempts", 0)),
        int(item.get("sending_since", 0)),
        ChannelId(sending_to) if sending_to else None,
        ChannelId(channel_id) if channel_id else None,
        MessageId(message_id) if message_id else None,
        item.get("reason", ""),
        int(item.get("finished_at", 0)),
        bool(item.get("at_once")),
    )
