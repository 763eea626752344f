"""The quickest AWS there is: answers each call with the same bytes, so that what is measured is the caller.

It stores nothing. `python fake_aws.py` prints its port and serves until it is told to end. Unsigned calls are
refused, as in AWS, and `GET /` tells how often each operation was called.
"""

import asyncio
import hashlib
import json
import re
import sys
from collections import Counter

_TARGET = re.compile(rb"(?i)\r\nx-amz-target: *\w+\.(\w+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_SIGNATURE = re.compile(rb"(?i)\r\nauthorization: *AWS4-HMAC-SHA256 Credential=")

_ALLOWED_SERVER = {"pk": {"S": "SERVER#1300000000000000002"}, "sk": {"S": "ALLOWED"}}

_calls: Counter[str] = Counter()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length.group(1))) if length else b""
            writer.write(_answer(head, body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _answer(head: bytes, body: bytes) -> bytes:
    target = _TARGET.search(head)
    if target is None:
        return _http("200 OK", _calls)
    if not _SIGNATURE.search(head):
        return _http("403 Forbidden", {"__type": "MissingAuthenticationTokenException"})
    operation = target.group(1).decode()
    _calls[operation] += 1
    if operation == "GetItem":
        return _http("200 OK", {"Item": _ALLOWED_SERVER})
    if operation == "BatchGetItem":
        # Of the two that a server's look-up asks for, there is one: it is allowed, and has set nothing.
        (table,) = json.loads(body)["RequestItems"]
        return _http("200 OK", {"Responses": {table: [_ALLOWED_SERVER]}})
    if operation == "SendMessage":
        # boto3 checks it.
        digest = hashlib.md5(json.loads(body)["MessageBody"].encode(), usedforsecurity=False).hexdigest()
        return _http("200 OK", {"MessageId": "5fea7756-0ea4-451a-a703-a558b933e274", "MD5OfMessageBody": digest})
    return _http("200 OK", {})


def _http(status: str, content: object) -> bytes:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1])
    sys.stdout.flush()
    # Whoever started us holds the other end of our input; when that closes, we are no longer needed.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_main())
