"""Many at once, faults at every step, and killed workers: nothing is lost, doubled or left half done."""

import itertools
import time
from typing import Any

import httpx
import pytest

from tests.integration.pressure import (
    assert_whole,
    at_once,
    by_hand,
    cards_of,
    command,
    deliver_again,
    eventually,
    kill_workers,
    let_lease_run_out,
    let_notes_come_due,
    meetings_called,
    pressed,
    rooms_called,
    signed,
    started,
    what_is_said,
)
from tests.integration.running_stack import Member, Stack, button, link_in, words

CREATE_CARD = "POST */channels/*/messages"
EDIT_CARD = "PATCH */channels/*/messages/*"
EDIT_ANSWER = "PATCH */webhooks/*"
FOLLOW_UP = "POST */webhooks/*"


_channels = itertools.cycle(("lessons", "general", "Assembly hall"))


@pytest.fixture
def ann(stack: Stack) -> Member:
    return stack.member("Ann")


@pytest.fixture
def channel(stack: Stack) -> str:
    """Another one each time: Discord lets nobody write into one very often."""
    return stack.channel(next(_channels))


class TestAtTheSameMoment:
    def test_two_people_end_a_meeting_once(self, stack: Stack, ann: Member, channel: str) -> None:
        bo = stack.member("Bo")
        card = started(stack, ann, channel, "Ended by two")

        answers = at_once(lambda: stack.press(ann, card, "End"), lambda: stack.press(bo, card, "End"))

        said = sorted(words(answer["message"]) for answer in answers)
        assert said[0].startswith("**Ended by two** has ended: nobody can join any more.")
        assert said[1] == "**Ended by two** is not running any more."
        assert_whole(stack, channel, "Ended by two", "ended")

    def test_one_interaction_that_arrives_six_times_is_done_once(self, stack: Stack, ann: Member, channel: str) -> None:
        payload = by_hand(stack, ann, channel, 2, command("kaltura-start", type="room", title="Six times"))

        answers = at_once(*[lambda: signed(stack, payload)] * 6)

        assert sorted(answer.status_code for answer in answers) == [200, 202, 202, 202, 202, 202]
        assert eventually(lambda: ["● LIVE" in words(c) for c in cards_of(stack, channel, "Six times", ann)] == [True])
        assert_whole(stack, channel, "Six times", "live")

    def test_everybody_who_comes_in_is_counted_once(self, stack: Stack, ann: Member, channel: str) -> None:
        card = started(stack, ann, channel, "The whole class")
        members = [stack.member(name) for name in ("Ann", "Bo", "Chen", "Dana", "Herr Emil")] * 3

        shown = at_once(*[lambda member=member: stack.press(member, card, "Join") for member in members])
        links = [link_in(each, "Open the meeting") for each in shown]
        opened = at_once(*[lambda link=link: httpx.get(link, timeout=30) for link in links])

        assert {answer.status_code for answer in opened} == {302}
        stack.wait_for_card(channel, "The whole class", ann, "5 joined")
        (meeting,) = meetings_called(stack, "The whole class")
        assert meeting["joined_count"] == 5

    def test_an_end_is_taken_back_once(self, stack: Stack, ann: Member, channel: str) -> None:
        started(stack, ann, channel, "Taken back")
        ended = stack.use(ann, channel, "kaltura-end", meeting="Taken back")

        answers = at_once(*[lambda: stack.press(ann, ended["message"], "Open it again")] * 3)

        said = [words(answer["message"]) for answer in answers]
        assert said.count("**Taken back** is open again.") == 1
        assert meetings_called(stack, "Taken back")[0]["generation"] == 2
        assert_whole(stack, channel, "Taken back", "live")

    def test_the_last_place_under_a_limit_is_given_once(self, stack: Stack, channel: str) -> None:
        dana = stack.member("Dana")

        answers = at_once(
            *[
                lambda number=number: stack.use(dana, channel, "kaltura-start", type="room", title=f"Crowd {number}")
                for number in range(7)
            ]
        )

        said = [words(answer["message"]) for answer in answers]
        assert sum("is live" in each for each in said) == 5
        assert sum("You have started 5 meetings" in each for each in said) == 2

    def test_nobody_slips_in_while_the_meeting_ends(self, stack: Stack, ann: Member, channel: str) -> None:
        card = started(stack, ann, channel, "Closing door")
        link = link_in(stack.press(stack.member("Dana"), card, "Join"), "Open the meeting")

        def opened_after_the_end() -> httpx.Response:
            stack.press(ann, card, "End")
            return httpx.get(link, timeout=30)

        opened = at_once(
            lambda: httpx.get(link, timeout=30),
            opened_after_the_end,
        )

        assert opened[1].status_code == 410
        if opened[0].status_code == 302:
            assert httpx.get(opened[0].headers["location"], follow_redirects=True).status_code == 403
        else:
            assert opened[0].status_code == 410


class TestWhenDiscordIsUnwell:
    @pytest.mark.parametrize("kind", ["status", "throttle", "drop", "cut"])
    def test_a_card_that_fails_to_be_posted_comes_out_once(
        self, stack: Stack, ann: Member, channel: str, kind: str
    ) -> None:
        stack.order_fault(target="discord", match=CREATE_CARD, kind=kind, times=1)

        shown = stack.use(ann, channel, "kaltura-start", type="room", title=f"Posted through {kind}")

        assert "is live" in words(shown["message"])
        assert_whole(stack, channel, f"Posted through {kind}", "live")

    @pytest.mark.parametrize("step", ["start", "end", "reopen"])
    def test_a_card_that_cannot_be_changed_is_changed_once_it_can(
        self, stack: Stack, ann: Member, channel: str, step: str
    ) -> None:
        title = f"Stale at {step}"
        if step != "start":
            started(stack, ann, channel, title)
        ended = stack.use(ann, channel, "kaltura-end", meeting=title) if step == "reopen" else {}
        if step == "reopen":
            stack.wait_for_card(channel, title, ann, "ENDED")
        stack.order_fault(target="discord", match=EDIT_CARD, kind="throttle")
        if step == "start":
            stack.use(ann, channel, "kaltura-start", type="room", title=title)
        elif step == "end":
            stack.use(ann, channel, "kaltura-end", meeting=title)
        else:
            stack.press(ann, ended["message"], "Open it again")
        before = {"start": "● STARTING", "end": "● LIVE", "reopen": "● ENDED"}[step]
        (card,) = cards_of(stack, channel, title, ann)
        assert before in words(card)
        stack.lift_faults()

        assert_whole(stack, channel, title, "ended" if step == "end" else "live")

    def test_an_end_whose_answer_comes_late_still_says_that_it_has_ended(
        self, stack: Stack, ann: Member, channel: str
    ) -> None:
        started(stack, ann, channel, "Told late")
        stack.order_fault(target="discord", match=EDIT_ANSWER, kind="throttle", times=5)

        shown = stack.use(ann, channel, "kaltura-end", meeting="Told late")

        assert words(shown["message"]).startswith("**Told late** has ended")
        assert button(shown["message"], "Open it again")

    def test_a_video_is_not_shown_twice_when_discord_falls_silent(
        self, stack: Stack, ann: Member, channel: str
    ) -> None:
        found = stack.use(ann, channel, "kaltura-video-search", query="cell")
        before = len(stack.messages(channel, ann))
        stack.order_fault(target="discord", match=FOLLOW_UP, kind="drop", times=1)

        stack.press(ann, found["message"], "Share")

        def is_told() -> bool:
            return "didn't confirm that the video was shared" in words(stack.messages(channel, ann)[-1])

        assert eventually(is_told)
        new = stack.messages(channel, ann)[before:]
        assert ["Shared by Ann" in words(message) for message in new] == [True, False]
        assert new[1]["_sim"]["ephemeral_for"] == ann.user_id

    def test_an_answer_that_discord_will_not_take_becomes_a_sentence(
        self, stack: Stack, ann: Member, channel: str
    ) -> None:
        # Five hundred results in one message: a button that only a mistake of ours could make.
        said = what_is_said(stack, by_hand(stack, ann, channel, 3, pressed("1:search:0:500:")))

        assert "Something went wrong on our side" in said


class TestWhenAwsIsUnwell:
    @pytest.mark.parametrize("operation", ["UpdateItem", "PutItem", "GetItem", "TransactWriteItems", "DeleteItem"])
    def test_a_lost_answer_of_the_table_changes_nothing(
        self, stack: Stack, ann: Member, channel: str, operation: str
    ) -> None:
        title = f"{operation} lost"
        began = time.monotonic()
        stack.order_fault(target="dynamodb", match=operation, kind="drop", times=2)
        shown = stack.use(ann, channel, "kaltura-start", type="room", title=title)
        assert "is live" in words(shown["message"])
        assert_whole(stack, channel, title, "live")

        stack.lift_faults()
        stack.order_fault(target="dynamodb", match=operation, kind="drop", times=2)
        shown = stack.use(ann, channel, "kaltura-end", meeting=title)
        assert "has ended" in words(shown["message"])
        assert_whole(stack, channel, title, "ended")

        # A worker that took its own lease for a rival's would wait until that is over.
        assert time.monotonic() - began < 30

    @pytest.mark.parametrize("match", ["SendMessage", "EventSource.Delete"])
    def test_work_that_the_queue_brings_twice_is_done_once(
        self, stack: Stack, ann: Member, channel: str, match: str
    ) -> None:
        stack.order_fault(target="sqs", match=match, kind="drop", times=2)

        stack.use(ann, channel, "kaltura-start", type="room", title=f"Twice by {match}")
        stack.use(ann, channel, "kaltura-help")

        assert_whole(stack, channel, f"Twice by {match}", "live")

    def test_while_the_table_throttles_a_link_ends_on_a_page_and_in_time(
        self, stack: Stack, ann: Member, channel: str
    ) -> None:
        card = started(stack, ann, channel, "Throttled door")
        link = link_in(stack.press(ann, card, "Join"), "Open the meeting")
        stack.order_fault(target="dynamodb", match="TransactWriteItems", kind="throttle")

        answer = httpx.get(link, timeout=40)

        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.elapsed.total_seconds() < 15

    def test_a_command_that_cannot_be_taken_says_so_and_the_next_one_works(
        self, stack: Stack, ann: Member, channel: str
    ) -> None:
        stack.order_fault(target="sqs", match="SendMessage", kind="throttle")
        refused = stack.use(ann, channel, "kaltura-start", type="room", title="Not taken")
        stack.lift_faults()

        assert "can't take commands right now" in words(refused["message"])
        assert meetings_called(stack, "Not taken") == []
        started(stack, ann, channel, "Taken then")
        assert_whole(stack, channel, "Taken then", "live")


class TestAWorkerThatIsKilled:
    """The queue shows its message again after six minutes; here that time passes by hand."""

    @staticmethod
    def killed_in_the_middle(stack: Stack, member: Member, channel: str, title: str) -> dict[str, Any]:
        """A start whose worker died when Kaltura had made the room, and nobody had written that down."""
        payload = by_hand(stack, member, channel, 2, command("kaltura-start", type="room", title=title))
        stack.order_fault(target="dynamodb", match="TransactWriteItems", kind="throttle")
        assert signed(stack, payload).json()["type"] == 5
        assert eventually(lambda: len(rooms_called(stack, title)) == 1)
        assert kill_workers(stack, "tasks") > 0
        stack.lift_faults()
        return payload

    def test_another_one_finishes_what_it_began(self, stack: Stack, ann: Member, channel: str) -> None:
        payload = self.killed_in_the_middle(stack, ann, channel, "Taken over")
        (card,) = cards_of(stack, channel, "Taken over", ann)
        assert "● STARTING" in words(card)

        let_lease_run_out(stack, payload["id"])
        deliver_again(stack, payload)

        stack.wait_for_card(channel, "Taken over", ann, "LIVE")
        assert_whole(stack, channel, "Taken over", "live")

    def test_what_nobody_takes_over_fails_and_leaves_no_room(self, stack: Stack, ann: Member, channel: str) -> None:
        payload = self.killed_in_the_middle(stack, ann, channel, "Given up")

        assert let_notes_come_due(stack, payload["id"], "orphan_room") == 1
        stack.keep_house()
        assert_whole(stack, channel, "Given up", "failed")

        let_lease_run_out(stack, payload["id"])
        deliver_again(stack, payload)
        told = eventually(lambda: _told(stack, payload, "took too long, so it was given up"))
        assert told
        assert_whole(stack, channel, "Given up", "failed")


def _told(stack: Stack, payload: dict[str, Any], sentence: str) -> bool:
    reader = Member(payload["member"]["user"]["id"], "")
    messages = stack.messages(payload["channel_id"], reader)
    own = [m for m in messages if (m.get("interaction_metadata") or {}).get("id") == payload["id"]]
    return any(sentence in words(message) for message in own)


class TestWhatDiscordThinksOfUs:
    def test_in_a_meetings_ordinary_life_it_refuses_nothing(self, stack: Stack, ann: Member, channel: str) -> None:
        before = len(_requests(stack))
        card = started(stack, ann, channel, "Ordinary")
        httpx.get(link_in(stack.press(ann, card, "Join"), "Open the meeting"))
        stack.press(ann, card, "Share")
        found = stack.use(ann, channel, "kaltura-video-search", query="cell")
        stack.press(ann, found["message"], "Share")
        stack.wait_for_card(channel, "Ordinary", ann, "1 joined")
        ended = stack.use(ann, channel, "kaltura-end", meeting="Ordinary")
        stack.press(ann, ended["message"], "Open it again")

        made = _requests(stack)[before:]

        assert len(made) > 8
        # A rate limit is no refusal: the other tests of this file share the channel's bucket.
        assert [each for each in made if each["status"] >= 400 and each["status"] != 429] == []


def _requests(stack: Stack) -> list[dict[str, Any]]:
    answer = stack.http.get(f"{stack.rest_url}/_sim/requests").json()
    requests: list[dict[str, Any]] = answer if isinstance(answer, list) else answer["requests"]
    return requests
