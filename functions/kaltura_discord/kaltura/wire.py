"""One HTTP exchange with Kaltura: connections, time, size, strictness, and the circuit breaker.

What comes back is either decoded JSON or an exception that says whether Kaltura can have seen the request:

    not connected, no free connection, breaker open, no time left   retry_safe: it was never sent
    time-out, connection lost, HTTP 5xx, no JSON, too long          unknown: it may have been carried out

The breaker counts only whether Kaltura answered; that it refused something is an answer. A time-out of a caller in
a hurry (less than `fair_seconds`) counts neither way.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from kaltura_discord.kaltura.answers import Answer
from kaltura_discord.kaltura.errors import (
    Forbidden,
    KalturaBusy,
    KalturaCircuitOpen,
    KalturaError,
    KalturaUnavailable,
    scrubbed,
)
from kaltura_discord.resilience.circuit_breaker import CircuitBreaker, CircuitOpen, Permit
from kaltura_discord.resilience.deadline import Deadline

MOST_CALLS_AT_ONCE = 10
"""Kaltura publishes no rate limit; one process has no use for more than this."""

_KEPT_OPEN_SECONDS = 5.0
"""A Lambda process sleeps between events; a connection kept longer is likely to be dead on waking."""

_JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much.

    Attributes:
        connect_seconds: the longest for a connection.
        try_seconds: the longest for one try, from connection to last byte; less where the deadline is nearer.
        fair_seconds: a try that had less than this and timed out says nothing about Kaltura's health.
        answer_bytes: an answer longer than this is not read to its end.
    """

    connect_seconds: float = 3.0
    try_seconds: float = 10.0
    fair_seconds: float = 2.0
    answer_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back: decoded JSON, or a file's bytes; and Kaltura's own id of the request (`X-Kaltura-Session`)."""

    answer: Answer
    request_id: str


class Wire:
    """Connections to Kaltura. Usable from one event loop after another, with new connections for each."""

    def __init__(
        self,
        limits: Limits | None = None,
        breaker: CircuitBreaker | None = None,
        http_transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is connected yet; `http_transport` stands in for the network in tests."""
        self._limits = limits or Limits()
        self._breaker = breaker or CircuitBreaker(clock=clock)
        self._http_transport = http_transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None
        self._gate = asyncio.Semaphore(MOST_CALLS_AT_ONCE)

    @property
    def circuit(self) -> str:
        """Where the circuit breaker stands: closed, open or half-open."""
        return self._breaker.state

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def post(
        self, url: str, parameters: Mapping[str, object], deadline: Deadline, *, is_file: bool = False
    ) -> Exchange:
        """Send `parameters` as JSON, and decode what comes back: JSON, or a file, which is given as bytes.

        Raises:
            KalturaUnavailable: see the module.
            KalturaBusy: HTTP 429.
            Forbidden: another HTTP 4xx; whatever answers there is not Kaltura's API, which answers 200.
        """
        client = self._connections()
        body = json.dumps(parameters, separators=(",", ":")).encode("ascii")
        async with _Turn(self._gate, deadline):
            permit = self._permit()
            seconds = deadline.at_most(self._limits.try_seconds)
            try:
                decode = _file_or_refusal if is_file else _decoded
                exchange = await self._exchange(client, url, body, seconds, decode)
            except KalturaUnavailable as failure:
                self._count(permit, failure, seconds)
                raise
            except KalturaError:
                self._breaker.succeeded(permit)
                raise
            except BaseException:
                self._breaker.gave_up(permit)
                raise
            self._breaker.succeeded(permit)
            return exchange

    async def status_of(self, url: str, deadline: Deadline) -> int:
        """The HTTP status of a plain GET, redirects not followed.

        Raises:
            KalturaUnavailable: nothing answered.
        """
        seconds = deadline.at_most(self._limits.try_seconds)
        request = self._connections().stream("GET", url, timeout=self._timeout(seconds))
        try:
            async with asyncio.timeout(seconds), request as response:
                return response.status_code
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            raise KalturaUnavailable("NO_ANSWER", type(failure).__name__) from None

    def _connections(self) -> httpx.AsyncClient:
        """The connections of the running event loop; those of a loop that is gone cannot be used any more."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._loop = loop
            self._gate = asyncio.Semaphore(MOST_CALLS_AT_ONCE)
            pool = httpx.Limits(max_connections=MOST_CALLS_AT_ONCE, keepalive_expiry=_KEPT_OPEN_SECONDS)
            self._client = httpx.AsyncClient(
                transport=self._http_transport, http2=False, limits=pool, follow_redirects=False
            )
        return self._client

    def _permit(self) -> Permit:
        try:
            return self._breaker.admit()
        except CircuitOpen as refusal:
            raise KalturaCircuitOpen(refusal.retry_after_seconds) from None

    def _count(self, permit: Permit, failure: KalturaUnavailable, seconds: float) -> None:
        in_a_hurry = failure.code == "TIMEOUT" and seconds < self._limits.fair_seconds
        if in_a_hurry:
            self._breaker.gave_up(permit)
        else:
            self._breaker.failed(permit)

    def _timeout(self, seconds: float) -> httpx.Timeout:
        return httpx.Timeout(seconds, connect=min(seconds, self._limits.connect_seconds))

    async def _exchange(
        self, client: httpx.AsyncClient, url: str, body: bytes, seconds: float, decode: Callable[[bytes], Answer]
    ) -> Exchange:
        """One request and its answer. Exceptions of httpx are not chained: their text may hold the address."""
        timeout = self._timeout(seconds)
        request = client.stream("POST", url, content=body, headers=_JSON_HEADERS, timeout=timeout)
        try:
            async with asyncio.timeout(seconds), request as response:
                content = await self._content(response)
                _require_success(response.status_code)
                return Exchange(decode(content), scrubbed(response.headers.get("X-Kaltura-Session", ""))[:64])
        except _NEVER_SENT as failure:
            raise KalturaUnavailable("NOT_CONNECTED", type(failure).__name__, retry_safe=True) from None
        except (TimeoutError, httpx.TimeoutException):
            raise KalturaUnavailable("TIMEOUT", f"no answer within {seconds:.1f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            raise KalturaUnavailable("CONNECTION_LOST", type(failure).__name__) from None

    async def _content(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > self._limits.answer_bytes:
                raise KalturaUnavailable("GARBAGE", f"an answer of more than {self._limits.answer_bytes} bytes")
        return bytes(content)


class _Turn:
    """A turn at the gate; giving up at the deadline."""

    def __init__(self, gate: asyncio.Semaphore, deadline: Deadline) -> None:
        self._gate = gate
        self._deadline = deadline

    async def __aenter__(self) -> None:
        if self._deadline.expired:
            raise KalturaUnavailable("DEADLINE", "no time left to ask", retry_safe=True)
        try:
            async with asyncio.timeout(self._deadline.remaining_seconds()):
                await self._gate.acquire()
        except TimeoutError:
            raise KalturaUnavailable("DEADLINE", "too many calls before this one", retry_safe=True) from None

    async def __aexit__(self, *_: object) -> None:
        self._gate.release()


def _require_success(status: int) -> None:
    if status == 200:
        return
    if status == 429:
        raise KalturaBusy("HTTP_429")
    if 400 <= status < 500:
        raise Forbidden(f"HTTP_{status}", "this address does not answer as Kaltura's API does")
    raise KalturaUnavailable(f"HTTP_{status}")


def _decoded(content: bytes) -> Answer:
    try:
        answer: Answer = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise KalturaUnavailable("GARBAGE", "the answer is no JSON") from None
    return answer


def _file_or_refusal(content: bytes) -> Answer:
    """A file as it came; where it was refused, the error object, which comes as JSON at HTTP 200 like any other."""
    return _decoded(content) if content.lstrip().startswith(b'{"') else content


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
