"""The least that can be done: verify with PyNaCl, parse, answer. No framework, no freshness, no repetition."""

import json
import os
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

_KEY = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
_JSON = {"content-type": "application/json"}


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    headers = event["headers"]
    body = event["body"].encode()
    try:
        signature = bytes.fromhex(headers["x-signature-ed25519"])
        _KEY.verify(headers["x-signature-timestamp"].encode() + body, signature)
    except (BadSignatureError, ValueError):
        return {"statusCode": 401}
    if json.loads(body)["type"] == 1:
        return {"statusCode": 200, "headers": _JSON, "body": '{"type":1}'}
    return {"statusCode": 200, "headers": _JSON, "body": json.dumps({"type": 4, "data": {"content": "Help"}})}
