"""Interactions as Discord sends and signs them, inside the events that API Gateway makes of them.

Everybody who is measured gets the same payload, the same key and the same event (payload format 2.0; AWS, "Working
with AWS Lambda proxy integrations for HTTP APIs"). Signed anew for each run, since we refuse what is older than five
minutes.
"""

import json
import time
from typing import Any

from nacl.signing import SigningKey

Event = dict[str, Any]

_SIGNING_KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = _SIGNING_KEY.verify_key.encode().hex()

APPLICATION_ID = "1300000000000000001"
GUILD_ID = "1300000000000000002"
CHANNEL_ID = "1300000000000000003"

PONG, MESSAGE, DEFERRED_MESSAGE = 1, 4, 5

_USER = {
    "id": "1300000000000000004",
    "username": "ann",
    "global_name": "Ann",
    "discriminator": "0",
    "avatar": None,
    "avatar_decoration_data": None,
    "public_flags": 0,
    "bot": False,
    "clan": None,
    "primary_guild": None,
}
_MEMBER = {
    "user": _USER,
    "nick": None,
    "avatar": None,
    "roles": ["1300000000000000005"],
    "joined_at": "2025-01-01T00:00:00.000000+00:00",
    "premium_since": None,
    "deaf": False,
    "mute": False,
    "pending": False,
    "communication_disabled_until": None,
    "flags": 0,
    "permissions": "2248473465835073",
}
_CHANNEL = {
    "id": CHANNEL_ID,
    "type": 0,
    "name": "lessons",
    "guild_id": GUILD_ID,
    "parent_id": None,
    "position": 0,
    "last_message_id": None,
    "nsfw": False,
    "rate_limit_per_user": 0,
    "topic": None,
    "flags": 0,
    "permissions": "2248473465835073",
}


def ping() -> Event:
    """What Discord sends when it wants to know whether we are there."""
    return _event(
        {
            "application_id": APPLICATION_ID,
            "id": "1300000000000000006",
            "token": "A_UNIQUE_TOKEN",
            "type": 1,
            "user": _USER,
            "version": 1,
            "entitlements": [],
            "authorizing_integration_owners": {},
        }
    )


def command(name: str, options: list[dict[str, Any]] | None = None) -> Event:
    """A slash command, used by a member in a channel of a server."""
    data: dict[str, Any] = {"id": "1300000000000000007", "name": name, "type": 1, "guild_id": GUILD_ID}
    if options:
        data["options"] = options
    return _event(
        {
            "application_id": APPLICATION_ID,
            "id": "1300000000000000008",
            "token": "aW50ZXJhY3Rpb246" * 12,
            "type": 2,
            "version": 1,
            "data": data,
            "guild": {"id": GUILD_ID, "locale": "en-US", "features": []},
            "guild_id": GUILD_ID,
            "guild_locale": "en-US",
            "channel": _CHANNEL,
            "channel_id": CHANNEL_ID,
            "member": _MEMBER,
            "locale": "en-US",
            "app_permissions": "2248473465835073",
            "entitlements": [],
            "authorizing_integration_owners": {"0": GUILD_ID},
            "context": 0,
            "attachment_size_limit": 10485760,
        }
    )


def help_command() -> Event:
    """`/kaltura-help`, which is answered inline."""
    return command("kaltura-help")


def start_command() -> Event:
    """`/kaltura-start`, which is deferred to the tasks queue."""
    options = [
        {"name": "type", "type": 3, "value": "room"},
        {"name": "title", "type": 3, "value": "Weekly design review"},
    ]
    return command("kaltura-start", options)


def _event(payload: dict[str, Any]) -> Event:
    body = json.dumps(payload, separators=(",", ":"))
    moment = int(time.time())
    signature = _SIGNING_KEY.sign(f"{moment}{body}".encode()).signature.hex()
    return {
        "version": "2.0",
        "routeKey": "ANY /discord/interactions",
        "rawPath": "/discord/interactions",
        "rawQueryString": "",
        "headers": {
            "content-length": str(len(body)),
            "content-type": "application/json",
            "host": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "x-amzn-trace-id": "Root=1-673dd5e0-0123456789abcdef01234567",
            "x-forwarded-for": "35.196.132.85",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-signature-ed25519": signature,
            "x-signature-timestamp": str(moment),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abcdefghij",
            "http": {
                "method": "POST",
                "path": "/discord/interactions",
                "protocol": "HTTP/1.1",
                "sourceIp": "35.196.132.85",
                "userAgent": "Discord-Interactions/1.0 (+https://discord.com)",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "ANY /discord/interactions",
            "stage": "$default",
            "time": "20/Nov/2026:14:00:00 +0000",
            "timeEpoch": moment * 1000,
        },
        "body": body,
        "isBase64Encoded": False,
    }
