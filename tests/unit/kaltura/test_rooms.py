"""What both strategies promise, and where they differ."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.errors import Forbidden, KalturaUnavailable, SessionRefused
from kaltura_discord.kaltura.room_entry import RoomEntryStrategy
from kaltura_discord.kaltura.rooms import CreatedRoom, Guest, GuestLevel, MeetingKind, MeetingRequest, MeetingStrategy
from kaltura_discord.kaltura.schedule_resource import ScheduleResourceStrategy
from kaltura_discord.kaltura.session import SessionGrant, SessionType, inspect
from kaltura_discord.kaltura.transport import KalturaTransport
from tests.unit.kaltura.scripted_kaltura import EPOCH, SECRET, ScriptedKaltura, SeenCall, api_exception

NOTHING = {"totalCount": 0, "objects": [], "objectType": "KalturaListResponse"}
REFERENCE = "meeting-7"


@dataclass(frozen=True)
class Way:
    """A strategy, and how Kaltura's side of it is called."""

    service: str
    room_id: str
    sent_as: str
    tags_field: str
    reference_field: str
    naming: str
    join_prefix: str
    make: Callable[[KalturaTransport, ScriptedKaltura], MeetingStrategy]

    def found(self, **fields: object) -> dict[str, object]:
        room_id: object = int(self.room_id) if self.room_id.isdigit() else self.room_id
        return {"id": room_id, self.reference_field: REFERENCE, **fields}

    def listing(self, *rooms: dict[str, object]) -> dict[str, object]:
        return {"totalCount": len(rooms), "objects": list(rooms)}


ROOM_ENTRY = Way(
    "room_room",
    "1_ab12cd34",
    "entry",
    "adminTags",
    "referenceId",
    "roomId",
    "https://12345.kaf.kaltura.com/embeddedrooms/index/view-room/ks/",
    lambda transport, kaltura: RoomEntryStrategy(transport, sleep=kaltura.clock.sleep),
)
RESOURCE = Way(
    "schedule_scheduleresource",
    "4711",
    "scheduleResource",
    "tags",
    "systemName",
    "scheduleResourceId",
    "https://12345.kaf.kaltura.com/virtualEvent/launch?ks=",
    lambda transport, kaltura: ScheduleResourceStrategy(transport, sleep=kaltura.clock.sleep),
)


@pytest.fixture(params=[ROOM_ENTRY, RESOURCE], ids=["room_entry", "schedule_resource"])
def way(request: pytest.FixtureRequest) -> Way:
    chosen = request.param
    assert isinstance(chosen, Way)
    return chosen


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


@pytest.fixture
def rooms(way: Way, kaltura: ScriptedKaltura) -> MeetingStrategy:
    return way.make(kaltura.transport(tries=1), kaltura)


def meeting(
    kind: MeetingKind = "room", title: str = "Biology: cells, tissue", template: str | None = None
) -> MeetingRequest:
    return MeetingRequest(REFERENCE, "Biology: cells, tissue", "", kind, "discord_42", ("server_1",), template)


def the_room(way: Way, rooms: MeetingStrategy) -> CreatedRoom:
    return CreatedRoom(rooms.name, way.room_id, REFERENCE)


async def sent(way: Way, kaltura: ScriptedKaltura, request: MeetingRequest) -> dict[str, object]:
    kaltura.on(f"{way.service}.list", NOTHING)
    kaltura.on(f"{way.service}.add", way.found())
    await way.make(kaltura.transport(), kaltura).create(request, kaltura.clock.deadline(30))
    body = kaltura.only(f"{way.service}.add").parameters[way.sent_as]
    assert isinstance(body, dict)
    return body


def opened(url: str) -> SessionGrant:
    """The grant in a join link."""
    session = unquote(url.rpartition("/ks/")[2] if "/ks/" in url else url.rpartition("ks=")[2])
    return inspect(session, SECRET)[1]


async def test_a_room_is_made_with_our_reference_and_tags(way: Way, kaltura: ScriptedKaltura) -> None:
    body = await sent(way, kaltura, meeting())
    assert body["name"] == "Biology: cells, tissue"
    assert body[way.reference_field] == REFERENCE
    assert {"kaltura-discord", "server_1"} <= set(str(body["tags"]).split(","))


async def test_the_made_room_can_be_stored(way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy) -> None:
    kaltura.on(f"{way.service}.list", NOTHING)
    kaltura.on(f"{way.service}.add", way.found())
    assert await rooms.create(meeting(), kaltura.clock.deadline(30)) == the_room(way, rooms)


async def test_a_second_making_with_the_same_reference_finds_the_first(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.list", way.listing(way.found()))
    assert await rooms.create(meeting(), kaltura.clock.deadline(30)) == the_room(way, rooms)
    assert kaltura.names() == [f"{way.service}.list"]


async def test_a_room_whose_making_timed_out_is_found_when_the_index_catches_up(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.add", httpx.ReadTimeout("slow"))
    kaltura.on(f"{way.service}.list", NOTHING, NOTHING, NOTHING, way.listing(way.found()))
    assert await rooms.create(meeting(), kaltura.clock.deadline(30)) == the_room(way, rooms)
    assert kaltura.names().count(f"{way.service}.add") == 1


async def test_a_room_that_is_not_found_leaves_the_outcome_unknown(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.add", httpx.ReadTimeout("slow"))
    kaltura.on(f"{way.service}.list", NOTHING)
    with pytest.raises(KalturaUnavailable) as caught:
        await rooms.create(meeting(), kaltura.clock.deadline(30))
    assert not caught.value.retry_safe


async def test_an_answer_without_an_id_is_garbage(way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy) -> None:
    kaltura.on(f"{way.service}.list", NOTHING)
    kaltura.on(f"{way.service}.add", {"objectType": "KalturaObject", "id": True})
    with pytest.raises(KalturaUnavailable) as caught:
        await rooms.create(meeting(), kaltura.clock.deadline(30))
    assert caught.value.code == "GARBAGE"


async def test_finding_asks_for_exactly_our_reference(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.list", way.listing({"id": "1_zzzzzzzz", way.reference_field: "other"}))
    assert await rooms.find_by_reference(REFERENCE, kaltura.clock.deadline(5)) is None
    filters = kaltura.only(f"{way.service}.list").parameters["filter"]
    assert isinstance(filters, dict)
    assert filters[f"{way.reference_field}Equal"] == REFERENCE


async def test_a_refusal_is_passed_on(way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy) -> None:
    kaltura.on(f"{way.service}.list", NOTHING)
    kaltura.on(f"{way.service}.add", api_exception("SERVICE_FORBIDDEN"))
    with pytest.raises(Forbidden):
        await rooms.create(meeting(), kaltura.clock.deadline(30))


async def test_discarding_deletes_and_what_is_gone_is_gone(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.delete", None, api_exception("ENTRY_ID_NOT_FOUND"))
    await rooms.discard(the_room(way, rooms), kaltura.clock.deadline(5))
    await rooms.discard(the_room(way, rooms), kaltura.clock.deadline(5))
    assert kaltura.calls[0].parameters[way.naming] == way.room_id


async def test_the_end_is_written_into_the_tags_beside_those_present(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.get", way.found(**{way.tags_field: "kaltura-discord, server_1"}))
    kaltura.on(f"{way.service}.update", way.found())
    await rooms.mark_ended(the_room(way, rooms), EPOCH, kaltura.clock.deadline(5))
    change = kaltura.only(f"{way.service}.update").parameters
    body = change["room" if way is ROOM_ENTRY else "scheduleResource"]
    assert isinstance(body, dict)
    assert body[way.tags_field] == f"kaltura-discord,server_1,ended,ended_at_{EPOCH}"
    assert change[way.naming] == way.room_id


async def test_marking_the_same_end_twice_changes_nothing(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.get", way.found(**{way.tags_field: f"ended,ended_at_{EPOCH}"}))
    await rooms.mark_ended(the_room(way, rooms), EPOCH, kaltura.clock.deadline(5))
    assert f"{way.service}.update" not in kaltura.names()


async def test_a_meeting_opened_again_carries_its_last_end(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.get", way.found(**{way.tags_field: "a,ended,ended_at_5"}))
    kaltura.on(f"{way.service}.update", way.found())
    await rooms.mark_ended(the_room(way, rooms), EPOCH, kaltura.clock.deadline(5))
    assert f"a,ended,ended_at_{EPOCH}" in str(kaltura.only(f"{way.service}.update").parameters)


async def test_a_room_that_was_deleted_needs_no_mark(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on(f"{way.service}.get", api_exception("ENTRY_ID_NOT_FOUND"))
    await rooms.mark_ended(the_room(way, rooms), EPOCH, kaltura.clock.deadline(5))


def join(
    way: Way, rooms: MeetingStrategy, level: GuestLevel = "viewer", name: str = "Ann Lee", seconds: int = 900
) -> SessionGrant:
    guest = Guest("discord_42", name, level, "de")
    link = rooms.join_url(the_room(way, rooms), guest, EPOCH + seconds, "group-1")
    assert link.url.startswith(way.join_prefix)
    grant = opened(link.url)
    assert grant.expires_at == link.expires_at
    return grant


def test_a_join_link_holds_a_user_session_for_that_person_and_room(way: Way, rooms: MeetingStrategy) -> None:
    grant = join(way, rooms)
    assert grant.type is SessionType.USER
    assert grant.user_id == "discord_42"
    assert way.room_id in grant.privileges.values()
    assert (grant.privileges["firstName"], grant.privileges["lastName"]) == ("Ann", "Lee")
    assert grant.privileges["locale"] == "de"
    assert grant.privileges["sessionid"] == "group-1"


def test_a_join_link_grants_nothing_beyond_coming_in(way: Way, rooms: MeetingStrategy) -> None:
    room_key = "entryId" if way is ROOM_ENTRY else "resourceId"
    expected = {"userId", room_key, "role", "userContextualRole", "firstName", "lastName", "locale", "sessionid"}
    assert set(join(way, rooms, "admin").privileges) == expected


def test_what_narrows_a_join_link_replaces_nothing_in_it(way: Way, rooms: MeetingStrategy) -> None:
    plain = join(way, rooms).privileges
    narrowing = {"privacycontext": "school", "role": "adminRole", "SESSIONID": "another", "entryid": "1_other000"}
    guest = Guest("discord_42", "Ann Lee", "viewer", "de", narrowing)
    grant = opened(rooms.join_url(the_room(way, rooms), guest, EPOCH + 900, "group-1").url)
    expected = {**plain, "privacycontext": "school"}
    if way is not ROOM_ENTRY:
        expected["entryid"] = "1_other000"
    assert dict(grant.privileges) == expected


@pytest.mark.parametrize(
    ("level", "role", "contextual"),
    [("viewer", "viewerRole", "3"), ("moderator", "adminRole", "0"), ("admin", "adminRole", "0")],
)
def test_the_level_decides_the_role(
    way: Way, rooms: MeetingStrategy, level: GuestLevel, role: str, contextual: str
) -> None:
    privileges = join(way, rooms, level).privileges
    assert (privileges["role"], privileges["userContextualRole"]) == (role, contextual)


def test_a_join_link_lives_an_hour_at_most(way: Way, rooms: MeetingStrategy) -> None:
    assert join(way, rooms, seconds=600).expires_at == EPOCH + 600
    assert join(way, rooms, seconds=86_400).expires_at == EPOCH + 3600


@given(name=st.text(max_size=80))
@pytest.mark.parametrize("chosen", [ROOM_ENTRY, RESOURCE], ids=["room_entry", "schedule_resource"])
def test_no_display_name_can_change_the_role_or_the_room(chosen: Way, name: str) -> None:
    kaltura = ScriptedKaltura()
    rooms = chosen.make(kaltura.transport(), kaltura)
    for attack in (name, f"{name},role:adminRole", f"x,userContextualRole:0,{name}"):
        privileges = join(chosen, rooms, "viewer", attack).privileges
        assert privileges["role"] == "viewerRole"
        assert privileges["userContextualRole"] == "3"


def test_a_join_link_does_not_show_its_session_when_logged(way: Way, rooms: MeetingStrategy) -> None:
    link = rooms.join_url(the_room(way, rooms), Guest("discord_42", "Ann", "viewer"), EPOCH + 60, "group-1")
    assert "djJ8" in link.url
    assert "djJ8" not in repr(link)
    assert "djJ8" not in f"{link}"


async def test_revoking_ends_the_group_with_a_session_of_the_group(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on("session.end", None)
    await rooms.revoke(the_room(way, rooms), "group-1", kaltura.clock.deadline(5))
    _, grant = inspect(str(kaltura.only("session.end").parameters["ks"]), SECRET)
    assert grant.type is SessionType.USER
    assert dict(grant.privileges) == {"sessionid": "group-1"}
    assert grant.expires_at > EPOCH + 3600


async def test_revoking_twice_is_no_error(way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy) -> None:
    kaltura.on("session.end", api_exception("INVALID_KS", ERR_CODE="-6"))
    await rooms.revoke(the_room(way, rooms), "group-1", kaltura.clock.deadline(5))


async def test_revoking_with_a_wrong_secret_is_an_error(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy
) -> None:
    kaltura.on("session.end", api_exception("INVALID_KS", ERR_CODE="-1"))
    with pytest.raises(SessionRefused):
        await rooms.revoke(the_room(way, rooms), "group-1", kaltura.clock.deadline(5))


@pytest.mark.parametrize(
    ("answer", "status"),
    [(NOTHING, "ok"), (api_exception("SERVICE_FORBIDDEN"), "failed"), (httpx.ReadTimeout("slow"), "failed")],
)
async def test_the_doctor_learns_whether_the_account_has_it(
    way: Way, kaltura: ScriptedKaltura, rooms: MeetingStrategy, answer: object, status: str
) -> None:
    kaltura.on(f"{way.service}.list", answer)
    (finding,) = await rooms.probe(kaltura.clock.deadline(5))
    assert finding.status == status
    assert bool(finding.advice) is (status != "ok")


async def test_a_room_entry_belongs_to_who_started_it_and_copies_the_template(kaltura: ScriptedKaltura) -> None:
    body = await sent(ROOM_ENTRY, kaltura, meeting("webinar", template="1_template"))
    assert body["objectType"] == "KalturaRoomEntry"
    assert body["roomType"] == 1
    assert body["userId"] == "discord_42"
    assert body["templateRoomEntryId"] == "1_template"


async def test_a_list_of_room_entries_asks_for_those_without_content(kaltura: ScriptedKaltura) -> None:
    kaltura.on("room_room.list", NOTHING)
    rooms = ROOM_ENTRY.make(kaltura.transport(), kaltura)
    await rooms.find_by_reference(REFERENCE, kaltura.clock.deadline(5))
    assert '"statusIn": "2,7"' in str(kaltura.calls[0].parameters).replace("'", '"')


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("webinar", "custom_rs_class_mode:webinar"),
        ("classroom", "custom_rs_class_mode:virtual_classroom"),
        ("room", ""),
    ],
)
async def test_a_resource_is_a_newrow_room_of_the_right_mode(
    kaltura: ScriptedKaltura, kind: MeetingKind, mode: str
) -> None:
    tags = str((await sent(RESOURCE, kaltura, meeting(kind)))["tags"]).split(",")
    assert "vcprovider:newrow" in tags
    assert [tag for tag in tags if tag.startswith("custom_rs_class_mode")] == ([mode] if mode else [])


async def test_a_repeated_message_after_a_crash_makes_no_second_room(way: Way, kaltura: ScriptedKaltura) -> None:
    """The first process died after Kaltura had made the room; the message is delivered again."""
    made: list[dict[str, object]] = []

    def add(_: SeenCall) -> object:
        made.append(way.found())
        return httpx.ReadTimeout("the process died here")

    kaltura.on(f"{way.service}.add", add)
    kaltura.on(f"{way.service}.list", lambda _: way.listing(*made))
    first = way.make(kaltura.transport(tries=1), kaltura)
    with pytest.raises(KalturaUnavailable):
        await first.create(meeting(), kaltura.clock.deadline(0.5))
    second = way.make(kaltura.transport(tries=1), kaltura)
    assert (await second.create(meeting(), kaltura.clock.deadline(30))).room_id == way.room_id
    assert len(made) == 1
