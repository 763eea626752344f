"""Webhook events as an application subscribes to them, and what became of each one (Discord docs: Webhook Events).

The address, the kinds and whether events are sent at all stand in the developer portal, or are set by
`PATCH /applications/@me`. Discord switches a subscription off by itself where too many events could not be delivered.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from local_stack.discord.wire import Json

AUTHORIZED: Final = "APPLICATION_AUTHORIZED"
DEAUTHORIZED: Final = "APPLICATION_DEAUTHORIZED"

DISABLED, ENABLED, DISABLED_BY_DISCORD = 1, 2, 3
"""The values of `event_webhooks_status` (Discord docs: Application - Event Webhook Status)."""

PING, EVENT = 0, 1
"""The outer `type` of what is sent."""

KEPT = 500

State = Literal["sending", "delivered", "given up", "not subscribed"]


@dataclass(slots=True, eq=False)
class Delivery:
    """One event on its way: `attempts` says how each try ended, in the words of a log."""

    number: int
    kind: str
    body: bytes
    state: State = "sending"
    attempts: list[str] = field(default_factory=list)

    def as_json(self) -> Json:
        """The delivery for tests that ask; a repetition is numbered anew and has the same body."""
        return {
            "number": self.number,
            "kind": self.kind,
            "state": self.state,
            "attempts": self.attempts,
            "body": self.body.decode(),
        }


@dataclass(slots=True)
class EventSubscription:
    """Where events go, and every one that was made."""

    url: str = ""
    status: int = DISABLED
    kinds: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)
    made: int = 0
    given_up_in_a_row: int = 0

    def subscribe(self, url: str) -> None:
        """Send both kinds to `url`, as the setup guide has it; an empty one switches everything off."""
        self.url = url
        self.kinds = {AUTHORIZED, DEAUTHORIZED}
        self.status = ENABLED if url else DISABLED

    def wants(self, kind: str) -> bool:
        """Whether an event of this kind is sent."""
        return bool(self.url) and self.status == ENABLED and kind in self.kinds

    def note(self, kind: str, body: bytes) -> Delivery:
        """Write a new event down."""
        self.made += 1
        state: State = "sending" if self.wants(kind) else "not subscribed"
        delivery = Delivery(self.made, kind, body, state)
        self.deliveries = [*self.deliveries, delivery][-KEPT:]
        return delivery

    def clear(self) -> None:
        """Forget what was sent; the subscription stays, as the product is set up for it."""
        self.deliveries = []
        self.given_up_in_a_row = 0
        if self.status == DISABLED_BY_DISCORD:
            self.status = ENABLED
