"""What people do with meetings: start, find, list, join, share, and start another like it."""

from typing import Any

import pytest

from kaltura_discord.commands.list_meetings import page_of
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.models import MeetingId, MeetingState, Person, RunningMeeting
from kaltura_discord.templates.plain_text import one_line, utf16_length
from local_stack.discord.rules.messages import FOLLOW_UP
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain import titles
from tests.unit.domain.discord_double import takes
from tests.unit.domain.markdown_model import show, words_shown
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, components_of, text_of

Json = dict[str, Any]
TITLES = pytest.mark.parametrize("title", titles.ALL.values(), ids=titles.ALL.keys())


async def offered(stage: Stage, typed: str, command: str = "kaltura-join") -> list[Json]:
    payload = stage.place.typing(command, "meeting", typed)
    answer = await stage.acknowledged(payload)
    choices: list[Json] = check_answer(answer.body, payload["type"])["data"]["choices"]
    return choices


def running(number: int, title: str = "Weekly review", by: str = "Ann") -> RunningMeeting:
    meeting_id = MeetingId(str(10**18 + number))
    return RunningMeeting(meeting_id, title, "classroom", Person(UserId("200"), by), 1_790_000_000)


# --- titles everywhere -----------------------------------------------------------------------------------------------


@TITLES
async def test_a_title_comes_out_right_in_the_answer_the_choice_the_list_and_the_link(stage: Stage, title: str) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": title})
    told = text_of(await stage.answer_to(payload))
    meant = one_line(title)
    assert (await stage.meeting(payload["id"])).title == meant
    assert [part for part in show(told).formatted if not part.startswith("*")] == [f"<#{stage.channel_id}>"]
    assert words_shown(told).startswith(f"**{meant[:190]}")

    (choice,) = await offered(stage, meant[:10])
    assert choice["value"] == payload["id"]
    assert utf16_length(choice["name"]) <= 100
    plain = choice["name"].replace("\u2068", "").replace("\u2069", "")
    assert plain.startswith(meant[:4])
    assert "\u202e" not in plain

    listed = text_of(await stage.answer_to(stage.place.command("kaltura-list")))
    assert words_shown(listed).split("\n")[1].startswith(f"**{meant[:190]}")
    joined = await stage.answer_to(stage.place.press(f"1:join:{payload['id']}", BO))
    shared = await stage.answer_to(stage.place.press(f"1:share:{payload['id']}", BO))
    ended = await stage.answer_to(stage.place.press(f"1:end:{payload['id']}"))
    for message in (joined, shared, ended):
        assert "@everyone" not in text_of(message)
        assert meant[:190] in words_shown(text_of(message))
        assert not [part for part in show(text_of(message)).formatted if not part.startswith(("*", "-# "))]


# --- start -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", [" ", "\u202e\u200f", "\n\t"])
async def test_a_title_of_nothing_is_asked_for_again(stage: Stage, title: str) -> None:
    told = text_of(await stage.answer_to(stage.place.command("kaltura-start", {"type": "room", "title": title})))
    assert told.startswith("A meeting needs a title.")
    assert stage.rooms.rooms == {}


async def test_a_type_that_is_none_is_asked_for_again(stage: Stage) -> None:
    told = text_of(await stage.answer_to(stage.place.command("kaltura-start", {"type": "party", "title": "Hi"})))
    assert told.startswith("Choose one of the meeting types")


async def test_in_a_thread_the_bot_needs_the_permission_for_threads(stage: Stage) -> None:
    stage.place.app_permissions = str((1 << 10) | (1 << 11))
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Review"})
    payload["channel"] = {"id": stage.place.channel_id, "type": 11}
    assert (await stage.acknowledged(payload)).body == {"type": 5}


async def test_start_again_asks_through_a_form_that_is_filled_in(stage: Stage) -> None:
    payload = stage.place.command(
        "kaltura-start", {"type": "webinar", "title": "Launch, part 1: news", "description": "All of it\nand more"}
    )
    await stage.answer_to(payload)
    await stage.answer_to(stage.place.press(f"1:end:{payload['id']}"))
    pressed = stage.place.press(f"1:again:{payload['id']}", BO)
    form = check_answer((await stage.acknowledged(pressed)).body, pressed["type"])["data"]
    assert form["title"] == "Start: Webinar"
    values = {label["component"]["custom_id"]: label["component"]["value"] for label in form["components"]}
    assert values == {"title": "Launch, part 1: news", "description": "All of it\nand more"}

    submitted = stage.place.submit(form["custom_id"], {**values, "title": "Launch, part 2"}, BO)
    assert "is live" in text_of(await stage.answer_to(submitted))
    again = await stage.meeting(submitted["id"])
    assert (again.title, again.kind, again.started_by.name) == ("Launch, part 2", "webinar", "Bo")
    assert (await stage.meeting(payload["id"])).state is MeetingState.ENDED


@TITLES
async def test_discord_takes_the_form_for_every_title(stage: Stage, title: str) -> None:
    meeting = await stage.start(title)
    pressed = stage.place.press(f"1:again:{meeting.meeting_id}")
    check_answer((await stage.acknowledged(pressed)).body, pressed["type"])


async def test_start_again_for_a_meeting_that_is_forgotten(stage: Stage) -> None:
    told = await stage.answer_to(stage.place.press("1:again:1234567890123456789"))
    assert "too old to start again" in text_of(told)


async def test_a_form_is_no_way_around_the_permission_to_start(stage: Stage) -> None:
    restricted = {"CONFIG__COMMANDS__PERMISSIONS__KALTURA_START": "moderator"}
    stage.services.environment = {**stage.services.environment, **restricted}
    told = text_of(await stage.answer_to(stage.place.submit("1:start-form:room", {"title": "Mine"}, BO)))
    assert told.startswith("Only moderators can use `/kaltura-start`. Here that means whoever may manage this server")
    assert "is live" in text_of(
        await stage.answer_to(stage.place.submit("1:start-form:room", {"title": "Ours"}, MODERATOR))
    )


# --- finding ---------------------------------------------------------------------------------------------------------


async def test_running_meetings_are_suggested_newest_first_by_what_was_typed(stage: Stage) -> None:
    for title in ("Biology 1", "Weekly review", "BIOLOGY 2"):
        await stage.start(title, by=Member(f"20{len(title)}", "Ann"))
    names = [choice["name"] for choice in await offered(stage, "bio")]
    assert len(names) == 2
    assert all("iology" in name.lower() for name in names)
    assert len(await offered(stage, "")) == 3
    assert await offered(stage, "nothing like it") == []


async def test_what_ended_is_suggested_no_more(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    assert await offered(stage, "", "kaltura-end") == []


async def test_a_choice_says_which_what_and_whose(stage: Stage) -> None:
    meeting = await stage.start("Weekly review")
    assert await offered(stage, "week") == [
        {"name": "Weekly review · Interactive room · Ann", "value": meeting.meeting_id}
    ]


@pytest.mark.parametrize("typed", ["weekly review", "  Weekly   REVIEW ", "weekly"])
async def test_a_title_may_be_typed_instead_of_chosen(stage: Stage, typed: str) -> None:
    await stage.start("Weekly review")
    told = text_of(await stage.answer_to(stage.place.command("kaltura-join", {"meeting": typed}, BO)))
    assert told.startswith("Your way into **Weekly review**.")


async def test_a_title_of_digits_may_be_typed_too(stage: Stage) -> None:
    await stage.start("2026")
    told = text_of(await stage.answer_to(stage.place.command("kaltura-join", {"meeting": "2026"}, BO)))
    assert told.startswith("Your way into **2026**.")


async def test_the_exact_title_wins_over_longer_ones(stage: Stage) -> None:
    await stage.start("Weekly review")
    await stage.start("Weekly review of numbers")
    told = text_of(await stage.answer_to(stage.place.command("kaltura-join", {"meeting": "weekly review"}, BO)))
    assert told.startswith("Your way into **Weekly review**.")


@pytest.mark.parametrize("typed", ["weekly", "nothing", "*@everyone*"])
async def test_what_names_none_or_several_is_refused_with_the_way_on(stage: Stage, typed: str) -> None:
    await stage.start("Weekly 1")
    await stage.start("Weekly 2")
    told = text_of(await stage.answer_to(stage.place.command("kaltura-join", {"meeting": typed}, BO)))
    assert "Choose one from the list while you type." in told
    assert show(told).formatted == ()


@pytest.mark.parametrize("command", ["kaltura-join", "kaltura-end"])
async def test_a_meeting_that_ended_meanwhile_is_told(stage: Stage, command: str) -> None:
    meeting = await stage.start()
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    told = text_of(await stage.answer_to(stage.place.command(command, {"meeting": meeting.meeting_id}, ANN)))
    assert told == "**Weekly review** is not running any more."


async def test_an_end_by_command(stage: Stage) -> None:
    meeting = await stage.start()
    told = text_of(await stage.answer_to(stage.place.command("kaltura-end", {"meeting": meeting.meeting_id})))
    assert told.startswith("**Weekly review** has ended")


# --- list ------------------------------------------------------------------------------------------------------------


async def test_a_list_of_nothing_names_the_way_on(stage: Stage) -> None:
    assert "`/kaltura-start`" in text_of(await stage.answer_to(stage.place.command("kaltura-list")))


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (5, 1), (6, 2), (47, 10)])
def test_discord_takes_every_page(number: int, pages: int) -> None:
    meetings = [running(index, "*" * 300, "|" * 32) for index in range(number)]
    seen: set[str] = set()
    for page in range(pages):
        message = page_of(meetings, page).body()
        takes(message, FOLLOW_UP)
        assert utf16_length(text_of(message)) <= 4000
        seen |= {custom_id for custom_id in _custom_ids(message) if custom_id.startswith("1:join:")}
    assert len(seen) == number


def _custom_ids(message: Json) -> set[str]:
    return {part["custom_id"] for part in components_of(message) if part["type"] == 2}


def test_pages_turn_both_ways_and_a_page_past_the_end_is_the_last() -> None:
    meetings = [running(index) for index in range(47)]
    assert buttons_of(page_of(meetings, 0).body())["Older"] == "1:list:1"
    middle = buttons_of(page_of(meetings, 4).body())
    assert (middle["Newer"], middle["Older"]) == ("1:list:3", "1:list:5")
    last = page_of(meetings, 99).body()
    assert "Older" not in buttons_of(last)
    assert "Page 10 of 10" in text_of(last)
    assert "47 meetings are running" in text_of(last)
    assert "Page" not in text_of(page_of(meetings[:5], 0).body())
    assert "1 meeting is running" in text_of(page_of(meetings[:1], 0).body())


async def test_turning_a_page_changes_the_list_in_place(stage: Stage) -> None:
    for number in range(6):
        await stage.start(f"Meeting {number}", by=Member(f"21{number}", "Guest"))
    pressed = stage.place.press("1:list:1")
    answer = check_answer((await stage.acknowledged(pressed)).body, pressed["type"])
    assert answer["type"] == 7
    assert "Page 2 of 2" in text_of(answer["data"])
    odd = stage.place.press("1:list:minus one")
    first = check_answer((await stage.acknowledged(odd)).body, odd["type"])
    assert "Page 1 of 2" in text_of(first["data"])


# --- share -----------------------------------------------------------------------------------------------------------


async def test_share_invites_everybody_in_the_channel(stage: Stage) -> None:
    meeting = await stage.start()
    pressed = stage.place.press(f"1:share:{meeting.meeting_id}", BO)
    answer = check_answer((await stage.acknowledged(pressed)).body, pressed["type"])
    assert not answer["data"]["flags"] & 64
    assert text_of(answer["data"]) == "**Bo** invites you to **Weekly review**."
    assert buttons_of(answer["data"]) == {"Join": f"1:join:{meeting.meeting_id}"}


async def test_share_speaks_the_operators_words_within_discords_limit(stage: Stage) -> None:
    # As many titles as a template may hold; longer ones are refused when they are set.
    wordy = {"CONFIG__NOTIFICATIONS__TEMPLATES__MEETING_SHARE": "{{title}}" * 7}
    stage.services.environment = {**stage.services.environment, **wordy}
    meeting = await stage.start("*" * 300)
    pressed = stage.place.press(f"1:share:{meeting.meeting_id}", BO)
    check_answer((await stage.acknowledged(pressed)).body, pressed["type"])


# --- help ------------------------------------------------------------------------------------------------------------


async def test_help_names_every_command(stage: Stage) -> None:
    told = text_of(await stage.answer_to(stage.place.command("kaltura-help")))
    for command in stage.registry.commands:
        assert command.name == "kaltura-help" or command.mention in told
