"""HTTP requests as Lambda events, and Lambda results as HTTP responses: HTTP API, payload format 2.0.

API Gateway guide, "Working with AWS Lambda proxy integrations for HTTP APIs". What is easily got wrong:

- names of headers are lower-case, repeated ones are joined by commas; cookies have a list of their own;
- `rawPath` is percent-decoded (and ends at a decoded `?`), `rawQueryString` is as it was sent;
- a body counts as text by its content type only; everything else, forms and compressed bodies too, is base64;
- what is absent is an absent key, not null;
- a result without `statusCode` is the body of a 200 with `content-type: application/json`.
"""

import base64
import binascii
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from multidict import CIMultiDict

ACCOUNT_ID = "000000000000"
API_ID = "local00http"

_HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect")
)
_NOT_FROM_FUNCTIONS = _HOP_BY_HOP | {"content-length"}
_TEXT_TYPES = frozenset(("application/json", "application/javascript", "application/xml"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ResponseInvalid(ValueError):
    """The function's result is no HTTP response; API Gateway answers 500."""


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """One request as it came over the wire.

    Attributes:
        path: percent-decoded.
        query: as sent, without `?`.
        headers: name and value in the order sent.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    scheme: str
    port: int
    epoch_seconds: float


@dataclass(frozen=True, slots=True)
class OutgoingResponse:
    """What goes back over the wire."""

    status: int
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    body: bytes = b""


def new_request_id() -> str:
    """An id such as API Gateway gives: base64, 16 characters, the last one `=`."""
    return base64.b64encode(os.urandom(11)).decode()


def request_time(epoch_seconds: float) -> str:
    """Common Log Format, such as `12/Mar/2020:19:03:58 +0000`."""
    moment = time.gmtime(epoch_seconds)
    month = _MONTHS[moment.tm_mon - 1]
    clock = f"{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}"
    return f"{moment.tm_mday:02}/{month}/{moment.tm_year}:{clock} +0000"


def http_event(
    request: IncomingRequest, route_key: str, path_parameters: dict[str, str], request_id: str
) -> dict[str, Any]:
    """The event for a request that fits `route_key`."""
    headers, cookies = _headers_and_cookies(request)
    raw_path = request.path.partition("?")[0]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": raw_path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": _request_context(request, raw_path, route_key, request_id, headers),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if request.query:
        event["queryStringParameters"] = _joined(parse_qsl(request.query, keep_blank_values=True))
    if path_parameters:
        event["pathParameters"] = path_parameters
    if request.body:
        event["body"], event["isBase64Encoded"] = _event_body(request.body, headers)
    return event


def _headers_and_cookies(request: IncomingRequest) -> tuple[dict[str, str], list[str]]:
    pairs: list[tuple[str, str]] = []
    cookies: list[str] = []
    forwarded_for: list[str] = []
    for name, value in request.headers:
        lower = name.lower()
        if lower == "cookie":
            cookies.extend(part.strip() for part in value.split(";") if part.strip())
        elif lower == "x-forwarded-for":
            forwarded_for.append(value)
        elif lower not in _HOP_BY_HOP:
            pairs.append((lower, value))
    headers = _joined(pairs)
    headers.setdefault("content-length", str(len(request.body)))
    headers["x-forwarded-for"] = ", ".join([*forwarded_for, request.source_ip])
    headers["x-forwarded-port"] = str(request.port)
    headers.setdefault("x-forwarded-proto", request.scheme)
    headers.setdefault("x-amzn-trace-id", f"Root=1-{int(request.epoch_seconds):08x}-{os.urandom(12).hex()}")
    return headers, cookies


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Repeated names joined by commas."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _request_context(
    request: IncomingRequest, raw_path: str, route_key: str, request_id: str, headers: dict[str, str]
) -> dict[str, Any]:
    domain = headers.get("host", "localhost")
    return {
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": "$default",
        "time": request_time(request.epoch_seconds),
        "timeEpoch": int(request.epoch_seconds * 1000),
    }


def _event_body(body: bytes, headers: dict[str, str]) -> tuple[str, bool]:
    """The body for the event, and whether it is base64."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in _TEXT_TYPES
    if is_text and "content-encoding" not in headers:
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode(), True


def http_response(result: Any) -> OutgoingResponse:
    """The response that a function's result stands for.

    Raises:
        ResponseInvalid: a status, body or header that API Gateway does not take.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, separators=(",", ":"))
        return OutgoingResponse(200, CIMultiDict({"content-type": "application/json"}), text.encode())
    headers = _response_headers(result)
    return OutgoingResponse(_status(result["statusCode"]), headers, _response_body(result))


def _status(value: Any) -> int:
    try:
        status = int(value)
    except (TypeError, ValueError) as error:
        raise ResponseInvalid(f"statusCode {value!r} is no number") from error
    if not 200 <= status <= 599:
        raise ResponseInvalid(f"statusCode {status} is out of range")
    return status


def _response_headers(result: dict[str, Any]) -> CIMultiDict[str]:
    described = result.get("headers") or {}
    if not isinstance(described, dict):
        raise ResponseInvalid("headers is no object")
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in described.items():
        if isinstance(value, dict | list):
            raise ResponseInvalid(f"header {name} is no string")
        if name.lower() not in _NOT_FROM_FUNCTIONS and value is not None:
            headers[name] = _header_text(value)
    for cookie in result.get("cookies") or ():
        headers.add("set-cookie", _header_text(cookie))
    headers.setdefault("content-type", "text/plain;charset=UTF-8")
    return headers


def _header_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if "\r" in text or "\n" in text:
        raise ResponseInvalid("a header holds a line break")
    return text


def _response_body(result: dict[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise ResponseInvalid("body is no string")
    if not result.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ResponseInvalid("body is no base64") from error
