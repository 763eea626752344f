"""Scheduled events: made, changed, moved on and listed as Discord does, and refused as Discord does."""

import pytest

from local_stack.discord.permissions import Permission
from local_stack.discord.wire import timestamp
from tests.unit.discord_simulator.stage import ANN, CHEN, SCHOOL, Json, Stage
from tests.unit.discord_simulator.test_answers_match_the_specification import assert_specified

HOUR = 3600
EVENTS = f"/guilds/{SCHOOL}/scheduled-events"
SIM_EVENTS = f"/guilds/{SCHOOL}/scheduled-events"


def wish(stage: Stage, **others: object) -> Json:
    now = stage.world.now()
    return {
        "name": "Weekly review",
        "description": "Numbers",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "https://discord.com/channels/1/2/3"},
        "scheduled_start_time": timestamp(now + HOUR),
        "scheduled_end_time": timestamp(now + 2 * HOUR),
        **others,
    }


async def made(stage: Stage, **others: object) -> str:
    answer = await stage.rest("POST", EVENTS, wish(stage, **others))
    assert answer.status == 200
    event_id: str = answer.body["id"]
    return event_id


async def status(stage: Stage, event_id: str) -> int:
    number: int = (await stage.rest("GET", f"{EVENTS}/{event_id}")).body["status"]
    return number


async def test_an_event_is_as_the_specification_says(stage: Stage) -> None:
    answer = await stage.rest("POST", EVENTS, wish(stage))
    assert_specified("ExternalScheduledEventResponse", answer.body)
    assert [event["id"] for event in (await stage.rest("GET", EVENTS)).body] == [answer.body["id"]]


async def test_who_makes_one_needs_create_events_and_manage_events_is_not_enough(stage: Stage) -> None:
    role = next(role for role in stage.world.servers[SCHOOL].roles.values() if role.bot_id)
    object.__setattr__(role, "permissions", Permission.VIEW_CHANNEL | Permission.MANAGE_EVENTS)
    assert (await stage.rest("POST", EVENTS, wish(stage))).code == 50013


@pytest.mark.parametrize(
    ("others", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"entity_metadata": {"location": "x" * 101}}, "entity_metadata"),
        ({"entity_metadata": None}, "entity_metadata"),
        ({"scheduled_end_time": None}, "scheduled_end_time"),
        ({"scheduled_start_time": "tomorrow"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2001-01-01T10:00:00+00:00"}, "scheduled_start_time"),
        ({"scheduled_start_time": "2099-01-01T10:00:00+00:00"}, "scheduled_end_time"),
        ({"privacy_level": 1}, "privacy_level"),
        ({"channel_id": "1340000000000000005"}, "channel_id"),
    ],
)
async def test_what_discord_refuses(stage: Stage, others: Json, where: str) -> None:
    answer = await stage.rest("POST", EVENTS, wish(stage, **others))
    assert (answer.status, answer.code) == (400, 50035)
    assert where in answer.body["errors"]


async def test_a_server_has_a_hundred_at_most(stage: Stage) -> None:
    for _ in range(100):
        stage.world.limits.clear()
        event_id = await made(stage)
    assert (await stage.rest("POST", EVENTS, wish(stage))).code == 30038
    stage.world.limits.clear()
    await stage.rest("PATCH", f"{EVENTS}/{event_id}", {"status": 4})
    await made(stage)


async def test_it_begins_and_ends_by_itself_and_is_listed_no_more(stage: Stage) -> None:
    event_id = await made(stage)
    stage.clock.travel(HOUR + 1)
    assert await status(stage, event_id) == 2
    stage.clock.travel(HOUR)
    assert await status(stage, event_id) == 3
    assert (await stage.rest("GET", EVENTS)).body == []


@pytest.mark.parametrize(("moves", "is_taken"), [((2, 3), True), ((4,), True), ((3,), False), ((2, 4), False)])
async def test_its_status_moves_forward_only(stage: Stage, moves: tuple[int, ...], is_taken: bool) -> None:
    event_id = await made(stage)
    answers = [await stage.rest("PATCH", f"{EVENTS}/{event_id}", {"status": move}) for move in moves]
    assert (answers[-1].status == 200) is is_taken


async def test_what_is_over_does_not_change(stage: Stage) -> None:
    event_id = await made(stage)
    await stage.rest("PATCH", f"{EVENTS}/{event_id}", {"status": 4})
    assert (await stage.rest("PATCH", f"{EVENTS}/{event_id}", {"name": "Another"})).code == 180000


async def test_what_was_deleted_is_unknown(stage: Stage) -> None:
    event_id = await made(stage)
    assert (await stage.rest("DELETE", f"{EVENTS}/{event_id}")).status == 204
    assert (await stage.rest("GET", f"{EVENTS}/{event_id}")).code == 10070


async def test_who_is_interested_is_counted(stage: Stage) -> None:
    event_id = await made(stage)
    await stage.sim("PUT", f"{SIM_EVENTS}/{event_id}/interested", {"user_id": CHEN})
    event = (await stage.rest("GET", f"{EVENTS}/{event_id}?with_user_count=true")).body
    assert event["user_count"] == 1
    users = (await stage.rest("GET", f"{EVENTS}/{event_id}/users")).body
    assert [user["user_id"] for user in users] == [CHEN]


async def test_members_with_manage_events_change_it_and_others_do_not(stage: Stage) -> None:
    event_id = await made(stage)
    path = f"{SIM_EVENTS}/{event_id}"
    assert (await stage.sim("PATCH", path, {"user_id": CHEN, "name": "Mine"})).status == 403
    assert (await stage.sim("PATCH", path, {"user_id": ANN, "name": "Ours"})).status == 200
    assert (await stage.rest("GET", f"{EVENTS}/{event_id}")).body["name"] == "Ours"


async def test_the_page_lists_it(stage: Stage) -> None:
    await made(stage)
    world = (await stage.sim("GET", "/world")).body
    (school,) = [server for server in world["servers"] if server["id"] == SCHOOL]
    assert [event["name"] for event in school["events"]] == ["Weekly review"]


async def test_a_reset_forgets_it(stage: Stage) -> None:
    await made(stage)
    stage.world.reset()
    assert (await stage.rest("GET", EVENTS)).body == []
