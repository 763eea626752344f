"""Rooms are entries without content; schedules have limits."""

from typing import Any

import pytest

from tests.unit.kaltura_simulator.running_kaltura import NOON, RunningKaltura


async def test_a_new_room_has_no_content_and_a_readable_id(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(name="Weekly design review", userId="discord_1", tags="discord,guild_1")
    assert room["objectType"] == "KalturaRoomEntry"
    assert (room["type"], room["status"], room["roomType"]) == ("room.room", "7", 1)
    assert (room["userId"], room["creatorId"], room["createdAt"]) == ("discord_1", "admin", NOON)
    assert room["id"].startswith("1_")
    assert len(room["id"]) == 10


@pytest.mark.parametrize("name", ["تاريخ", "@everyone **hi**", "a,b:c", "👋" * 300, "x" * 300])
async def test_any_title_comes_back_as_it_was_given(kaltura: RunningKaltura, name: str) -> None:
    room = await kaltura.room(name=name)
    assert (await kaltura.admin("room_room", "get", roomId=room["id"]))["name"] == name


async def test_a_room_needs_its_type(kaltura: RunningKaltura) -> None:
    error = await kaltura.admin("room_room", "add", entry={"objectType": "KalturaRoomEntry", "name": "x"})
    assert error["code"] == "PROPERTY_VALIDATION_CANNOT_BE_NULL"
    assert error["args"] == {"PROP_NAME": "KalturaRoomEntry::roomType"}
    assert (await kaltura.room(roomType=9))["code"] == "INVALID_ENUM_VALUE"


async def test_a_room_may_be_made_as_an_entry(kaltura: RunningKaltura) -> None:
    entry = {"objectType": "KalturaRoomEntry", "name": "x", "roomType": 1}
    assert (await kaltura.admin("baseentry", "add", entry=entry))["type"] == "room.room"


async def test_unknown_fields_are_dropped_without_a_word(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(colour="red", duration=5)
    assert "colour" not in room
    assert "duration" not in room


async def test_what_only_kaltura_sets_is_refused(kaltura: RunningKaltura) -> None:
    assert (await kaltura.room(status="2"))["code"] == "PROPERTY_VALIDATION_NOT_UPDATABLE"


@pytest.mark.parametrize("object_type", ["KalturaMediaEntry", "KalturaNothing"])
async def test_an_object_of_another_class_is_refused(kaltura: RunningKaltura, object_type: str) -> None:
    assert (await kaltura.room(objectType=object_type))["code"] == "INVALID_OBJECT_TYPE"


async def test_lists_hide_rooms_unless_the_filter_names_their_status(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(tags="guild_1", referenceId="discord-1")
    assert (await kaltura.admin("room_room", "list"))["totalCount"] == 0
    for wanted in ({"statusIn": "2,7"}, {"idEqual": room["id"]}, {"statusIn": "7", "tagsLike": "guild_1"}):
        found = await kaltura.admin("room_room", "list", filter=wanted)
        assert [one["id"] for one in found["objects"]] == [room["id"]], wanted
        assert found["objectType"] == "KalturaRoomEntryListResponse"
    nothing = await kaltura.admin("room_room", "list", filter={"statusIn": "7", "referenceIdEqual": "discord-2"})
    assert nothing["totalCount"] == 0


async def test_a_deleted_room_is_found_no_more(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    assert await kaltura.admin("room_room", "delete", roomId=room["id"]) is None
    assert (await kaltura.admin("room_room", "get", roomId=room["id"]))["code"] == "ENTRY_ID_NOT_FOUND"
    assert (await kaltura.admin("room_room", "delete", roomId=room["id"]))["code"] == "ENTRY_ID_NOT_FOUND"


async def test_a_video_is_no_room(kaltura: RunningKaltura) -> None:
    assert (await kaltura.admin("room_room", "get", roomId="1_bio00001"))["code"] == "ENTRY_ID_NOT_FOUND"


async def test_a_room_is_changed_by_its_owner_or_an_editor_and_nobody_else(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(userId="ann", description="old")
    change = {
        "roomId": room["id"],
        "room": {"objectType": "KalturaRoomEntry", "tags": "ended", "description__null": ""},
    }
    refused = await kaltura.call("room_room", "update", ks=kaltura.person("bo"), **change)
    assert (refused["code"], refused["args"]["ERR_CODE"]) == ("INVALID_KS", "-4")
    editor = kaltura.person("bo", f"edit:{room['id']}")
    changed = await kaltura.call("room_room", "update", ks=editor, **change)
    assert (changed["tags"], changed["name"]) == ("ended", "Standup")
    assert "description" not in changed
    assert (await kaltura.call("room_room", "update", ks=kaltura.person("Ann"), **change))["tags"] == "ended"


async def test_a_recording_gets_its_room_as_root(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    attached = {"roomEntryId": room["id"], "mediaEntryId": "1_rec00001"}
    recording = await kaltura.admin("room_room", "attachRecordedEntry", **attached)
    assert (recording["id"], recording["rootEntryId"]) == ("1_rec00001", room["id"])
    found = await kaltura.admin("media", "list", filter={"rootEntryIdEqual": room["id"]})
    assert found["totalCount"] == 1


def event(**fields: Any) -> dict[str, Any]:
    wanted = {
        "objectType": "KalturaRecordScheduleEvent",
        "summary": "Lesson",
        "recurrenceType": 0,
        "startDate": NOON + 3600,
        "endDate": NOON + 7200,
    }
    return {name: value for name, value in {**wanted, **fields}.items() if value is not None}


async def test_an_event_is_made_found_cancelled_and_deleted(kaltura: RunningKaltura) -> None:
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event(referenceId="ref-1"))
    assert (made["status"], made["duration"], made["ownerId"]) == (2, 3600, "admin")
    found = await kaltura.admin("schedule_scheduleevent", "list", filter={"referenceIdEqual": "ref-1"})
    assert [one["id"] for one in found["objects"]] == [made["id"]]
    cancelled = await kaltura.admin("schedule_scheduleevent", "cancel", scheduleEventId=made["id"])
    assert cancelled["status"] == 1
    assert (await kaltura.admin("schedule_scheduleevent", "list"))["totalCount"] == 0
    await kaltura.admin("schedule_scheduleevent", "delete", scheduleEventId=made["id"])
    gone = await kaltura.admin("schedule_scheduleevent", "get", scheduleEventId=made["id"])
    assert gone["code"] == "SCHEDULE_EVENT_ID_NOT_FOUND"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"summary": None}, "PROPERTY_VALIDATION_CANNOT_BE_NULL"),
        ({"summary": ""}, "PROPERTY_VALIDATION_MIN_LENGTH"),
        ({"summary": "x" * 257}, "PROPERTY_VALIDATION_MAX_LENGTH"),
        ({"recurrenceType": None}, "PROPERTY_VALIDATION_CANNOT_BE_NULL"),
        ({"endDate": None}, "PROPERTY_VALIDATION_CANNOT_BE_NULL"),
        ({"endDate": NOON + 1800}, "INVALID_SCHEDULE_END_BEFORE_START"),
        ({"endDate": NOON + 3600 + 86_401}, "MAX_SCHEDULE_DURATION_REACHED"),
        ({"objectType": None}, "OBJECT_TYPE_ABSTRACT"),
        ({"objectType": "KalturaRoomEntry"}, "INVALID_OBJECT_TYPE"),
    ],
)
async def test_an_event_outside_the_limits_is_refused(
    kaltura: RunningKaltura, fields: dict[str, Any], code: str
) -> None:
    error = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event(**fields))
    assert error["code"] == code


async def test_a_small_time_is_an_offset_from_now(kaltura: RunningKaltura) -> None:
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event(startDate=0, endDate=3600))
    assert (made["startDate"], made["endDate"]) == (NOON, NOON + 3600)


async def test_a_resource_is_booked_for_an_event_once(kaltura: RunningKaltura) -> None:
    wish = {"objectType": "KalturaLocationScheduleResource", "name": "Newrow", "tags": "vcprovider:newrow"}
    resource = await kaltura.admin("schedule_scheduleresource", "add", scheduleResource=wish)
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event())
    booking = {"objectType": "KalturaScheduleEventResource", "eventId": made["id"], "resourceId": resource["id"]}
    booked = await kaltura.admin("schedule_scheduleeventresource", "add", scheduleEventResource=booking)
    assert (booked["eventId"], booked["resourceId"]) == (made["id"], resource["id"])
    again = await kaltura.admin("schedule_scheduleeventresource", "add", scheduleEventResource=booking)
    assert again["code"] == "RESOURCE_IS_ALREADY_ASSIGNED"
    found = await kaltura.admin("schedule_scheduleevent", "list", filter={"resourceIdEqual": resource["id"]})
    assert found["totalCount"] == 1
    both = {"scheduleEventId": made["id"], "scheduleResourceId": resource["id"]}
    assert (await kaltura.admin("schedule_scheduleeventresource", "get", **both))["eventId"] == made["id"]
    listed = await kaltura.admin("schedule_scheduleeventresource", "list", filter={"resourceIdEqual": resource["id"]})
    assert listed["totalCount"] == 1
    await kaltura.admin("schedule_scheduleeventresource", "delete", **both)
    freed = await kaltura.admin("schedule_scheduleeventresource", "get", **both)
    assert freed["code"] == "SCHEDULE_EVENT_RESOURCE_NOT_FOUND"
    tagged = {**wish, "tags": "vcprovider:newrow,ended"}
    changed = await kaltura.admin(
        "schedule_scheduleresource", "update", scheduleResourceId=resource["id"], scheduleResource=tagged
    )
    assert changed["tags"].endswith("ended")
    assert (await kaltura.admin("schedule_scheduleresource", "list", filter={"tagsLike": "ended"}))["totalCount"] == 1
    await kaltura.admin("schedule_scheduleresource", "delete", scheduleResourceId=resource["id"])
    assert (await kaltura.admin("schedule_scheduleresource", "list"))["totalCount"] == 0
    gone = await kaltura.admin("schedule_scheduleresource", "get", scheduleResourceId=resource["id"])
    assert gone["code"] == "SCHEDULE_RESOURCE_ID_NOT_FOUND"


async def test_an_event_may_be_moved_within_the_limits(kaltura: RunningKaltura) -> None:
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event())
    later = {"objectType": "KalturaRecordScheduleEvent", "endDate": NOON + 9000}
    moved = await kaltura.admin("schedule_scheduleevent", "update", scheduleEventId=made["id"], scheduleEvent=later)
    assert (moved["duration"], moved["sequence"], moved["summary"]) == (5400, 2, "Lesson")
    earlier = {**later, "endDate": NOON + 1800}
    refused = await kaltura.admin("schedule_scheduleevent", "update", scheduleEventId=made["id"], scheduleEvent=earlier)
    assert refused["code"] == "INVALID_SCHEDULE_END_BEFORE_START"


async def test_a_booking_needs_an_event_and_a_resource(kaltura: RunningKaltura) -> None:
    booking = {"objectType": "KalturaScheduleEventResource", "eventId": 1, "resourceId": 1}
    no_event = await kaltura.admin("schedule_scheduleeventresource", "add", scheduleEventResource=booking)
    assert no_event["code"] == "SCHEDULE_EVENT_ID_NOT_FOUND"
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=event())
    booking["eventId"] = made["id"]
    no_resource = await kaltura.admin("schedule_scheduleeventresource", "add", scheduleEventResource=booking)
    assert no_resource["code"] == "SCHEDULE_RESOURCE_ID_NOT_FOUND"
