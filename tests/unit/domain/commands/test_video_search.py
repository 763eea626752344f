"""Searching videos: within what the server may see, within what Discord takes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.search_results import (
    SearchShown,
    clock_words,
    nothing_found,
    results_page,
    shared_video,
)
from kaltura_discord.commands.video_search import QUERY_LIMIT, RESULTS_LIMIT
from kaltura_discord.kaltura.videos import CaptionHit, SearchPage, Video
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.templates.plain_text import cut, one_line, utf16_length
from local_stack.discord.rules.messages import FOLLOW_UP
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain import titles
from tests.unit.domain.discord_double import takes
from tests.unit.domain.markdown_model import show, words_shown
from tests.unit.domain.sent_by_discord import BO
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, components_of, text_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura

Json = dict[str, Any]
SEARCH = "elasticsearch_esearch.searchEntry"
NOW = 1_790_000_000


def video(number: int = 0, title: str = "Cells", description: str = "", hit: CaptionHit | None = None) -> Video:
    entry_id = f"1_{number:08d}"
    return Video(
        id=entry_id,
        title=title,
        description=description,
        duration_seconds=2830,
        created_at=NOW - 86_400,
        plays=1234,
        thumbnail_url=ADDRESSES.thumbnail(entry_id),
        page_url=ADDRESSES.player_page(entry_id),
        kind="video",
        is_live=False,
        caption_hit=hit,
    )


def entries(*names: str, total: int | None = None) -> Json:
    found = [
        {
            "objectType": "KalturaESearchEntryResult",
            "object": {"id": f"1_{number:08d}", "name": name, "type": "1", "mediaType": 1, "duration": 61, "plays": 1},
        }
        for number, name in enumerate(names)
    ]
    return {"totalCount": len(found) if total is None else total, "objects": found}


# --- what is shown ---------------------------------------------------------------------------------------------------

TEXTS = st.one_of(st.text(max_size=400), st.text(st.sampled_from("*_|`<@>#"), max_size=400))
VIDEOS = st.builds(
    video,
    title=TEXTS.filter(lambda text: bool(text.strip())),
    description=TEXTS,
    hit=st.none() | st.builds(CaptionHit, TEXTS, st.floats(0, 10**6)),
)


# Ten videos with texts of 400 signs take a busy machine long to think of.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    found=st.lists(VIDEOS, min_size=1, max_size=RESULTS_LIMIT),
    query=st.text(max_size=QUERY_LIMIT).map(lambda text: cut(one_line(text), QUERY_LIMIT)),
    page=st.integers(0, 999),
)
def test_discord_takes_every_page_of_results(found: list[Video], query: str, page: int) -> None:
    different = [video(number, each.title, each.description, each.caption_hit) for number, each in enumerate(found)]
    shown = SearchShown(query, limit=len(different), page=page)
    message = results_page(shown, SearchPage(tuple(different), 10_000), NOW).body()
    takes(message, FOLLOW_UP)
    assert utf16_length(text_of(message)) <= 4000
    assert all(utf16_length(part.get("custom_id", "")) <= 100 for part in components_of(message))
    assert [part for part in show(text_of(message)).formatted if part.startswith(("<@", "<#", "@"))] == []


@pytest.mark.parametrize("text", ["*" * 400, "word " * 80, "😀" * 200], ids=["only signs", "words", "emoji"])
@pytest.mark.parametrize("number", [1, 5, RESULTS_LIMIT])
def test_the_longest_texts_fit_into_one_message(number: int, text: str) -> None:
    hit = CaptionHit(text, 35_999.0)
    found = tuple(video(index, text, hit=hit) for index in range(number))
    message = results_page(SearchShown("*" * QUERY_LIMIT, number, 3), SearchPage(found, 10_000), NOW).body()
    takes(message, FOLLOW_UP)
    assert utf16_length(text_of(message)) <= 4000


@given(st.text(max_size=QUERY_LIMIT).map(lambda text: cut(one_line(text), QUERY_LIMIT)), st.integers(1, 10))
def test_discord_takes_the_news_that_nothing_was_found(query: str, limit: int) -> None:
    message = nothing_found(SearchShown(query, limit)).body()
    takes(message, FOLLOW_UP)
    assert all(utf16_length(part.get("custom_id", "")) <= 100 for part in components_of(message))


@given(VIDEOS, st.text(min_size=1, max_size=60))
def test_discord_takes_every_shared_video(each: Video, by: str) -> None:
    message = shared_video(each, by, NOW).body()
    takes(message)
    assert utf16_length(text_of(message)) <= 4000


@given(st.text(max_size=80), st.integers(1, 10), st.integers(0, 9999))
def test_a_search_is_read_from_its_button_as_it_was_written(query: str, limit: int, page: int) -> None:
    shown = SearchShown(query, limit, page)
    assert SearchShown.from_argument(shown.argument()) == shown


@pytest.mark.parametrize("argument", ["", "x", "x:y:z", "1", ":::"])
def test_a_strange_button_is_a_search_all_the_same(argument: str) -> None:
    assert SearchShown.from_argument(argument).limit == 5


def test_a_result_says_how_long_how_old_and_how_often_played() -> None:
    shown = results_page(SearchShown("cells", 5), SearchPage((video(description="All about cells"),), 1), NOW).body()
    lines = text_of(shown).split("\n")
    assert lines == [
        "## Videos for “cells”",
        "-# 1 video",
        "### Cells",
        f"47:10 · <t:{NOW - 86_400}:R> · 1,234 plays",
        "-# All about cells",
    ]
    assert buttons_of(shown) == {
        "Watch Together": "1:watch:1_00000000",
        "Watch": ADDRESSES.player_page("1_00000000"),
        "Share": "1:share-video:1_00000000",
    }


def test_where_nothing_can_be_watched_together_no_button_says_so() -> None:
    page = SearchPage((video(),), 1)
    for message in (
        results_page(SearchShown("cells", 5), page, NOW, together=False),
        results_page(SearchShown("cells", 10), page, NOW, together=False),
        shared_video(video(), "Ann", NOW, together=False),
    ):
        assert "1:watch" not in str(message.body())


def test_a_picture_is_not_watched_together() -> None:
    picture = replace(video(), kind="image")
    for limit in (5, 10):
        shown = results_page(SearchShown("cells", limit), SearchPage((picture,), 1), NOW).body()
        assert "1:watch" not in str(shown)
    assert "1:watch" not in str(shared_video(picture, "Ann", NOW).body())


def test_ten_results_share_one_list_to_watch_together() -> None:
    ten = tuple(video(number, f"Cells {number}") for number in range(10))
    shown = results_page(SearchShown("cells", 10), SearchPage(ten, 40), NOW).body()
    (chooser,) = (part for part in components_of(shown) if part["type"] == 3)
    assert chooser["custom_id"] == "1:watch:"
    assert [(option["label"], option["value"]) for option in chooser["options"]] == [
        (each.title, each.id) for each in ten
    ]


def test_a_shared_video_can_be_watched_together_by_everybody() -> None:
    assert buttons_of(shared_video(video(), "Ann", NOW).body()) == {
        "Watch Together": "1:watch:1_00000000",
        "Watch": ADDRESSES.player_page("1_00000000"),
    }


def test_where_the_words_are_said_is_shown_instead_of_the_description() -> None:
    hit = CaptionHit("the mitochondria is the powerhouse", 754.2)
    shown = results_page(SearchShown("mitochondria", 5), SearchPage((video(hit=hit),), 1), NOW).body()
    assert text_of(shown).endswith("-# At 12:34: “the mitochondria is the powerhouse”")


@pytest.mark.parametrize("title", titles.ALL.values(), ids=titles.ALL.keys())
@pytest.mark.parametrize("limit", [5, 10])
def test_titles_come_out_right(title: str, limit: int) -> None:
    shown = results_page(SearchShown("x", limit), SearchPage((video(title=title),), 1), NOW).body()
    heading = words_shown(text_of(shown).split("\n")[2])
    assert one_line(title)[:100] in heading
    assert "@everyone" not in heading.replace(one_line(title), "")


def test_paging() -> None:
    five = tuple(video(number) for number in range(5))
    first = buttons_of(results_page(SearchShown("a: b", 5), SearchPage(five, 12), NOW).body())
    assert first["More"] == "1:search:1:5:a: b"
    assert "Back" not in first
    last = results_page(SearchShown("a: b", 5, 2), SearchPage(five[:2], 12), NOW).body()
    assert buttons_of(last)["Back"] == "1:search:1:5:a: b"
    assert "More" not in buttons_of(last)
    assert "-# 11 to 12 of 12" in text_of(last)


def test_clock_words() -> None:
    assert [clock_words(seconds) for seconds in (0, 61, 2830, 3723, -5)] == ["0:00", "1:01", "47:10", "1:02:03", "0:00"]


# --- the command -----------------------------------------------------------------------------------------------------


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
