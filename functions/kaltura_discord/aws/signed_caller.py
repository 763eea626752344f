"""Calls to AWS over our own signed keep-alive connections, for the doors that pay for every millisecond.

Importing boto3 and building its first client costs 156 ms of a cold start, and a call 0.8 ms of processor time; this
client costs 3 ms to import and 0.14 ms a call (`make bench`). It speaks the JSON protocol (`X-Amz-Target`) of
DynamoDB, SQS, SSM and Secrets Manager, which is all these doors need.

Connections are kept between invocations. AWS, or a freeze of the function, may have closed one meanwhile, which
shows only when it is used:

    invocation 1   connect ── request ── answer            (connection kept)
                   … frozen for a minute; AWS closes it …
    invocation 2   request ── end of stream before any byte of the answer ── connect ── request ── answer

So a request that dies on a *reused* connection, before an answer began, is sent at once on a new one.
All our writes are conditional or idempotent, which makes that safe even if AWS had read the first (see `table`).
"""

import asyncio
import json
import random
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsThrottled, AwsUnavailable, error_for
from kaltura_discord.aws.http_answer import HttpAnswer, MalformedAnswer, NothingCame, read_answer
from kaltura_discord.aws.sigv4 import credentials_of, signed_headers
from kaltura_discord.aws.trust import trusted_authorities

# Target prefix and content type by service (the services' own API references).
_PROTOCOLS = {
    "dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
    "secretsmanager": ("secretsmanager", "application/x-amz-json-1.1"),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "ssm": ("AmazonSSM", "application/x-amz-json-1.1"),
}


class Patience(NamedTuple):
    """How long a call is waited for, in seconds: one attempt, and all of them with the pauses between.

    The whole stays under the 3 seconds that Discord gives, so that a person gets a sentence and not a red line.
    """

    attempts: int = 3
    attempt_seconds: float = 1.2
    call_seconds: float = 2.4
    first_pause_seconds: float = 0.1


_PATIENCE = Patience()


class _Connection:
    __slots__ = ("is_reused", "reader", "writer")

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.is_reused = False


class _Stale(Exception):
    """A kept connection turned out to be closed before the answer began."""


class SignedCaller:
    """Speaks `AwsCaller` for one service.

    Args:
        service: `dynamodb`, `secretsmanager`, `sqs` or `ssm`.
        environment: the function's environment: credentials, region and (locally) the endpoint.
        patience: how long to wait.
    """

    def __init__(self, service: str, environment: Mapping[str, str], patience: Patience = _PATIENCE) -> None:
        self._service = service
        self._region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
        self._credentials = credentials_of(environment)
        self._patience = patience
        endpoint = environment.get("AWS_ENDPOINT_URL") or f"https://{service}.{self._region}.amazonaws.com"
        parts = urlsplit(endpoint)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_secure else 80)
        self._host_header = parts.netloc
        self._idle: list[_Connection] = []

    @property
    def address(self) -> str:
        """Where the calls go."""
        return f"{'https' if self._is_secure else 'http'}://{self._host}:{self._port}"

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """See `AwsCaller.call`. Throttles and broken answers are tried again while `patience` lasts."""
        body = json.dumps(request, separators=(",", ":")).encode()
        try:
            async with asyncio.timeout(self._patience.call_seconds):
                return await self._call(operation, body)
        except TimeoutError:
            raise AwsUnavailable(operation, "TimeoutError") from None

    async def _call(self, operation: str, body: bytes) -> AwsAnswer:
        pause = self._patience.first_pause_seconds
        for _ in range(self._patience.attempts - 1):
            try:
                return await self._attempt(operation, body)
            except (AwsUnavailable, AwsThrottled):
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - jitter, no secret
                pause *= 2
        return await self._attempt(operation, body)

    async def _attempt(self, operation: str, body: bytes) -> AwsAnswer:
        try:
            async with asyncio.timeout(self._patience.attempt_seconds):
                try:
                    answer = await self._exchange(operation, body, await self._connection())
                except _Stale:
                    answer = await self._exchange(operation, body, await self._connect())
        except (OSError, MalformedAnswer, NothingCame) as broken:
            raise AwsUnavailable(operation, type(broken).__name__) from None
        return _answer_or_error(operation, answer)

    async def _exchange(self, operation: str, body: bytes, connection: _Connection) -> HttpAnswer:
        is_kept = False
        try:
            connection.writer.write(self._request_bytes(operation, body))
            answer = await read_answer(connection.reader)
            is_kept = answer.keeps_alive
        except (NothingCame, ConnectionError):
            if connection.is_reused:
                raise _Stale from None
            raise
        finally:
            if is_kept:
                connection.is_reused = True
                self._idle.append(connection)
            else:
                connection.writer.close()
        return answer

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
        secured = trusted_authorities() if self._is_secure else None
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=secured)
        return _Connection(reader, writer)

    async def close(self) -> None:
        """Close the kept connections."""
        for connection in self._idle:
            connection.writer.close()
            with suppress(OSError):
                await connection.writer.wait_closed()
        self._idle.clear()


def _answer_or_error(operation: str, answer: HttpAnswer) -> AwsAnswer:
    try:
        content = json.loads(answer.body) if answer.body else {}
    except (ValueError, RecursionError):
        raise AwsUnavailable(operation, "NotJson") from None
    if not isinstance(content, dict):
        raise AwsUnavailable(operation, "NotAnObject")
    if answer.status == 200:
        return content
    message = str(content.get("message") or content.get("Message") or "")
    raise error_for(operation, answer.status, str(content.get("__type", "")), message, content)
