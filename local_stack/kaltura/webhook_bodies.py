"""What a notification's request says: its body in every form that a template can ask for, and its headers.

Source: Kaltura's server, KDispatchHttpNotificationEngine.class.php, KalturaHttpNotificationObjectData.php and
kHttpNotificationDataText.php. Odd as it is, text is put in without any escaping, the type of url-encoded JSON is JSON,
and that of PHP's own notation is XML.
"""

import hashlib
import json
from typing import Any, Final
from urllib.parse import quote_plus, urlencode
from xml.sax.saxutils import escape

from . import serialise
from .notification_templates import Happening, StoredTemplate, content_values
from .objects import Record

_JSON, _XML, _PHP = 1, 2, 3
_ALGORITHMS: Final = {1: "sha1", 2: "sha256", 3: "sha512"}


def body_of(template: StoredTemplate, happening: Happening, job_id: int) -> tuple[bytes, str]:
    """The body and its content type; both empty where the template has no data."""
    data = template.record.get("data")
    if not data:
        return b"", ""
    values = content_values(template, happening)
    match data["objectType"]:
        case "KalturaHttpNotificationDataText":
            text = str((data.get("content") or {}).get("value") or "")
            return filled(text, values).encode(), str(data.get("contentType") or "")
        case "KalturaHttpNotificationDataFields":
            return urlencode(values).encode(), str(data.get("contentType") or "application/x-www-form-urlencoded")
        case _:
            notification = _notification(template, happening, job_id)
            return _written(notification, int(data.get("format") or _JSON), template.url_encodes)


def headers_of(
    template: StoredTemplate, happening: Happening, body: bytes, content_type: str, secret: str
) -> dict[str, str]:
    """The headers, in Kaltura's order; one of the template's own replaces the content type."""
    algorithm = _ALGORITHMS.get(int(template.record.get("secureHashingAlgo") or 1), "sha1")
    values = content_values(template, happening)
    headers = {
        "X-KALTURA-SIGNATURE": hashlib.new(algorithm, secret.encode() + body).hexdigest(),
        "X-KALTURA-HASH-ALGO": algorithm,
    }
    for header in template.record.get("customHeaders") or []:
        headers[filled(str(header["key"]), values)] = filled(str(header.get("value") or ""), values)
    if content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    return headers


def filled(text: str, values: dict[str, str]) -> str:
    """The text with every `{name}` that is known; others stay as they are."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _notification(template: StoredTemplate, happening: Happening, job_id: int) -> Record:
    record = template.record
    return {
        "objectType": "KalturaHttpNotification",
        "object": happening.entry.record if template.fills_object else None,
        "eventObjectType": happening.object_type,
        "eventNotificationJobId": job_id,
        "templateId": record["id"],
        "templateName": record["name"],
        "templateSystemName": record["systemName"],
        "eventType": happening.event_type,
    }


def _written(notification: Record, format_: int, url_encodes: bool) -> tuple[bytes, str]:
    if format_ == _XML:
        inner = "".join(_xml(name, value) for name, value in notification.items())
        return f"data=<notification>{inner}</notification>".encode(), "application/xml"
    if format_ == _PHP:
        return f"data={_php(notification)}".encode(), "application/xml"
    text = json.dumps(_without_gaps(notification), ensure_ascii=False, separators=(",", ":"))
    return (f"data={quote_plus(text)}" if url_encodes else text).encode(), "application/json"


def _without_gaps(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_gaps(item) for name, item in serialise.object_type_last(value).items() if item is not None
        }
    return value


def _xml(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(*item) for item in value.items())}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def _php(value: Any) -> str:
    match value:
        case None:
            return "N;"
        case bool():
            return f"b:{int(value)};"
        case int():
            return f"i:{value};"
        case float():
            return f"d:{value};"
        case dict():
            named = {name: item for name, item in value.items() if name != "objectType"}
            inner = "".join(_php(name) + _php(item) for name, item in named.items())
            kind = str(value.get("objectType", "stdClass"))
            return f'O:{len(kind)}:"{kind}":{len(named)}:{{{inner}}}'
        case _:
            text = str(value)
            return f's:{len(text.encode())}:"{text}";'
