"""The events of a WebSocket API (API Gateway guide, "Working with WebSocket APIs", "Lambda authorizers").

CONNECT carries headers and query string; MESSAGE carries neither, only the body; DISCONNECT carries how it ended.
What the authorizer returned in `context` stands in `requestContext.authorizer` of every event of that connection.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local_stack.embedded_aws.ministack import REGION
from local_stack.gateway.http_events import ACCOUNT_ID, new_request_id, request_time

API_ID = "local000ws"
STAGE = "local"


@dataclass(slots=True)
class ConnectionFacts:
    """What is known of a connection from its first request.

    Attributes:
        headers: in the client's own spelling and order.
        authorizer: `principalId` and the context strings of the authorizer; empty without one.
        connected_at: epoch seconds.
    """

    connection_id: str
    domain_name: str
    source_ip: str
    user_agent: str
    headers: tuple[tuple[str, str], ...]
    query: str
    connected_at: float
    now: Callable[[], float] = time.time
    authorizer: dict[str, Any] = field(default_factory=dict)


def method_arn() -> str:
    """What an authorizer decides about."""
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT_ID}:{API_ID}/{STAGE}/$connect"


def authorizer_event(facts: ConnectionFacts) -> dict[str, Any]:
    """The REQUEST authorizer's event."""
    return {
        "type": "REQUEST",
        "methodArn": method_arn(),
        **_first_request(facts),
        "stageVariables": {},
        "requestContext": _request_context(facts, "$connect", "CONNECT"),
    }


def connect_event(facts: ConnectionFacts) -> dict[str, Any]:
    """The event of `$connect`."""
    return {
        **_first_request(facts),
        "requestContext": _request_context(facts, "$connect", "CONNECT"),
        "isBase64Encoded": False,
    }


def message_event(facts: ConnectionFacts, route_key: str, body: str) -> dict[str, Any]:
    """The event of one message."""
    context = _request_context(facts, route_key, "MESSAGE")
    context["messageId"] = new_request_id()
    return {"requestContext": context, "body": body, "isBase64Encoded": False}


def disconnect_event(facts: ConnectionFacts, status_code: int, reason: str) -> dict[str, Any]:
    """The event of `$disconnect`."""
    context = _request_context(facts, "$disconnect", "DISCONNECT")
    context["disconnectStatusCode"] = status_code
    context["disconnectReason"] = reason
    headers = {"Host": facts.domain_name, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": context,
        "isBase64Encoded": False,
    }


def _first_request(facts: ConnectionFacts) -> dict[str, Any]:
    """Headers and query string, each in both forms; a query string that was not sent is absent."""
    headers = [*facts.headers, ("X-Forwarded-For", facts.source_ip)]
    first: dict[str, Any] = {
        "headers": dict(headers),
        "multiValueHeaders": _grouped(headers),
    }
    if facts.query:
        pairs = parse_qsl(facts.query, keep_blank_values=True)
        first["queryStringParameters"] = dict(pairs)
        first["multiValueQueryStringParameters"] = _grouped(pairs)
    return first


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _request_context(facts: ConnectionFacts, route_key: str, event_type: str) -> dict[str, Any]:
    request_id = new_request_id()
    now = facts.now()
    context: dict[str, Any] = {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestId": request_id,
        "requestTime": request_time(now),
        "requestTimeEpoch": int(now * 1000),
        "messageDirection": "IN",
        "stage": STAGE,
        "connectedAt": int(facts.connected_at * 1000),
        "identity": {"sourceIp": facts.source_ip, "userAgent": facts.user_agent},
        "domainName": facts.domain_name,
        "connectionId": facts.connection_id,
        "apiId": API_ID,
    }
    if facts.authorizer:
        context["authorizer"] = dict(facts.authorizer)
    return context
