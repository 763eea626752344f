"""From a slash command to a room and back, through the real functions."""

import httpx
import pytest

from tests.integration.running_stack import Stack, buttons, link_in, words


def test_starting_is_acknowledged_at_once_and_everybody_sees_the_card(stack: Stack) -> None:
    ann, bo, dana = stack.member("Ann"), stack.member("Bo"), stack.member("Dana")
    channel = stack.channel("general")

    shown = stack.use(ann, channel, "kaltura-start", type="room", title="Weekly design review")
    others = [stack.use(dana, channel, "kaltura-start", type="room", title=f"Another {n}") for n in range(2)]

    # The best of three, because this machine may be busy with something else for a moment.
    assert min(start["acknowledged_in_ms"] for start in (shown, *others)) < 100
    assert "is live" in words(shown["message"])
    for member in (ann, bo, dana):
        card = stack.card(channel, "Weekly design review", member)
        assert "LIVE" in words(card)
        assert "Started by Ann" in words(card)
        assert [b["label"] for b in buttons(card)] == ["Join", "Share", "End"]
    private = [m for m in stack.messages(channel, bo) if m["id"] == shown["message"]["id"]]
    assert private == []


@pytest.mark.parametrize(("kind", "name"), [("webinar", "Webinar"), ("classroom", "Virtual classroom")])
def test_the_card_says_what_kind_of_meeting_it_is(stack: Stack, kind: str, name: str) -> None:
    channel = stack.channel("lessons")

    stack.use(stack.member("Ann"), channel, "kaltura-start", type=kind, title=f"A {kind}", description="About cells")

    said = words(stack.card(channel, f"A {kind}", stack.member("Dana")))
    assert name in said
    assert "About cells" in said


def test_a_member_comes_in_under_their_own_name_and_the_card_counts_them(stack: Stack) -> None:
    ann, dana = stack.member("Ann"), stack.member("Dana")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="room", title="Open hour")
    card = stack.card(channel, "Open hour", dana)

    shown = stack.press(dana, card, "Join")
    link = link_in(shown, "Open the meeting")
    answer = httpx.get(link, follow_redirects=False)
    room = httpx.get(answer.headers["location"], follow_redirects=True)

    assert answer.status_code == 302
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert room.status_code == 200
    assert "Dana" in room.text
    assert shown["message"]["_sim"]["ephemeral_for"] == dana.user_id
    assert "djJ8" not in str(shown)
    stack.wait_for_card(channel, "Open hour", ann, "1 joined: Dana")


def test_who_started_the_meeting_moderates_it_and_others_do_not(stack: Stack) -> None:
    dana, chen = stack.member("Dana"), stack.member("Chen")
    channel = stack.channel("general")
    stack.use(dana, channel, "kaltura-start", type="room", title="Study group")

    for member in (dana, chen):
        shown = stack.press(member, stack.card(channel, "Study group", member), "Join")
        httpx.get(link_in(shown, "Open the meeting"), follow_redirects=True)

    room = next(room["id"] for room in stack.kaltura("rooms") if room["name"] == "Study group")
    roles = {join["user_id"]: join["role"] for join in stack.kaltura("joins") if join["room_id"] == room}
    assert roles[f"discord_{dana.user_id}"] != roles[f"discord_{chen.user_id}"]
    assert roles[f"discord_{chen.user_id}"] == "viewerRole"


def test_a_running_meeting_is_suggested_and_joined_by_its_name(stack: Stack) -> None:
    ann, bo = stack.member("Ann"), stack.member("Bo")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="webinar", title="Cells, in depth: part 2")

    choices = stack.type_in(bo, channel, "kaltura-join", "meeting", "cells, in")
    shown = stack.use(bo, channel, "kaltura-join", meeting=choices[0]["value"])
    typed = stack.use(bo, channel, "kaltura-join", meeting="Cells, in depth: part 2")

    assert choices[0]["name"].startswith("Cells, in depth: part 2 · Webinar · Ann")
    assert link_in(shown, "Open the meeting").startswith(f"{stack.base_url}/j/")
    assert link_in(typed, "Open the meeting") != link_in(shown, "Open the meeting")


def test_a_typed_name_that_several_meetings_have_is_asked_for_again(stack: Stack) -> None:
    hugo = stack.member("Hugo", "Northwind")
    channel = stack.channel("talks", "Northwind")
    for _ in range(2):
        stack.use(hugo, channel, "kaltura-start", type="room", title="Retrospective")

    shown = stack.use(hugo, channel, "kaltura-join", meeting="Retrospective")

    assert "Several running meetings are called “Retrospective”" in words(shown["message"])
    for _ in range(2):
        stack.use(
            hugo,
            channel,
            "kaltura-end",
            meeting=stack.type_in(hugo, channel, "kaltura-end", "meeting", "Retro")[0]["value"],
        )


def test_the_list_shows_what_runs_page_by_page(stack: Stack) -> None:
    bo = stack.member("Bo", "Northwind")
    channel = stack.channel("general", "Northwind")
    members = [stack.member(m["name"], "Northwind") for m in stack.server("Northwind")["members"]]
    for number in range(6):
        starter = members[number % len(members)]
        stack.use(starter, channel, "kaltura-start", type="room", title=f"Stand-up {number}")

    first = stack.use(bo, channel, "kaltura-list")
    second = stack.press(bo, first["message"], "Older")

    assert "6 meetings are running" in words(first["message"])
    assert "Stand-up 5" in words(first["message"])
    assert "Stand-up 0" not in words(first["message"])
    assert "Stand-up 0" in words(second["message"])
    assert second["message"]["id"] == first["message"]["id"]


def test_ending_is_for_the_few_and_refused_to_others_with_a_reason(stack: Stack) -> None:
    ann, dana = stack.member("Ann"), stack.member("Dana")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="room", title="Board meeting")

    refused = stack.press(dana, stack.card(channel, "Board meeting", dana), "End")
    ended = stack.press(ann, stack.card(channel, "Board meeting", ann), "End")

    assert "Only Ann" in words(refused["message"])
    assert "moderators" in words(refused["message"])
    assert "has ended" in words(ended["message"])
    card = stack.wait_for_card(channel, "Board meeting", dana, "ENDED")
    assert [b["label"] for b in buttons(card)] == ["Start again"]
    assert "Ended by Ann" in words(card)


def test_nobody_gets_in_after_the_end_and_a_moderator_may_end_what_others_started(stack: Stack) -> None:
    bo, chen, dana = stack.member("Bo"), stack.member("Chen"), stack.member("Dana")
    channel = stack.channel("general")
    stack.use(dana, channel, "kaltura-start", type="room", title="Short one")
    card = stack.card(channel, "Short one", chen)
    link = link_in(stack.press(chen, card, "Join"), "Open the meeting")
    handed_out = httpx.get(link, follow_redirects=False).headers["location"]

    stack.use(bo, channel, "kaltura-end", meeting="Short one")

    late = httpx.get(link, follow_redirects=False)
    assert late.status_code == 410
    assert "has ended" in late.text
    assert httpx.get(handed_out).status_code in (401, 403)


def test_an_end_can_be_taken_back_with_new_links(stack: Stack) -> None:
    ann, chen = stack.member("Ann"), stack.member("Chen")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="room", title="Not over yet")
    ended = stack.use(ann, channel, "kaltura-end", meeting="Not over yet")

    stack.press(ann, ended["message"], "Open it again")

    card = stack.wait_for_card(channel, "Not over yet", chen, "LIVE")
    link = link_in(stack.press(chen, card, "Join"), "Open the meeting")
    assert httpx.get(link, follow_redirects=True).status_code == 200


def test_an_ended_meeting_is_started_again_through_a_form(stack: Stack) -> None:
    ann = stack.member("Ann")
    channel = stack.channel("lessons")
    stack.use(ann, channel, "kaltura-start", type="webinar", title="Every week", description="Bring questions")
    stack.use(ann, channel, "kaltura-end", meeting="Every week")
    card = stack.wait_for_card(channel, "Every week", ann, "ENDED")

    form = stack.press(ann, card, "Start again")
    custom_id = form["modal"]["custom_id"]
    fields = {"title": "Every week, second time", "description": "Bring questions"}
    shown = stack.interact(ann, channel, 45, modal=custom_id, fields=fields)

    assert form["outcome"] == "modal"
    assert "is live" in words(shown["message"])
    assert "Webinar" in words(stack.card(channel, "Every week, second time", ann))


def test_sharing_invites_the_channel_in_the_servers_words(stack: Stack) -> None:
    ann, bo = stack.member("Ann"), stack.member("Bo")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="room", title="Choir")

    shown = stack.press(bo, stack.card(channel, "Choir", bo), "Share")

    assert "Bo" in words(shown["message"])
    assert "invites you to **Choir**" in words(shown["message"])
    assert shown["message"]["_sim"]["ephemeral_for"] is None


def test_where_the_bot_may_not_write_the_answer_is_the_card(stack: Stack) -> None:
    ann, dana = stack.member("Ann"), stack.member("Dana")
    channel = stack.channel("read-only-for-bot")

    shown = stack.use(ann, channel, "kaltura-start", type="room", title="Quiet corner")

    assert shown["message"]["_sim"]["ephemeral_for"] is None
    assert "will not change" in words(shown["message"])
    assert "Quiet corner" in words(stack.card(channel, "Quiet corner", dana))


def test_a_server_that_is_not_allowed_gets_one_sentence_and_nothing_else(stack: Stack) -> None:
    server = stack.server("Corner")
    somebody = stack.member(server["members"][0]["name"], "Corner")
    channel = stack.channel("general", "Corner")
    rooms_before = len(stack.kaltura("rooms"))

    shown = stack.use(somebody, channel, "kaltura-start", type="room", title="Sneaking in")
    suggested = stack.type_in(somebody, channel, "kaltura-join", "meeting", "")

    assert "can't use Kaltura yet" in words(shown["message"])
    assert server["guild_id"] in words(shown["message"])
    assert suggested == []
    assert len(stack.kaltura("rooms")) == rooms_before


def test_a_queue_that_does_not_answer_keeps_nobody_out(stack: Stack) -> None:
    chen = stack.member("Chen")
    channel = stack.channel("general")
    stack.use(chen, channel, "kaltura-start", type="room", title="While the queue sleeps")
    link = link_in(stack.press(chen, stack.card(channel, "While the queue sleeps", chen), "Join"), "Open the meeting")
    stack.order_fault(target="sqs", match="SendMessage", kind="delay", value=20_000)

    # httpx gives up long before the queue answers, and long after we stop waiting for it.
    answer = httpx.get(link, follow_redirects=False, timeout=10)

    assert answer.status_code == 302
