"""Calls to AWS over our own signed keep-alive connections, for the doors that pay for every millisecond.

Importing boto3 and building its first client costs 156 ms of a cold start, and a call 1.1 to 1.5 ms of processor
time; this client costs next to nothing to import and about 0.1 ms a call (`make bench`). It speaks the JSON
protocol (`X-Amz-Target`) of DynamoDB, SQS and SSM, which is all these doors need.

Connections are kept between invocations. AWS, or a freeze of the function, may have closed one meanwhile, which
shows only when it is used:

    invocation 1   connect ── request ── answer            (connection kept)
                   … frozen for a minute; AWS closes it …
    invocation 2   request ── end of stream before any byte of the answer ── connect ── request ── answer

So a request that dies on a *reused* connection before any byte of an answer came is sent once more on a new one.
All our writes are conditional or idempotent, which makes that safe even if AWS had read the first.
"""

import asyncio
import json
import random
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from kaltura_discord.aws.caller import (
    AwsAnswer,
    AwsError,
    AwsRequest,
    AwsThrottled,
    AwsUnavailable,
    error_for,
)
from kaltura_discord.aws.sigv4 import Credentials, credentials_of, signed_headers

# Target prefix and content type by service (the services' own API references).
_PROTOCOLS = {
    "dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "ssm": ("AmazonSSM", "application/x-amz-json-1.1"),
}
_LARGEST_ANSWER_BYTES = 8 * 1024 * 1024

ATTEMPTS = 3
TIMEOUT_SECONDS = 1.2


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_reused: bool = False


class _Stale(Exception):
    """A kept connection turned out to be closed before the answer began."""


class SignedCaller:
    """Speaks `AwsCaller` for one service.

    Args:
        service: `dynamodb`, `sqs` or `ssm`.
        environment: the function's environment: credentials, region and (locally) the endpoint.
    """

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        self._service = service
        self._region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
        self._credentials: Credentials = credentials_of(environment)
        endpoint = environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{self._region}.amazonaws.com"
        parts = urlsplit(endpoint)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_secure else 80)
        self._host_header = parts.netloc
        self._secure_context: ssl.SSLContext | None = None
        self._idle: list[_Connection] = []

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """See `AwsCaller.call`. Throttles and broken answers are tried again, three times within about 4 seconds."""
        body = json.dumps(request, separators=(",", ":")).encode()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._exchange(operation, body)
            except (AwsUnavailable, AwsThrottled):
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 - jitter, no secret
        raise AssertionError("the loop returns or raises")

    async def _exchange(self, operation: str, body: bytes) -> AwsAnswer:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                try:
                    return await self._send(operation, body, await self._connection())
                except _Stale:
                    return await self._send(operation, body, await self._connect())
        except (OSError, asyncio.IncompleteReadError, _Stale, TimeoutError) as broken:
            raise AwsUnavailable(operation, type(broken).__name__) from None

    async def _send(self, operation: str, body: bytes, connection: _Connection) -> AwsAnswer:
        connection.writer.write(self._request_bytes(operation, body))
        is_done = False
        try:
            status, answer, keeps_alive = await _read_answer(connection)
            is_done = keeps_alive
        finally:
            if is_done:
                connection.is_reused = True
                self._idle.append(connection)
            else:
                connection.writer.close()
        return _answer_or_error(operation, status, answer)

    def _request_bytes(self, operation: str, body: bytes) -> bytes:
        target, content_type = _PROTOCOLS[self._service]
        headers = signed_headers(
            self._credentials,
            region=self._region,
            service=self._service,
            method="POST",
            path="/",
            headers={
                "host": self._host_header,
                "content-type": content_type,
                "x-amz-target": f"{target}.{operation}",
            },
            body=body,
            at=time.time(),
        )
        lines = ["POST / HTTP/1.1", *[f"{name}: {value}" for name, value in headers.items()]]
        head = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""])
        return head.encode() + body

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.reader.at_eof() and not connection.writer.is_closing():
                return connection
            connection.writer.close()
        return await self._connect()

    async def _connect(self) -> _Connection:
        if self._is_secure and self._secure_context is None:
            self._secure_context = ssl.create_default_context()
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._secure_context)
        return _Connection(reader, writer)

    async def close(self) -> None:
        """Close the kept connections."""
        for connection in self._idle:
            connection.writer.close()
            with suppress(OSError):
                await connection.writer.wait_closed()
        self._idle.clear()


async def _read_answer(connection: _Connection) -> tuple[int, bytes, bool]:
    try:
        head = await connection.reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError) as ended:
        has_begun = isinstance(ended, asyncio.IncompleteReadError) and bool(ended.partial)
        if connection.is_reused and not has_begun:
            raise _Stale from None
        raise
    except asyncio.LimitOverrunError:
        raise ConnectionError("headers too long") from None
    status_line, *header_lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in header_lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    parts = status_line.split(" ", 2)
    if len(parts) < 2 or not parts[1].isdecimal():
        raise ConnectionError("not HTTP")
    body = await _read_body(connection.reader, headers)
    return int(parts[1]), body, headers.get("connection", "").lower() != "close"


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _LARGEST_ANSWER_BYTES:
        raise ConnectionError("no usable length")
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while True:
        size_line = await reader.readuntil(b"\r\n")
        try:
            size = int(size_line.split(b";")[0], 16)
        except ValueError:
            raise ConnectionError("not chunked") from None
        if len(body) + size > _LARGEST_ANSWER_BYTES:
            raise ConnectionError("answer too long")
        body += (await reader.readexactly(size + 2))[:-2]
        if size == 0:
            return body


def _answer_or_error(operation: str, status: int, body: bytes) -> AwsAnswer:
    try:
        answer = json.loads(body) if body else {}
    except ValueError:
        raise AwsUnavailable(operation, "NotJson") from None
    if not isinstance(answer, dict):
        raise AwsUnavailable(operation, "NotAnObject")
    if status == 200:
        return answer
    message = str(answer.get("message") or answer.get("Message") or "")
    error: AwsError = error_for(operation, status, str(answer.get("__type", "")), message, answer)
    raise error
