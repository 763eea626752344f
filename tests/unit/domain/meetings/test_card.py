"""The card: state first, then the name, then who and when; what cannot work any more is not there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings.card import WILL_NOT_CHANGE, card_of, duration_words, people_words
from kaltura_discord.meetings.models import (
    Meeting,
    MeetingId,
    MeetingState,
    Person,
    Recording,
)
from kaltura_discord.meetings.pictures import Pictures
from kaltura_discord.meetings.wishes import DESCRIPTION_LIMIT, TITLE_LIMIT
from kaltura_discord.templates.plain_text import one_line, utf16_length
from tests.unit.domain import titles
from tests.unit.domain.discord_double import takes
from tests.unit.domain.markdown_model import show, words_shown
from tests.unit.domain.words import accent_of, buttons_of, components_of, text_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES

STARTED_AT = 1_790_000_000
PICTURE = "https://cdn.test/p/12345/thumbnail/entry_id/1_ab12cd34/width/320/height/180/type/3"
PAGE = "https://cdn.test/p/12345/embedPlaykitJs/uiconf_id/7?iframeembed=true&entry_id=1_rec00002"

MEETING = Meeting(
    meeting_id=MeetingId("1234567890123456789"),
    guild_id=GuildId("300"),
    channel_id=ChannelId("400"),
    title="Weekly review",
    description="",
    kind="room",
    started_by=Person(UserId("200"), "Ann"),
    started_at=STARTED_AT,
    state=MeetingState.LIVE,
    room=CreatedRoom("room_entry", "1_ab12cd34", "1234567890123456789"),
)

PEOPLE = st.text(max_size=120)
MEETINGS = st.builds(
    replace,
    st.just(MEETING),
    title=st.text(min_size=1, max_size=TITLE_LIMIT),
    description=st.text(max_size=DESCRIPTION_LIMIT),
    kind=st.sampled_from(["webinar", "room", "classroom"]),
    state=st.sampled_from(MeetingState),
    started_by=st.builds(Person, st.just(UserId("200")), PEOPLE),
    joined_count=st.integers(0, 10_000),
    joined_names=st.lists(PEOPLE, max_size=12).map(tuple),
    ended_at=st.integers(STARTED_AT, STARTED_AT + 10**6),
    ended_by=PEOPLE,
    recordings=st.lists(st.builds(Recording, st.just("1_rec00001"), st.integers(0, 10**6)), max_size=3).map(tuple),
    failure=st.just("Kaltura didn't answer in time, so **Weekly review** wasn't created. Try again in a minute."),
)


@given(MEETINGS, st.sampled_from(["", PICTURE]), st.sampled_from(["", PAGE]), st.sampled_from(["", WILL_NOT_CHANGE]))
def test_discord_takes_every_card(meeting: Meeting, picture: str, page: str, footnote: str) -> None:
    body = card_of(meeting, picture, page, footnote=footnote).body()
    takes(body)
    assert utf16_length(text_of(body)) <= 4000
    assert len(buttons_of(body)) <= 5


def body(**changes: object) -> dict[str, object]:
    return card_of(replace(MEETING, **changes), PICTURE).body()  # type: ignore[arg-type]


def test_a_live_meeting() -> None:
    card = body()
    assert accent_of(card) == Accent.LIVE
    lines = text_of(card).split("\n")
    assert lines[0] == "-# ● LIVE · Interactive room"
    assert lines[1] == "### Weekly review"
    assert lines[2] == f"Started by Ann · <t:{STARTED_AT}:R>"
    assert buttons_of(card) == {
        "Join": "1:join:1234567890123456789",
        "Share": "1:share:1234567890123456789",
        "End": "1:end:1234567890123456789",
    }
    (picture,) = (part for part in components_of(card) if part["type"] == 11)
    assert picture["media"]["url"] == PICTURE
    assert "Weekly review" in picture["description"]


@pytest.mark.parametrize(
    ("count", "names", "shown"),
    [
        (1, ("Bo",), "1 joined: Bo"),
        (3, ("Ann", "Bo", "Chen"), "3 joined: Ann, Bo, Chen"),
        (7, ("Ann", "Bo", "Chen"), "7 joined: Ann, Bo, Chen and 4 more"),
        (5, ("Ann", "Bo", "Chen", "Dee", "Eve"), "5 joined: Ann, Bo, Chen and 2 more"),
    ],
)
def test_who_joined(count: int, names: tuple[str, ...], shown: str) -> None:
    assert text_of(body(joined_count=count, joined_names=names)).endswith(shown)


def test_a_meeting_that_is_being_set_up_has_no_button() -> None:
    card = body(state=MeetingState.STARTING, room=None)
    assert accent_of(card) == Accent.STARTING
    assert "● STARTING" in text_of(card)
    assert "Setting up the room …" in text_of(card)
    assert buttons_of(card) == {}


def test_an_ended_meeting() -> None:
    card = body(state=MeetingState.ENDED, ended_at=STARTED_AT + 48 * 60, ended_by="Mo", joined_count=12)
    assert accent_of(card) == Accent.ENDED
    assert "Lasted 48 min · 12 people\nEnded by Mo <t:" in text_of(card)
    assert buttons_of(card) == {"Start again": "1:again:1234567890123456789"}


def test_a_meeting_that_ended_by_itself() -> None:
    assert "by itself" in text_of(body(state=MeetingState.ENDED, ended_at=STARTED_AT + 60))


def test_a_meeting_that_could_not_be_made() -> None:
    card = body(state=MeetingState.FAILED, failure="Kaltura is busy, so **Weekly review** wasn't created.")
    assert accent_of(card) == Accent.FAILED
    assert "Kaltura is busy" in text_of(card)
    assert buttons_of(card) == {"Try again": "1:again:1234567890123456789"}


@pytest.mark.parametrize("title", titles.ALL.values(), ids=titles.ALL.keys())
@pytest.mark.parametrize("state", MeetingState)
def test_titles_come_out_right(title: str, state: MeetingState) -> None:
    card = body(title=one_line(title), state=state, failure="Not made.")
    takes(card)
    heading = text_of(card).split("\n")[1]
    assert words_shown(heading) == f"### {one_line(title)}"
    assert show(heading).formatted == ("### ",)
    assert "@everyone" not in text_of(card)


@pytest.mark.parametrize("name", titles.ALL.values(), ids=titles.ALL.keys())
def test_names_come_out_right(name: str) -> None:
    text = text_of(body(started_by=Person(UserId("200"), name), joined_count=1, joined_names=(name,)))
    assert show(text).formatted == ("-# ", "### ", f"<t:{STARTED_AT}:R>")


def test_a_description_is_one_line_and_formats_nothing() -> None:
    described = text_of(body(description="first\n# second\n" + "x" * 900))
    assert len(described.split("\n")) == 4
    assert show(described).formatted == ("-# ", "### ", f"<t:{STARTED_AT}:R>")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (48 * 60, "48 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (100 * 3600, "100 h"),
    ],
)
def test_durations(seconds: int, words: str) -> None:
    assert duration_words(seconds) == words


def test_people() -> None:
    assert [people_words(count) for count in (0, 1, 12)] == ["nobody joined", "1 person", "12 people"]


RECORDED = replace(
    MEETING,
    state=MeetingState.ENDED,
    ended_at=STARTED_AT + 48 * 60,
    ended_by="Ann",
    joined_count=12,
    recordings=(Recording("1_rec00001", 60), Recording("1_rec00002", 47 * 60 + 20)),
)


def test_a_recording_that_is_ready_can_be_watched_alone_and_together() -> None:
    card = card_of(RECORDED, PICTURE, PAGE).body()
    assert accent_of(card) == Accent.NEUTRAL
    assert text_of(card).split("\n")[0] == "-# ● RECORDING READY · Interactive room"
    assert "Recording ready · 47 min\nLasted 48 min · 12 people\nEnded by Ann" in text_of(card)
    assert buttons_of(card) == {
        "Watch": PAGE,
        "Watch Together": "1:watch:1_rec00002",
        "Start again": "1:again:1234567890123456789",
    }
    (picture,) = (part for part in components_of(card) if part["type"] == 11)
    assert picture["media"]["url"] == PICTURE


def test_how_long_it_is_is_left_out_where_nobody_knows() -> None:
    card = card_of(replace(RECORDED, recordings=(Recording("1_rec00001"),)), PICTURE, PAGE).body()
    assert "Recording ready\nLasted" in text_of(card)


def test_opened_again_it_is_live_whatever_was_recorded() -> None:
    card = card_of(replace(RECORDED, state=MeetingState.LIVE), PICTURE, PAGE).body()
    assert accent_of(card) == Accent.LIVE
    assert list(buttons_of(card)) == ["Join", "Share", "End"]


def test_the_picture_is_the_recordings_once_there_is_one() -> None:
    pictures = Pictures(ADDRESSES)
    assert "/entry_id/1_ab12cd34/" in pictures.of(MEETING)
    assert "/entry_id/1_rec00002/" in pictures.of(RECORDED)
    assert "/entry_id/1_ab12cd34/" in pictures.of(replace(RECORDED, state=MeetingState.LIVE))
    assert "entry_id=1_rec00002" in pictures.page_of(RECORDED)
    assert pictures.page_of(MEETING) == ""
