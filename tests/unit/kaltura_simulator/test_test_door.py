"""The `_sim` routes: what tests see and switch."""

from typing import Any

from tests.unit.kaltura_simulator.running_kaltura import NOON, RunningKaltura


async def seen(kaltura: RunningKaltura, path: str) -> Any:
    async with kaltura.http.get(f"{kaltura.url}/_sim/{path}") as answer:
        return await answer.json()


async def test_every_call_is_logged_with_its_tag_and_error(kaltura: RunningKaltura) -> None:
    await kaltura.admin("media", "get", entryId="1_missing1", clientTag="mine")
    await kaltura.admin("media", "list")
    assert await seen(kaltura, "calls?service=MEDIA&action=get") == [
        {"service": "media", "action": "get", "client_tag": "mine", "error": "ENTRY_ID_NOT_FOUND", "at": NOON * 1000}
    ]
    assert len(await seen(kaltura, "calls?service=media")) == 2


async def test_rooms_are_shown_deleted_ones_too(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    await kaltura.admin("room_room", "delete", roomId=room["id"])
    assert [(one["id"], one["status"]) for one in await seen(kaltura, "rooms")] == [(room["id"], "3")]


async def test_an_entry_changes_as_kaltura_would_change_it(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    door = f"{kaltura.url}/_sim/entries/"
    async with kaltura.http.post(door + room["id"], json={"recording": "1_rec00001"}) as answer:
        assert (await answer.json())["recordedEntryId"] == "1_rec00001"
    assert (await kaltura.admin("media", "get", entryId="1_rec00001"))["rootEntryId"] == room["id"]
    async with kaltura.http.post(door + "1_wait0001", json={"status": 2}) as answer:
        assert (await answer.json())["status"] == "2"
    async with kaltura.http.post(door + "1_missing1", json={}) as answer:
        assert answer.status == 404


async def test_an_event_of_the_calendar_is_moved_and_cancelled_as_people_do_it_in_kaltura(
    kaltura: RunningKaltura,
) -> None:
    wish = {
        "objectType": "KalturaRecordScheduleEvent",
        "summary": "Lesson",
        "recurrenceType": 0,
        "startDate": NOON + 3600,
        "endDate": NOON + 7200,
    }
    made = await kaltura.admin("schedule_scheduleevent", "add", scheduleEvent=wish)
    door = f"{kaltura.url}/_sim/schedule-events/"
    moved = {"startDate": NOON + 9000, "endDate": NOON + 9600}
    async with kaltura.http.post(f"{door}{made['id']}", json=moved) as answer:
        assert (await answer.json())["duration"] == 600
    found = await kaltura.admin("schedule_scheduleevent", "get", scheduleEventId=made["id"])
    assert (found["startDate"], found["endDate"], found["status"]) == (NOON + 9000, NOON + 9600, 2)
    async with kaltura.http.post(f"{door}{made['id']}", json={"status": 1}) as answer:
        assert answer.status == 200
    assert [event["status"] for event in await seen(kaltura, "schedule-events")] == [1]
    async with kaltura.http.post(f"{door}4711", json={}) as answer:
        assert answer.status == 404


async def test_a_reset_brings_the_seeded_library_back(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    await kaltura.admin("media", "delete", entryId="1_bio00001")
    async with kaltura.http.post(f"{kaltura.url}/_sim/reset") as answer:
        assert answer.status == 200
    assert (await kaltura.admin("media", "get", entryId="1_bio00001"))["status"] == "2"
    assert (await kaltura.admin("baseentry", "get", entryId=room["id"]))["code"] == "ENTRY_ID_NOT_FOUND"


async def test_faults_never_strike_the_test_door(kaltura: RunningKaltura) -> None:
    kaltura.faults.order({"target": "kaltura", "match": "*", "kind": "cut"})
    assert await seen(kaltura, "rooms") == []
