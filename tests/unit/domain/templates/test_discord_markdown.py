"""People's words come out as they were written: nothing formats, nothing links, nobody is mentioned."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kaltura_discord.templates.discord_markdown import escape, inline, inline_within
from kaltura_discord.templates.plain_text import one_line, utf16_length
from tests.unit.domain import titles
from tests.unit.domain.markdown_model import show, words_shown

# Signs that mean something to Discord, close together, as no ordinary text has them.
NASTY = st.text(st.sampled_from("\\*_~`|<>[]():#+-.@123 abhttps/everyon\n"), max_size=60)
WORDS = st.one_of(NASTY, st.text(max_size=80))


def without_invisible(text: str) -> str:
    return text.replace("\u200b", "").replace("\u2068", "").replace("\u2069", "")


@given(WORDS)
@example("**bold**")
@example("# heading\n- list\n1. numbered\n> quote\n-# small")
@example("<@123> <@&5> <#7> <t:1:R> </start:9> <:smile:1> :smile:")
@example("https://evil.example and [innocent](https://evil.example)")
@example("\\*already escaped\\*")
@example("¯\\_(ツ)_/¯")
@example("trailing backslash \\")
def test_escaped_words_are_shown_as_written_and_format_nothing(words: str) -> None:
    shown = show(escape(words))
    assert shown.formatted == ()
    assert without_invisible(shown.text) == without_invisible(words)


@given(st.text(st.sampled_from("@everyonEVRYhHrR *"), max_size=40))
@example("@everyone")
@example("@EVERYONE @Here @here")
@example("@@everyone")
def test_no_mass_mention_survives(words: str) -> None:
    escaped = escape(words).lower()
    assert "@everyone" not in escaped
    assert "@here" not in escaped


@given(WORDS, st.sampled_from(["**{}**", "### {}", "-# At 1:02: “{}”", "{} · by", "[{}](https://ours.example)"]))
def test_words_inside_our_own_markdown_do_not_break_out_of_it(words: str, frame: str) -> None:
    assume(one_line(words))
    ours = show(frame.format("x")).formatted
    framed = show(frame.format(inline(words)))
    assert len(framed.formatted) == len(ours)


@given(WORDS, st.integers(1, 60))
def test_a_line_is_one_line_of_at_most_the_limit(words: str, limit: int) -> None:
    line = inline(words, limit)
    assert "\n" not in line
    assert utf16_length(words_shown(line)) <= limit


@given(WORDS, st.integers(4, 60))
def test_a_limit_after_escaping_is_kept(words: str, limit: int) -> None:
    assert utf16_length(inline_within(words, limit)) <= limit


def test_a_limit_after_escaping_uses_the_room_there_is() -> None:
    assert inline_within("plain words", 50) == "plain words"
    assert inline_within("*" * 100, 50) == "\\*" * 24 + "…"


@pytest.mark.parametrize("title", titles.ALL.values(), ids=titles.ALL.keys())
def test_the_titles_of_the_wild(title: str) -> None:
    shown = show(inline(title, 300))
    assert shown.formatted == ()
    assert words_shown(inline(title, 300)) == without_invisible(one_line(title))


def test_right_to_left_words_cannot_reorder_the_sentence_around_them() -> None:
    line = inline(titles.RIGHT_TO_LEFT)
    assert line.startswith("\u2068")
    assert line.endswith("\u2069")
    assert "\u202e" not in line
