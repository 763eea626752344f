"""KAF: who comes into a room, and who does not."""

from typing import Any

import aiohttp
import pytest

from local_stack.kaltura.session import ADMIN
from tests.unit.kaltura_simulator.running_kaltura import NOON, RunningKaltura


async def opened(kaltura: RunningKaltura, path: str) -> tuple[aiohttp.ClientResponse, str]:
    async with kaltura.http.get(kaltura.world.places.kaf_url + path) as answer:
        return answer, await answer.text()


def entering(room_id: str, user_id: str = "discord_42", **privileges: str) -> str:
    wanted = {
        "userId": user_id,
        "entryId": room_id,
        "role": "viewerRole",
        "firstName": "Ann",
        "lastName": "Lee",
        **privileges,
    }
    return ",".join(f"{name}:{value}" for name, value in wanted.items() if value)


async def joins(kaltura: RunningKaltura) -> list[dict[str, Any]]:
    async with kaltura.http.get(f"{kaltura.url}/_sim/joins") as answer:
        found: list[dict[str, Any]] = await answer.json()
        return found


async def test_a_person_comes_in_with_name_and_role(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(name="Weekly <design> review")
    text = kaltura.person(privileges=entering(room["id"], role="adminRole"))
    answer, page = await opened(kaltura, f"/embeddedrooms/index/view-room/ks/{text}")
    assert answer.status == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Weekly &lt;design&gt; review" in page
    assert 'You came in as <strong dir="auto">Ann Lee</strong> (moderator).' in page
    assert text not in page
    [join] = await joins(kaltura)
    assert join == {
        "room_id": room["id"],
        "user_id": "discord_42",
        "name": "Ann Lee",
        "role": "adminRole",
        "moderator": True,
        "at": NOON * 1000,
        "times": 1,
    }


async def test_everybody_sees_everybody_and_coming_twice_is_one_person(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    ann = kaltura.person(privileges=entering(room["id"]))
    bo = kaltura.person("discord_43", entering(room["id"], "discord_43", firstName="Bo", lastName="Chen"))
    for text in (ann, ann, bo):
        await opened(kaltura, f"/embeddedrooms/index/view-room/ks/{text}")
    _, page = await opened(kaltura, f"/hosted/index/view-entry/ks/{bo}")
    assert "2 people came in" in page
    assert "(attendee)" in page
    assert [(join["name"], join["times"]) for join in await joins(kaltura)] == [("Ann Lee", 2), ("Bo Chen", 2)]
    _, people = await opened(kaltura, f"/people/{room['id']}")
    assert '"name": "Bo Chen"' in people


@pytest.mark.parametrize(
    ("privileges", "status", "headline"),
    [
        ({"role": ""}, 400, "Something is missing"),
        ({"entryId": ""}, 400, "Something is missing"),
        ({"userId": "somebody"}, 403, "Access denied"),
        ({"role": "kingRole"}, 403, "Access denied"),
        ({"entryId": "1_missing1"}, 404, "Media not found"),
    ],
)
async def test_a_session_that_does_not_say_enough_is_refused(
    kaltura: RunningKaltura, privileges: dict[str, str], status: int, headline: str
) -> None:
    room = await kaltura.room()
    text = kaltura.person(privileges=entering(room["id"], **privileges))
    answer, page = await opened(kaltura, f"/embeddedrooms/index/view-room/ks/{text}")
    assert (answer.status, headline in page) == (status, True)
    assert await joins(kaltura) == []


async def test_expired_revoked_foreign_and_administrators_sessions_are_refused(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    expired = kaltura.person(privileges=entering(room["id"]), seconds=-1)
    revoked = kaltura.person(privileges=entering(room["id"], sessionid="meeting-1"))
    await kaltura.call("session", "end", ks=kaltura.session(privileges="sessionid:meeting-1"))
    administrator = kaltura.session(ADMIN, "discord_42", 60, entering(room["id"]))
    refusals = {
        expired: "Your session has expired",
        revoked: "This session has ended",
        administrator: "Access denied",
        "djJ8nonsense": "Access denied",
    }
    for text, headline in refusals.items():
        answer, page = await opened(kaltura, f"/embeddedrooms/index/view-room/ks/{text}")
        assert (answer.status, f"<h1>{headline}</h1>" in page) == (403, True)
    assert await joins(kaltura) == []


async def test_a_deleted_room_lets_nobody_in(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    await kaltura.admin("room_room", "delete", roomId=room["id"])
    text = kaltura.person(privileges=entering(room["id"]))
    assert (await opened(kaltura, f"/embeddedrooms/index/view-room/ks/{text}"))[0].status == 404


async def test_an_older_room_is_launched_by_its_resource(kaltura: RunningKaltura) -> None:
    wish = {
        "objectType": "KalturaLocationScheduleResource",
        "name": "Algebra",
        "tags": "vcprovider:newrow,custom_rs_class_mode:virtual_classroom",
    }
    resource = await kaltura.admin("schedule_scheduleresource", "add", scheduleResource=wish)
    privileges = f"resourceId:{resource['id']},role:viewerRole,userContextualRole:0,firstName:Maja"
    answer, page = await opened(kaltura, f"/virtualEvent/launch?ks={kaltura.person(privileges=privileges)}")
    assert answer.status == 200
    assert "Virtual classroom" in page
    assert "(moderator)" in page
    await kaltura.admin("schedule_scheduleresource", "delete", scheduleResourceId=resource["id"])
    gone = await opened(kaltura, f"/virtualEvent/launch?ks={kaltura.person(privileges=privileges)}")
    assert gone[0].status == 404


async def test_kaf_makes_rooms_for_administrators(kaltura: RunningKaltura) -> None:
    address = kaltura.world.places.kaf_url + "/embeddedrooms/index/create-room"
    async with kaltura.http.post(address, json={"ks": kaltura.session(), "name": "From KAF"}) as answer:
        made = await answer.json()
    assert made["success"] is True
    assert (await kaltura.admin("room_room", "get", roomId=made["data"]["id"]))["name"] == "From KAF"
    async with kaltura.http.post(address, json={"ks": kaltura.person(), "name": "No"}) as answer:
        assert (answer.status, (await answer.json())["success"]) == (403, False)


async def test_the_version_tells_that_kaf_is_there(kaltura: RunningKaltura) -> None:
    answer, text = await opened(kaltura, "/version")
    assert answer.status == 200
    assert '"authMethod": "ks"' in text
