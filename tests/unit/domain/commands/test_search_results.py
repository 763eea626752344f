"""What a search finds, as it is shown: right, readable, and within what Discord takes."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.definitions.videos import QUERY_LIMIT, RESULTS_LIMIT
from kaltura_discord.commands.search_results import (
    SearchShown,
    clock_words,
    nothing_found,
    results_page,
    shared_video,
)
from kaltura_discord.kaltura.videos import CaptionHit, SearchPage, Video
from kaltura_discord.templates.plain_text import cut, one_line, utf16_length
from local_stack.discord.rules.messages import FOLLOW_UP
from tests.unit.domain import titles
from tests.unit.domain.discord_double import takes
from tests.unit.domain.markdown_model import show, words_shown
from tests.unit.domain.words import buttons_of, components_of, text_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES

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
