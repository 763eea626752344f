"""Webhook events: who is told what when the application is added or taken away, and how often it is tried."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord_interactions import verify_key

from local_stack.discord.event_post import PAUSES_SECONDS, EventPost
from local_stack.discord.interactions.courier import Courier
from local_stack.discord.subscription import AUTHORIZED, DEAUTHORIZED
from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    CHEN,
    GENERAL,
    HELLO,
    SCHOOL,
    Json,
    Stage,
    TravellingClock,
    seeded_world,
)

TEN_MINUTES = 600


class EventsDoor:
    """What our product would be at its events URL; `statuses` are used up one by one, the last one stays."""

    def __init__(self, public_key: str) -> None:
        self.public_key = public_key
        self.statuses = [204]
        self.checks_signature = True
        self.bodies: list[bytes] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        signature, timestamp = request.headers["X-Signature-Ed25519"], request.headers["X-Signature-Timestamp"]
        if self.checks_signature and not verify_key(raw, signature, timestamp, self.public_key):
            return web.Response(status=401)
        self.bodies.append(raw)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status)

    @property
    def events(self) -> list[Json]:
        outer = [json.loads(body) for body in self.bodies]
        return [body["event"] for body in outer if body["type"] == 1]


@pytest.fixture
async def door(stage: Stage) -> AsyncIterator[EventsDoor]:
    door = EventsDoor(stage.world.public_key)
    app = web.Application()
    app.router.add_post("/events", door.handle)
    async with TestServer(app) as server:
        door.url = str(server.make_url("/events"))
        stage.world.subscription.subscribe(door.url)
        yield door


async def settled(stage: Stage, state: str) -> Json:
    """The last event, as soon as it is in that state."""
    for _ in range(300):
        events = (await stage.sim("GET", "/webhook-events")).body["events"]
        if events and events[-1]["state"] == state:
            last: Json = events[-1]
            return last
        await asyncio.sleep(0.01)
    raise AssertionError(f"the last event is not {state}")


async def test_whoever_manages_a_server_adds_the_application_and_the_application_is_told(
    stage: Stage, door: EventsDoor
) -> None:
    assert (await stage.sim("POST", "/installs", {"guild_id": SCHOOL, "user_id": ANN})).status == 201
    await settled(stage, "delivered")
    [event] = door.events
    assert event["type"] == AUTHORIZED
    assert event["data"]["integration_type"] == 0
    assert event["data"]["user"]["id"] == ANN
    assert event["data"]["guild"]["id"] == SCHOOL
    assert event["data"]["scopes"] == ["applications.commands", "bot"]
    outer = json.loads(door.bodies[0])
    assert {key: outer[key] for key in ("version", "application_id", "type")} == {
        "version": 1,
        "application_id": stage.world.application_id,
        "type": 1,
    }


async def test_whoever_may_not_manage_a_server_adds_nothing_to_it(stage: Stage, door: EventsDoor) -> None:
    refused = await stage.sim("POST", "/installs", {"guild_id": SCHOOL, "user_id": CHEN})
    assert refused.status == 403
    assert door.events == []


async def test_nothing_is_told_when_a_server_removes_the_application(stage: Stage, door: EventsDoor) -> None:
    assert (await stage.sim("DELETE", f"/installs/{SCHOOL}")).status == 204
    assert (await stage.sim("DELETE", f"/installs/{SCHOOL}")).status == 409
    assert (await stage.sim("GET", "/webhook-events")).body["events"] == []
    assert door.events == []


async def test_without_the_application_discord_refuses_to_speak_of_the_server(stage: Stage) -> None:
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).code == 10004
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/members/{ANN}")).code == 10004
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/roles")).code == 10004
    assert (await stage.rest("GET", f"/channels/{GENERAL}")).code == 50001
    assert (await stage.rest("POST", f"/channels/{GENERAL}/messages", {"content": "x"})).code == 50001


async def test_a_server_that_adds_the_application_again_is_as_open_as_before(stage: Stage) -> None:
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    await stage.sim("POST", "/installs", {"guild_id": SCHOOL, "user_id": ANN})
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).status == 200
    assert (await stage.rest("POST", f"/channels/{GENERAL}/messages", {"content": "x"})).status == 200


async def test_a_server_without_the_application_offers_none_of_its_commands(stage: Stage) -> None:
    await stage.register(HELLO)
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    assert (await stage.refused_act(command="hello")).status == 403


async def test_a_person_who_added_it_for_themselves_uses_its_commands_for_persons_anywhere(stage: Stage) -> None:
    await stage.register(HELLO, {"name": "mine", "description": "m", "integration_types": [0, 1]})
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    await stage.sim("POST", "/user-installs", {"user_id": CHEN})
    await stage.act(CHEN, command="mine")
    assert (await stage.refused_act(CHEN, command="hello")).status == 403
    assert (await stage.refused_act(BO, command="mine")).status == 403
    [sent] = stage.application.received
    assert sent["authorizing_integration_owners"] == {"1": CHEN}


async def test_where_only_the_person_has_it_an_interaction_has_five_follow_ups(stage: Stage) -> None:
    await stage.register({"name": "mine", "description": "m", "integration_types": [0, 1]})
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    await stage.sim("POST", "/user-installs", {"user_id": CHEN})
    outcome = await stage.act(CHEN, command="mine")
    for _ in range(5):
        assert (await stage.rest("POST", stage.webhook(outcome["token"]), {"content": "x"})).status == 200
        stage.clock.travel(2)
    assert (await stage.rest("POST", stage.webhook(outcome["token"]), {"content": "x"})).code == 40094


async def test_a_person_s_own_installation_is_told_without_a_server(stage: Stage, door: EventsDoor) -> None:
    await stage.sim("POST", "/user-installs", {"user_id": CHEN})
    await settled(stage, "delivered")
    [event] = door.events
    assert event["data"]["integration_type"] == 1
    assert event["data"]["user"]["id"] == CHEN
    assert "guild" not in event["data"]


async def test_consent_is_told_once_and_taking_it_back_ends_the_tokens(stage: Stage, door: EventsDoor) -> None:
    wanted = {"user_id": BO, "scopes": ["identify"], "remember": True}
    await stage.sim("POST", "/authorize", wanted)
    await stage.sim("POST", "/authorize", wanted)
    grant = stage.world.grants.exchange(stage.world.grants.authorize(BO, ("identify",)))
    assert grant is not None
    access_token, _ = stage.world.grants.issue(grant)
    await stage.sim("DELETE", f"/user-installs/{BO}")
    await settled(stage, "delivered")
    kinds = [event["type"] for event in door.events]
    assert sorted(kinds) == [AUTHORIZED, DEAUTHORIZED]
    gone = next(event for event in door.events if event["type"] == DEAUTHORIZED)
    assert gone["data"] == {"user": stage.world.people[BO].as_json()}
    assert stage.world.grants.bearer(access_token) is None
    asked = await stage.sim("POST", "/authorize", {**wanted, "ask": True})
    assert asked.body == {"code": None}


async def test_who_authorised_nothing_has_nothing_to_take_back(stage: Stage) -> None:
    assert (await stage.sim("DELETE", f"/user-installs/{BO}")).status == 409


async def test_nothing_is_sent_without_a_subscription(stage: Stage) -> None:
    told = await stage.sim("POST", "/installs", {"guild_id": SCHOOL, "user_id": ANN})
    assert told.body["state"] == "not subscribed"


async def test_an_event_comes_again_until_it_is_answered_204_and_its_bytes_never_change(door: EventsDoor) -> None:
    world = seeded_world(TravellingClock())
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    door.public_key = world.public_key
    door.statuses = [500, 200, 302, 204]
    world.subscription.subscribe(door.url)
    courier = Courier(world)
    courier.open()
    post = EventPost(world, courier, wait)
    delivery = post.tell(AUTHORIZED, {"user": {"id": ANN}})
    await asyncio.gather(*post.under_way)
    await courier.close()
    assert delivery.state == "delivered"
    assert delivery.attempts == ["answered 500, not 204", "answered 200, not 204", "answered 302, not 204", "204"]
    assert waited == [1, 2, 4]
    assert len(set(door.bodies)) == 1


async def test_what_cannot_be_delivered_within_ten_minutes_is_given_up_and_three_of_them_switch_events_off(
    door: EventsDoor,
) -> None:
    world = seeded_world(TravellingClock())

    async def do_not_wait(_seconds: float) -> None:
        return

    door.public_key = world.public_key
    door.statuses = [500]
    world.subscription.subscribe(door.url)
    courier = Courier(world)
    courier.open()
    post = EventPost(world, courier, do_not_wait)
    deliveries = [post.tell(DEAUTHORIZED, {"user": {"id": who}}) for who in (ANN, BO, CHEN)]
    await asyncio.gather(*post.under_way)
    await courier.close()
    assert [delivery.state for delivery in deliveries] == ["given up"] * 3
    assert world.subscription.status == 3
    assert post.tell(DEAUTHORIZED, {}).state == "not subscribed"
    assert sum(PAUSES_SECONDS) <= TEN_MINUTES


async def test_a_test_may_send_an_event_twice(stage: Stage, door: EventsDoor) -> None:
    first = (await stage.sim("POST", "/user-installs", {"user_id": CHEN})).body
    await settled(stage, "delivered")
    again = await stage.sim("POST", f"/webhook-events/{first['number']}/again")
    assert again.status == 201
    await settled(stage, "delivered")
    assert door.bodies[0] == door.bodies[1]


async def test_an_events_url_is_taken_when_it_answers_204_to_a_ping_and_401_to_a_forged_one(
    stage: Stage, door: EventsDoor
) -> None:
    taken = await stage.rest("PATCH", "/applications/@me", {"event_webhooks_url": door.url})
    assert taken.status == 200
    assert taken.body["event_webhooks_url"] == door.url
    assert json.loads(door.bodies[0]) == {"version": 1, "application_id": stage.world.application_id, "type": 0}


async def test_an_events_url_that_answers_a_ping_as_interactions_are_answered_is_refused(
    stage: Stage, door: EventsDoor
) -> None:
    door.statuses = [200]
    refused = await stage.rest("PATCH", "/applications/@me", {"event_webhooks_url": door.url})
    assert refused.complaint_codes() == {"APPLICATION_EVENT_WEBHOOKS_URL_INVALID"}


async def test_an_events_url_that_takes_any_signature_is_refused(stage: Stage, door: EventsDoor) -> None:
    door.checks_signature = False
    refused = await stage.rest("PATCH", "/applications/@me", {"event_webhooks_url": door.url})
    assert refused.complaint_codes() == {"APPLICATION_EVENT_WEBHOOKS_URL_INVALID"}


@pytest.mark.parametrize(("status", "is_sent"), [(1, False), (2, True)])
async def test_events_can_be_switched_off(stage: Stage, door: EventsDoor, status: int, is_sent: bool) -> None:
    await stage.rest("PATCH", "/applications/@me", {"event_webhooks_status": status})
    told = await stage.sim("POST", "/user-installs", {"user_id": CHEN})
    assert (told.body["state"] == "sending") is is_sent
