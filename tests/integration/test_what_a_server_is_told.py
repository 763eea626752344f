"""What one server is told, through the real functions: quiet hours, lines, streams, closed channels, archived threads.

The server has a channel for each thing, so that each can be closed by itself. Time passes by changing what is kept.
"""

from collections.abc import Iterator

import pytest

from tests.integration.running_stack import Member, Stack, button, words
from tests.integration.told_server import SEND_MESSAGES, SERVER, VIEW_CHANNEL, ToldServer, eventually, quiet_now

ENGINEERING, ALL_HANDS = 202, 203
"""Categories inside what the server was given."""

ELSEWHERE = 101
"""A category of another server's."""

STREAM = "1_live0001"
"""A live stream in ALL_HANDS."""


@pytest.fixture(scope="module")
def labs(running: Stack) -> Iterator[ToldServer]:
    """A company that is told of everything, each in a channel of its own; one for all tests of this module."""
    labs = ToldServer(running)
    for name in ("news", "videos", "starts", "recordings"):
        labs.open_channel(name)
    labs.channels["ends"] = labs.open_thread("What is over")
    labs.settle(settings(labs))
    yield labs
    labs.clear()


def settings(labs: ToldServer, quiet: str = "") -> dict[str, object]:
    """What the company has set."""
    channels = labs.channels
    return {
        "notifications": {
            "types": {"user_join": True, "live_end": True},
            "channels": {
                "default": channels["news"],
                "video_ready": channels["videos"],
                "meeting_start": channels["starts"],
                "recording_ready": channels["recordings"],
                "meeting_end": channels["ends"],
            },
            "subscriptions": {
                "categories": [ALL_HANDS],
                "tags": ["launch"],
                "except_categories": [ENGINEERING],
                "except_tags": ["internal"],
            },
            **({"quiet_hours": {"hours": quiet, "time_zone": "UTC"}} if quiet else {}),
        }
    }


@pytest.fixture
def hugo(stack: Stack) -> Member:
    return stack.member("Hugo", SERVER)


def test_videos_of_a_category_or_a_tag_are_told_and_what_is_excluded_is_not(labs: ToldServer) -> None:
    excluded = [
        labs.uploads("A draft of the keynote", ALL_HANDS, tags="internal"),
        labs.uploads("Launch of the test rig", ENGINEERING, tags="launch"),
        labs.uploads("Launch at the school", ELSEWHERE, tags="launch"),
        labs.uploads("Nobody's favourite", 201),
    ]
    labs.uploads("The keynote", ALL_HANDS)
    labs.uploads("How we launch", 201, tags="teaser, Launch")
    for title in ("The keynote", "How we launch"):
        labs.hears(labs.channels["videos"], f"A new video is ready: **{title}**")
    assert [entry for entry in excluded if labs.notification(f"video_ready#{entry}")] == []


def test_many_who_join_are_one_line(labs: ToldServer, hugo: Member) -> None:
    card = labs.start("Well attended")
    for name in ("Hugo", "ida", "Bo"):
        labs.come_in(labs.stack.member(name, SERVER), card)
    labs.stack.wait_for_card(labs.talks, "Well attended", labs.owner, "3 joined")
    meeting_id = button(card, "Join")["custom_id"].rpartition(":")[2]
    (booked,) = eventually(lambda: labs.kept(f"JOINLINE#{meeting_id}"), "no line is booked")
    # The queue holds back what was booked for twenty seconds; this is the same message, as if they were over.
    line = {"kind": "join_lines", "guild_id": labs.guild_id, "meeting_id": meeting_id, "at": int(booked["booked_at"])}
    labs.put_on_tasks_queue(line)
    said = labs.hears(labs.channels["news"], "joined **Well attended**")
    assert sorted(said.removesuffix(" joined **Well attended**.").replace(" and ", ", ").split(", ")) == sorted(
        ["Bo \\(guest\\)", "Hugo", "ida"]
    )


def test_a_stream_is_told_when_it_starts_when_it_is_over_and_when_it_starts_again(labs: ToldServer) -> None:
    news = labs.channels["news"]
    (title,) = {entry["name"] for entry in [labs.happens(f"entries/{STREAM}", live=True)]}
    try:
        labs.look_at_streams_until(STREAM, news, "is live now.")
        labs.look_at_streams(STREAM)

        labs.happens(f"entries/{STREAM}", live=False)
        labs.look_at_streams(STREAM)
        assert labs.said(labs.channels["news"], "is over.") == [], "it may be an interruption"
        labs.look_at_streams(STREAM)
        labs.hears(news, "is over.")

        labs.happens(f"entries/{STREAM}", live=True)
        labs.look_at_streams(STREAM)
        eventually(lambda: len(labs.said(news, "is live now.")) == 2, "the second start was not told")
        assert all(title.split()[0] in said for said in labs.said(news, "is live now."))
    finally:
        labs.happens(f"entries/{STREAM}", live=False)


def test_what_happens_in_quiet_hours_is_told_afterwards_in_one_message(labs: ToldServer) -> None:
    videos = labs.channels["videos"]
    labs.settle(settings(labs, quiet_now()), "notifier")
    for title in ("At midnight", "At one"):
        labs.uploads(title, ALL_HANDS)
    eventually(lambda: "2 are held until" in labs.listed(), "they are not held")
    assert labs.said(videos, "At midnight") == []

    labs.configure("set", key="notifications.quiet_hours.hours", value="none")
    labs.quiet_hours_end()
    digest = labs.hears(videos, "While it was quiet")
    assert digest.count("A new video is ready: **[At ") == 2
    labs.uploads("At noon", ALL_HANDS)
    labs.hears(videos, "A new video is ready: **At noon**")


def test_a_forbidden_channel_falls_back_and_administrators_are_told_once(labs: ToldServer) -> None:
    news, videos = labs.channels["news"], labs.channels["videos"]
    labs.deny(videos, SEND_MESSAGES)
    for title in ("Falls back", "Falls back again"):
        labs.uploads(title, ALL_HANDS)
        labs.hears(news, f"**{title}**")
    (first,), (second,) = (labs.said(news, f"**{title}**") for title in ("Falls back", "Falls back again"))
    assert f"This was for <#{videos}>, where I can't write." in first
    assert videos not in second
    assert f"I could not write in <#{videos}> lately." in labs.listed()


def test_a_channel_that_the_bot_does_not_see_falls_back(labs: ToldServer) -> None:
    starts = labs.channels["starts"]
    labs.deny(starts, VIEW_CHANNEL)
    labs.start("Behind closed doors")
    said = labs.hears(labs.channels["news"], "has started: **Behind closed doors**")
    assert f"This was for <#{starts}>, where I can't write." in said


def test_a_deleted_channel_falls_back(labs: ToldServer) -> None:
    labs.start("Recorded for nobody")
    labs.sim("DELETE", f"channels/{labs.channels['recordings']}")
    room = next(str(room["id"]) for room in labs.stack.kaltura("rooms") if room["name"] == "Recorded for nobody")
    labs.happens(f"rooms/{room}/recording", ready=True)
    said = labs.hears(labs.channels["news"], "The recording of **Recorded for nobody** is ready")
    assert "The channel that this was for does not exist any more." in said
    assert "A channel that is set does not exist any more." in labs.listed()


def test_an_archived_thread_is_opened_for_a_card_and_for_a_message(labs: ToldServer) -> None:
    thread, ends = labs.open_thread("Standup"), labs.channels["ends"]
    card = labs.start("In a thread", thread)
    for each in (thread, ends):
        labs.archive(each)
    labs.stack.press(labs.owner, card, "End")
    labs.stack.wait_for_card(thread, "In a thread", labs.owner, "ENDED")
    labs.hears(ends, "**In a thread** has ended after")


def test_a_server_that_removed_the_bot_is_told_nothing_and_what_failed_is_told_on_a_press(labs: ToldServer) -> None:
    labs.sim("DELETE", f"installs/{labs.guild_id}")
    entry = labs.uploads("While we were out", ALL_HANDS)
    try:
        failed = eventually(lambda: failed_one(labs, f"video_ready#{entry}"), "it is tried for ever")
        assert "/kaltura-config channel" in failed["reason"]
    finally:
        labs.sim("POST", "installs", {"guild_id": labs.guild_id, "user_id": labs.owner.user_id})
    page = labs.configure("notifications")
    assert "While we were out" in words(page)
    assert "on its way again" in words(labs.stack.press(labs.owner, page, "Retry")["message"])
    labs.hears(labs.channels["news"], "**While we were out**")


def failed_one(labs: ToldServer, key: str) -> dict[str, str]:
    """A notification that has failed; empty before."""
    kept = labs.notification(key)
    return kept if kept.get("state") == "failed" else {}
