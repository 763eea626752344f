"""What happens, told at once to whoever watches the page: the feed behind `_sim/events`."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Literal

from local_stack.discord.wire import Json

EventName = Literal[
    "message_create",
    "message_update",
    "message_delete",
    "activity_update",
    "activity_rules",
    "activity_signal",
    "voice_update",
    "world_update",
]

BACKLOG = 1000
"""A watcher that is this many events behind is dropped; its page reconnects and loads the channel again."""


@dataclass(slots=True, eq=False)
class Watcher:
    """One open page, and the person it belongs to; `window` is the id that the page gave itself."""

    user_id: str
    window: str | None = None
    pending: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))

    def close(self) -> None:
        """End the stream after what is pending."""
        while self.pending.full():
            self.pending.get_nowait()
        self.pending.put_nowait(None)


@dataclass(slots=True)
class EventFeed:
    """Everybody who watches."""

    watchers: set[Watcher] = field(default_factory=set)

    def watch(self, user_id: str, window: str | None = None) -> Watcher:
        """Begin to watch as a person."""
        watcher = Watcher(user_id, window)
        self.watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Stop watching."""
        self.watchers.discard(watcher)

    def publish(self, name: EventName, data: Json, audience: set[str]) -> None:
        """Tell everyone of `audience` (user ids) who watches."""
        interested = [watcher for watcher in self.watchers if watcher.user_id in audience]
        if not interested:
            return
        frame = f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
        for watcher in interested:
            if watcher.pending.full():
                watcher.close()
                self.leave(watcher)
            else:
                watcher.pending.put_nowait(frame)

    def watched_by(self) -> set[str]:
        """The people who have a page open."""
        return {watcher.user_id for watcher in self.watchers}

    def windows(self) -> set[str]:
        """The windows that are open."""
        return {watcher.window for watcher in self.watchers if watcher.window is not None}

    def close(self) -> None:
        """End every stream, as the stack stops."""
        for watcher in list(self.watchers):
            watcher.close()
        self.watchers.clear()
