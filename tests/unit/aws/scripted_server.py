"""An HTTP server that plays a script: for each request that arrives, what it sends back, byte for byte."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType

from kaltura_discord.aws.signed_caller import Patience, SignedCaller

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

QUICK = Patience(attempts=3, attempt_seconds=0.3, call_seconds=0.6, first_pause_seconds=0.001)


@dataclass(frozen=True)
class SeenRequest:
    """One request as it arrived; `connection` counts the connections from 1."""

    connection: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


def answer(body: bytes = b"{}", status: int = 200, *headers: str) -> Play:
    """A whole answer; the connection stays open."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return raw("\r\n".join(lines).encode() + body)


def refusal(status: int, code: str, **more: object) -> Play:
    """An error as AWS's JSON protocols put it."""
    return answer(json.dumps({"__type": code, **more}).encode(), status)


def raw(data: bytes) -> Play:
    """These bytes; the connection stays open."""

    async def play(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return play


def hang_up_after(data: bytes = b"") -> Play:
    """These bytes, and the connection closes."""

    async def play(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return play


def reset() -> Play:
    """The connection is torn down."""

    async def play(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    return play


def silence() -> Play:
    """No answer until the caller goes away."""

    async def play(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    return play


class ScriptedServer:
    """Plays its script, one line per request; when the script is over, it answers `{}`."""

    def __init__(self) -> None:
        self.script: list[Play] = []
        self.requests: list[SeenRequest] = []
        self.port = 0
        self._connections = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ScriptedServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    def caller(self, service: str = "dynamodb", patience: Patience = QUICK) -> SignedCaller:
        environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_SESSION_TOKEN": "token",
        }
        return SignedCaller(service, environment, patience)

    def connections(self) -> list[int]:
        """The connection that each request came over."""
        return [request.connection for request in self.requests]

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        task = asyncio.create_task(self._serve(self._connections, reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                self.requests.append(await _read_request(connection, reader))
                play = self.script.pop(0) if self.script else answer()
                await play(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def _read_request(connection: int, reader: asyncio.StreamReader) -> SeenRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    body = await reader.readexactly(int(headers["content-length"]))
    return SeenRequest(connection, headers, body)
