"""Meetings in the future: our calendar client against the simulated Kaltura, and the whole way through the stack."""

import time
from datetime import datetime
from typing import Any

import httpx
import pytest

from kaltura_discord.kaltura.errors import NotFound
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.kaltura.schedule_event import FoundPlan, PlannedEvent, ScheduleDesk
from tests.integration.running_stack import Member, Message, Stack, buttons, words
from tests.integration.test_kaltura_client_against_simulator import Stage, in_minutes, meeting, rooms, soon, stage

__all__ = ["rooms", "stage"]


def plan(stage: Stage, title: str = "Weekly review", starts_in: int = 60) -> PlannedEvent:
    starts_at, ends_at = in_minutes(stage, starts_in), in_minutes(stage, starts_in + 45)
    return PlannedEvent(title, "Numbers", starts_at, ends_at, "discord_42", ("server_1",))


async def test_the_calendar_names_the_room(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    event_id = int(await desk.enter(plan(stage), room, soon()))
    event = stage.world.schedule_events[event_id]
    assert (event["summary"], event["referenceId"], event["ownerId"]) == ("Weekly review", "meeting-1", "discord_42")
    if rooms.name == "room_entry":
        assert event["templateEntryId"] == room.room_id
    else:
        assert (event_id, int(room.room_id)) in stage.world.event_resources


async def test_entered_twice_it_is_there_once(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    assert await desk.enter(plan(stage), room, soon()) == await desk.enter(plan(stage), room, soon())
    assert len(stage.world.schedule_events) == 1


async def test_a_lost_answer_finds_the_event_that_was_made(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    stage.fault("POST /api_v3/service/schedule_scheduleevent/action/add", "drop")
    await desk.enter(plan(stage), room, soon())
    assert len(stage.world.schedule_events) == 1


async def test_a_change_moves_the_event_and_renames_the_room(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    event_id = await desk.enter(plan(stage), room, soon())
    later = plan(stage, "Monthly review", starts_in=120)
    await desk.change(event_id, later, room, soon())
    event = stage.world.schedule_events[int(event_id)]
    assert (event["summary"], event["startDate"], event["endDate"]) == (later.title, later.starts_at, later.ends_at)
    if rooms.name == "room_entry":
        assert stage.world.library.entries[room.room_id].record["name"] == "Monthly review"
    else:
        assert stage.world.schedule_resources[int(room.room_id)]["name"] == "Monthly review"


async def test_what_people_do_to_it_in_kaltura_is_found(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    planned = plan(stage)
    event_id = await desk.enter(planned, room, soon())
    assert await desk.find(event_id, soon()) == FoundPlan(planned.starts_at, planned.ends_at, is_cancelled=False)
    event = stage.world.schedule_events[int(event_id)]
    event.update(startDate=planned.starts_at + 60, status=1)
    assert await desk.find(event_id, soon()) == FoundPlan(planned.starts_at + 60, planned.ends_at, is_cancelled=True)
    event["status"] = 3
    with pytest.raises(NotFound):
        await desk.find(event_id, soon())


async def test_cancelled_and_entered_again_it_is_another(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    first = await desk.enter(plan(stage), room, soon())
    await desk.cancel(first, soon())
    await desk.cancel(first, soon())
    assert stage.world.schedule_events[int(first)]["status"] == 1
    assert await desk.enter(plan(stage), room, soon()) != first


async def test_what_somebody_deleted_in_kaltura_is_not_found(stage: Stage, rooms: MeetingStrategy) -> None:
    desk = ScheduleDesk(stage.transport)
    room = await rooms.create(meeting(), soon())
    with pytest.raises(NotFound):
        await desk.change("4711", plan(stage), room, soon())
    await desk.cancel("4711", soon())


def events_in_discord(stack: Stack) -> list[dict[str, object]]:
    headers = {
        "Authorization": f"Bot {stack.description['discord']['bot_token']}",
        "User-Agent": "DiscordBot (https://example.com, 1.0)",
    }
    guild_id = stack.server("Riverside")["guild_id"]
    answer = httpx.get(f"{stack.rest_url}/guilds/{guild_id}/scheduled-events", headers=headers)
    found: list[dict[str, object]] = answer.json()
    return found


def write_in_discord(stack: Stack, event_id: str, **fields: str) -> None:
    """Ann, an administrator, changes an event in Discord's own list."""
    guild_id = stack.server("Riverside")["guild_id"]
    path = f"{stack.rest_url}/_sim/guilds/{guild_id}/scheduled-events/{event_id}"
    answer = stack.http.patch(path, json={"user_id": stack.member("Ann").user_id, **fields})
    answer.raise_for_status()


def send(stack: Stack, member: Member, channel: str, opened: dict[str, Any], **fields: str) -> Message:
    """Send a form back with what was in it but for `fields`; what is shown then."""
    form = opened["modal"]
    parts = [part["component"] for part in form["components"]]
    filled = {part["custom_id"]: part.get("value", "") for part in parts}
    shown = stack.interact(member, channel, 45, modal=form["custom_id"], fields={**filled, **fields})
    message: Message = shown["message"]
    return message


def wait_for_buttons(stack: Stack, channel: str, member: Member, labels: list[str]) -> Message:
    """The card of the budget, once it has these buttons."""
    until = time.monotonic() + 15
    while True:
        card = stack.card(channel, "Budget", member)
        if [each["label"] for each in buttons(card)] == labels:
            return card
        assert time.monotonic() < until, f"the card never had {labels}"
        time.sleep(0.2)


def test_planned_changed_and_cancelled_through_the_stack(stack: Stack) -> None:
    ann, dana = stack.member("Ann"), stack.member("Dana")
    channel = stack.channel("general")
    wish: dict[str, Any] = {"type": "room", "title": "Budget", "when": "tomorrow 15:00", "duration": "45 min"}
    refused = stack.use(dana, channel, "kaltura-start", **wish)
    assert "features.scheduled_events" in words(refused["message"])
    stack.use(ann, channel, "kaltura-config set", key="features.scheduled_events", value="on")

    preview = stack.use(dana, channel, "kaltura-start", **wish)["message"]
    assert "Nothing is scheduled yet" in words(preview)
    changed = send(stack, dana, channel, stack.press(dana, preview, "Change"), when="tomorrow 16:00", duration="1 h")
    assert changed["id"] == preview["id"]
    assert "1 h" in words(changed)
    scheduled = stack.press(dana, changed, "Schedule it")["message"]
    assert "is scheduled for" in words(scheduled)

    card = wait_for_buttons(stack, channel, ann, ["Interested", "Edit", "Cancel"])
    (event,) = [event for event in events_in_discord(stack) if event["name"] == "Budget"]
    assert str(event["entity_metadata"]).find(card["id"]) > 0

    edited = send(stack, dana, channel, stack.press(dana, card, "Edit"), title="Budget and rooms")
    assert "is changed" in words(edited)
    stack.wait_for_card(channel, "Budget and rooms", ann, "SCHEDULED")
    assert [event["name"] for event in events_in_discord(stack)].count("Budget and rooms") == 1

    # Moved in Kaltura's calendar, and its description written in Discord: the next edit of the card keeps both.
    (planned,) = [each for each in stack.kaltura("schedule-events") if each["summary"] == "Budget and rooms"]
    door = f"{stack.kaltura_url}/_sim/schedule-events/{planned['id']}"
    moved = {"startDate": planned["startDate"] + 3600, "endDate": planned["endDate"] + 3600}
    stack.http.post(door, json=moved).raise_for_status()
    write_in_discord(stack, str(event["id"]), description="Bring your numbers")
    send(stack, dana, channel, stack.press(dana, card, "Edit"), title="Budget and chairs")
    (listed,) = [each for each in events_in_discord(stack) if each["name"] == "Budget and chairs"]
    assert datetime.fromisoformat(str(listed["scheduled_start_time"])).timestamp() == moved["startDate"]
    assert listed["description"] == "Bring your numbers"

    question = stack.press(dana, card, "Cancel")["message"]
    answer = stack.press(dana, question, "Cancel the meeting")["message"]
    assert "is cancelled" in words(answer)
    stack.wait_for_card(channel, "Budget", ann, "CANCELLED")
    assert [event for event in events_in_discord(stack) if "Budget" in str(event["name"])] == []
    # As other tests find it.
    stack.use(ann, channel, "kaltura-config set", key="features.scheduled_events", value="off")
