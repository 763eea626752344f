"""Messages: what one is, and the shelf of each channel's.

A message is `thinking` from a deferred answer until it is edited; after the token's fifteen minutes Discord
shows "The application did not respond" in its place, which is worked out when somebody looks.
"""

from dataclasses import dataclass, field
from typing import Literal

from local_stack.discord.society import Person
from local_stack.discord.stored_components import files_used_in
from local_stack.discord.wire import Json, timestamp

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
IS_VOICE_MESSAGE = 1 << 13
IS_COMPONENTS_V2 = 1 << 15
"""Message flags (Discord docs: Message - Message Flags)."""

DID_NOT_RESPOND = "The application did not respond"
FAILED_INTERACTION = "This interaction failed"

TOKEN_LIFE_SECONDS = 15 * 60
"""How long an interaction token edits and follows up (Discord docs: Receiving and Responding)."""

KEPT_PER_CHANNEL = 2000
"""A channel forgets its oldest message beyond this, so that load tests do not eat the machine."""

State = Literal["sent", "thinking", "failed"]


@dataclass(slots=True)
class Mentions:
    """Who a message really pings, after `allowed_mentions` and permissions had their say."""

    users: list[Person] = field(default_factory=list)
    role_ids: list[str] = field(default_factory=list)
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers; `name` is the command's, which only the page shows."""

    interaction_id: str
    type: int
    user: Person
    owners: Json
    name: str | None = None

    def as_json(self) -> Json:
        """The `interaction_metadata` of the API."""
        return {
            "id": self.interaction_id,
            "type": self.type,
            "user": self.user.as_json(),
            "authorizing_integration_owners": self.owners,
        }


@dataclass(slots=True)
class Message:
    """One message. Times are seconds since the epoch; `ephemeral_for` is the only user who sees it, or None."""

    message_id: str
    channel_id: str
    author: Person
    created_at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    tts: bool = False
    edited_at: float | None = None
    mentions: Mentions = field(default_factory=Mentions)
    origin: Origin | None = None
    webhook_id: str | None = None
    application_id: str | None = None
    nonce: str | int | None = None
    reference: Json | None = None
    referenced: "Message | None" = None
    ephemeral_for: str | None = None
    state: State = "sent"
    failure: str | None = None

    def state_at(self, now: float) -> tuple[State, str | None]:
        """The state at `now`, and the sentence that goes with a failure."""
        if self.state == "thinking" and now - self.created_at > TOKEN_LIFE_SECONDS:
            return "failed", DID_NOT_RESPOND
        return self.state, self.failure

    def as_json(self, now: float) -> Json:
        """The message for the page and for tests: with addresses of avatars, and what only the simulation knows."""
        message = self._as_discord_writes_it()
        state, failure = self.state_at(now)
        message["author"] = self.author.for_page()
        message["mentions"] = [person.for_page() for person in self.mentions.users]
        message["interaction_metadata"] = None
        if self.origin is not None:
            metadata = self.origin.as_json()
            message["interaction_metadata"] = metadata | {"name": self.origin.name, "user": self.origin.user.for_page()}
        if self.referenced is not None:
            message["referenced_message"] = self.referenced.as_json(now)
        message["_sim"] = {"ephemeral_for": self.ephemeral_for, "state": state, "failure": failure}
        return message

    def seen_by_application(self, now: float) -> Json:
        """The message object as REST answers and interactions carry it."""
        message = self._as_discord_writes_it()
        if self.origin is not None:
            message["interaction_metadata"] = self.origin.as_json()
        if self.referenced is not None:
            message["referenced_message"] = self.referenced.seen_by_application(now)
        return message

    def _attachments_below(self) -> list[Json]:
        """The attachments that no component shows; those shown are told by the components (discord-api-docs#8277)."""
        shown = set(files_used_in(self.components))
        return [attachment for attachment in self.attachments if attachment["id"] not in shown]

    def _as_discord_writes_it(self) -> Json:
        message: Json = {
            "id": self.message_id,
            "channel_id": self.channel_id,
            "type": self.type,
            "author": self.author.as_json(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": self._attachments_below(),
            "flags": self.flags,
            "timestamp": timestamp(self.created_at),
            "edited_timestamp": None if self.edited_at is None else timestamp(self.edited_at),
            "mentions": [person.as_json() for person in self.mentions.users],
            "mention_roles": self.mentions.role_ids,
            "mention_everyone": self.mentions.everyone,
            "pinned": False,
            "tts": self.tts,
        }
        for name in ("webhook_id", "application_id", "nonce"):
            value = getattr(self, name)
            if value is not None:
                message[name] = value
        if self.reference is not None:
            message["message_reference"] = self.reference
            message["referenced_message"] = None
        return message


@dataclass(slots=True)
class MessageShelf:
    """All messages, by channel and id, oldest first."""

    by_channel: dict[str, dict[str, Message]] = field(default_factory=dict)

    def put(self, message: Message) -> None:
        """Add a message as the newest of its channel."""
        shelf = self.by_channel.setdefault(message.channel_id, {})
        shelf[message.message_id] = message
        if len(shelf) > KEPT_PER_CHANNEL:
            del shelf[next(iter(shelf))]

    def get(self, channel_id: str, message_id: str) -> Message | None:
        """The message, where it still exists."""
        return self.by_channel.get(channel_id, {}).get(message_id)

    def remove(self, message: Message) -> None:
        """Forget a message."""
        self.by_channel.get(message.channel_id, {}).pop(message.message_id, None)

    def in_channel(self, channel_id: str) -> list[Message]:
        """The messages of a channel, oldest first."""
        return list(self.by_channel.get(channel_id, {}).values())

    def thinking(self) -> list[Message]:
        """All messages that wait for the application, in any channel."""
        return [
            message for shelf in self.by_channel.values() for message in shelf.values() if message.state == "thinking"
        ]

    def clear(self) -> None:
        """Forget everything."""
        self.by_channel.clear()
