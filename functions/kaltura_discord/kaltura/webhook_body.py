"""What a webhook of Kaltura says, in whatever form its template has it sent.

    {"object": {"id": "1_abc", ...}, "eventNotificationJobId": 7, "templateSystemName": "DISCORD_ENTRY_READY", ...}
    data=%7B%22object%22...                              the same, url-encoded; older templates
    data=<notification><object>...</object>...           the same in XML
    data=O:23:"KalturaHttpNotification":8:{...}          the same, serialised by PHP
    {"entry_id": "1_abc", "entry_status": "2"}           a text of our own (`webhook_registration`)
    entry_id=1_abc&entry_status=2                        the parameters of the template as a form

Source: KalturaHttpNotificationObjectData.php and its neighbours. A body is read to its last byte as UTF-8, or refused:
bytes that somebody appended to a genuine webhook are none (see `webhook_signature`), and nothing is said twice in it.
What it says is a hint only.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

_FORM_PREFIX = "data="
_MOST_FIELDS = 100

# KalturaEventNotificationEventObjectType: an entry, or a live stream, which is one.
_ENTRIES = ("1", "38")


class MalformedWebhook(ValueError):
    """Signed by Kaltura, but in no form that Kaltura sends; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class EventHint:
    """Something that may have happened in Kaltura.

    Attributes:
        job_id: Kaltura's number of this notification, the same when it is sent again; empty where the form has none.
        template: the system name of the template that sent it; empty where the form has none.
        entry_id: the entry that it is about; empty where it is about something else.
        status: the entry's status as it was then, a number as text; may be empty.
    """

    job_id: str
    template: str
    entry_id: str
    status: str

    def key(self, minute: int) -> str:
        """What makes this event one and the same however often it is sent.

        Args:
            minute: now, in minutes since the epoch; counts only where Kaltura gave the event no number.
        """
        told = [self.template, self.entry_id, self.status]
        parts = [self.job_id, *told] if self.job_id else [str(minute), *told]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def read_webhook(body: bytes) -> EventHint:
    """What the body says. Verify its signature first.

    Raises:
        MalformedWebhook: it is in none of the forms.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise MalformedWebhook("not UTF-8") from None
    if text.startswith(_FORM_PREFIX):
        return _hint(_notification(text.removeprefix(_FORM_PREFIX)))
    if text.lstrip().startswith("{"):
        return _hint(_json(text))
    return _hint(_form(text))


def _notification(text: str) -> Mapping[str, Any]:
    """A notification after `data=`, in one of its three notations."""
    if text.startswith("<"):
        return _xml(text)
    if text.startswith("O:"):
        return _php(text)
    try:
        return _json(unquote_plus(text, errors="strict"))
    except UnicodeDecodeError:
        raise MalformedWebhook("not UTF-8") from None


def _json(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except MalformedWebhook:
        raise
    except (ValueError, RecursionError):
        raise MalformedWebhook("not JSON") from None
    if not isinstance(document, dict):
        raise MalformedWebhook("no object")
    return document


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _distinct(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The fields by their names. Of two with one name others may read the first, and we the last."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise MalformedWebhook("a field is there twice")
        fields[name] = value
    return fields


def _form(text: str) -> Mapping[str, Any]:
    try:
        pairs = parse_qsl(
            text, strict_parsing=True, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise MalformedWebhook("neither JSON nor a form") from None
    if not pairs:
        raise MalformedWebhook("nothing in it")
    return _distinct(pairs)


def _xml(text: str) -> Mapping[str, Any]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise MalformedWebhook("not XML") from None
    fields = _distinct((child.tag, child.text or "") for child in root)
    of_object = root.find("object")
    if of_object is not None:
        fields["object"] = _distinct((child.tag, child.text or "") for child in of_object)
    return fields


def _php(text: str) -> Mapping[str, Any]:
    import phpserialize

    source = phpserialize.BytesIO(text.encode())
    try:
        notification = phpserialize.load(source, decode_strings=True, object_hook=_as_fields)
    except (ValueError, TypeError, KeyError, RecursionError, MemoryError, OverflowError):
        raise MalformedWebhook("not serialised by PHP") from None
    if source.read() or not isinstance(notification, dict):
        raise MalformedWebhook("not serialised by PHP")
    return notification


def _as_fields(_: str, fields: dict[str, Any]) -> dict[str, Any]:
    return fields


def _hint(fields: Mapping[str, Any]) -> EventHint:
    if "entry_id" in fields:
        return EventHint("", "", _word(fields["entry_id"]), _word(fields.get("entry_status")))
    subject = fields.get("object")
    named = subject if isinstance(subject, Mapping) else {}
    is_entry = _word(fields.get("eventObjectType")) in _ENTRIES
    return EventHint(
        job_id=_word(fields.get("eventNotificationJobId")),
        template=_word(fields.get("templateSystemName")),
        entry_id=_word(named.get("id")) if is_entry else "",
        status=_word(named.get("status")),
    )


def _word(value: Any) -> str:
    """A short value as text; whatever else stands there says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    word = str(value)
    return word if len(word) <= 200 else ""
