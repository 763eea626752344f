import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.text import (
    as_read,
    one_line,
    paragraphs,
    person_names,
    plain,
    privilege_value,
    shortened,
    tag_list,
)


@pytest.mark.parametrize(
    "title",
    [
        "Grundlagen: Zellen, Gewebe & Organe",
        "שיעור ביולוגיה",
        "مقدمة في الأحياء",
        "Family 👨‍👩‍👧‍👦 meeting",
        "@everyone **bold** `code`",
        "日本語の授業",
    ],
)
def test_a_title_in_any_script_passes_unchanged(title: str) -> None:
    assert one_line(title) == title


def test_a_title_of_300_characters_ends_with_an_ellipsis_at_255() -> None:
    shown = one_line("x" * 300)
    assert len(shown) == 255
    assert shown.endswith("…")


def test_an_emoji_made_of_several_characters_is_not_cut_in_two() -> None:
    family = "👨‍👩‍👧‍👦"
    assert shortened("ab" + family, 6) == "ab…"
    assert shortened("ab" + family, 9) == "ab" + family


def test_an_accent_stays_with_its_letter() -> None:
    assert shortened("cafe\u0301s", 5) == "caf…"


def test_nothing_that_kaltura_could_take_for_html_is_left() -> None:
    assert one_line("<script>x</script>") == "‹script›x‹/script›"


def test_a_title_of_nothing_printable_becomes_the_given_word() -> None:
    assert one_line("\x00\u202e \n", otherwise="Meeting") == "Meeting"


def test_a_description_keeps_its_lines() -> None:
    assert paragraphs("one  two\r\nthree\x0b\rfour") == "one two\nthree\nfour"


def test_tags_are_separated_by_commas_without_repetition() -> None:
    assert tag_list(("kaltura", "server 1, main", "", "kaltura")) == "kaltura,server 1 main"


@pytest.mark.parametrize(
    ("display_name", "expected"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        ("Lee, Ann", ("Lee", "Ann")),
        ("Ann Marie van Lee", ("Ann", "Marie van Lee")),
        ("ann", ("ann", "")),
        ("AC/DC", ("AC", "DC")),
        ("דנה כהן", ("דנה", "כהן")),
        ("🦊", ("🦊", "")),
        ("role:adminRole", ("role:adminRole", "")),
        ("\u202e\n", ("Guest", "")),
    ],
)
def test_a_display_name_becomes_first_and_last_name(display_name: str, expected: tuple[str, str]) -> None:
    assert person_names(display_name) == expected


@given(st.text())
def test_a_name_in_a_privilege_is_never_empty_nor_longer_than_kaltura_keeps(display_name: str) -> None:
    first, last = person_names(display_name)
    assert 1 <= len(first) <= 40
    assert len(last) <= 40


@given(st.text())
def test_a_privilege_value_holds_no_separator(text: str) -> None:
    value = privilege_value(text)
    assert not set(value) & {",", "/", "\n", "\r", "\t", "\x00"}
    assert value == value.strip()


@given(st.text(), st.integers(2, 40))
def test_cutting_keeps_to_the_length(text: str, longest: int) -> None:
    assert len(shortened(text, longest)) <= longest


@given(st.text())
def test_what_is_sent_can_be_encoded(text: str) -> None:
    one_line(text).encode("utf-8")
    paragraphs(text).encode("utf-8")


def test_what_kaltura_gives_as_html_is_read_as_plain_text() -> None:
    assert plain("<p>Cells &amp; <em>tissue</em></p>\n<br/>Part 2") == "Cells & tissue Part 2"
    assert as_read("a <b> &amp; c\x07") == "a <b> &amp; c"
