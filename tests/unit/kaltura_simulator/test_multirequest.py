"""Several calls in one request."""

import json
from typing import Any

from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura


async def many(kaltura: RunningKaltura, **parameters: Any) -> list[Any]:
    body = json.dumps({"format": 1, "ks": kaltura.session(), **parameters}).encode()
    address = kaltura.url + "/api_v3/service/multirequest"
    async with kaltura.http.post(address, data=body, headers={"Content-Type": "application/json"}) as answer:
        results: list[Any] = await answer.json()
        return results


async def test_a_part_may_refer_to_the_result_of_an_earlier_one(kaltura: RunningKaltura) -> None:
    listed = {"service": "media", "action": "list", "filter": {"nameLike": "mitosis"}}
    got = {"service": "user", "action": "get", "userId": "{1:result:objects:0:userId}"}
    results = await many(kaltura, **{"1": listed, "2": got})
    assert results[1]["id"] == "ms.alvarez"


async def test_a_failed_part_does_not_stop_the_others_but_what_refers_to_it_fails(kaltura: RunningKaltura) -> None:
    parts = {
        "1": {"service": "media", "action": "get", "entryId": "1_missing1"},
        "2": {"service": "user", "action": "get", "userId": "{1:result:userId}"},
        "3": {"service": "system", "action": "ping"},
    }
    first, second, third = await many(kaltura, **parts)
    assert first["code"] == "ENTRY_ID_NOT_FOUND"
    assert second["code"] == "MISSING_MANDATORY_PARAMETER"
    assert third is True


async def test_a_reference_to_an_empty_field_is_an_empty_text(kaltura: RunningKaltura) -> None:
    parts = {
        "1": {"service": "media", "action": "get", "entryId": "1_bio00001"},
        "2": {"service": "user", "action": "get", "userId": "{1:result:referenceId}"},
    }
    assert (await many(kaltura, **parts))[1]["code"] == "INVALID_USER_ID"


async def test_parts_end_at_the_first_gap_in_their_numbers(kaltura: RunningKaltura) -> None:
    ping = {"service": "system", "action": "ping"}
    assert await many(kaltura, **{"1": ping, "2": ping, "4": ping}) == [True, True]


async def test_parts_may_be_written_as_a_form(kaltura: RunningKaltura) -> None:
    form = {
        "format": "1",
        "ks": kaltura.session(),
        "1:service": "media",
        "1:action": "get",
        "1:entryId": "1_bio00001",
        "2:service": "system",
        "2:action": "ping",
    }
    async with kaltura.http.post(kaltura.url + "/api_v3/service/multirequest", data=form) as answer:
        first, second = await answer.json()
    assert (first["id"], second) == ("1_bio00001", True)
