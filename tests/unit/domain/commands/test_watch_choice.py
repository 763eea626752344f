"""Which video somebody means: chosen, typed, pressed, or linked in a message."""

from typing import Any

import httpx
import pytest

from kaltura_discord.commands.dispatch import Acknowledged
from kaltura_discord.watch.launches import InstanceId
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain import titles
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

Json = dict[str, Any]

SEARCH = "elasticsearch_esearch.searchEntry"
CELLS = "1_cells000"
LINK = f"https://school.mediaspace.kaltura.com/media/Cells/{CELLS}"


def entry(entry_id: str = CELLS, title: str = "Cells", media_type: int = 1) -> Json:
    return {"id": entry_id, "name": title, "type": "1", "mediaType": media_type, "duration": 2830, "plays": 1}


def found(*entries: Json) -> Json:
    results = [{"objectType": "KalturaESearchEntryResult", "object": each} for each in entries]
    return {"totalCount": len(results), "objects": results}


@pytest.fixture
def kaltura(kaltura: ScriptedKaltura) -> ScriptedKaltura:
    kaltura.on(SEARCH, found(entry()))
    return kaltura


async def opened_on(stage: Stage, payload: Json) -> str:
    """The video on which the Activity opens."""
    stage.discord.instances.clear()
    assert await stage.acknowledged(payload) == Acknowledged(202)
    bound = await stage.services.launches.bound(InstanceId(stage.discord.instances["here"]))
    assert bound is not None
    return bound.launch.entry_id


async def sentence(stage: Stage, payload: Json) -> str:
    answer = await stage.acknowledged(payload)
    return text_of(check_answer(answer.body, payload["type"])["data"])


@pytest.mark.parametrize("typed", [CELLS, LINK, f" <{LINK}> ", "https://kaltura.test/media/t/" + CELLS, "cells"])
async def test_an_id_a_link_or_a_title(stage: Stage, kaltura: ScriptedKaltura, typed: str) -> None:
    stage.services.environment = {**stage.services.environment, "KALTURA_SERVICE_URL": "https://kaltura.test"}
    assert await opened_on(stage, stage.place.command("kaltura-watch", {"video": typed})) == CELLS


async def test_an_exact_title_wins_over_those_that_contain_it(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, found(entry("1_more0000", "Cells and tissue"), entry()))
    assert await opened_on(stage, stage.place.command("kaltura-watch", {"video": "CELLS"})) == CELLS


async def test_a_title_of_several_or_of_none_is_refused(stage: Stage, kaltura: ScriptedKaltura) -> None:
    command = stage.place.command("kaltura-watch", {"video": "*cell*"})
    kaltura.on(SEARCH, found(entry("1_one00000", "Cells one"), entry("1_two00000", "Cells two")))
    assert await sentence(stage, command) == (
        r"Several videos are called “\*cell\*”. Choose one from the list while you type."
    )
    kaltura.on(SEARCH, found())
    again = stage.place.command("kaltura-watch", {"video": "*cell*"})
    assert (await sentence(stage, again)).startswith("No video here is called")


async def test_a_title_that_kaltura_does_not_look_up_in_time_is_refused(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, httpx.ConnectError("down"))
    told = await sentence(stage, stage.place.command("kaltura-watch", {"video": "Cells"}))
    assert told.startswith("Kaltura didn't answer in time, so “Cells” wasn't found.")


async def test_videos_are_suggested_by_title_and_sent_by_id(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(
        SEARCH,
        found(entry(), entry("1_same0000", "Cells"), entry("1_long0000", "x" * 300), entry("1_leaf0000", "Leaf", 2)),
    )
    payload = stage.place.typing("kaltura-watch", "video", "ce")
    choices = check_answer((await stage.acknowledged(payload)).body, payload["type"])["data"]["choices"]
    assert [choice["value"] for choice in choices] == [CELLS, "1_same0000", "1_long0000"]
    assert choices[0]["name"] == "Cells · 47:10"


@pytest.mark.parametrize("title", titles.ALL.values(), ids=titles.ALL.keys())
async def test_discord_takes_the_suggestion_of_any_title(stage: Stage, kaltura: ScriptedKaltura, title: str) -> None:
    kaltura.on(SEARCH, found(entry(title=title)))
    payload = stage.place.typing("kaltura-watch", "video", "")
    (choice,) = check_answer((await stage.acknowledged(payload)).body, payload["type"])["data"]["choices"]
    assert choice["value"] == CELLS


async def test_a_link_that_is_pasted_suggests_its_video(stage: Stage, kaltura: ScriptedKaltura) -> None:
    payload = stage.place.typing("kaltura-watch", "video", LINK)
    answer = await stage.acknowledged(payload)
    assert answer.body == {"type": 8, "data": {"choices": [{"name": "Cells · 47:10", "value": CELLS}]}}
    assert CELLS in str(kaltura.only(SEARCH).parameters)
    kaltura.on(SEARCH, found())
    other = await stage.acknowledged(stage.place.typing("kaltura-watch", "video", LINK))
    assert other.body == {"type": 8, "data": {"choices": []}}


async def test_a_button_and_a_list_lead_to_their_video(stage: Stage, kaltura: ScriptedKaltura) -> None:
    assert await opened_on(stage, stage.place.press(f"1:watch:{CELLS}")) == CELLS
    assert await opened_on(stage, stage.place.choose("1:watch:", CELLS)) == CELLS
    assert await opened_on(stage, stage.place.press("1:watch:")) == ""


@pytest.mark.parametrize("argument", ["../../1", "1_", "x" * 90, "1:watch:"])
async def test_a_strange_button_is_refused(stage: Stage, kaltura: ScriptedKaltura, argument: str) -> None:
    told = await sentence(stage, stage.place.press(f"1:watch:{argument}"))
    assert told.startswith("That video isn't available in this server.")
    assert kaltura.calls == []


MESSAGES: dict[str, Json] = {
    "in its words": {"content": f"Look at this: {LINK}!"},
    "the first of several": {"content": f"{LINK} and https://www.kaltura.com/media/t/1_other000"},
    "in an embed": {"embeds": [{"title": "A film", "description": f"[Watch it]({LINK})", "author": {"name": "Bo"}}]},
    "as an embed's own link": {"embeds": [{"type": "video", "url": LINK}]},
    "in an embed's field": {"embeds": [{"fields": [{"name": "Where", "value": LINK}]}]},
    "in a button": {
        "components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "Watch", "url": LINK}]}]
    },
    "in components": {
        "components": [
            {
                "type": 17,
                "components": [
                    {"type": 9, "components": [{"type": 10, "content": "Cells"}], "accessory": {"type": 2, "url": LINK}}
                ],
            }
        ]
    },
    "forwarded": {"message_snapshots": [{"message": {"content": LINK}}]},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
async def test_a_message_with_a_link(stage: Stage, kaltura: ScriptedKaltura, message: Json) -> None:
    assert await opened_on(stage, stage.place.of_message("Watch together", message)) == CELLS


WITHOUT: dict[str, Json] = {
    "nothing": {},
    "another site": {"content": "https://example.com/media/t/1_cells000"},
    "an id alone": {"content": CELLS},
    "a link in somebody's name": {"author": {"username": LINK}},
    "strange kinds": {"content": None, "embeds": [5, None, {"url": 7}], "components": "none"},
}


@pytest.mark.parametrize("message", WITHOUT.values(), ids=WITHOUT.keys())
async def test_a_message_without_one_is_told_so(stage: Stage, kaltura: ScriptedKaltura, message: Json) -> None:
    told = await sentence(stage, stage.place.of_message("Watch together", message))
    assert told == "That message has no link to a Kaltura video. `/kaltura-watch` takes you to one."
    assert kaltura.calls == []


async def test_a_message_with_a_link_to_another_servers_video_is_refused(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    kaltura.on(SEARCH, found())
    told = await sentence(stage, stage.place.of_message("Watch together", {"content": LINK}))
    assert told.startswith("That video isn't available in this server.")


async def test_the_list_of_activities_opens_the_search_page(stage: Stage, kaltura: ScriptedKaltura) -> None:
    assert await opened_on(stage, stage.place.entry_point("Watch Together")) == ""
    assert kaltura.calls == []


async def test_the_accounts_own_site_counts_where_the_operator_names_it(stage: Stage, kaltura: ScriptedKaltura) -> None:
    own = f"https://video.school.example/media/Cells/{CELLS}"
    payload = stage.place.of_message("Watch together", {"content": own})
    assert "no link to a Kaltura video" in await sentence(stage, payload)
    await stage.set({"watch": {"link_hosts": ["video.school.example"]}})
    assert await opened_on(stage, stage.place.of_message("Watch together", {"content": own})) == CELLS
