"""What servers are called, as far as Discord tells; operators' commands work without it."""

from collections.abc import Callable

import httpx
import pytest

from infra.operations.server_names import ServerNames
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.rest import DiscordRest
from tests.unit.operations.scripted_discord import APPLICATION_ID, BOT_TOKEN
from tests.unit.operations.small_cloud import SmallCloud

RIVERSIDE, NORTHWIND = GuildId("1320000000000000001"), GuildId("1320000000000000002")

Answer = Callable[[httpx.Request], httpx.Response]


async def no_pause(_: float) -> None:
    """Waits that take no time."""


def names(answer: Answer) -> ServerNames:
    services = Services({}, lambda _: SmallCloud())
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    services.rest = DiscordRest("https://discord.test/api/v10", APPLICATION_ID, BOT_TOKEN, http, no_pause)
    return ServerNames(services)


async def test_discord_tells_a_name_and_is_asked_once() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"id": RIVERSIDE, "name": "Riverside School"})

    known = names(answer)
    assert [await known.of(RIVERSIDE) for _ in range(2)] == ["Riverside School"] * 2
    assert asked == [f"/api/v10/guilds/{RIVERSIDE}"]


async def test_a_name_does_nothing_to_a_terminal() -> None:
    known = names(lambda _: httpx.Response(200, json={"name": "River\x1b[2Jside\n\u202eschool"}))
    assert await known.of(RIVERSIDE) == "River[2Jside school"


@pytest.mark.parametrize("body", [[], {}, {"name": 5}, {"name": None}])
async def test_what_is_no_name_is_none(body: object) -> None:
    assert await names(lambda _: httpx.Response(200, json=body)).of(RIVERSIDE) == ""


async def test_a_server_without_our_bot_has_no_name_and_others_do() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(RIVERSIDE):
            return httpx.Response(404, json={"code": 10004, "message": "Unknown Guild"})
        return httpx.Response(200, json={"name": "Northwind Labs"})

    known = names(answer)
    assert [await known.of(guild_id) for guild_id in (RIVERSIDE, NORTHWIND)] == ["", "Northwind Labs"]


async def test_a_silent_discord_keeps_nobody_waiting_twice() -> None:
    asked = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        raise httpx.ConnectError("down")

    known = names(answer)
    assert await known.of(RIVERSIDE) == ""
    first = asked
    assert await known.of(NORTHWIND) == ""
    assert asked == first


async def test_without_a_bot_token_nobody_is_asked() -> None:
    assert await ServerNames(Services({}, lambda _: SmallCloud())).of(RIVERSIDE) == ""
