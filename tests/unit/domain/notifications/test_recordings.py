"""A recording finds its meeting, whichever way Kaltura names it, and is told to its server alone."""

from typing import Any

import pytest

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event
from kaltura_discord.meetings.models import Recording
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.routed import CLAIM, NOTHING, SEARCH, Scene, notifications, routed_scene
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception


@pytest.fixture
async def scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    return await routed_scene(stage, kaltura)


@pytest.mark.parametrize("way", ["root", "recorded", "reference", "the room itself"])
async def test_a_recording_finds_its_meeting_and_its_card(scene: Scene, way: str) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    room_id = meeting.room.room_id
    entry = scene.entry(name="Recording 3")
    room = scene.entry(id=room_id, type="room.room", status="7", recordedEntryId=entry["id"])
    before: list[Any] = []
    changed = entry["id"]
    match way:
        case "root":
            entry["rootEntryId"] = room_id
        case "recorded":
            scene.kaltura.on(SEARCH, {"objects": [{"object": room}]})
        case "reference":
            entry["referenceId"] = meeting.meeting_id
        case _:
            before, changed = [[room, NOTHING, NOTHING, {}]], room_id
    scene.kaltura_has(entry, before=before)
    sent = await scene.told(Event(snowflake(), "entry_changed", str(changed)))
    key = f"recording_ready#{entry['id']}"
    assert sent == [
        {"kind": "card", "meeting_id": meeting.meeting_id, "guild_id": scene.guild_id},
        {"kind": "notification", "key": key, "guild_id": scene.guild_id},
    ]
    assert set(scene.fifo.groups[-2:]) == {f"{scene.guild_id}#{meeting.meeting_id}"}
    assert (await scene.stage.meeting(meeting.meeting_id)).recordings == (Recording(str(entry["id"]), 125),)
    details = await scene.details(key)
    # Title and creator are the meeting's own.
    assert (details["meeting_id"], details["seconds"], "title" in details) == (meeting.meeting_id, "125", False)


async def test_a_recording_that_is_told_twice_is_there_once(scene: Scene) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    first, second = (scene.entry(rootEntryId=meeting.room.room_id, duration=each) for each in (60, 90))
    for entry in (first, first, second, first):
        scene.kaltura_has(entry)
        await scene.ready(entry)
    recordings = (await scene.stage.meeting(meeting.meeting_id)).recordings
    assert recordings == (Recording(str(first["id"]), 60), Recording(str(second["id"]), 90))


async def test_a_recording_becomes_its_servers_own_once(scene: Scene) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    entry = scene.entry(rootEntryId=meeting.room.room_id, adminTags="archive")
    scene.kaltura_has(entry)
    await scene.ready(entry)
    claimed = scene.kaltura.only(CLAIM).parameters
    tags = f"archive,discord_server_{scene.guild_id}"
    assert claimed["baseEntry"] == {"objectType": "KalturaBaseEntry", "adminTags": tags}
    scene.kaltura_has({**entry, "adminTags": tags})
    await scene.ready(entry)
    assert scene.kaltura.names().count(CLAIM) == 1


async def test_a_recording_that_may_not_be_claimed_is_told_all_the_same(scene: Scene) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    scene.kaltura.on(CLAIM, api_exception("SERVICE_FORBIDDEN"))
    entry = scene.entry(rootEntryId=meeting.room.room_id)
    scene.kaltura_has(entry)
    assert notifications(await scene.ready(entry)) == [f"recording_ready#{entry['id']}"]


async def test_a_recording_is_no_new_video_for_others(scene: Scene) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    other = GuildId(snowflake())
    await scene.stage.services.servers.allow(AllowedServer(other, (scene.category,), ()))
    await scene.subscribe(other, categories=[scene.category])
    entry = scene.entry(rootEntryId=meeting.room.room_id)
    scene.kaltura_has(entry, scene.category)
    assert {each["guild_id"] for each in await scene.ready(entry)} == {scene.guild_id}


async def test_recordings_that_are_off_are_told_nowhere(scene: Scene) -> None:
    meeting = await scene.meeting()
    assert meeting.room is not None
    await scene.stage.set({"features": {"recording": False}})
    entry = scene.entry(rootEntryId=meeting.room.room_id)
    scene.kaltura_has(entry, scene.category)
    assert await scene.ready(entry) == []
    assert (await scene.stage.meeting(meeting.meeting_id)).recordings == ()


async def test_a_reference_that_is_somebody_elses_leads_to_no_meeting(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    for reference in ("SAP-4711", snowflake()):
        entry = scene.entry(referenceId=reference)
        scene.kaltura_has(entry, scene.category)
        assert notifications(await scene.ready(entry)) == [f"video_ready#{entry['id']}"]


async def test_without_a_search_in_the_account_the_other_ways_have_to_do(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    scene.kaltura.on(SEARCH, api_exception("SERVICE_FORBIDDEN"))
    entry = scene.entry()
    scene.kaltura_has(entry, scene.category)
    assert notifications(await scene.ready(entry)) == [f"video_ready#{entry['id']}"]
