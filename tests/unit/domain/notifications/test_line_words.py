"""The roles of who joined are asked of Discord; what it does not say now is waited for in the queue, or left out."""

import httpx
import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.join_lines import Joined
from kaltura_discord.notifications.line_words import LineWords
from tests.unit.domain.stage import Stage, soon

ANN = Joined(UserId("200000000000000903"), "Ann", 2_000_000_000)
TEMPLATE = "{{username}} [{{roles}}] is here"


async def roles(stage: Stage) -> str:
    words = await LineWords(stage.services.rest).of(stage.guild_id, [ANN], TEMPLATE, soon())
    return words["roles"]


@pytest.fixture(autouse=True)
def teachers(stage: Stage) -> None:
    stage.discord.roles = [{"id": "500000000000000001", "name": "Teachers", "permissions": "0"}]
    stage.discord.member_roles[ANN.user_id] = ["500000000000000001"]


async def test_they_are_named(stage: Stage) -> None:
    assert await roles(stage) == "Teachers"


@pytest.mark.parametrize(
    "trouble",
    [httpx.Response(500), httpx.ConnectError("down"), httpx.Response(401), httpx.ReadTimeout("slow")],
    ids=["broken", "down", "bad token", "silent"],
)
async def test_while_discord_does_not_say_the_line_goes_without_and_nobody_sleeps(
    stage: Stage, trouble: httpx.Response | Exception
) -> None:
    stage.discord.replies = [trouble, trouble]
    assert await roles(stage) == ""
    assert stage.pauses.taken == []


async def test_a_rate_limit_is_waited_for_in_the_queue(stage: Stage) -> None:
    stage.discord.replies = [httpx.Response(429, json={"retry_after": 1.5, "global": False})]
    with pytest.raises(NotNow) as later:
        await roles(stage)
    assert (later.value.seconds, later.value.is_attempt) == (1.5, False)
    assert stage.pauses.taken == []
    stage.pauses.taken.append(1.5)
    assert await roles(stage) == "Teachers"
