"""Messages that an application sends or edits, in a channel or in answer to an interaction.

What the specification cannot say: fields that exclude each other, flags by place, totals over the whole message.
An edit is judged by what the message would be afterwards, because the flag IS_COMPONENTS_V2 never goes away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from local_stack.discord.errors import Complaints, Path, Refusal
from local_stack.discord.files import Upload
from local_stack.discord.messages import (
    EPHEMERAL,
    IS_COMPONENTS_V2,
    IS_VOICE_MESSAGE,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Message,
)
from local_stack.discord.rules.components import check_components
from local_stack.discord.rules.embeds import check_embeds
from local_stack.discord.rules.files import check_files
from local_stack.discord.rules.schemas import check_keys, check_schema, known_keys
from local_stack.discord.wire import Json

MOST_CONTENT = 2000
MOST_NONCE = 25

IN_CHANNEL = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_VOICE_MESSAGE | IS_COMPONENTS_V2
IN_ANSWER = IN_CHANNEL | EPHEMERAL
IN_EDIT = SUPPRESS_EMBEDS | IS_COMPONENTS_V2 | EPHEMERAL

LEGACY_FIELDS = ("content", "embeds", "poll", "sticker_ids")


@dataclass(frozen=True, slots=True)
class Form:
    """A place where messages are taken: the specification's schema, and the flags that may be set there."""

    schema: str
    flags: int
    at: Path = ()
    is_edit: bool = False


CHANNEL_MESSAGE = Form("MessageCreateRequest", IN_CHANNEL)
FORUM_POST = Form("BaseCreateMessageCreateRequest", IN_CHANNEL, at=("message",))
CHANNEL_EDIT = Form("MessageEditRequestPartial", IN_EDIT, is_edit=True)
FOLLOW_UP = Form("IncomingWebhookRequestPartial", IN_ANSWER)
ANSWER_EDIT = Form("IncomingWebhookUpdateRequestPartial", IN_EDIT, is_edit=True)
ANSWER = Form("IncomingWebhookInteractionRequest", IN_ANSWER, at=("data",))
ANSWER_UPDATE = Form("IncomingWebhookInteractionRequest", IN_EDIT, at=("data",), is_edit=True)


def check_message(payload: Json, form: Form, *, uploads: Sequence[Upload] = (), before: Message | None = None) -> None:
    """Refuse a message that Discord would refuse.

    Args:
        payload: the message as sent.
        form: where it was sent to.
        uploads: the files that came with it.
        before: the message as it is now, for edits.

    Raises:
        Refusal: 50035 with every complaint, or 50006 for an empty message.
    """
    complaints = Complaints()
    check_keys(payload, known_keys(form.schema), complaints, form.at)
    inner = Complaints()
    _check_flags(payload, form, inner)
    version_two = is_version_two(payload, before)
    if version_two:
        _check_no_legacy_fields(payload, before, inner)
    inner.too_long(("content",), _text(payload.get("content")), MOST_CONTENT)
    check_embeds(payload.get("embeds"), inner)
    names = check_files(payload, uploads, before, inner)
    check_components(payload.get("components"), version_two=version_two, complaints=inner, files=names)
    _check_allowed_mentions(payload.get("allowed_mentions"), inner)
    _check_nonce(payload.get("nonce"), inner)
    check_schema(form.schema, _as_specified(payload), inner)
    for complaint in inner.found:
        complaints.add((*form.at, *complaint.path), complaint.code, complaint.message)
    complaints.raise_if_any()
    if _would_be_empty(payload, before, has_files=bool(uploads) and not version_two):
        raise Refusal(400, 50006, "Cannot send an empty message")


def _as_specified(payload: Json) -> Json:
    """The message in the specification's terms: the docs number new attachments, the specification wants texts."""
    attachments = payload.get("attachments")
    if not isinstance(attachments, list):
        return payload
    described = [
        {**item, "id": str(item["id"])} if isinstance(item, dict) and isinstance(item.get("id"), int) else item
        for item in attachments
    ]
    return {**payload, "attachments": described}


def is_version_two(payload: Json, before: Message | None) -> bool:
    """Whether the message is made of components alone, after an edit or from the start."""
    flags = payload.get("flags")
    wanted = isinstance(flags, int) and bool(flags & IS_COMPONENTS_V2)
    return wanted or (before is not None and bool(before.flags & IS_COMPONENTS_V2))


def _text(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _check_flags(payload: Json, form: Form, complaints: Complaints) -> None:
    flags = payload.get("flags")
    if isinstance(flags, int) and flags & ~form.flags:
        complaints.add(("flags",), "MESSAGE_FLAGS_INVALID", f"Flags {flags & ~form.flags} cannot be set here.")


def _check_no_legacy_fields(payload: Json, before: Message | None, complaints: Complaints) -> None:
    for name in LEGACY_FIELDS:
        kept = getattr(before, name, None) if before is not None and name not in payload else None
        if payload.get(name) or kept:
            complaints.add(
                (name,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_allowed_mentions(allowed: object, complaints: Complaints) -> None:
    if not isinstance(allowed, dict):
        return
    at: Path = ("allowed_mentions",)
    check_keys(allowed, known_keys("MessageAllowedMentionsRequest"), complaints, at)
    parse = allowed.get("parse") or []
    for name in ("users", "roles"):
        listed = allowed.get(name) or []
        if isinstance(listed, list) and len(listed) > 100:
            complaints.add((*at, name), "BASE_TYPE_BAD_LENGTH", "Must be 100 or fewer in length.")
        if listed and isinstance(parse, list) and name in parse:
            complaints.add(
                at,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.',
            )


def _check_nonce(nonce: object, complaints: Complaints) -> None:
    complaints.too_long(("nonce",), nonce, MOST_NONCE)


def _would_be_empty(payload: Json, before: Message | None, *, has_files: bool) -> bool:
    """Whether nobody would see anything; files show by themselves only where the message is not all components."""
    if has_files or payload.get("poll") or payload.get("sticker_ids"):
        return False
    for name in ("content", "embeds", "components", "attachments"):
        kept = getattr(before, name) if before is not None else None
        value = payload.get(name, kept)
        if isinstance(value, str):
            value = value.strip()
        if value:
            return False
    return True
