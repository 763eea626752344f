from urllib.parse import unquote

import httpx
import pytest

from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.probe import probe_account
from kaltura_discord.kaltura.room_entry import RoomEntryStrategy
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.kaltura.schedule_resource import ScheduleResourceStrategy
from kaltura_discord.kaltura.session import SessionType, inspect
from tests.unit.kaltura.scripted_kaltura import (
    EPOCH,
    PARTNER_ID,
    SECRET,
    Reply,
    ScriptedKaltura,
    SeenCall,
    api_exception,
)

NOTHING = {"totalCount": 0, "objects": []}
READING = frozenset({"ping", "get", "list", "searchEntry"})


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    healthy = ScriptedKaltura()
    healthy.on("system.ping", True)
    healthy.on("session.get", {"objectType": "KalturaSessionInfo", "partnerId": PARTNER_ID})
    healthy.on("room_room.list", NOTHING)
    healthy.on("room_room.get", {"id": "1_template"})
    healthy.on("schedule_scheduleresource.list", NOTHING)
    healthy.on("/version", "KAF 5.1")
    healthy.on("/embeddedrooms/index/view-room", httpx.Response(403, text="This link has expired"))
    healthy.on("elasticsearch_esearch.searchEntry", {"totalCount": 36, "objects": []})
    healthy.on("uiconf.get", {"id": 45678})
    return healthy


async def findings(kaltura: ScriptedKaltura) -> dict[str, Finding]:
    transport = kaltura.transport(tries=1)
    strategies: list[MeetingStrategy] = [RoomEntryStrategy(transport), ScheduleResourceStrategy(transport)]
    async with transport:
        found = await probe_account(
            transport, strategies, ["1_template"], kaltura.clock.deadline(60), kaltura.clock.monotonic
        )
    return {each.area: each for each in found}


async def test_a_healthy_account_is_all_right(kaltura: ScriptedKaltura) -> None:
    found = await findings(kaltura)
    assert {each.status for each in found.values()} == {"ok"}
    assert set(found) == {
        "API",
        "secret",
        "room entries",
        "schedule resources",
        "KAF",
        "search",
        "player",
        "room template",
    }


async def test_the_doctor_comes_to_kaf_with_a_session_that_lets_nobody_in(kaltura: ScriptedKaltura) -> None:
    visits: list[str] = []

    def note(call: SeenCall) -> Reply:
        visits.append(call.url)
        return httpx.Response(403)

    kaltura.on("/embeddedrooms/index/view-room", note)
    await findings(kaltura)
    (visit,) = visits
    _, grant = inspect(unquote(visit.rpartition("/ks/")[2]), SECRET)
    assert grant.expires_at < EPOCH
    assert grant.type is SessionType.USER
    assert grant.privileges == {}


async def test_the_doctor_only_reads(kaltura: ScriptedKaltura) -> None:
    await findings(kaltura)
    actions = {call.name.partition(".")[2] for call in kaltura.calls if not call.name.startswith("/")}
    assert actions <= READING


async def test_an_address_where_nothing_answers_ends_the_examination(kaltura: ScriptedKaltura) -> None:
    kaltura.on("system.ping", httpx.ConnectError("refused"))
    found = await findings(kaltura)
    assert list(found) == ["API"]
    assert found["API"].status == "failed"
    assert "KALTURA_SERVICE_URL" in found["API"].advice


async def test_a_wrong_secret_is_named_once_and_nothing_after_it(kaltura: ScriptedKaltura) -> None:
    refused = api_exception("INVALID_KS", 'Invalid KS "djJ8abc", Error "-1,INVALID_STR"', KSID="djJ8abc", ERR_CODE="-1")
    kaltura.on("system.ping", refused)
    kaltura.on("session.get", refused)
    found = await findings(kaltura)
    assert list(found) == ["API", "secret"]
    assert found["API"].status == "ok"
    assert found["secret"].status == "failed"
    assert "made with another secret" in found["secret"].sentence
    assert "djJ8" not in str(found)


async def test_a_secret_of_another_account_is_noticed(kaltura: ScriptedKaltura) -> None:
    kaltura.on("session.get", {"partnerId": 777})
    assert (await findings(kaltura))["secret"].status == "failed"


@pytest.mark.parametrize(
    ("name", "reply", "area", "status"),
    [
        ("room_room.list", api_exception("SERVICE_DOES_NOT_EXISTS"), "room entries", "failed"),
        ("schedule_scheduleresource.list", api_exception("FEATURE_FORBIDDEN"), "schedule resources", "failed"),
        ("elasticsearch_esearch.searchEntry", api_exception("SERVICE_FORBIDDEN"), "search", "failed"),
        ("elasticsearch_esearch.searchEntry", httpx.ReadTimeout("slow"), "search", "failed"),
        ("uiconf.get", api_exception("INVALID_UI_CONF_ID"), "player", "failed"),
        ("uiconf.get", httpx.ReadTimeout("slow"), "player", "warning"),
        ("room_room.get", api_exception("ENTRY_ID_NOT_FOUND"), "room template", "warning"),
        ("/version", httpx.ConnectError("no such host"), "KAF", "failed"),
        ("/version", httpx.Response(404), "KAF", "failed"),
    ],
)
async def test_one_thing_missing_is_one_finding_with_advice(
    kaltura: ScriptedKaltura, name: str, reply: Reply, area: str, status: str
) -> None:
    kaltura.on(name, reply)
    found = await findings(kaltura)
    troubled = {each.area: each for each in found.values() if each.status != "ok"}
    assert list(troubled) == [area]
    assert troubled[area].status == status
    assert troubled[area].advice


async def test_a_kaf_without_rooms_is_noticed(kaltura: ScriptedKaltura) -> None:
    kaltura.on("/embeddedrooms/index/view-room", httpx.Response(404))
    assert (await findings(kaltura))["KAF"].status == "warning"


async def test_no_secret_stands_in_any_finding(kaltura: ScriptedKaltura) -> None:
    assert SECRET not in str(await findings(kaltura))
