"""Cutting and cleaning text without harming it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.templates.plain_text import cut, isolate, one_line, shorten, utf16_length


@given(st.text(max_size=100), st.integers(1, 80))
def test_shortened_text_fits_and_is_a_beginning_of_the_original(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert utf16_length(short) <= limit
    assert short == text or (short.endswith("…") and text.lstrip().startswith(short.removesuffix("…")))


@given(st.text(max_size=100), st.integers(0, 80))
def test_cut_text_fits_and_has_nothing_added(text: str, limit: int) -> None:
    assert utf16_length(cut(text, limit)) <= limit
    assert cut(text, limit) in text


@given(st.text(max_size=100))
def test_length_is_counted_as_discords_clients_count(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(max_size=100))
def test_one_line_stays_one_line_and_is_stable(text: str) -> None:
    line = one_line(text)
    assert line == one_line(line)
    assert line == line.strip()
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line)


@pytest.mark.parametrize(
    "whole",
    ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u0301", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ids=["family", "flag", "skin tone", "accent", "emoji style", "flag of England"],
)
def test_what_is_seen_as_one_sign_is_never_cut_in_two(whole: str) -> None:
    text = "ab" + whole * 3
    for limit in range(1, utf16_length(text)):
        kept = shorten(text, limit).removesuffix("…").removeprefix("ab")
        assert kept.replace(whole, "") in ("", "a"), limit


def test_direction_overrides_are_removed_and_breaks_become_spaces() -> None:
    assert one_line("a\u202eb\u2066c\u200f \r\n\t d\x00e") == "abc de"


def test_lone_surrogates_which_no_utf8_can_hold_are_removed() -> None:
    assert one_line("a\ud800b").encode() == b"ab"


def test_only_right_to_left_text_is_isolated() -> None:
    assert isolate("Team 7") == "Team 7"
    assert isolate("צוות") == "\u2068צוות\u2069"
    assert isolate("فريق") == "\u2068فريق\u2069"
