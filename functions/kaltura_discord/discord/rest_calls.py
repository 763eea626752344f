"""Calls to Discord's REST API: how long each may take, what is waited for, what is repeated.

Every call has a deadline. A call that would meet an empty bucket is not made (`buckets`), nor one where too much was
refused lately (`invalid_requests`). Waiting for a rate limit is done here as long as the deadline allows; after that
the caller gets `DiscordRateLimited`. Only what is safe to repeat is repeated: reads, edits, and messages with a nonce.

Who has a better place to wait in, the queue, gives a call one try. Where other processes are at the same bucket, it is
told its turn (`turns`); answers to people, by the token of their interaction, know nothing of that.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.errors import (
    DiscordHeldBack,
    DiscordRateLimited,
    DiscordRefused,
    DiscordSilent,
    DiscordUnavailable,
    is_not_in_server,
)
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.invalid_requests import InvalidRequests
from kaltura_discord.discord.messages import File
from kaltura_discord.discord.request_body import RequestBody, request_body
from kaltura_discord.discord.rest_answers import error_in, value_in
from kaltura_discord.discord.routes import route_of
from kaltura_discord.discord.turn_taking import TurnTaking
from kaltura_discord.discord.turns import Turns
from kaltura_discord.discord.user_agent import USER_AGENT
from kaltura_discord.observation.metrics import count
from kaltura_discord.resilience.deadline import Deadline

JSON = Any

TRIES = 4

_LONGEST_TRY_SECONDS = 5.0
# With these, nothing was sent.
_NOT_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_SERVER_IN_PATH = re.compile(r"/guilds/(\d+)")

log = logging.getLogger(__name__)


class RestCalls:
    """Sends requests; `sleep` waits so many seconds, `lost` is told of a server that the bot seems to be out of.

    Without `turns`, a process knows of no other.
    """

    def __init__(
        self,
        api_url: str,
        bot_token: str,
        http: httpx.AsyncClient,
        sleep: Callable[[float], Awaitable[None]],
        lost: Callable[[GuildId], Awaitable[None]] | None,
        invalid: InvalidRequests | None = None,
        buckets: Buckets | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._api_url = api_url
        self._bot_token = bot_token
        self._http = http
        self._sleep = sleep
        self._lost = lost
        self._invalid = invalid or InvalidRequests()
        self._buckets = buckets or Buckets()
        self._turn_taking = None if turns is None else TurnTaking(self._buckets, turns)

    @property
    def circuit(self) -> str:
        """Whether Discord is asked (`closed`), or what can wait is not, as too much was refused lately (`open`)."""
        return "open" if self._invalid.is_exhausted else "closed"

    async def as_bot(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        value: JSON = None,
        *,
        files: Sequence[File] = (),
        is_repeatable: bool = False,
        tries: int = TRIES,
    ) -> JSON:
        """Ask with the bot's credential, with a JSON value and files as the body.

        What is not `is_repeatable` is repeated only where nothing was done. With one of `tries` it never waits.
        """
        if tries == 1:
            await self.check(method, path)
        else:
            self._invalid.check()
        body = None if value is None else request_body(value, files)
        headers = {"Authorization": f"Bot {self._bot_token}"}
        try:
            answer = await self.send(
                method, path, deadline, body, is_repeatable=is_repeatable, headers=headers, tries=tries
            )
        except DiscordRateLimited as limited:
            if self._turn_taking is not None and tries == 1:
                raise await self._turn_taking.instead_of(limited, route_of(method, path)) from limited
            await self._tell_others(method, path)
            raise
        except DiscordRefused as refused:
            about = _SERVER_IN_PATH.match(path)
            if about and self._lost is not None and is_not_in_server(refused):
                await self._lost(GuildId(about[1]))
            raise
        await self._tell_others(method, path)
        return answer

    async def check(self, method: str, path: str) -> None:
        """Let what can wait in the queue be asked with the bot's credential, or not; nothing is asked here.

        Raises:
            DiscordHeldBack: it is not its turn.
        """
        self._invalid.check()
        if self._turn_taking is not None:
            await self._turn_taking.check(route_of(method, path))
        else:
            self._buckets.check(route_of(method, path))

    async def send(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        body: RequestBody | None = None,
        *,
        is_repeatable: bool = False,
        headers: dict[str, str] | None = None,
        tries: int = TRIES,
    ) -> JSON:
        """Ask with a body that is made already, and with the credential, if any, among the headers."""
        attempt = 1
        while True:
            try:
                return await self.once(method, path, deadline, body, headers or {})
            except DiscordHeldBack as held:
                # Nothing was asked, so this was no attempt.
                if tries == 1 or held.retry_after >= deadline.remaining_seconds():
                    raise
                await self._sleep(held.retry_after)
                continue
            except DiscordRateLimited as limited:
                # A call that was rate limited did nothing, so it may always be repeated.
                if attempt == tries or limited.retry_after >= deadline.remaining_seconds():
                    raise
                await self._sleep(limited.retry_after)
            except DiscordUnavailable:
                if attempt == tries or not is_repeatable or deadline.expired:
                    raise
                await self._sleep(deadline.at_most(0.2 * 2**attempt))
            attempt += 1

    async def once(
        self, method: str, path: str, deadline: Deadline, body: RequestBody | None, headers: dict[str, str]
    ) -> JSON:
        """Ask once, whatever becomes of it.

        Raises:
            DiscordHeldBack: it is not asked.
        """
        seconds = deadline.at_most(_LONGEST_TRY_SECONDS)
        if seconds <= 0:
            raise DiscordUnavailable("no time left")
        with self._buckets.call(route_of(method, path)) as hear:
            response = await self._asked(method, path, seconds, body, headers)
            error = error_in(response)
            hear(response, error if isinstance(error, DiscordRateLimited) else None)
        if error is not None:
            self._note(response)
            raise error
        return value_in(response)

    async def _asked(
        self, method: str, path: str, seconds: float, body: RequestBody | None, headers: dict[str, str]
    ) -> httpx.Response:
        content_type = "application/json" if body is None else body.content_type
        started = time.monotonic()
        try:
            # httpx's own time-out is for each read; an answer that drips in must not outlive the deadline.
            async with asyncio.timeout(seconds):
                response = await self._http.request(
                    method,
                    self._api_url + path,
                    content=None if body is None else body.content,
                    headers={"User-Agent": USER_AGENT, "Content-Type": content_type, **headers},
                    timeout=seconds,
                )
        except _NOT_REACHED as broken:
            count("DiscordErrors")
            raise DiscordUnavailable(type(broken).__name__) from None
        except (httpx.HTTPError, TimeoutError) as broken:
            count("DiscordErrors")
            raise DiscordSilent(type(broken).__name__) from None
        said = {
            "method": method,
            "status": response.status_code,
            "duration_ms": round((time.monotonic() - started) * 1000),
        }
        if response.is_error:
            log.warning("discord call failed", extra=said)
        else:
            log.info("discord call", extra=said)
        return response

    def _note(self, refused: httpx.Response) -> None:
        self._invalid.note(refused)
        if refused.status_code == httpx.codes.TOO_MANY_REQUESTS:
            count("DiscordRateLimits")
        if refused.is_server_error:
            count("DiscordErrors")

    async def _tell_others(self, method: str, path: str) -> None:
        if self._turn_taking is not None:
            await self._turn_taking.tell_others(route_of(method, path))
