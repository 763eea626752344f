"""Who is here, what of it is told, and how much."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import ConnectionId, Participant, Report
from kaltura_discord.watch.protocol import PROTOCOL, compiled
from kaltura_discord.watch.roster import SILENT_AFTER_MS, one_way_times, people_in, quality_of, reported, roster_message

NOW = 1_790_000_000_000.0
fits = compiled(PROTOCOL["$defs"]["roster"])


def person(user: str, joined: float = 0, connection: str = "", **more: Any) -> Participant:
    at = {"reported_at_ms": NOW - 5_000, "changed_at_ms": NOW - 60_000, **more}
    return Participant(
        connection_id=ConnectionId(connection or f"c{user}"),
        user_id=UserId(user),
        name=f"Name {user}",
        avatar=None,
        level=Level.VIEWER,
        via="discord",
        joined_at_ms=NOW - 100_000 + joined,
        **at,
    )


def told(participants: list[Participant], stamp_ms: float = 0, host: str = "1") -> dict[str, Any]:
    message = roster_message(participants, UserId(host), stamp_ms, NOW)
    assert fits(message)
    return message


def ids(message: dict[str, Any]) -> list[str]:
    return [entry["user_id"] for entry in message["changed"]]


def test_whoever_is_new_hears_of_everybody_the_host_first() -> None:
    message = told([person("1", 50), person("2", 10), person("3", 20)])
    assert ids(message) == ["1", "2", "3"]
    assert (message["gone"], message["total"], message["stamp_ms"]) == ([], 3, NOW)


def test_later_only_of_what_changed() -> None:
    message = told([person("1"), person("2", changed_at_ms=NOW - 10), person("3")], stamp_ms=NOW - 20_000)
    assert ids(message) == ["2"]
    assert message["total"] == 3


def test_a_change_just_before_the_stamp_is_told_once_more() -> None:
    """The clocks of two machines differ, and a read may lag behind."""
    assert ids(told([person("2", changed_at_ms=NOW - 20_500)], stamp_ms=NOW - 20_000)) == ["2"]


def test_who_left_is_gone_and_told_so_once() -> None:
    left = person("2", gone_at_ms=NOW - 8_000)
    assert told([person("1"), left], stamp_ms=NOW - 20_000)["gone"] == ["2"]
    assert told([person("1"), left], stamp_ms=NOW - 2_000)["gone"] == []
    assert told([person("1"), left])["gone"] == []
    assert told([person("1"), left])["total"] == 1


def test_who_fell_silent_is_gone_though_no_socket_was_seen_to_close() -> None:
    silent = person("2", reported_at_ms=NOW - SILENT_AFTER_MS - 1_000)
    message = told([person("1"), silent], stamp_ms=NOW - 20_000)
    assert (message["gone"], message["total"]) == (["2"], 1)


def test_two_windows_are_one_person_as_the_newest_report_has_it() -> None:
    old = person("2", connection="a", play_state="paused", reported_at_ms=NOW - 19_000)
    new = person("2", joined=30, connection="b", play_state="playing")
    (entry,) = told([old, new])["changed"]
    assert (entry["state"], entry["joined_at_ms"]) == ("playing", old.joined_at_ms)
    still = told([replace(old, gone_at_ms=NOW - 100), new], stamp_ms=NOW - 20_000)
    assert (still["gone"], still["total"]) == ([], 1)


def test_of_many_a_hundred_are_listed_the_host_among_them_and_all_are_counted() -> None:
    message = told([person(str(number), joined=number) for number in range(1, 1_001)], host="1000")
    assert len(message["changed"]) <= 100
    assert ids(message)[:2] == ["1000", "1"]
    assert message["total"] == 1_000


def test_a_roster_fits_a_frame_whatever_people_are_called() -> None:
    message = told([replace(person(str(number)), name="🎬" * 100) for number in range(1, 101)])
    assert len(json.dumps(message)) < 26_000
    assert message["total"] == 100


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        ({"play_state": "playing"}, {"play_state": "buffering"}, True),
        ({"drift_ms": 3.0}, {"drift_ms": 4.0}, False),
        ({"drift_ms": 3.0}, {"drift_ms": 40.0}, True),
        ({"clock_bound_ms": 3.0, "one_way_ms": 20.0}, {"clock_bound_ms": 4.0, "one_way_ms": 25.0}, False),
        ({"clock_bound_ms": 3.0, "one_way_ms": 20.0}, {"clock_bound_ms": 90.0, "one_way_ms": 20.0}, True),
        ({"reported_at_ms": NOW - SILENT_AFTER_MS - 1}, {}, True),
    ],
    ids=["buffers", "a millisecond", "a lot of drift", "a little noise", "a worse network", "is heard of again"],
)
def test_only_what_others_see_is_a_change(before: dict[str, Any], after: dict[str, Any], is_news: bool) -> None:
    one = person("2", **before)
    said = {
        "play_state": one.play_state,
        "activity": one.activity,
        "drift_ms": one.drift_ms,
        "clock_bound_ms": one.clock_bound_ms,
        "one_way_ms": one.one_way_ms,
    }
    now = reported(one, Report(**{**said, **after}), NOW)
    assert now.reported_at_ms == NOW
    assert (now.changed_at_ms == NOW) is is_news


@pytest.mark.parametrize(
    ("state", "bound", "one_way", "quality"),
    [
        ("playing", 3, 40, "good"),
        ("playing", 75, 75, "good"),
        ("playing", 150, 40, "fair"),
        ("playing", 3, 300, "fair"),
        ("playing", 250, 40, "poor"),
        ("playing", 3, 600, "poor"),
        ("playing", None, None, "fair"),
        ("buffering", 3, 40, "poor"),
    ],
)
def test_the_quality_that_is_shown(state: str, bound: float | None, one_way: float | None, quality: str) -> None:
    assert quality_of(state, bound, one_way) == quality


def test_the_lead_is_for_those_who_watch_along_now() -> None:
    here = [
        person("1", one_way_ms=30.0),
        person("2", one_way_ms=90.0, play_state="free"),
        person("3", one_way_ms=400.0, reported_at_ms=NOW - 60_000),
        person("4", one_way_ms=500.0, gone_at_ms=NOW - 1),
        person("5"),
    ]
    assert one_way_times(here, NOW) == [30.0]


def test_people_are_in_the_order_in_which_they_came() -> None:
    people = people_in([person("3", 30), person("1", 20), person("2", 10)], NOW)
    assert [one.newest.user_id for one in people] == ["2", "1", "3"]
