"""Interactions that Discord issued, and what may still be done with their tokens.

Life of a token, in Discord's words "valid for 15 minutes", but only once the interaction was answered:

    issued ──(3 s without a valid answer)──> invalid: callback 10062, webhooks 10015
       │
       └──(callback accepted, or the HTTP answer processed)──> open: webhooks work ──(15 min)──> 10015

Until the HTTP answer has been *processed*, the webhook routes say 10015 although the application has already
sent it: a fast worker that edits `@original` at once meets this in production (facts of Snazzah/slash-create#127).
"""

import asyncio
import secrets
from dataclasses import dataclass, field

from local_stack.discord.messages import TOKEN_LIFE_SECONDS, Message, Origin
from local_stack.discord.society import Channel, Person
from local_stack.discord.wire import Clock, Json

FIRST_ANSWER_SECONDS = 3.0
"""How long the application has for its first answer (Discord docs: Receiving and Responding)."""


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction; `hand_made` ones were sent by a test itself, so Discord never sees their HTTP answer."""

    interaction_id: str
    token: str
    type: int
    person: Person
    channel: Channel
    issued_at: float
    owners: Json
    name: str | None = None
    source: Message | None = None
    hand_made: bool = False
    answer_type: int | None = None
    original: Message | None = None
    follow_ups: dict[str, Message] = field(default_factory=dict)
    expired: bool = False
    callback_data: Json | None = None
    activity_instance_id: str | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def origin(self) -> Origin:
        """What the messages that come of it say about it."""
        return Origin(self.interaction_id, self.type, self.person, self.owners, self.name)

    def acknowledge(self, answer_type: int) -> None:
        """Note the accepted first answer."""
        self.answer_type = answer_type
        self.answered.set()

    def takes_callback(self, now: float) -> bool:
        """Whether a first answer is still in time."""
        if self.hand_made:
            return now - self.issued_at <= TOKEN_LIFE_SECONDS
        return not self.expired and now - self.issued_at <= FIRST_ANSWER_SECONDS

    def is_open(self, now: float) -> bool:
        """Whether the webhook routes know the token."""
        if now - self.issued_at > TOKEN_LIFE_SECONDS:
            return False
        return self.hand_made or self.answer_type is not None


@dataclass(slots=True)
class InteractionBook:
    """Every interaction issued, by token."""

    now: Clock
    by_token: dict[str, Interaction] = field(default_factory=dict)

    def issue(self, interaction: Interaction) -> None:
        """Write an interaction down; those whose token died long ago are forgotten."""
        self.by_token[interaction.token] = interaction
        oldest = next(iter(self.by_token.values()))
        if self.now() - oldest.issued_at > 2 * TOKEN_LIFE_SECONDS:
            del self.by_token[oldest.token]

    def clear(self) -> None:
        """Forget everything, as `_sim/reset` asks."""
        self.by_token.clear()


def new_token() -> str:
    """A token as opaque and long as Discord's."""
    return "aW50ZXJhY3Rpb246" + secrets.token_urlsafe(120)
