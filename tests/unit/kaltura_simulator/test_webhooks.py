"""Webhooks as Kaltura sends them: which templates there are, when they fire, what they say, and how often."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura

SERVICE = "eventnotification_eventnotificationtemplate"
OUR_TEXT = '{"entry_id":"{entry_id}","entry_status":"{entry_status}"}'


@dataclass
class Seen:
    """A request that came."""

    body: bytes
    headers: dict[str, str]


@dataclass
class Receiver:
    """Somebody who is notified, and answers as it was told to."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    says: str = "kept"
    seen: list[Seen] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.seen.append(Seen(await request.read(), dict(request.headers)))
        self.arrived.set()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, text=self.says)

    async def until(self, count: int) -> list[Seen]:
        async with asyncio.timeout(5):
            while len(self.seen) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.seen


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_route("*", "/hook", receiver.take)
    async with TestServer(application, host="127.0.0.1") as server:
        receiver.url = str(server.make_url("/hook"))
        yield receiver


async def system_template(kaltura: RunningKaltura, name: str) -> dict[str, Any]:
    wanted = {"objectType": "KalturaEventNotificationTemplateFilter", "systemNameEqual": name}
    answer = await kaltura.admin(SERVICE, "listTemplates", filter=wanted)
    (template,) = answer["objects"]
    found: dict[str, Any] = template
    return found


async def registered(kaltura: RunningKaltura, name: str, url: str, **fields: Any) -> dict[str, Any]:
    """A clone of a system template that is active."""
    changes = {
        "objectType": "KalturaHttpNotificationTemplate",
        "name": "Ours",
        "systemName": f"OURS_{name}",
        "url": url,
        "method": 2,
        "secureHashingAlgo": 2,
        **fields,
    }
    origin = await system_template(kaltura, name)
    clone = await kaltura.admin(SERVICE, "clone", id=origin["id"], eventNotificationTemplate=changes)
    assert clone.get("status") == 1, clone
    active: dict[str, Any] = await kaltura.admin(SERVICE, "updateStatus", id=clone["id"], status=2)
    return active


def text(content: str = OUR_TEXT) -> dict[str, Any]:
    value = {"objectType": "KalturaStringValue", "value": content}
    return {"objectType": "KalturaHttpNotificationDataText", "contentType": "application/json", "content": value}


async def uploaded(kaltura: RunningKaltura, **wish: Any) -> str:
    async with kaltura.http.post(f"{kaltura.url}/_sim/entries", json=wish) as answer:
        return str((await answer.json())["id"])


async def happens(kaltura: RunningKaltura, path: str, **wish: Any) -> Any:
    async with kaltura.http.post(f"{kaltura.url}/_sim/{path}", json=wish) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_an_entry_that_becomes_ready_is_told_in_a_signed_request(
    kaltura: RunningKaltura, receiver: Receiver
) -> None:
    headers = [{"objectType": "KalturaKeyValue", "key": "X-Kaltura-Entry-Id", "value": "{entry_id}"}]
    await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text(), customHeaders=headers)
    entry_id = await uploaded(kaltura, name="New")
    await happens(kaltura, f"entries/{entry_id}", status="2")
    (seen,) = await receiver.until(1)
    assert json.loads(seen.body) == {"entry_id": entry_id, "entry_status": "2"}
    expected = hashlib.sha256(kaltura.world.admin_secret.encode() + seen.body).hexdigest()
    assert seen.headers["X-KALTURA-SIGNATURE"] == expected
    assert (seen.headers["X-KALTURA-HASH-ALGO"], seen.headers["X-Kaltura-Entry-Id"]) == ("sha256", entry_id)
    assert seen.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "trigger", "is_told"),
    [("2", "2", True), ("-1", "2", False), ("3", "3", True), ("2", "3", False)],
)
async def test_only_the_status_that_was_asked_for_is_told(
    kaltura: RunningKaltura, receiver: Receiver, status: str, trigger: str, is_told: bool
) -> None:
    value = {"objectType": "KalturaStringValue", "value": trigger}
    wanted = [{"objectType": "KalturaEventNotificationParameter", "key": "trigger_status", "value": value}]
    await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text(), userParameters=wanted)
    entry_id = await uploaded(kaltura)
    await happens(kaltura, f"entries/{entry_id}", status=status)
    assert [job.entry_id for job in kaltura.world.webhooks.jobs] == ([entry_id] if is_told else [])


async def test_deleting_through_the_api_and_putting_into_a_category_are_told(
    kaltura: RunningKaltura, receiver: Receiver
) -> None:
    await registered(kaltura, "HTTP_ENTRY_STATUS_CHANGED", receiver.url, data=text())
    await registered(kaltura, "HTTP_ENTRY_ADDED_TO_CATEGORY", receiver.url, data=text())
    assignment = {"objectType": "KalturaCategoryEntry", "entryId": "1_bio00001", "categoryId": 102}
    await kaltura.admin("categoryentry", "add", categoryEntry=assignment)
    await kaltura.admin("baseentry", "delete", entryId="1_bio00001")
    seen = await receiver.until(2)
    # That template has no parameter of the name, and what is not known stays as it is written.
    assert sorted(json.loads(each.body)["entry_status"] for each in seen) == ["3", "{entry_status}"]


async def test_the_final_content_of_a_recording_is_told_and_a_live_stream_is_not(
    kaltura: RunningKaltura, receiver: Receiver
) -> None:
    await registered(kaltura, "Recorded_Entry_Content_Replaced", receiver.url, data=text())
    await registered(kaltura, "HTTP_ENTRY_CHANGED", receiver.url, data=text())
    room = await kaltura.room()
    recording = await happens(kaltura, f"rooms/{room['id']}/recording")
    assert recording["rootEntryId"] == room["id"]
    await happens(kaltura, f"entries/{recording['id']}/replaced")
    await happens(kaltura, "entries/1_live0001", live=True)
    assert [job.template for job in kaltura.world.webhooks.jobs] == ["OURS_Recorded_Entry_Content_Replaced"]


@pytest.mark.parametrize("naming", ["root", "recorded", "reference"])
async def test_a_recording_says_in_one_of_three_ways_which_room_it_is_of(kaltura: RunningKaltura, naming: str) -> None:
    room = await kaltura.room(referenceId="4711")
    recording = await happens(kaltura, f"rooms/{room['id']}/recording", naming=naming, ready=True)
    seen_room = await kaltura.admin("room_room", "get", roomId=room["id"])
    told = {
        "root": recording["rootEntryId"] == room["id"],
        "recorded": seen_room.get("recordedEntryId") == recording["id"] and recording["rootEntryId"] == recording["id"],
        "reference": recording.get("referenceId") == "4711" and "recordedEntryId" not in seen_room,
    }
    assert told[naming]
    assert (recording["status"], recording["duration"] > 0) == ("2", True)


async def test_every_form_of_body_is_written_as_kaltura_writes_it(kaltura: RunningKaltura, receiver: Receiver) -> None:
    object_data = {"objectType": "KalturaHttpNotificationObjectData", "apiObjectType": "KalturaMediaEntry"}
    for form, data in {
        "none": None,
        "json": {**object_data, "format": 1},
        "xml": {**object_data, "format": 2},
        "php": {**object_data, "format": 3},
        "fields": {"objectType": "KalturaHttpNotificationDataFields"},
    }.items():
        fields = {"data": data} if data else {}
        template = await registered(
            kaltura, "HTTP_ENTRY_STATUS_CHANGED", receiver.url, systemName=f"OURS_{form}", **fields
        )
        await happens(kaltura, f"templates/{template['id']}", fills_object=True)
    entry_id = await uploaded(kaltura)
    await happens(kaltura, f"entries/{entry_id}", status="2")
    await receiver.until(5)
    jobs = {job.template.removeprefix("OURS_"): job for job in kaltura.world.webhooks.jobs}
    assert (jobs["none"].body, "Content-Type" in jobs["none"].headers) == (b"", False)
    assert (
        jobs["none"].headers["X-KALTURA-SIGNATURE"] == hashlib.sha256(kaltura.world.admin_secret.encode()).hexdigest()
    )
    told = json.loads(jobs["json"].body)
    assert (told["object"]["id"], told["eventNotificationJobId"]) == (entry_id, jobs["json"].id)
    assert jobs["xml"].body.startswith(b"data=<notification><objectType>KalturaHttpNotification</objectType><object>")
    assert jobs["php"].body.startswith(b'data=O:23:"KalturaHttpNotification":7:{')
    assert jobs["php"].headers["Content-Type"] == "application/xml"
    assert parse_qs(jobs["fields"].body.decode())["entry_id"] == [entry_id]


async def test_older_templates_encode_their_json_and_without_code_there_is_no_object(
    kaltura: RunningKaltura, receiver: Receiver
) -> None:
    data = {"objectType": "KalturaHttpNotificationObjectData", "apiObjectType": "KalturaMediaEntry", "format": 1}
    template = await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=data)
    await happens(kaltura, f"templates/{template['id']}", url_encodes=True)
    await happens(kaltura, f"entries/{await uploaded(kaltura)}", status="2")
    (seen,) = await receiver.until(1)
    assert seen.body.startswith(b"data=%7B")
    assert "object" not in json.loads(unquote_plus(seen.body.decode().removeprefix("data=")))


async def test_what_is_not_taken_is_sent_three_times_with_the_same_number(
    kaltura: RunningKaltura, receiver: Receiver
) -> None:
    await happens(kaltura, "webhooks/settings", retry_seconds=0.01)
    data = {"objectType": "KalturaHttpNotificationObjectData", "apiObjectType": "KalturaMediaEntry", "format": 1}
    await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=data)
    receiver.statuses = [500, 202, 301, 200]
    await happens(kaltura, f"entries/{await uploaded(kaltura)}", status="2")
    seen = await receiver.until(3)
    assert len({json.loads(each.body)["eventNotificationJobId"] for each in seen}) == 1
    await kaltura.world.webhooks.settled()
    (job,) = kaltura.world.webhooks.jobs
    assert (job.state, job.statuses, len(receiver.seen)) == ("failed", [500, 202, 301], 3)


async def test_an_answer_without_a_word_is_none(kaltura: RunningKaltura, receiver: Receiver) -> None:
    await happens(kaltura, "webhooks/settings", retry_seconds=0.01)
    await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text())
    receiver.says = ""
    await happens(kaltura, f"entries/{await uploaded(kaltura)}", status="2")
    assert len(await receiver.until(3)) == 3


async def test_what_registering_is_refused(kaltura: RunningKaltura, receiver: Receiver) -> None:
    origin = await system_template(kaltura, "HTTP_ENTRY_STATUS_EQUALS")

    async def refusal(action: str, **parameters: Any) -> str:
        return str((await kaltura.admin(SERVICE, action, **parameters)).get("code"))

    wrong = {"objectType": "KalturaEmailNotificationTemplate", "systemName": "OURS_X"}
    assert await refusal("clone", id=origin["id"], eventNotificationTemplate=wrong) == "EVENT_NOTIFICATION_WRONG_TYPE"
    assert await refusal("clone", id=1) == "EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND"
    ours = await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url)
    duplicate = "EVENT_NOTIFICATION_TEMPLATE_DUPLICATE_SYSTEM_NAME"
    assert await refusal("updateStatus", id=ours["id"], status=2) == duplicate
    same = {"objectType": "KalturaHttpNotificationTemplate", "systemName": ours["systemName"]}
    assert await refusal("clone", id=origin["id"], eventNotificationTemplate=same) == duplicate
    guarded = {"objectType": "KalturaHttpNotificationTemplate", "eventType": "5"}
    no_permission = "PROPERTY_VALIDATION_NO_UPDATE_PERMISSION"
    assert await refusal("update", id=ours["id"], eventNotificationTemplate=guarded) == no_permission
    assert await refusal("update", id=origin["id"], eventNotificationTemplate=same) == (
        "EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND"
    )
    assert await refusal("add", eventNotificationTemplate=same) == "SERVICE_FORBIDDEN"
    scope = {"objectType": "KalturaEventNotificationScope", "objectId": "1_bio00001"}
    assert await refusal("dispatch", id=ours["id"], scope=scope) == "EVENT_NOTIFICATION_DISPATCH_DISABLED"
    assert (await kaltura.call(SERVICE, "list", ks=kaltura.person()))["code"] == "SERVICE_FORBIDDEN"
    await happens(kaltura, "webhooks/settings", plugin_enabled=False)
    assert await refusal("list") == "FEATURE_FORBIDDEN"


async def test_a_deleted_template_is_gone_and_silent(kaltura: RunningKaltura, receiver: Receiver) -> None:
    ours = await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text())
    await kaltura.admin(SERVICE, "delete", id=ours["id"])
    assert (await kaltura.admin(SERVICE, "list"))["totalCount"] == 0
    await happens(kaltura, f"entries/{await uploaded(kaltura)}", status="2")
    assert kaltura.world.webhooks.jobs == []


async def test_a_template_that_allows_it_is_dispatched_by_hand(kaltura: RunningKaltura, receiver: Receiver) -> None:
    ours = await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text(), manualDispatchEnabled=True)
    scope = {"objectType": "KalturaEventNotificationScope", "objectId": "1_bio00001"}
    job = await kaltura.admin(SERVICE, "dispatch", id=ours["id"], scope=scope)
    (seen,) = await receiver.until(1)
    assert (json.loads(seen.body)["entry_id"], job) == ("1_bio00001", kaltura.world.webhooks.jobs[0].id)


async def test_people_make_things_happen_by_buttons(kaltura: RunningKaltura, receiver: Receiver) -> None:
    await registered(kaltura, "HTTP_ENTRY_STATUS_EQUALS", receiver.url, data=text())
    room = await kaltura.room()
    async with kaltura.http.get(f"{kaltura.url}/") as page:
        shown = await page.text()
    assert all(label in shown for label in ("Finish recording", "Go live", "Finish converting"))
    for path in (f"rooms/{room['id']}/finish-recording", "entries/1_wait0001/ready", "entries/1_live0001/on-air"):
        async with kaltura.http.post(f"{kaltura.url}/{path}") as answer:
            assert answer.status == 200
    await receiver.until(2)
    assert await kaltura.call("livestream", "isLive", id="1_live0001") is True
    async with kaltura.http.post(f"{kaltura.url}/entries/1_live0001/off-air") as answer:
        assert answer.status == 200
    assert await kaltura.call("livestream", "isLive", id="1_live0001") is False


async def test_the_files_of_an_entry_have_sizes(kaltura: RunningKaltura) -> None:
    wanted = {"objectType": "KalturaFlavorAssetFilter", "entryIdEqual": "1_bio00001"}
    listed = await kaltura.admin("flavorasset", "list", filter=wanted)
    assert [each["isOriginal"] for each in listed["objects"]].count(True) == 1
    assert all(each["sizeInBytes"] > 0 and each["fileExt"] == "mp4" for each in listed["objects"])
    assert await kaltura.admin("flavorasset", "getByEntryId", entryId="1_wait0001") == []
