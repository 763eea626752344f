"""Opening the Activity in time, whatever Kaltura, Discord and the table do."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from kaltura_discord.commands import launching
from kaltura_discord.commands.dispatch import ACKNOWLEDGEMENT_SECONDS, NOT_NOW, Acknowledged
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.launches import Launch
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain.commands.opening import (
    CELLS,
    NOTHING_MORE,
    OPENED_INLINE,
    SEARCH,
    bound_video,
    found,
    intent,
    told,
    watch,
)
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage, rest_over
from tests.unit.domain.words import text_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


@pytest.fixture
def kaltura(kaltura: ScriptedKaltura) -> ScriptedKaltura:
    kaltura.on(SEARCH, found())
    return kaltura


async def test_while_kaltura_says_nothing_the_activity_opens_all_the_same(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    for reply in (httpx.ConnectError("down"), httpx.Response(503), "garbage"):
        stage.discord.instances.clear()
        kaltura.on(SEARCH, reply)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
        assert await bound_video(stage) == CELLS


UNSURE = {
    "no connection": httpx.ConnectError("down"),
    "no answer": httpx.ReadTimeout("silence"),
    "an answer that says nothing": httpx.Response(204),
    "no instance in it": httpx.Response(200, json={"interaction": {}, "resource": {}}),
    "garbage": httpx.Response(200, text="<html>"),
    "unwell": httpx.Response(502),
    "rate limited": httpx.Response(429, json={"retry_after": 0.01, "message": "slow down", "global": False}),
}


@pytest.mark.parametrize("reply", UNSURE.values(), ids=UNSURE.keys())
async def test_where_discord_does_not_say_which_instance_it_opens_inline_and_an_intent_stays(
    stage: Stage, kaltura: ScriptedKaltura, reply: httpx.Response | Exception
) -> None:
    stage.discord.replies = [reply]
    payload = watch(stage)
    answer = await stage.acknowledged(payload)
    assert check_answer(answer.body, payload["type"]) == OPENED_INLINE
    left = await intent(stage)
    assert left == Launch(stage.guild_id, stage.channel_id, UserId(ANN.user_id), CELLS)
    assert len(stage.discord.requests) == 1, "a second answer to one interaction would be refused"


async def test_an_answer_that_came_after_all_is_not_given_twice(stage: Stage, kaltura: ScriptedKaltura) -> None:
    stage.discord.replies = [httpx.Response(400, json={"code": 40060, "message": "Already acknowledged"})]
    assert await stage.acknowledged(watch(stage)) == NOTHING_MORE


def slow(answer: Callable[[httpx.Request], httpx.Response], seconds: float) -> httpx.MockTransport:
    async def later(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(seconds)
        return answer(request)

    return httpx.MockTransport(later)


async def took(attempt: Awaitable[Acknowledged]) -> tuple[Acknowledged, float]:
    started = time.perf_counter()
    answer = await attempt
    return answer, time.perf_counter() - started


async def test_on_a_slow_kaltura_and_a_slow_discord_the_answer_is_in_time(
    stage: Stage, kaltura: ScriptedKaltura, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(type(stage.services.videos), "get", endless)
    async with httpx.AsyncClient(transport=slow(stage.discord.answer, 60)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        answer, seconds = await took(stage.acknowledged(watch(stage)))
    assert answer.body == OPENED_INLINE
    assert seconds < ACKNOWLEDGEMENT_SECONDS
    left = await intent(stage)
    assert left is not None
    assert left.entry_id == CELLS


async def test_a_discord_that_is_a_little_slow_is_waited_for(stage: Stage, kaltura: ScriptedKaltura) -> None:
    async with httpx.AsyncClient(transport=slow(stage.discord.answer, launching.CALLBACK_SECONDS - 0.3)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
    assert await bound_video(stage) == CELLS


async def test_while_the_table_loses_the_binding_the_activity_is_open_all_the_same(
    stage: Stage, kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.acknowledged(watch(stage, ""))
    answered = stage.discord.answer

    def then_the_table_dies(request: httpx.Request) -> httpx.Response:
        stage.dynamodb.is_down = True
        return answered(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(then_the_table_dies)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
    assert "instance not bound" in caplog.text


async def test_while_the_table_loses_the_intent_the_activity_opens_on_its_search_page(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    def both_die(_: httpx.Request) -> httpx.Response:
        stage.dynamodb.is_down = True
        return httpx.Response(502)

    async with httpx.AsyncClient(transport=httpx.MockTransport(both_die)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert (await stage.acknowledged(watch(stage))).body == OPENED_INLINE


async def test_while_the_table_is_down_there_is_a_sentence(stage: Stage, kaltura: ScriptedKaltura) -> None:
    stage.dynamodb.is_down = True
    assert text_of(await told(stage, watch(stage))) == NOT_NOW


async def test_no_log_tells_the_token_or_the_title(
    stage: Stage, kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "kaltura_discord")
    stage.discord.replies = [httpx.Response(502)]
    payload = watch(stage)
    await stage.acknowledged(payload)
    everything = str([vars(record) for record in caplog.records])
    assert payload["token"] not in everything
    assert "Cells" not in everything
