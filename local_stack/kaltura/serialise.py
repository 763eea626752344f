"""Writing api_v3's answers: JSON (format 1), XML (2, the default) and JSONP (9).

Fields without a value are left out in every format. An error of an action is an answer like any other, with HTTP 200.
"""

import json
from typing import Any, Final
from xml.sax.saxutils import escape

from .errors import ApiError

JSON: Final = 1
XML: Final = 2
JSONP: Final = 9

CONTENT_TYPES: Final = {JSON: "application/json", XML: "text/xml", JSONP: "application/javascript"}


def format_of(wanted: object) -> int:
    """The format that a request asks for; XML where it does not say, or says something unknown."""
    try:
        number = int(str(wanted))
    except ValueError:
        return XML
    return number if number in CONTENT_TYPES else XML


def write(result: object, format_: int, callback: str, seconds: float) -> str:
    """The whole answer; `seconds` is how long it took, `callback` is JSONP's function."""
    if format_ == XML:
        return _xml_document(result, seconds)
    text = json.dumps(_for_json(result), ensure_ascii=False, separators=(",", ":"))
    return f"{callback}({text});" if format_ == JSONP else text


def _for_json(value: object) -> Any:
    if isinstance(value, ApiError):
        return {
            "code": value.code,
            "message": value.message,
            "objectType": "KalturaAPIException",
            # PHP writes an empty map as an empty list.
            "args": value.arguments or [],
        }
    if isinstance(value, dict):
        return {key: _for_json(item) for key, item in object_type_last(value).items() if item is not None}
    if isinstance(value, list):
        return [_for_json(item) for item in value]
    return value


def object_type_last(record: dict[str, Any]) -> dict[str, Any]:
    """The record with `objectType` behind its fields, where Kaltura's JSON has it."""
    if "objectType" not in record:
        return record
    rest = {key: value for key, value in record.items() if key != "objectType"}
    return {**rest, "objectType": record["objectType"]}


def _xml_document(result: object, seconds: float) -> str:
    body = f"<result>{_xml_value(result)}</result><executionTime>{seconds:.6f}</executionTime>"
    return f'<?xml version="1.0" encoding="utf-8"?><xml>{body}</xml>'


def _xml_value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, ApiError):
        return _xml_error(value)
    if isinstance(value, list):
        return "".join(f"<item>{_xml_value(item)}</item>" for item in value)
    if isinstance(value, dict):
        return _xml_object(value)
    return escape(str(value))


def _xml_object(record: dict[str, Any]) -> str:
    parts = [f"<objectType>{record['objectType']}</objectType>"] if "objectType" in record else []
    for name, value in record.items():
        if value is not None and name != "objectType":
            parts.append(f"<{name}>{_xml_value(value)}</{name}>")
    return "".join(parts)


def _xml_error(error: ApiError) -> str:
    arguments = "".join(
        f"<item><objectType>KalturaApiExceptionArg</objectType><name>{name}</name><value>{escape(value)}</value></item>"
        for name, value in error.arguments.items()
    )
    return (
        f"<error><code>{error.code}</code><message>{escape(error.message)}</message>"
        f"<objectType>KalturaAPIException</objectType><args>{arguments}</args></error>"
    )
