"""Exactly once under faults: whatever dies, throttles, falls silent or comes twice, a channel is told once.

A trial that breaks a law says its seed; `python -m tests.load.notification_soak --first-seed {seed} --trials 1` is the
same trial again.
"""

from copy import deepcopy

import pytest

from kaltura_discord.notifications.digest_parts import MOST_PARTS
from tests.unit.domain.notifications.chaos.figures import figures
from tests.unit.domain.notifications.chaos.laws import findings
from tests.unit.domain.notifications.chaos.moods import Trouble
from tests.unit.domain.notifications.chaos.servers import CLOSED, CROWDED, QUIET
from tests.unit.domain.notifications.chaos.trial import Size, Trial, size_of, tried

SEED = 5
EVENTS = 1_000


@pytest.fixture(scope="module")
def small() -> Trial:
    return tried(SEED, size_of(60))


def test_a_thousand_events_are_told_once_each_whatever_fails(capsys: pytest.CaptureFixture[str]) -> None:
    trial = tried(SEED, size_of(EVENTS))
    found = findings(trial)
    assert trial.size.events == EVENTS
    assert found.broken == [], f"seed {SEED}"
    assert min(trial.world.deaths[door] for door in ("webhook door", "tasks", "notifier")) > 10
    assert trial.world.deaths["starter"]
    assert found.digests > MOST_PARTS
    assert found.counted[CROWDED.guild_id], "that night was longer than its digest"
    assert not found.counted[QUIET.guild_id], "and that one was not"
    with capsys.disabled():
        print(f"\n{figures(trial, found)}")


def test_no_card_ever_goes_back_in_two_hundred_meetings_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    meetings = 200
    trial = tried(SEED, Size(0, meetings, 0), Trouble(discord_late=0.04, discord_silent=0.06))
    found = findings(trial)
    assert found.broken == [], f"seed {SEED}"
    assert trial.world.deaths["starter"] > 5
    assert meetings * 0.95 < found.cards <= meetings
    bodies = sum(len(posted.history) for posted in trial.world.discord.inner.messages)
    with capsys.disabled():
        print(f"\nseed {SEED}: {meetings} meetings, {bodies} bodies that Discord was given, no card went back")


def test_a_trial_can_be_had_again_by_its_seed(small: Trial) -> None:
    again = tried(SEED, size_of(60))
    assert [(posted.channel_id, posted.history) for posted in again.world.discord.inner.messages] == [
        (posted.channel_id, posted.history) for posted in small.world.discord.inner.messages
    ]
    assert (again.world.calls, again.world.deaths, again.seconds) == (
        small.world.calls,
        small.world.deaths,
        small.seconds,
    )


def test_what_is_told_twice_or_not_at_all_is_seen(small: Trial) -> None:
    assert findings(small).broken == []
    messages = small.world.discord.inner.messages
    as_it_was = list(messages)
    extra = deepcopy(next(posted for posted in messages if "VIDEO" in str(posted.body)))
    messages.append(extra)
    (twice,) = findings(small).broken
    assert "told 2 times" in twice
    messages[:] = [posted for posted in messages if posted.body != extra.body]
    (missing,) = findings(small).broken
    assert "not told" in missing
    messages[:] = as_it_was


def test_what_a_digest_counts_and_nobody_lists_is_seen(small: Trial) -> None:
    digest = next(posted for posted in small.world.discord.inner.messages if "While it was quiet" in str(posted.body))
    lines = digest.body["components"][0]["components"][0]
    lines["content"] += "\n-# and 3 more: A new video is ready (3)."
    assert any("is told of 3 more, and 0 are listed" in each for each in findings(small).broken)
    lines["content"] = lines["content"].rpartition("\n")[0]
    assert findings(small).broken == []


def test_a_closed_channel_of_which_nothing_or_too_much_is_said_is_seen(small: Trial) -> None:
    messages = small.world.discord.inner.messages
    (footnote,) = (posted for posted in messages if f"<#{CLOSED.closed}>" in str(posted.body))
    whole = footnote.body
    footnote.body = {**whole, "components": whole["components"][:1]}
    assert findings(small).broken == [f"it is said 0 times that {CLOSED.closed} is closed"]
    footnote.body = {**whole, "components": [*whole["components"], whole["components"][1]]}
    assert findings(small).broken == [f"it is said 2 times that {CLOSED.closed} is closed"]
    footnote.body = whole


def test_a_card_that_goes_back_is_seen(small: Trial) -> None:
    card = next(posted for posted in small.world.discord.inner.messages if posted.edits)
    card.history.append(card.history[0])
    assert any("went back" in each for each in findings(small).broken)
    card.history.pop()
