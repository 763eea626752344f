"""A round of the canary: what passes, and that each thing that is wrong is found and named."""

import json
from collections.abc import Callable, Coroutine

import httpx
import pytest
from nacl.signing import SigningKey

from kaltura_discord.commands.canary import take_in
from kaltura_discord.commands.canary_round import CanaryRound
from kaltura_discord.discord.signature import RequestVerifier
from tests.unit.domain.stage import Stage

KEY = SigningKey(bytes(range(32)))
VERIFIER = RequestVerifier(KEY.verify_key.encode().hex())

Answer = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]

RIGHT = {"/api/v1/health/ready": 200, "/kaltura/webhooks/canary": 404, "/ws": 401}


def deployment(stage: Stage, wrong: dict[str, int], *, works: bool = True) -> Answer:
    """A deployment that does everything right but for what is `wrong`; without `works` nobody reads its queue."""

    async def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path != "/discord/interactions":
            return httpx.Response(wrong.get(path, RIGHT.get(path, 500)))
        if request.headers["x-signature-ed25519"] == "0" * 128:
            return httpx.Response(wrong.get("bad signature", 401))
        signature, timestamp = request.headers["x-signature-ed25519"], request.headers["x-signature-timestamp"]
        assert VERIFIER.is_genuine(signature, timestamp, request.content, stage.clock())
        await take_in(request.content, stage.services)
        if works:
            await stage.work()
        return httpx.Response(wrong.get("command", 202))

    return answer


async def failures(stage: Stage, answer: Answer, secret: str = KEY.encode().hex()) -> list[str]:
    async def no_more_patience(_: float) -> None:
        raise TimeoutError

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        table = stage.services.table
        flight = CanaryRound("https://k.test", http, table, secret, now=stage.clock, pause=no_more_patience)
        return await flight.failures()


async def test_where_everything_works_nothing_is_named(stage: Stage) -> None:
    assert await failures(stage, deployment(stage, {})) == []


@pytest.mark.parametrize(
    ("where", "status", "name"),
    [
        ("/api/v1/health/ready", 503, "ready"),
        ("bad signature", 200, "bad_signature"),
        ("/kaltura/webhooks/canary", 200, "strange_door"),
        ("/ws", 101, "no_ticket"),
        ("/ws", 500, "no_ticket"),
        ("command", 401, "command"),
    ],
)
async def test_what_is_wrong_is_named(stage: Stage, where: str, status: int, name: str) -> None:
    assert await failures(stage, deployment(stage, {where: status})) == [name]


async def test_a_queue_that_nobody_reads_is_noticed(stage: Stage) -> None:
    assert await failures(stage, deployment(stage, {}, works=False)) == ["command"]


async def test_where_nothing_answers_everything_is_named(stage: Stage) -> None:
    async def nothing(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    expected = ["ready", "bad_signature", "strange_door", "no_ticket", "command"]
    assert await failures(stage, nothing) == expected


async def test_without_a_secret_no_command_is_sent(stage: Stage) -> None:
    assert await failures(stage, deployment(stage, {"command": 500}), secret="") == []
    assert json.dumps(stage.tasks.sent) == "[]"
