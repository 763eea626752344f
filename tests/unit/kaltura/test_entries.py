"""What is known of an entry, by one request, and however little Kaltura says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.kaltura.entries import EntryDesk, EntryFacts
from kaltura_discord.kaltura.errors import Forbidden, KalturaBusy, KalturaUnavailable
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception

ENTRY = {
    "objectType": "KalturaMediaEntry",
    "id": "1_abcd1234",
    "name": "Cells\u202e",
    "status": "2",
    "type": "1",
    "mediaType": 1,
    "duration": 125,
    "tags": "biology, Term 1 ,",
    "categoriesIds": "101",
    "rootEntryId": "1_room0001",
    "userId": "ms.alvarez",
    "sourceType": "36",
    "createdAt": 1_780_000_000,
}
PLACES = {"totalCount": 2, "objects": [{"categoryFullIds": "100>101"}, {"categoryFullIds": "200>203>207"}]}
FLAVORS = {
    "totalCount": 3,
    "objects": [
        {"status": 2, "isOriginal": False, "bitrate": 4000, "sizeInBytes": 9_000_000, "fileExt": "mp4"},
        {"status": 2, "isOriginal": True, "bitrate": 900, "size": 2048, "fileExt": "mov"},
        {"status": 1, "isOriginal": True, "bitrate": 9000, "sizeInBytes": 1, "fileExt": "avi"},
    ],
}
OWNER = {"id": "ms.alvarez", "fullName": "Elena Alvarez", "screenName": "elena"}
NOTHING = {"totalCount": 0}


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


async def facts(
    kaltura: ScriptedKaltura,
    entry: Any = ENTRY,
    places: Any = PLACES,
    flavors: Any = FLAVORS,
    owner: Any = OWNER,
) -> EntryFacts | None:
    kaltura.on("multirequest", [entry, places, flavors, owner])
    return await EntryDesk(kaltura.transport(tries=1)).facts_of("1_abcd1234", kaltura.clock.deadline(5))


async def known(kaltura: ScriptedKaltura, **fields: Any) -> EntryFacts:
    found = await facts(kaltura, {**ENTRY, **fields})
    assert found is not None
    return found


async def test_what_kaltura_remembers_of_earlier_answers_is_not_taken(kaltura: ScriptedKaltura) -> None:
    await facts(kaltura)
    (request,) = kaltura.calls
    parts = [part for name, part in request.parameters.items() if name.isdigit()]
    assert [part.get("nocache") for part in parts if isinstance(part, dict)] == [1] * 4


async def test_everything_is_known_by_one_request(kaltura: ScriptedKaltura) -> None:
    assert await facts(kaltura) == EntryFacts(
        "1_abcd1234",
        "Cells",
        2,
        "video",
        125,
        ("biology", "Term 1"),
        frozenset({100, 101, 200, 203, 207}),
        "1_room0001",
        source_type="36",
        creator="Elena Alvarez",
        created_at=1_780_000_000,
        size_bytes=2048 * 1024,
        file_format="MOV",
    )
    assert kaltura.names() == ["multirequest"]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"mediaType": 5}, "audio"),
        ({"mediaType": 2}, "image"),
        ({"type": "7", "mediaType": 201}, "live"),
        ({"type": "room.room"}, "room"),
        ({"mediaType": 99}, "other"),
    ],
)
async def test_sorts_of_entries(kaltura: ScriptedKaltura, fields: dict[str, Any], kind: str) -> None:
    assert (await known(kaltura, **fields)).kind == kind


async def test_an_entry_that_is_its_own_root_was_recorded_from_nothing(kaltura: ScriptedKaltura) -> None:
    assert (await known(kaltura, rootEntryId="1_abcd1234")).root_entry_id == ""


async def test_members_of_ours_and_whoever_asks_are_nobody_that_kaltura_names(kaltura: ScriptedKaltura) -> None:
    ours = {"id": "discord_42", "fullName": "Ann"}
    assert await facts(kaltura, {**ENTRY, "userId": "discord_42"}, owner=ours) == await facts(
        kaltura, {**ENTRY, "userId": "discord_42"}, owner=api_exception("INVALID_USER_ID")
    )
    asking = {"id": "kaltura-discord", "fullName": "Service"}
    nobody = await facts(kaltura, {**ENTRY, "userId": ""}, owner=asking)
    assert nobody is not None
    assert nobody.creator == ""


@pytest.mark.parametrize("code", ["ENTRY_ID_NOT_FOUND", "INVALID_ENTRY_ID"])
async def test_a_deleted_entry_is_none(kaltura: ScriptedKaltura, code: str) -> None:
    assert await facts(kaltura, api_exception(code), NOTHING, NOTHING, api_exception("MISSING_KS")) is None


async def test_what_is_no_id_is_not_asked_for(kaltura: ScriptedKaltura) -> None:
    desk = EntryDesk(kaltura.transport())
    for hint in ("", "{entry_id}", "1_ab,1_cd", "x" * 40, "1_ab/../1"):
        assert await desk.facts_of(hint, kaltura.clock.deadline(5)) is None
    assert kaltura.calls == []


async def test_what_the_account_may_not_know_is_left_out(kaltura: ScriptedKaltura) -> None:
    refused = api_exception("SERVICE_FORBIDDEN")
    found = await facts(kaltura, places=refused, flavors=refused, owner=refused)
    assert found is not None
    # Without the list of places, those above are not known.
    assert found.category_ids == {101}
    assert (found.size_bytes, found.file_format, found.creator) == (0, "", "")


@pytest.mark.parametrize(
    ("code", "error"), [("INTERNAL_SERVERL_ERROR", KalturaUnavailable), ("ACTION_BLOCKED", KalturaBusy)]
)
@pytest.mark.parametrize("which", ["entry", "places", "owner"])
async def test_what_could_not_be_answered_now_is_asked_again_later(
    kaltura: ScriptedKaltura, code: str, error: type[Exception], which: str
) -> None:
    with pytest.raises(error):
        await facts(kaltura, **{which: api_exception(code)})


async def test_an_entry_that_may_not_be_seen_is_an_error_of_the_account(kaltura: ScriptedKaltura) -> None:
    with pytest.raises(Forbidden):
        await facts(kaltura, api_exception("SERVICE_FORBIDDEN"))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted({*ENTRY, "recordedEntryId", "referenceId", "currentBroadcastStartTime"} - {"id"})),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=20)
        | st.floats(allow_nan=False, allow_infinity=False),
    )
)
async def test_whatever_kaltura_leaves_out_or_writes_otherwise_is_no_failure(fields: dict[str, Any]) -> None:
    found = await facts(ScriptedKaltura(), {"id": "1_abcd1234", **fields}, NOTHING, NOTHING, {})
    assert found is not None
    assert found.title
    assert found.duration_seconds >= 0


async def test_a_room_is_found_by_the_recording_that_it_names(kaltura: ScriptedKaltura) -> None:
    room = {"id": "1_room0001", "recordedEntryId": "1_abcd1234"}
    other = {"id": "1_room0002", "recordedEntryId": "1_abcd12345"}
    kaltura.on(
        "elasticsearch_esearch.searchEntry",
        {"totalCount": 2, "objects": [{"object": other}, {"object": room}]},
        {"totalCount": 1, "objects": [{"object": other}]},
    )
    desk = EntryDesk(kaltura.transport())
    assert await desk.recorded_in("1_abcd1234", kaltura.clock.deadline(5)) == "1_room0001"
    assert await desk.recorded_in("1_abcd1234", kaltura.clock.deadline(5)) == ""
