"""What the canary tries, from outside, as strangers, Discord and pages do: each is one request, or a signed command.

ready          everything that we depend on answers
bad_signature  what Discord did not sign is refused
strange_door   a webhook at an address that nobody knows is refused
no_ticket      a socket without a ticket is refused
command        something signed goes through door, queue and worker
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping

import httpx

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.table import Table
from kaltura_discord.commands.canary import canary_body, has_come_through

_PATIENCE_SECONDS = 8.0
_COMMAND_SECONDS = 25.0
_LOOK_AGAIN_SECONDS = 0.5

# A request that asks for a socket (RFC 6455, 4.1), as far as it can be refused.
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}

log = logging.getLogger(__name__)


class CanaryRound:
    """One round of the canary.

    Args:
        base_url: where the deployment is reached.
        http: a client.
        table: where a command shows that it came through.
        secret: what the canary signs with, in hexadecimal digits; empty: it sends no command.
        now: epoch seconds.
        pause: waits that many seconds.
    """

    def __init__(
        self,
        base_url: str,
        http: httpx.AsyncClient,
        table: Table,
        secret: str,
        *,
        now: Callable[[], float] = time.time,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = base_url
        self._http = http
        self._table = table
        self._secret = secret
        self._now = now
        self._pause = pause

    async def failures(self) -> list[str]:
        """The names of what did not do as it should, in order."""
        trials: dict[str, Callable[[], Awaitable[bool]]] = {
            "ready": self._is_ready,
            "bad_signature": self._bad_signature_is_refused,
            "strange_door": self._strange_door_is_shut,
            "no_ticket": self._no_ticket_is_refused,
        }
        if self._secret:
            trials["command"] = self._command_comes_through
        outcomes = await asyncio.gather(*(self._passes(name, trial) for name, trial in trials.items()))
        return [name for name, passed in zip(trials, outcomes, strict=True) if not passed]

    async def _passes(self, name: str, trial: Callable[[], Awaitable[bool]]) -> bool:
        try:
            passed = await trial()
        except (httpx.HTTPError, AwsError, TimeoutError) as error:
            log.error("canary", extra={"trial": name, "reason": type(error).__name__})
            return False
        if not passed:
            log.error("canary", extra={"trial": name, "reason": "another answer than it should be"})
        return passed

    async def _status(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> int:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            answer = await self._http.request(
                method, self._base_url + path, content=body, headers=dict(headers or {}), timeout=_PATIENCE_SECONDS
            )
        return answer.status_code

    async def _is_ready(self) -> bool:
        return await self._status("GET", "/api/v1/health/ready") == 200

    async def _bad_signature_is_refused(self) -> bool:
        headers = {"X-Signature-Ed25519": "0" * 128, "X-Signature-Timestamp": str(int(self._now()))}
        return await self._status("POST", "/discord/interactions", b'{"type":1}', headers) == 401

    async def _strange_door_is_shut(self) -> bool:
        return await self._status("POST", "/kaltura/webhooks/canary", b"{}") == 404

    async def _no_ticket_is_refused(self) -> bool:
        return await self._status("GET", "/ws?ticket=canary", headers=_UPGRADE) in (401, 403)

    async def _command_comes_through(self) -> bool:
        mark = secrets.token_hex(16)
        if await self._status("POST", "/discord/interactions", canary_body(mark), self._signed(mark)) != 202:
            return False
        async with asyncio.timeout(_COMMAND_SECONDS):
            while not await has_come_through(mark, self._table):
                await self._pause(_LOOK_AGAIN_SECONDS)
        return True

    def _signed(self, mark: str) -> dict[str, str]:
        from nacl.signing import SigningKey

        timestamp = str(int(self._now()))
        signature = SigningKey(bytes.fromhex(self._secret)).sign(timestamp.encode() + canary_body(mark)).signature
        return {"X-Signature-Ed25519": signature.hex(), "X-Signature-Timestamp": timestamp}
