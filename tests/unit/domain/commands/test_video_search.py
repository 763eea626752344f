"""Searching videos: within what the server may see, and bounded."""

from typing import Any

import pytest

from kaltura_discord.commands.definitions.videos import QUERY_LIMIT
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.templates.plain_text import utf16_length
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain import titles
from tests.unit.domain.sent_by_discord import BO
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

Json = dict[str, Any]
SEARCH = "elasticsearch_esearch.searchEntry"


def entries(*names: str, total: int | None = None) -> Json:
    found = [
        {
            "objectType": "KalturaESearchEntryResult",
            "object": {"id": f"1_{number:08d}", "name": name, "type": "1", "mediaType": 1, "duration": 61, "plays": 1},
        }
        for number, name in enumerate(names)
    ]
    return {"totalCount": len(found) if total is None else total, "objects": found}


async def test_only_the_asker_sees_the_results(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells", "Tissue"))
    payload = stage.place.command("kaltura-video-search", {"query": "cells", "limit": 2})
    acknowledged = await stage.acknowledged(payload)
    assert acknowledged.body == {"type": 5, "data": {"flags": 64}}
    await stage.work()
    assert "Videos for “cells”" in text_of(stage.discord.answers[payload["token"]])
    assert "'pageSize': 2" in str(kaltura.only(SEARCH).parameters)


async def test_a_search_stays_within_what_the_server_was_given(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells"))
    await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "cells"}))
    asked = str(kaltura.only(SEARCH).parameters)
    assert "biology" in asked
    assert "7" in asked


async def test_a_server_without_content_is_told_so_and_kaltura_is_not_asked(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    await stage.services.servers.allow(AllowedServer(stage.guild_id))
    told = text_of(await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "cells"})))
    assert told.startswith("This server has not been given any videos yet.")
    assert kaltura.calls == []


async def test_nothing_found_offers_fewer_words_and_the_newest(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries(), entries("Cells"))
    message = await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "cells and tissue"}))
    assert text_of(message).startswith("No video matches “cells and tissue”.")
    assert buttons_of(message) == {
        "Search for “cells and”": "1:search:0:5:cells and",
        "Show the newest": "1:search:0:5:",
    }
    pressed = stage.place.press("1:search:0:5:")
    assert (await stage.acknowledged(pressed)).body == {"type": 6}
    await stage.work()
    assert "## Newest videos" in text_of(stage.discord.answers[pressed["token"]])


async def test_a_page_is_turned_in_place(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells", total=12))
    pressed = stage.place.press("1:search:1:5:cells")
    await stage.answer_to(pressed)
    assert "'pageIndex': 2" in str(kaltura.only(SEARCH).parameters)
    assert list(buttons_of(stage.discord.answers[pressed["token"]]))[-2:] == ["Back", "More"]


async def test_a_video_is_shared_with_the_whole_channel(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells"))
    pressed = stage.place.press("1:share-video:1_00000000", BO)
    assert (await stage.acknowledged(pressed)).body == {"type": 6}
    await stage.work()
    (shared,) = stage.discord.follow_ups
    assert not shared.get("flags", 0) & 64
    assert text_of(shared).startswith("-# Shared by Bo\n### Cells")
    assert pressed["token"] not in stage.discord.answers, "the results stay as they are"


@pytest.mark.parametrize("entry_id", ["1_99999999", "", "../../1"])
async def test_a_video_that_is_gone_or_not_theirs_is_not_shared(
    stage: Stage, kaltura: ScriptedKaltura, entry_id: str
) -> None:
    kaltura.on(SEARCH, entries())
    await stage.answer_to(stage.place.press(f"1:share-video:{entry_id}"))
    (told,) = stage.discord.follow_ups
    assert told["flags"] & 64
    assert "not available any more" in text_of(told)


async def test_while_kaltura_refuses_there_is_a_sentence(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, {"objectType": "KalturaAPIException", "code": "SERVICE_FORBIDDEN", "message": "no", "args": []})
    told = text_of(await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "cells"})))
    assert told == "This Kaltura account may not do that. Please tell the person who runs this app."


async def test_searches_are_bounded(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells"))
    payloads = [stage.place.command("kaltura-video-search", {"query": "cells"}) for _ in range(21)]
    told = [text_of(await stage.answer_to(payload)) for payload in payloads]
    assert all("Videos for" in each for each in told[:20])
    assert told[20].startswith("That was a little too often. You can search again <t:")
    stage.clock.pass_seconds(60)
    assert "Videos for" in text_of(
        await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "cells"}))
    )


async def test_titles_are_suggested_each_once(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, entries("Cells", "Cells", titles.EVERYONE, "x" * 300, "😀" * 90))
    payload = stage.place.typing("kaltura-video-search", "query", "c")
    choices = check_answer((await stage.acknowledged(payload)).body, payload["type"])["data"]["choices"]
    assert [choice["name"][:20] for choice in choices].count("Cells") == 1
    assert len(choices) == 4
    for choice in choices:
        assert utf16_length(choice["name"]) <= 100
        assert utf16_length(choice["value"]) <= QUERY_LIMIT


async def test_while_kaltura_is_down_nothing_is_suggested(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, ConnectionError("down"))
    answer = await stage.acknowledged(stage.place.typing("kaltura-video-search", "query", "c"))
    assert answer.body == {"type": 8, "data": {"choices": []}}
