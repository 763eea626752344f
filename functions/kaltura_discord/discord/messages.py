"""Messages and answers as Discord takes them (Discord docs: Receiving and Responding; Message Resource).

Every message of ours uses Components V2 and mentions nobody but whom it names on purpose (`Mentions`):
`allowed_mentions` is always sent, because an edit without it falls back to Discord's default, which lets text ping
people.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from kaltura_discord.discord.components import Accent, Component, action_row, container, text

EPHEMERAL = 1 << 6
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15
CHOICES_LIMIT = 25
CHOICE_NAME_LIMIT = 100
_KEPT_NAME = re.compile(r"[A-Za-z0-9-][A-Za-z0-9._-]*[A-Za-z0-9-]")


class AnswerType(IntEnum):
    """How an interaction is answered."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9
    LAUNCH_ACTIVITY = 12


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message; `components.file_component` shows it, by a name that Discord keeps as it is.

    Raises:
        ValueError: Discord would change the name, and then find no such file.
    """

    name: str
    content: bytes

    def __post_init__(self) -> None:
        if not _KEPT_NAME.fullmatch(self.name):
            raise ValueError(f"Discord does not keep the file name {self.name!r} as it is")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message may ping, by their ids, at most 100 of a kind. What stands in it without being here pings nobody.

    `@everyone` and `@here` never do.
    """

    roles: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """As Discord's `allowed_mentions`."""
        named = {"roles": list(self.roles), "users": list(self.users)}
        return {"parse": [], **{kind: ids for kind, ids in named.items() if ids}}


@dataclass(frozen=True, slots=True)
class Message:
    """What a message shows, and whether only the asker sees it.

    Files go with answers that are sent by REST: deferred ones, follow-ups, messages in channels. A `silent` message
    makes nobody's device ring; it is for messages in channels, as they are posted.
    """

    components: tuple[Component, ...]
    ephemeral: bool = True
    files: tuple[File, ...] = ()
    mentions: Mentions = Mentions()
    silent: bool = False

    def body(self) -> dict[str, Any]:
        """The message as JSON, for an answer, an edit or a channel; ephemerality is the answer's affair."""
        body: dict[str, Any] = {
            "flags": COMPONENTS_V2 | (SUPPRESS_NOTIFICATIONS if self.silent else 0),
            "components": list(self.components),
            "allowed_mentions": self.mentions.body(),
        }
        if self.files:
            body["attachments"] = [{"id": number, "filename": file.name} for number, file in enumerate(self.files)]
        return body


def note(markdown: str, *buttons: Component, accent: Accent | None = None, ephemeral: bool = True) -> Message:
    """A short message: one text, and the next steps as buttons under it."""
    parts: list[Component] = [text(markdown)]
    if buttons:
        parts.append(action_row(buttons))
    if accent is not None:
        parts = [container(parts, accent)]
    return Message(tuple(parts), ephemeral)


def pong() -> dict[str, Any]:
    """The answer to a PING."""
    return {"type": int(AnswerType.PONG)}


def say(message: Message) -> dict[str, Any]:
    """Answer with a message now.

    Raises:
        ValueError: it has files, which an answer over HTTP cannot carry as JSON.
    """
    if message.files:
        raise ValueError("files go with deferred answers")
    data = message.body()
    if message.ephemeral:
        data["flags"] |= EPHEMERAL
    return {"type": int(AnswerType.MESSAGE), "data": data}


def think(ephemeral: bool) -> dict[str, Any]:
    """Answer "thinking"; the message follows as an edit. The only flag allowed here is the ephemeral one."""
    answer: dict[str, Any] = {"type": int(AnswerType.DEFERRED_MESSAGE)}
    if ephemeral:
        answer["data"] = {"flags": EPHEMERAL}
    return answer


def update_later() -> dict[str, Any]:
    """Acknowledge a button silently; its message is edited when the work is done."""
    return {"type": int(AnswerType.DEFERRED_UPDATE)}


def update(message: Message) -> dict[str, Any]:
    """Change the message whose button was pressed, now."""
    return {"type": int(AnswerType.UPDATE), "data": message.body()}


def launch_activity() -> dict[str, Any]:
    """Open the app's Activity for whoever acted; Discord takes no data with it."""
    return {"type": int(AnswerType.LAUNCH_ACTIVITY)}


def choices(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Autocomplete: up to 25 pairs of what is shown and what is sent."""
    offered = [{"name": name, "value": value} for name, value in pairs[:CHOICES_LIMIT]]
    return {"type": int(AnswerType.CHOICES), "data": {"choices": offered}}
