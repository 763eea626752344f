"""The official Python client against the simulated Kaltura: it speaks JSON, reads XML, and must find nothing odd."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from KalturaClient import KalturaClient, KalturaConfiguration
from KalturaClient.exceptions import KalturaException
from KalturaClient.Plugins.Caption import KalturaCaptionAssetFilter
from KalturaClient.Plugins.Core import (
    KalturaEntryStatus,
    KalturaFilterPager,
    KalturaMediaEntryFilter,
    KalturaSessionType,
)
from KalturaClient.Plugins.ElasticSearch import (
    KalturaESearchEntryOperator,
    KalturaESearchEntryParams,
    KalturaESearchItemType,
    KalturaESearchOperatorType,
    KalturaESearchUnifiedItem,
)
from KalturaClient.Plugins.Room import KalturaRoomEntry, KalturaRoomEntryFilter, KalturaRoomType
from KalturaClient.Plugins.Schedule import KalturaRecordScheduleEvent, KalturaScheduleEventRecurrenceType

from tests.unit.kaltura_simulator.running_kaltura import NOON, RunningKaltura

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """The client is synchronous; the simulated Kaltura answers from the event loop meanwhile."""
    return await asyncio.to_thread(work)


def client_of(kaltura: RunningKaltura, session: str | None = None) -> Any:
    client = KalturaClient(KalturaConfiguration(kaltura.url))
    client.setKs(session if session is not None else kaltura.session())
    return client


async def code_of(work: Callable[[], Any]) -> str:
    with pytest.raises(KalturaException) as refused:
        await in_thread(work)
    return str(refused.value.code)


async def test_it_lists_a_room_that_was_made_by_json(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(name="Weekly <review> & more 👋", tags="guild_1")
    client = client_of(kaltura)
    hidden = await in_thread(lambda: client.room.room.list(KalturaRoomEntryFilter(), KalturaFilterPager()))
    assert hidden.totalCount == 0
    wanted = KalturaRoomEntryFilter(statusIn="2,7", tagsLike="guild_1")
    found = await in_thread(lambda: client.room.room.list(wanted, KalturaFilterPager(pageSize=10)))
    [only] = found.objects
    assert isinstance(only, KalturaRoomEntry)
    assert (only.id, only.name, only.roomType.value) == (room["id"], "Weekly <review> & more 👋", KalturaRoomType.ROOM)
    assert only.status.value == KalturaEntryStatus.NO_CONTENT
    assert only.createdAt == NOON


async def test_it_makes_changes_and_deletes_a_room(kaltura: RunningKaltura) -> None:
    client = client_of(kaltura)
    wish = KalturaRoomEntry(name="Standup", description="daily", roomType=KalturaRoomType.ROOM)
    room = await in_thread(lambda: client.room.room.add(wish))
    change = KalturaRoomEntry(name="Stand-up", description=None)
    changed = await in_thread(lambda: client.room.room.update(room.id, change))
    assert (changed.name, changed.description) == ("Stand-up", NotImplemented)
    await in_thread(lambda: client.room.room.delete(room.id))
    assert await code_of(lambda: client.room.room.get(room.id)) == "ENTRY_ID_NOT_FOUND"


async def test_its_session_start_equals_its_own_local_session_in_content(kaltura: RunningKaltura) -> None:
    world = kaltura.world
    client = client_of(kaltura, "")
    privileges = "sview:1_bio00001,appid:kaltura-discord"
    asked = (world.admin_secret, "discord_42", KalturaSessionType.USER, world.partner_id, 3600, privileges)
    given = world.read_session(await in_thread(lambda: client.session.start(*asked)))
    local = KalturaClient.generateSessionV2(world.admin_secret, "discord_42", 0, world.partner_id, 3600, privileges)
    own = world.read_session(local.decode())
    assert (given.type, given.user_id, given.privileges) == (own.type, own.user_id, own.privileges)


async def test_its_local_session_is_accepted(kaltura: RunningKaltura) -> None:
    world = kaltura.world
    local = KalturaClient.generateSessionV2(world.admin_secret, "ann", 2, world.partner_id, 86_400, "list:*").decode()
    info = await in_thread(lambda: client_of(kaltura, local).session.get())
    assert (info.userId, info.partnerId, info.privileges) == ("ann", world.partner_id, "list:*")


async def test_it_is_refused_with_the_right_codes(kaltura: RunningKaltura) -> None:
    world = kaltura.world
    client = client_of(kaltura)
    assert await code_of(lambda: client.session.start("wrong", "", 2, world.partner_id)) == "START_SESSION_ERROR"
    assert await code_of(lambda: client.baseEntry.get("1_missing1")) == "ENTRY_ID_NOT_FOUND"
    expired = client_of(kaltura, kaltura.session(seconds=-1))
    assert await code_of(lambda: expired.baseEntry.list()) == "INVALID_KS"
    person = client_of(kaltura, kaltura.person())
    assert await code_of(lambda: person.user.list()) == "SERVICE_FORBIDDEN"
    nobody = client_of(kaltura, "")
    assert await code_of(lambda: nobody.baseEntry.list()) == "MISSING_KS"
    await in_thread(client.session.end)
    assert await code_of(lambda: client.baseEntry.list()) == "INVALID_KS"


async def test_it_searches_and_reads_captions(kaltura: RunningKaltura) -> None:
    client = client_of(kaltura)
    item = KalturaESearchUnifiedItem(
        searchTerm="cytokinesis", itemType=KalturaESearchItemType.PARTIAL, addHighlight=True
    )
    tree = KalturaESearchEntryOperator(operator=KalturaESearchOperatorType.AND_OP, searchItems=[item])
    wanted = KalturaESearchEntryParams(searchOperator=tree)
    found = await in_thread(lambda: client.elasticSearch.eSearch.searchEntry(wanted))
    [result] = found.objects
    assert result.object.id == "1_bio00001"
    assert "<em>cytokinesis</em>" in result.highlight[0].hits[0].value
    assert result.itemsData[0].items[0].startsAt == 41_000
    captions_wanted = KalturaCaptionAssetFilter(entryIdEqual="1_bio00001")
    captions = await in_thread(lambda: client.caption.captionAsset.list(captions_wanted))
    assert captions.objects[0].languageCode.value == "en"


async def test_its_multirequest_counts_from_zero_and_refers_from_one(kaltura: RunningKaltura) -> None:
    client = client_of(kaltura)

    def work() -> list[Any]:
        client.startMultiRequest()
        listed = client.media.list(KalturaMediaEntryFilter(nameLike="mitosis"))
        client.baseEntry.get(listed.objects[0].id)
        client.baseEntry.get("1_missing1")
        return list(client.doMultiRequest())

    listed, entry, refused = await in_thread(work)
    assert listed.totalCount == 1
    assert entry.id == "1_bio00001"
    assert refused.code == "ENTRY_ID_NOT_FOUND"


async def test_it_schedules(kaltura: RunningKaltura) -> None:
    client = client_of(kaltura)
    wish = KalturaRecordScheduleEvent(
        summary="Lesson",
        startDate=NOON + 60,
        endDate=NOON + 3660,
        recurrenceType=KalturaScheduleEventRecurrenceType.NONE,
    )
    event = await in_thread(lambda: client.schedule.scheduleEvent.add(wish))
    assert (event.duration, event.summary) == (3600, "Lesson")
    cancelled = await in_thread(lambda: client.schedule.scheduleEvent.cancel(event.id))
    assert cancelled.status.value == 1


async def test_it_pings(kaltura: RunningKaltura) -> None:
    client = client_of(kaltura, "")
    assert await in_thread(client.system.ping) is True
