"""All that follows from one interaction bears its id: the quick half, the queue, the worker, Kaltura and Discord."""

import json
import logging

import pytest

from kaltura_discord.aws.json_log import JsonLines
from kaltura_discord.commands.dispatch import person_of_today
from kaltura_discord.kaltura.transport import CLIENT_TAG
from kaltura_discord.observation.correlation import FIELD, follow, follow_message
from tests.unit.domain.sent_by_discord import ANN, BO
from tests.unit.domain.stage import Stage
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


async def test_a_search_is_one_story_from_the_command_to_the_answer(
    stage: Stage, kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    class Telling(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(JsonLines().format(record))

    product = logging.getLogger("kaltura_discord")
    handler = Telling()
    product.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, logger="kaltura_discord"):
            payload = stage.place.command("kaltura-video-search", {"query": "leaves"})
            await stage.acknowledged(payload)
            follow("")
            (story,) = stage.tasks.stories
            follow_message({"kind": "interaction", FIELD: story})
            await stage.work()
    finally:
        product.removeHandler(handler)
    lines = [json.loads(line) for line in told]
    assert story == payload["id"]
    assert {line["correlation_id"] for line in lines} == {payload["id"]}
    assert {"interaction", "discord call"} <= {line["message"] for line in lines}
    tags = {str(call.parameters["clientTag"]) for call in kaltura.calls if "clientTag" in call.parameters}
    assert tags == {f"{CLIENT_TAG}:{payload['id']}"}


async def test_people_are_counted_for_a_day_and_not_followed(stage: Stage) -> None:
    today = person_of_today(ANN.user_id, stage.services)
    assert today == person_of_today(ANN.user_id, stage.services)
    assert today != person_of_today(BO.user_id, stage.services)
    assert ANN.user_id not in today
    stage.clock.pass_seconds(24 * 3600)
    assert today != person_of_today(ANN.user_id, stage.services)
