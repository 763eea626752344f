"""WebSocket handlers: authorizer, $connect, $disconnect, $default and one custom route."""

import json
import os
import time
from typing import Any


def authorize(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The ticket says what to do."""
    ticket = event.get("queryStringParameters", {}).get("ticket", "")
    if ticket == "raise":
        raise RuntimeError("broken")
    if ticket == "unauthorized":
        raise Exception("Unauthorized")  # the one text that API Gateway knows
    effect = "Deny" if ticket == "deny" else "Allow"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    answer: dict[str, Any] = {
        "principalId": ticket,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"user": ticket, "level": 3, "host": True},
    }
    if ticket == "malformed":
        answer["context"] = {"roles": ["a", "b"]}
    return answer


def connect(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Accept, unless the query string says otherwise."""
    keep(event)
    query = event.get("queryStringParameters", {})
    if query.get("connect") == "raise":
        raise RuntimeError("no")
    if "status" in query:
        return {"statusCode": int(query["status"])}
    offered = {name.lower(): value for name, value in event["headers"].items()}.get("sec-websocket-protocol")
    if offered:
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": offered.split(",")[0].strip()}}
    return {"statusCode": 200}


def disconnect(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Note the farewell."""
    keep(event)
    return {"statusCode": 200}


def default(event: dict[str, Any], context: Any) -> Any:
    """Echo the event, sleep, or fail."""
    body = event["body"]
    if body.startswith("sleep "):
        time.sleep(float(body.split()[1]))
        return {"statusCode": 200, "body": body}
    if body == "raise":
        raise RuntimeError("no")
    if body == "quiet":
        return {"statusCode": 200}
    if body == "echo" or body.startswith("x"):
        return {"statusCode": 200, "body": body}
    return {"statusCode": 200, "body": json.dumps(event)}


def keep(event: dict[str, Any]) -> None:
    """Append to the diary that the tests read."""
    with open(os.environ["DIARY"], "a", encoding="utf-8") as diary:
        diary.write(json.dumps(event) + "\n")
