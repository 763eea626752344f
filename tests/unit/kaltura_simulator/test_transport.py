"""How api_v3 reads requests and writes answers."""

import json
from typing import Any

import aiohttp
import pytest
from lxml import etree  # type: ignore[import-untyped]  # it has no types

from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura

JSON = {"Content-Type": "application/json"}


async def posted(kaltura: RunningKaltura, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, str]:
    async with kaltura.http.post(kaltura.url + path, **options) as answer:
        return answer, await answer.text()


async def test_a_json_body_is_read_when_the_content_type_is_exactly_json(kaltura: RunningKaltura) -> None:
    body = json.dumps({"format": 1, "service": "system", "action": "ping"})
    answer, text = await posted(kaltura, "/api_v3/", data=body, headers={"Content-Type": "APPLICATION/JSON"})
    assert (answer.status, text) == (200, "true")


async def test_a_json_body_with_a_charset_is_not_seen_at_all(kaltura: RunningKaltura) -> None:
    body = json.dumps({"ks": kaltura.session(), "entryId": "1_bio00001"})
    path = "/api_v3/service/baseentry/action/get?format=1"
    _, text = await posted(kaltura, path, data=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert json.loads(text)["code"] == "MISSING_KS"


async def test_the_query_and_the_path_win_over_the_body(kaltura: RunningKaltura) -> None:
    body = json.dumps({"format": 2, "ks": kaltura.session(), "entryId": "1_bio00002"})
    path = "/api_v3/service/baseentry/action/get/entryId/1_bio00001?format=1"
    _, text = await posted(kaltura, path, data=body, headers=JSON)
    assert json.loads(text)["id"] == "1_bio00001"


@pytest.mark.parametrize("name", ["filter[nameLike]", "filter:nameLike"])
async def test_forms_name_nested_fields_by_brackets_or_colons(kaltura: RunningKaltura, name: str) -> None:
    form = {"format": "1", "ks": kaltura.session(), name: "mitosis"}
    _, text = await posted(kaltura, "/api_v3/service/media/action/list", data=form)
    assert [entry["id"] for entry in json.loads(text)["objects"]] == ["1_bio00001"]


async def test_a_multipart_request_carries_json_in_a_part_of_that_name(kaltura: RunningKaltura) -> None:
    with aiohttp.MultipartWriter("form-data") as writer:
        part = writer.append(json.dumps({"format": 1, "ks": kaltura.session(), "entryId": "1_bio00001"}))
        part.set_content_disposition("form-data", name="json")
    _, text = await posted(kaltura, "/api_v3/service/media/action/get", data=writer)
    assert json.loads(text)["id"] == "1_bio00001"


async def test_service_and_action_may_stand_in_the_query_in_any_case(kaltura: RunningKaltura) -> None:
    _, text = await posted(kaltura, "/api_v3/index.php?service=SYSTEM&action=Ping&format=1")
    assert text == "true"


async def test_without_a_format_the_answer_is_xml(kaltura: RunningKaltura) -> None:
    answer, text = await posted(kaltura, "/api_v3/service/system/action/ping")
    assert answer.content_type == "text/xml"
    assert etree.fromstring(text.encode()).findtext("result") == "1"


async def test_an_error_in_xml_has_code_message_and_arguments(kaltura: RunningKaltura) -> None:
    form = {"ks": kaltura.session(), "entryId": "1_missing1"}
    answer, text = await posted(kaltura, "/api_v3/service/baseentry/action/get", data=form)
    error = etree.fromstring(text.encode()).find("result/error")
    assert answer.status == 200
    assert error is not None
    assert error.findtext("code") == "ENTRY_ID_NOT_FOUND"
    assert error.findtext("args/item/value") == "1_missing1"


async def test_an_error_in_json_is_http_200_and_names_its_arguments(kaltura: RunningKaltura) -> None:
    error = await kaltura.admin("baseentry", "get", entryId="1_missing1")
    assert error == {
        "code": "ENTRY_ID_NOT_FOUND",
        "message": 'Entry id "1_missing1" not found',
        "objectType": "KalturaAPIException",
        "args": {"ENTRY_ID": "1_missing1"},
    }


async def test_an_error_without_arguments_has_an_empty_list_of_them(kaltura: RunningKaltura) -> None:
    error = await kaltura.call("baseentry", "list")
    assert (error["code"], error["args"]) == ("MISSING_KS", [])


async def test_jsonp_wraps_the_answer_in_the_callback(kaltura: RunningKaltura) -> None:
    _, text = await posted(kaltura, "/api_v3/service/system/action/ping?format=9&callback=heard")
    assert text == "heard(true);"


async def test_every_answer_names_the_request_and_the_machine(kaltura: RunningKaltura) -> None:
    answer, _ = await posted(kaltura, "/api_v3/service/baseentry/action/list?format=1")
    assert answer.headers["X-Kaltura-Session"].isdigit()
    assert answer.headers["X-Me"]
    assert answer.headers["X-Kaltura"] == "error-MISSING_KS"


async def test_fields_without_a_value_are_left_out(kaltura: RunningKaltura) -> None:
    entry = await kaltura.admin("media", "get", entryId="1_bio00001")
    assert None not in entry.values()
    assert "referenceId" not in entry
    assert list(entry)[-1] == "objectType"


@pytest.mark.parametrize(
    ("service", "action", "code"),
    [
        ("nowhere", "get", "SERVICE_DOES_NOT_EXISTS"),
        ("media", "explode", "ACTION_DOES_NOT_EXISTS"),
        ("virtualevent_virtualevent", "end", "SERVICE_DOES_NOT_EXISTS"),
    ],
)
async def test_unknown_services_and_actions_are_refused(
    kaltura: RunningKaltura, service: str, action: str, code: str
) -> None:
    assert (await kaltura.admin(service, action))["code"] == code


async def test_a_request_without_a_service_is_refused(kaltura: RunningKaltura) -> None:
    _, text = await posted(kaltura, "/api_v3/?format=1")
    assert json.loads(text)["code"] == "SERVICE_NOT_SPECIFIED"


async def test_control_characters_are_refused_with_the_name_of_their_parameter(kaltura: RunningKaltura) -> None:
    entry = {"objectType": "KalturaRoomEntry", "name": "bell\x07", "roomType": 1}
    error = await kaltura.admin("room_room", "add", entry=entry)
    assert (error["code"], error["args"]) == ("INVALID_PARAMETER_CHAR", {"PARAM_NAME": "entry:name"})


async def test_a_response_profile_trims_the_objects_of_a_list(kaltura: RunningKaltura) -> None:
    profile = {"objectType": "KalturaDetachedResponseProfile", "type": 1, "fields": "id,name"}
    answer = await kaltura.admin("media", "list", responseProfile=profile)
    assert {name for entry in answer["objects"] for name in entry} == {"id", "name", "objectType"}


async def test_ordered_throttling_is_an_exception_with_http_200(kaltura: RunningKaltura) -> None:
    kaltura.faults.order({"target": "kaltura", "match": "room_room.list", "kind": "throttle", "times": 1})
    assert (await kaltura.admin("room_room", "list"))["code"] == "ACTION_BLOCKED"
    assert (await kaltura.admin("room_room", "list"))["totalCount"] == 0


async def test_a_fault_may_match_the_path(kaltura: RunningKaltura) -> None:
    order = {"target": "kaltura", "match": "POST /api_v3/service/media/*", "kind": "status", "value": 503, "times": 1}
    kaltura.faults.order(order)
    answer, _ = await posted(kaltura, "/api_v3/service/media/action/list?format=1")
    assert answer.status == 503
