"""Carries signed requests to the application and brings its answers back.

Signed is the timestamp header followed by the raw body, with Ed25519 (Discord docs: Interactions - Receiving and
Responding - Security and Authorization).
"""

import asyncio
import json
from dataclasses import dataclass, field

import aiohttp
from nacl.signing import SigningKey

from local_stack.discord.rules.responses import PING
from local_stack.discord.tokens import FIRST_ANSWER_SECONDS, new_token
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

USER_AGENT = "Discord-Interactions/1.0 (+https://discord.com)"
MOST_ANSWER_BYTES = 26 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the application answered over HTTP, or in `trouble` why there is no answer."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    trouble: str | None = None


@dataclass(slots=True)
class Courier:
    """Keeps connections to the application open; must be opened and closed on the event loop."""

    world: DiscordWorld
    key: SigningKey = field(init=False)
    session: aiohttp.ClientSession | None = None

    def __post_init__(self) -> None:
        """Parse the signing key once."""
        self.key = SigningKey(bytes.fromhex(self.world.signing_key))

    def open(self) -> None:
        """Begin to carry."""
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def close(self) -> None:
        """Close all connections."""
        if self.session is not None:
            await self.session.close()

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers of a signed request with this body."""
        timestamp = str(int(self.world.now()))
        signature = self.key.sign(timestamp.encode() + body).signature.hex()
        return {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": timestamp,
        }

    async def deliver(self, interaction: Json) -> Delivered:
        """Sign and send an interaction, and wait up to three seconds for the answer."""
        body = json.dumps(interaction, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.post(self.world.interactions_url, body, self.headers(body))

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Delivered:
        """Send these bytes with these headers."""
        if self.session is None:
            return Delivered(trouble="the simulated Discord is not running")
        timeout = aiohttp.ClientTimeout(total=FIRST_ANSWER_SECONDS)
        try:
            async with self.session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                content = await response.content.read(MOST_ANSWER_BYTES)
                return Delivered(response.status, response.content_type, content)
        except TimeoutError:
            return Delivered(trouble=f"no answer within {FIRST_ANSWER_SECONDS:g} seconds")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return Delivered(trouble=f"{url} cannot be reached: {type(error).__name__}")

    async def try_out(self, url: str, ping: Json) -> tuple[Delivered, Delivered]:
        """What an endpoint answers to a PING, and to the same one with a signature that is not ours."""
        body = json.dumps(ping).encode()
        headers = self.headers(body)
        forged = {**headers, "X-Signature-Ed25519": SigningKey.generate().sign(b"forged" + body).signature.hex()}
        return await asyncio.gather(self.post(url, body, headers), self.post(url, body, forged))

    async def find_fault_of_endpoint(self, url: str) -> str | None:
        """What Discord finds wrong with an endpoint before it takes it: PING, then a signature that is not ours."""
        ping: Json = {
            "id": self.world.mint.next(),
            "application_id": self.world.application_id,
            "type": PING,
            "token": new_token(),
            "version": 1,
        }
        good, bad = await self.try_out(url, ping)
        if good.trouble is not None:
            return f"PING: {good.trouble}."
        if good.status != 200 or _answer_type(good.body) != PING:
            return f"PING was answered {good.status}, not 200 with type 1."
        if bad.status != 401:
            return f"A wrong signature was answered {bad.trouble or bad.status}, not 401."
        return None


def _answer_type(body: bytes) -> object:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer.get("type") if isinstance(answer, dict) else None
