"""Two people change settings at once: the second is told what the first one changed, and asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest
from kaltura_discord.aws.table import Table
from kaltura_discord.commands.config.leaving import LEFT
from kaltura_discord.commands.config.pending import KEPT_SECONDS, TOO_LATE
from kaltura_discord.commands.config.set_value import SAME_WISH
from kaltura_discord.server_config.override_store import OverrideStore
from tests.unit.domain.commands.config.config_world import (
    ADA,
    BEN,
    carried_out,
    furnish,
    history,
    press,
    put,
    stored,
)
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


@dataclass
class Interrupted:
    """An AWS in which something happens just before the first transaction."""

    inner: AwsCaller
    meanwhile: Callable[[], Awaitable[object]] | None

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == "TransactWriteItems" and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return await self.inner.call(operation, request)


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


def interrupt(stage: Stage, meanwhile: Callable[[], Awaitable[object]]) -> None:
    """Have `meanwhile` happen between somebody's reading and saving."""
    table = Table(Interrupted(stage.dynamodb, meanwhile), stage.services.aws.table_name, stage.clock)
    stage.services.overrides = OverrideStore(table, stage.clock)


async def faster(stage: Stage, key: str = "watch.control_mode", value: str = "everyone") -> dict[str, object]:
    """What Ada reads who sets the hours, while Ben sets something else a moment faster."""

    async def ben() -> None:
        payload = stage.place.subcommand("kaltura-config", "set", {"key": key, "value": value}, BEN)
        await carried_out(stage, payload)

    interrupt(stage, ben)
    return await put(stage, "meetings.auto_end_hours", "6")


async def test_the_second_is_told_what_changed_and_nothing_of_theirs_is_saved(stage: Stage) -> None:
    told = await faster(stage)

    assert f"<@{BEN.user_id}> changed `watch.control_mode` in the meantime" in text_of(told)
    assert "`watch.control_mode`: host (default) → **everyone**" in text_of(told)
    assert "Yours would now do this:\n`meetings.auto_end_hours`: 4 (default) → **6**" in text_of(told)
    assert list(buttons_of(told)) == ["Do it again", "Leave it"]
    assert await stored(stage) == {"watch": {"control_mode": "everyone"}}


async def test_do_it_again_does_the_same_on_todays_settings(stage: Stage) -> None:
    done = await press(stage, await faster(stage), "Do it again")

    assert "`meetings.auto_end_hours`: 4 (default) → **6**" in text_of(done)
    assert await stored(stage) == {"watch": {"control_mode": "everyone"}, "meetings": {"auto_end_hours": 6}}
    assert [entry.author.user_id for entry in await history(stage)] == [ADA.user_id, BEN.user_id]


async def test_whoever_changed_the_very_same_setting_is_not_overwritten_unseen(stage: Stage) -> None:
    told = await faster(stage, "meetings.auto_end_hours", "8")

    assert "`meetings.auto_end_hours`: 4 (default) → **8**" in text_of(told)
    assert await stored(stage) == {"meetings": {"auto_end_hours": 8}}
    assert "`meetings.auto_end_hours`: 8 → **6**" in text_of(told)
    assert "8 → **6**" in text_of(await press(stage, told, "Do it again"))


async def test_whoever_wanted_the_same_is_told_so_and_need_not_do_it(stage: Stage) -> None:
    told = await faster(stage, "meetings.auto_end_hours", "6")
    assert SAME_WISH in text_of(told)
    assert buttons_of(told) == {}


async def test_leave_it_leaves_it(stage: Stage) -> None:
    assert text_of(await press(stage, await faster(stage), "Leave it")) == LEFT
    assert await stored(stage) == {"watch": {"control_mode": "everyone"}}


async def test_a_third_one_in_between_is_told_of_as_well(stage: Stage) -> None:
    told = await faster(stage)
    await put(stage, "features.activities", "off", BEN)

    again = await press(stage, told, "Do it again")

    assert "`features.activities`: on (default) → **off**" in text_of(again)
    await press(stage, again, "Do it again")
    assert (await stored(stage))["meetings"] == {"auto_end_hours": 6}


async def test_nobody_does_again_what_somebody_else_wished_for(stage: Stage) -> None:
    told = await faster(stage)
    assert text_of(await press(stage, told, "Do it again", BEN)) == TOO_LATE
    stage.clock.pass_seconds(KEPT_SECONDS + 1)
    assert text_of(await press(stage, told, "Do it again")) == TOO_LATE
    assert await stored(stage) == {"watch": {"control_mode": "everyone"}}


async def test_carried_out_twice_it_is_one_change_and_one_answer(stage: Stage) -> None:
    options = {"key": "meetings.auto_end_hours", "value": "6"}
    payload = stage.place.subcommand("kaltura-config", "set", dict(options), ADA)

    first = await carried_out(stage, payload)
    await put(stage, "features.activities", "off", BEN)
    second = await carried_out(stage, payload)

    assert first == second
    assert len(await history(stage)) == 2


async def test_of_many_at_once_each_is_saved_or_told(stage: Stage) -> None:
    keys = ("meetings.auto_end_hours", "features.activities", "features.web_fallback", "watch.control_mode")
    values = ("6", "off", "off", "everyone")
    payloads = [
        stage.place.subcommand("kaltura-config", "set", {"key": key, "value": value}, ADA)
        for key, value in zip(keys, values, strict=True)
    ]

    answers = await asyncio.gather(*(carried_out(stage, payload) for payload in payloads))

    saved = ["Undo" in buttons_of(answer) for answer in answers]
    told = ["Do it again" in buttons_of(answer) for answer in answers]
    assert [one != other for one, other in zip(saved, told, strict=True)] == [True] * 4
    assert len(await history(stage)) == sum(saved)
    assert sum(saved) >= 1
