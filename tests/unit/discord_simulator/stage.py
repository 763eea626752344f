"""The simulated Discord on a stage: a clock that travels, and a small application behind the interactions endpoint."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from local_stack.discord.world import DiscordWorld
from local_stack.faults import FaultTable

Json = dict[str, Any]
Client = TestClient[web.Request, web.Application]

ANN = "1310000000000000001"
BO = "1310000000000000002"
CHEN = "1310000000000000003"
DANA = "1310000000000000004"
EMIL = "1310000000000000005"
SCHOOL = "1320000000000000001"
LABS = "1320000000000000002"
GENERAL = "1340000000000000001"
LESSONS = "1340000000000000002"
READ_ONLY = "1340000000000000003"
PRIVATE_STAFF = "1340000000000000004"
ASSEMBLY_HALL = "1340000000000000005"
LABS_GENERAL = "1340000000000000011"
TEACHERS = "1330000000000000002"

USER_AGENT = "DiscordBot (https://example.com, 1.0)"


class TravellingClock:
    """Seconds since the epoch; `travel` moves on."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at

    def travel(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Application:
    """What our product would be: checks signatures, then answers as the test says."""

    public_key: str
    answer: Callable[[Json], object] = field(default=lambda _interaction: {"type": 4, "data": {"content": "hello"}})
    status: int = 200
    content_type: str = "application/json"
    delay_seconds: float = 0.0
    checks_signature: bool = True
    url: str = ""
    received: list[Json] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    on_interaction: Callable[[Json], Awaitable[None]] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        self.requests.append((dict(request.headers), raw))
        if self.checks_signature and not self._is_signed(request, raw):
            return web.Response(status=401)
        interaction = await request.json()
        if interaction["type"] == 1:
            return web.json_response({"type": 1})
        self.received.append(interaction)
        if self.on_interaction is not None:
            await self.on_interaction(interaction)
        await asyncio.sleep(self.delay_seconds)
        answer = self.answer(interaction)
        if answer is None:
            return web.Response(status=self.status)
        if isinstance(answer, bytes):
            return web.Response(status=self.status, body=answer, content_type=self.content_type)
        return web.json_response(answer, status=self.status, content_type=self.content_type)

    def _is_signed(self, request: web.Request, raw: bytes) -> bool:
        try:
            signature = bytes.fromhex(request.headers["X-Signature-Ed25519"])
            timestamp = request.headers["X-Signature-Timestamp"].encode()
            VerifyKey(bytes.fromhex(self.public_key)).verify(timestamp + raw, signature)
        except (KeyError, ValueError, BadSignatureError):
            return False
        return True


@dataclass
class Answer:
    """What the simulated Discord answered."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    def complaint_codes(self) -> set[str]:
        """The codes of all leaves of a 50035."""
        return set(_leaf_codes(self.body.get("errors", {})))


def _leaf_codes(tree: Json) -> list[str]:
    found: list[str] = []
    for step, node in tree.items():
        if step == "_errors":
            found.extend(leaf["code"] for leaf in node)
        else:
            found.extend(_leaf_codes(node))
    return found


@dataclass
class Stage:
    """Everything a test needs."""

    world: DiscordWorld
    clock: TravellingClock
    faults: FaultTable
    application: Application
    client: Client

    async def rest(self, method: str, path: str, body: object = None, **more: Any) -> Answer:
        """Call the API as the bot."""
        headers = {"User-Agent": USER_AGENT, "Authorization": f"Bot {self.world.bot_token}"}
        headers |= more.pop("headers", {})
        if body is not None:
            more["json"] = body
        return await self.raw(method, f"/discord-sim/api/v10{path}", headers=headers, **more)

    async def raw(self, method: str, path: str, **more: Any) -> Answer:
        """Call anything."""
        async with self.client.request(method, path, **more) as response:
            is_json = response.content_type == "application/json"
            content = await response.json() if is_json else await response.text()
            return Answer(response.status, content, dict(response.headers))

    async def sim(self, method: str, path: str, body: object = None) -> Answer:
        """Call a door of the simulation."""
        more = {} if body is None else {"json": body}
        return await self.raw(method, f"/discord-sim/api/v10/_sim{path}", **more)

    async def register(self, *commands: Json) -> None:
        """Register commands beside the Entry Point."""
        for command in commands:
            answer = await self.rest("POST", f"/applications/{self.world.application_id}/commands", command)
            assert answer.status in (200, 201), answer.body

    async def act(self, user_id: str = ANN, channel_id: str = GENERAL, **what: Any) -> Json:
        """Act as a person; it must be possible."""
        answer = await self.sim("POST", "/interactions", {"user_id": user_id, "channel_id": channel_id, **what})
        assert answer.status == 200, answer.body
        outcome: Json = answer.body
        return outcome

    async def refused_act(self, user_id: str = ANN, channel_id: str = GENERAL, **what: Any) -> Answer:
        """Act as a person where it is not possible."""
        answer = await self.sim("POST", "/interactions", {"user_id": user_id, "channel_id": channel_id, **what})
        assert answer.status != 200
        return answer

    async def seen_by(self, user_id: str, channel_id: str = GENERAL) -> list[Json]:
        """The messages somebody sees."""
        answer = await self.sim("GET", f"/channels/{channel_id}/messages?as={user_id}")
        assert answer.status == 200, answer.body
        messages: list[Json] = answer.body
        return messages

    async def until_seen_by(self, user_id: str, channel_id: str = GENERAL) -> list[Json]:
        """The messages somebody sees, as soon as there is one."""
        for _ in range(300):
            messages = await self.seen_by(user_id, channel_id)
            if messages:
                return messages
            await asyncio.sleep(0.01)
        raise AssertionError("no message appeared")

    def webhook(self, token: str) -> str:
        """The path of a token's webhook."""
        return f"/webhooks/{self.world.application_id}/{token}"


def seeded_world(clock: TravellingClock) -> DiscordWorld:
    return DiscordWorld.seeded(clock, random.Random(7))


HELLO: Json = {"name": "hello", "description": "Says hello"}


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def button(custom_id: str = "press", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": custom_id, **more}


def version_two(*components: Json, **more: Any) -> Json:
    return {"flags": 32768, "components": list(components), **more}
