"""Calls to Discord's REST API: how long each may take, what is waited for, what is repeated.

Every call has a deadline. Waiting for a rate limit is done here as long as the deadline allows; after that the
caller gets `DiscordRateLimited`, as it does where too much was refused lately (`invalid_requests`). Only what is safe
to repeat is repeated: reads, edits, and messages with a nonce.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from kaltura_discord.discord.errors import (
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
    """Sends requests; `sleep` waits so many seconds, `lost` is told of a server that the bot seems to be out of."""

    def __init__(
        self,
        api_url: str,
        bot_token: str,
        http: httpx.AsyncClient,
        sleep: Callable[[float], Awaitable[None]],
        lost: Callable[[GuildId], Awaitable[None]] | None,
        invalid: InvalidRequests | None = None,
    ) -> None:
        self._api_url = api_url
        self._bot_token = bot_token
        self._http = http
        self._sleep = sleep
        self._lost = lost
        self._invalid = invalid or InvalidRequests()

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
        body = None if value is None else request_body(value, files)
        headers = {"Authorization": f"Bot {self._bot_token}"}
        self._invalid.check()
        try:
            return await self.send(
                method, path, deadline, body, is_repeatable=is_repeatable, headers=headers, tries=tries
            )
        except DiscordRefused as refused:
            about = _SERVER_IN_PATH.match(path)
            if about and self._lost is not None and is_not_in_server(refused):
                await self._lost(GuildId(about[1]))
            raise

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
        for attempt in range(1, tries + 1):
            try:
                return await self.once(method, path, deadline, body, headers or {})
            except DiscordRateLimited as limited:
                # A call that was rate limited did nothing, so it may always be repeated.
                if attempt == tries or limited.retry_after >= deadline.remaining_seconds():
                    raise
                await self._sleep(limited.retry_after)
            except DiscordUnavailable:
                if attempt == tries or not is_repeatable or deadline.expired:
                    raise
                await self._sleep(deadline.at_most(0.2 * 2**attempt))
        raise AssertionError("the loop returns or raises")

    async def once(
        self, method: str, path: str, deadline: Deadline, body: RequestBody | None, headers: dict[str, str]
    ) -> JSON:
        """Ask once, whatever becomes of it."""
        timeout = deadline.at_most(_LONGEST_TRY_SECONDS)
        if timeout <= 0:
            raise DiscordUnavailable("no time left")
        content_type = "application/json" if body is None else body.content_type
        started = time.monotonic()
        try:
            # httpx's own time-out is for each read; an answer that drips in must not outlive the deadline.
            async with asyncio.timeout(timeout):
                response = await self._http.request(
                    method,
                    self._api_url + path,
                    content=None if body is None else body.content,
                    headers={"User-Agent": USER_AGENT, "Content-Type": content_type, **headers},
                    timeout=timeout,
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
        error = error_in(response)
        if error is not None:
            log.warning("discord call failed", extra=said)
            self._invalid.note(response)
            if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                count("DiscordErrors")
            raise error
        log.info("discord call", extra=said)
        return value_in(response)
