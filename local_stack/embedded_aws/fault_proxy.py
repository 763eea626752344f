"""A proxy between the functions and the embedded AWS that fails on order.

Faults are matched by operation: `X-Amz-Target: DynamoDB_20120810.PutItem` is `PutItem` of target `dynamodb`,
`AmazonSQS.SendMessage` is `SendMessage` of target `sqs`. Errors have the shapes of the real services, so the SDK
retries or raises as it would in AWS.

Each connection of a client has one upstream connection. Requests are read whole (the SDK always announces their
length); answers flow back byte by byte as they come, so the proxy costs a fraction of a millisecond.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from local_stack.embedded_aws.json_api import DYNAMODB, SQS
from local_stack.faults import GARBAGE, Fault, FaultTable, Target

LARGEST_HEAD = 64 * 1024
_TARGET = re.compile(rb"^x-amz-target:[ \t]*([\w.]+)", re.IGNORECASE | re.MULTILINE)
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:[ \t]*chunked", re.IGNORECASE | re.MULTILINE)
_REASONS = {400: "Bad Request", 403: "Forbidden", 500: "Internal Server Error", 503: "Service Unavailable"}
_TARGETS: dict[str, Target] = {DYNAMODB: "dynamodb", SQS: "sqs"}
# After these a queue may have something to read.
_WAKING = frozenset(("SendMessage", "SendMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"))


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way to AWS."""

    head: bytes
    body: bytes
    service: str
    operation: str

    @property
    def target(self) -> Target | None:
        """The fault target, None for services that no fault names."""
        return _TARGETS.get(self.service)


class FaultProxy:
    """The proxy's server; `start` and `stop` it."""

    def __init__(self, upstream_port: int, faults: FaultTable, on_message: Callable[[], None] = lambda: None) -> None:
        self._upstream_port = upstream_port
        self._faults = faults
        self._on_message = on_message
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> None:
        """Listen on a loopback port.

        Raises:
            OSError: the port is taken.
        """
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port, limit=LARGEST_HEAD)

    async def stop(self) -> None:
        """Close the door and every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            connection.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._serve(reader, writer))
        self._open.add(connection)
        connection.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._upstream_port)
            await _Connection(self._faults, self._on_message, reader, writer, *upstream).serve()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()


class _Connection:
    """One client's connection and its twin to the embedded AWS."""

    def __init__(
        self,
        faults: FaultTable,
        on_message: Callable[[], None],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream_reader: asyncio.StreamReader,
        upstream_writer: asyncio.StreamWriter,
    ) -> None:
        self._faults = faults
        self._on_message = on_message
        self._reader = reader
        self._writer = writer
        self._upstream_reader = upstream_reader
        self._upstream_writer = upstream_writer
        self._mute = False
        self._wakes = False

    async def serve(self) -> None:
        """Hand on requests until one side closes."""
        answers = asyncio.create_task(self._pump_answers())
        try:
            while not answers.done():
                call = await self._read_call()
                if call is None:
                    return
                await self._hand_on(call)
        finally:
            self._upstream_writer.close()
            self._writer.close()
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)

    async def _read_call(self) -> Call | None:
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        if _CHUNKED.search(head):
            # No call of ours comes in chunks; say so instead of losing step with the stream.
            self._answer(411, "", "text/plain", b"the local AWS takes requests with a length only")
            return None
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length.group(1))) if length else b""
        target = _TARGET.search(head)
        service, _, operation = target.group(1).decode().partition(".") if target else ("", "", "")
        return Call(head, body, service, operation)

    async def _hand_on(self, call: Call) -> None:
        struck = self._faults.strike(call.target, call.operation) if call.target is not None else []
        if struck:
            await self._faults.wait_out_delays(struck)
            if self._fail(call, struck):
                return
        self._wakes = call.service == SQS and call.operation in _WAKING
        self._upstream_writer.write(call.head + call.body)
        await self._upstream_writer.drain()

    def _fail(self, call: Call, struck: list[Fault]) -> bool:
        """Answer (or hang up) as ordered; False where the call goes on to AWS after all."""
        kinds = {fault.kind: fault for fault in struck}
        if "cut" in kinds:
            self._writer.transport.abort()
            return True
        if "throttle" in kinds:
            self._refuse(call, 400, "throttled")
            return True
        if "status" in kinds:
            self._refuse(call, int(kinds["status"].value), "")
            return True
        if "garbage" in kinds:
            self._answer(200, "", "text/html", GARBAGE)
            return True
        self._mute = "drop" in kinds
        return False

    def _refuse(self, call: Call, status: int, reason: str) -> None:
        code, message = _error(call.service, status, reason)
        body = json.dumps({"__type": code, "message": message}).encode()
        short = code.rpartition("#")[2]
        fault = "Sender" if status < 500 else "Receiver"
        query_error = f"x-amzn-query-error: {short};{fault}\r\n" if call.service == SQS else ""
        self._answer(status, query_error, "application/x-amz-json-1.0", body)

    def _answer(self, status: int, extra: str, content_type: str, body: bytes) -> None:
        reason = _REASONS.get(status, "Error")
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n"
            f"x-amzn-requestid: LOCALFAULT\r\n{extra}\r\n"
        )
        self._writer.write(head.encode() + body)

    async def _pump_answers(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                data = await self._upstream_reader.read(1 << 16)
                if not data or self._mute:
                    # `drop`: AWS did the work, and the caller shall never know.
                    self._writer.transport.abort()
                    return
                if self._wakes:
                    self._wakes = False
                    self._on_message()
                self._writer.write(data)
                await self._writer.drain()


def _error(service: str, status: int, reason: str) -> tuple[str, str]:
    """The `__type` and message by which the service reports this failure (botocore's service models)."""
    if service == SQS:
        if reason == "throttled":
            return "com.amazonaws.sqs#RequestThrottled", "The request was denied due to request throttling."
        return ("com.amazonaws.sqs#InternalError", "We encountered an internal error. Please try again.")
    if reason == "throttled":
        message = "Throughput exceeds the current capacity of your table or index. Please try again shortly."
        return "com.amazon.coral.availability#ThrottlingException", message
    if status >= 500:
        return "com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error"
    if status == 403:
        return "com.amazon.coral.service#AccessDeniedException", "User is not authorized to perform this operation"
    return "com.amazon.coral.validate#ValidationException", "ordered fault"
