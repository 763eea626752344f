"""A call to Kaltura's API, done properly.

    call ──► session ──► retries ──► wire ──► an error object? ──► the result
              ours, or     jitter,     HTTP,     raised as our
              the          deadline    breaker   own error
              caller's

What is safe to repeat: a call declared `repeatable`, after any failure that may pass; every other call only after a
failure that certainly changed nothing (never sent, told to slow down, our own session no longer accepted). A call
that timed out may have been carried out, and only the caller knows how to find out.

Facts (Kaltura server, KalturaFrontController and infraRequestUtils): the body is decoded only under the content type
`application/json` exactly, without charset; `format=1` asks for JSON; errors come at HTTP 200; the session is a
parameter, not a header.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

import httpx

from kaltura_discord import __version__
from kaltura_discord.kaltura.account import KalturaAccount, ServiceSession
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.answers import Answer
from kaltura_discord.kaltura.errors import (
    KalturaBusy,
    KalturaCircuitOpen,
    KalturaError,
    KalturaUnavailable,
    SessionRefused,
)
from kaltura_discord.kaltura.refusals import refusal_in
from kaltura_discord.kaltura.wire import Limits, Wire
from kaltura_discord.observation.correlation import followed
from kaltura_discord.observation.metrics import COUNT, Measured, embedded
from kaltura_discord.resilience.circuit_breaker import CircuitBreaker
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import RetryPolicy, with_retries

CLIENT_TAG = f"kaltura-discord-py:{__version__}"
"""What Kaltura's own logs know us by."""

Result = TypeVar("Result")
_log = logging.getLogger("kaltura_discord.kaltura")


@dataclass(frozen=True, slots=True)
class Call:
    """One action with its parameters, as part of a multirequest."""

    service: str
    action: str
    parameters: Mapping[str, object] = field(default_factory=dict, repr=False)


class KalturaTransport:
    """Calls Kaltura's API. Make one for each process, and use it as an async context manager or `aclose` it."""

    def __init__(
        self,
        account: KalturaAccount,
        addresses: KalturaAddresses,
        *,
        limits: Limits | None = None,
        retries: RetryPolicy | None = None,
        breaker: CircuitBreaker | None = None,
        http_transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is connected yet; `http_transport` stands in for the network in tests."""
        self.account = account
        self.addresses = addresses
        self._retries = retries or RetryPolicy()
        self._session = ServiceSession(account)
        self._clock = clock
        self._wire = Wire(limits, breaker, http_transport, clock)

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        await self._wire.aclose()

    @property
    def circuit(self) -> str:
        """Where the circuit breaker stands: closed, open or half-open."""
        return self._wire.circuit

    async def call(
        self,
        service: str,
        action: str,
        parameters: Mapping[str, object],
        *,
        deadline: Deadline,
        repeatable: bool,
        session: str | None = None,
    ) -> Answer:
        """The result of one action: decoded JSON.

        Args:
            service: as in the URL, such as `room_room`.
            action: such as `add`.
            parameters: JSON; the session, the format and the client tag are added.
            deadline: when nobody waits for it any more.
            repeatable: carrying it out twice does no harm.
            session: the KS to act with; by default our own ADMIN session.

        Raises:
            KalturaError: see `errors`.
        """
        url = self.addresses.action(service, action)

        async def once(acting_session: str) -> Answer:
            return await self._asked(service, action, url, {**parameters, "ks": acting_session}, deadline)

        return await self._with_session(once, session, deadline, repeatable=repeatable)

    async def file(
        self, service: str, action: str, parameters: Mapping[str, object], *, deadline: Deadline, session: str
    ) -> bytes:
        """The file that a `serve` action gives, asked for with the caller's session.

        Raises:
            KalturaError: see `errors`.
        """
        url = self.addresses.action(service, action)

        async def once(acting_session: str) -> Answer:
            asked = {**parameters, "ks": acting_session}
            return await self._asked(service, action, url, asked, deadline, is_file=True)

        answer = await self._with_session(once, session, deadline, repeatable=True)
        if not isinstance(answer, bytes):
            raise KalturaUnavailable("GARBAGE", "a file was expected")
        return answer

    async def multi(
        self, calls: Sequence[Call], *, deadline: Deadline, repeatable: bool, session: str | None = None
    ) -> list[Answer | KalturaError]:
        """The results of several actions in one request, in order; a failed one is its error, not raised.

        Raises:
            KalturaError: the request as a whole failed.
        """
        numbered: dict[str, object] = {
            str(position): {"service": each.service, "action": each.action, **each.parameters}
            for position, each in enumerate(calls, start=1)
        }
        names = "+".join(f"{each.service}.{each.action}" for each in calls)
        url = self.addresses.multirequest

        async def once(acting_session: str) -> list[Answer | KalturaError]:
            parameters = {**numbered, "ks": acting_session}
            answer = await self._asked("multirequest", names, url, parameters, deadline)
            return _results(answer, len(calls))

        return await self._with_session(once, session, deadline, repeatable=repeatable)

    async def status_of(self, url: str, *, deadline: Deadline) -> int:
        """The HTTP status of a plain GET, redirects not followed; for `make doctor`.

        Raises:
            KalturaUnavailable: nothing answered.
        """
        return await self._wire.status_of(url, deadline)

    async def _with_session(
        self, once: Callable[[str], Awaitable[Result]], session: str | None, deadline: Deadline, *, repeatable: bool
    ) -> Result:
        """`once` with the caller's session, or with ours; ours is made anew, once, where Kaltura wants no more of it.

        A refused session means that nothing was carried out, so this is safe for every call.
        """

        async def tried(acting_session: str) -> Result:
            return await with_retries(
                lambda: once(acting_session),
                may_repeat=lambda failure: _may_repeat(failure, repeatable=repeatable),
                policy=self._retries,
                deadline=deadline,
            )

        if session is not None:
            return await tried(session)
        acting_session = self._session.current()
        try:
            return await tried(acting_session)
        except SessionRefused as refusal:
            if not refusal.renewable:
                raise
        self._session.forget(acting_session)
        return await tried(self._session.current())

    async def _asked(
        self,
        service: str,
        action: str,
        url: str,
        parameters: Mapping[str, object],
        deadline: Deadline,
        *,
        is_file: bool = False,
    ) -> Answer:
        """One try, and one line in the log: never a parameter in it."""
        started = self._clock()
        code, request_id, level = "CANCELLED", "", logging.INFO
        measured: dict[str, Measured] = {}
        try:
            body = {"format": 1, "clientTag": _client_tag(), **parameters}
            exchange = await self._wire.post(url, body, deadline, is_file=is_file)
            request_id = exchange.request_id
            refusal = refusal_in(exchange.answer)
            if refusal is not None:
                raise refusal
            code = "OK"
            return exchange.answer
        except KalturaError as failure:
            code = failure.code
            if isinstance(failure, KalturaUnavailable | KalturaBusy):
                level = logging.WARNING
                is_open = isinstance(failure, KalturaCircuitOpen)
                measured = {"KalturaErrors": (1 - is_open, COUNT), "KalturaCircuitOpen": (int(is_open), COUNT)}
            raise
        finally:
            milliseconds = round((self._clock() - started) * 1000)
            _log.log(
                level,
                "kaltura %s.%s %s in %d ms",
                service,
                action,
                code,
                milliseconds,
                extra={
                    "kaltura_service": service,
                    "kaltura_action": action,
                    "kaltura_code": code,
                    "kaltura_request": request_id,
                    "duration_ms": milliseconds,
                    **(embedded(measured, time.time()) if measured else {}),
                },
            )


def _client_tag() -> str:
    """Who asks, and for what: the same id is in our log, in Kaltura's, and in what Discord was told."""
    belongs_to = followed()
    return f"{CLIENT_TAG}:{belongs_to}" if belongs_to else CLIENT_TAG


def _may_repeat(failure: Exception, *, repeatable: bool) -> bool:
    """An open breaker is not waited for: the caller learns at once."""
    if isinstance(failure, KalturaCircuitOpen):
        return False
    if isinstance(failure, KalturaUnavailable | KalturaBusy):
        return repeatable or failure.retry_safe
    return False


def _results(answer: Answer, expected: int) -> list[Answer | KalturaError]:
    """One result for each action.

    Raises:
        KalturaUnavailable: it is no list of so many results.
        SessionRefused: every action was refused for the session's sake.
    """
    if not isinstance(answer, list) or len(answer) != expected:
        raise KalturaUnavailable("GARBAGE", f"a list of {expected} results was expected")
    results: list[Answer | KalturaError] = [refusal_in(each) or each for each in answer]
    refused = [each for each in results if isinstance(each, SessionRefused)]
    if refused and len(refused) == expected:
        raise refused[0]
    return results
