"""Opening the Activity: bound to its video, in time whatever Kaltura and Discord do, and a link where it cannot be."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kaltura_discord.commands import launching
from kaltura_discord.commands.dispatch import ACKNOWLEDGEMENT_SECONDS, NOT_NOW, Acknowledged
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.watch import room_changes
from kaltura_discord.watch.launches import InstanceId, Launch
from kaltura_discord.watch.links import RoomLink
from kaltura_discord.watch.models import Actor, NewRoom, RoomId
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage, rest_over
from tests.unit.domain.words import buttons_of, text_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura

Json = dict[str, Any]

SEARCH = "elasticsearch_esearch.searchEntry"
CELLS = "1_cells000"
NOTHING_MORE = Acknowledged(202)
OPENED_INLINE: Json = {"type": 12}


def found(entry_id: str = CELLS, title: str = "Cells", media_type: int = 1) -> Json:
    entry = {"id": entry_id, "name": title, "type": "1", "mediaType": media_type, "duration": 61, "plays": 1}
    return {"totalCount": 1, "objects": [{"objectType": "KalturaESearchEntryResult", "object": entry}]}


NOTHING_FOUND: Json = {"totalCount": 0, "objects": []}


@pytest.fixture
def kaltura(kaltura: ScriptedKaltura) -> ScriptedKaltura:
    kaltura.on(SEARCH, found())
    return kaltura


def watch(stage: Stage, video: str = CELLS, by: Member = ANN) -> Json:
    return stage.place.command("kaltura-watch", {"video": video} if video else {}, by)


async def told(stage: Stage, payload: Json) -> Json:
    """The message that somebody reads, and only they."""
    answer = await stage.acknowledged(payload)
    assert answer.status == 200
    message: Json = check_answer(answer.body, payload["type"])["data"]
    assert message["flags"] & 64
    return message


async def bound_video(stage: Stage) -> str | None:
    instance_id = stage.discord.instances.get("here")
    bound = await stage.services.launches.bound(InstanceId(instance_id)) if instance_id else None
    return bound.launch.entry_id if bound else None


async def intent(stage: Stage, by: Member = ANN) -> Launch | None:
    return await stage.services.launches.intent(stage.guild_id, stage.channel_id, UserId(by.user_id))


async def link_in(stage: Stage, message: Json) -> RoomLink:
    address = buttons_of(message)["Watch Together in a browser tab"]
    before, _, token = address.partition("#link=")
    assert before == "https://kaltura.example/"
    link = await stage.services.room_links.read(token)
    assert link is not None
    return link


# --- the usual way ---------------------------------------------------------------------------------------------------


async def test_a_launch_binds_the_new_instance_and_is_answered_202(stage: Stage, kaltura: ScriptedKaltura) -> None:
    payload = watch(stage)
    assert await stage.acknowledged(payload) == NOTHING_MORE
    (request,) = stage.discord.requests
    assert request.url.path.endswith(f"/interactions/{payload['id']}/{payload['token']}/callback")
    assert request.url.params["with_response"] == "true"
    assert await bound_video(stage) == CELLS
    assert await intent(stage) is None


async def test_without_a_video_the_activity_opens_on_its_search_page(stage: Stage, kaltura: ScriptedKaltura) -> None:
    assert await stage.acknowledged(watch(stage, "")) == NOTHING_MORE
    assert await bound_video(stage) == ""
    assert kaltura.calls == []


async def test_a_launch_into_a_running_instance_leaves_a_proposal(stage: Stage, kaltura: ScriptedKaltura) -> None:
    await stage.acknowledged(watch(stage))
    kaltura.on(SEARCH, found("1_tissue00", "Tissue"))
    assert await stage.acknowledged(watch(stage, "1_tissue00", BO)) == NOTHING_MORE
    assert await bound_video(stage) == CELLS
    proposed = await intent(stage, BO)
    assert proposed is not None
    assert proposed.entry_id == "1_tissue00"


async def test_a_launch_into_an_instance_whose_room_was_closed_begins_another(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    await stage.acknowledged(watch(stage))
    instance_id = InstanceId(stage.discord.instances["here"])
    first = await stage.services.launches.bound(instance_id)
    assert first is not None
    room_id, host = RoomId(first.room_id), UserId(ANN.user_id)
    store = stage.services.watch.store
    await store.create(NewRoom(room_id, stage.guild_id, stage.channel_id, host))
    await store.attempt(room_id, room_changes.close(Actor(host, Level.VIEWER), stage.clock() * 1000))
    assert await store.was_closed(room_id)
    kaltura.on(SEARCH, found("1_tissue00", "Tissue"))
    assert await stage.acknowledged(watch(stage, "1_tissue00", BO)) == NOTHING_MORE
    second = await stage.services.launches.bound(instance_id)
    assert second is not None
    assert second.room_id != first.room_id
    assert (second.launch.user_id, second.launch.entry_id) == (BO.user_id, "1_tissue00")


async def test_a_repeated_interaction_opens_nothing_again(stage: Stage, kaltura: ScriptedKaltura) -> None:
    payload = watch(stage)
    answers = await asyncio.gather(*(stage.acknowledged(payload) for _ in range(4)))
    assert answers == [NOTHING_MORE] * 4
    assert len(stage.discord.requests) == 1


# --- what is looked at before ----------------------------------------------------------------------------------------


async def test_a_server_that_is_not_allowed_opens_nothing(stage: Stage, kaltura: ScriptedKaltura) -> None:
    stage.place.guild_id = snowflake()
    for payload in (watch(stage), stage.place.entry_point("Watch Together"), stage.place.press(f"1:watch:{CELLS}")):
        assert text_of(await told(stage, payload)).startswith("This server can't use Kaltura yet.")
    assert stage.discord.requests == []
    assert kaltura.calls == []


async def test_a_restriction_holds_for_every_way_in(stage: Stage, kaltura: ScriptedKaltura) -> None:
    restricted = {"CONFIG__COMMANDS__PERMISSIONS__KALTURA_WATCH": "moderator"}
    stage.services.environment = {**stage.services.environment, **restricted}
    link = {"content": f"https://www.kaltura.com/media/t/{CELLS}"}
    ways: list[Callable[[Member], Json]] = [
        lambda by: watch(stage, by=by),
        lambda by: stage.place.press(f"1:watch:{CELLS}", by),
        lambda by: stage.place.choose("1:watch:", CELLS, by),
        lambda by: stage.place.of_message("Watch together", link, by),
        lambda by: stage.place.entry_point("Watch Together", by),
    ]
    for way in ways:
        assert text_of(await told(stage, way(BO))) == (
            "Only moderators can use `/kaltura-watch`. "
            "Here that means whoever may manage this server, its events or its members."
        )
        assert await stage.acknowledged(way(MODERATOR)) == NOTHING_MORE


async def test_a_video_that_is_not_this_servers_is_refused_in_a_sentence(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    kaltura.on(SEARCH, NOTHING_FOUND)
    message = await told(stage, watch(stage))
    assert text_of(message) == "That video isn't available in this server. Find others with `/kaltura-video-search`."
    assert stage.discord.requests == []
    asked = str(kaltura.only(SEARCH).parameters)
    assert "biology" in asked
    assert CELLS in asked


async def test_a_server_without_content_is_told_so(stage: Stage, kaltura: ScriptedKaltura) -> None:
    await stage.services.servers.allow(AllowedServer(stage.guild_id))
    for named in (CELLS, "Cells"):
        assert "has not been given any videos yet" in text_of(await told(stage, watch(stage, named)))
    assert kaltura.calls == []


async def test_a_picture_is_nothing_to_watch(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, found(title="A *leaf*", media_type=2))
    assert text_of(await told(stage, watch(stage))).startswith(r"**A \*leaf\*** can't be watched together")
    assert stage.discord.requests == []


async def test_launches_are_bounded(stage: Stage, kaltura: ScriptedKaltura) -> None:
    for _ in range(30):
        assert await stage.acknowledged(watch(stage, "")) == NOTHING_MORE
    assert text_of(await told(stage, watch(stage, ""))).startswith("That was a little too often.")
    assert await stage.acknowledged(watch(stage, "", BO)) == NOTHING_MORE


# --- when others are slow or unwell ----------------------------------------------------------------------------------


async def test_while_kaltura_says_nothing_the_activity_opens_all_the_same(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    for reply in (httpx.ConnectError("down"), httpx.Response(503), "garbage"):
        stage.discord.instances.clear()
        kaltura.on(SEARCH, reply)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
        assert await bound_video(stage) == CELLS


UNSURE = {
    "no connection": httpx.ConnectError("down"),
    "no answer": httpx.ReadTimeout("silence"),
    "an answer that says nothing": httpx.Response(204),
    "no instance in it": httpx.Response(200, json={"interaction": {}, "resource": {}}),
    "garbage": httpx.Response(200, text="<html>"),
    "unwell": httpx.Response(502),
    "rate limited": httpx.Response(429, json={"retry_after": 0.01, "message": "slow down", "global": False}),
}


@pytest.mark.parametrize("reply", UNSURE.values(), ids=UNSURE.keys())
async def test_where_discord_does_not_say_which_instance_it_opens_inline_and_an_intent_stays(
    stage: Stage, kaltura: ScriptedKaltura, reply: httpx.Response | Exception
) -> None:
    stage.discord.replies = [reply]
    payload = watch(stage)
    answer = await stage.acknowledged(payload)
    assert check_answer(answer.body, payload["type"]) == OPENED_INLINE
    left = await intent(stage)
    assert left == Launch(stage.guild_id, stage.channel_id, UserId(ANN.user_id), CELLS)
    assert len(stage.discord.requests) == 1, "a second answer to one interaction would be refused"


async def test_an_answer_that_came_after_all_is_not_given_twice(stage: Stage, kaltura: ScriptedKaltura) -> None:
    stage.discord.replies = [httpx.Response(400, json={"code": 40060, "message": "Already acknowledged"})]
    assert await stage.acknowledged(watch(stage)) == NOTHING_MORE


def slow(answer: Callable[[httpx.Request], httpx.Response], seconds: float) -> httpx.MockTransport:
    async def later(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(seconds)
        return answer(request)

    return httpx.MockTransport(later)


async def took(attempt: Awaitable[Acknowledged]) -> tuple[Acknowledged, float]:
    started = time.perf_counter()
    answer = await attempt
    return answer, time.perf_counter() - started


async def test_on_a_slow_kaltura_and_a_slow_discord_the_answer_is_in_time(
    stage: Stage, kaltura: ScriptedKaltura, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(type(stage.services.videos), "get", endless)
    async with httpx.AsyncClient(transport=slow(stage.discord.answer, 60)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        answer, seconds = await took(stage.acknowledged(watch(stage)))
    assert answer.body == OPENED_INLINE
    assert seconds < ACKNOWLEDGEMENT_SECONDS
    left = await intent(stage)
    assert left is not None
    assert left.entry_id == CELLS


async def test_a_discord_that_is_a_little_slow_is_waited_for(stage: Stage, kaltura: ScriptedKaltura) -> None:
    async with httpx.AsyncClient(transport=slow(stage.discord.answer, launching.CALLBACK_SECONDS - 0.3)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
    assert await bound_video(stage) == CELLS


async def test_while_the_table_loses_the_binding_the_activity_is_open_all_the_same(
    stage: Stage, kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.acknowledged(watch(stage, ""))
    answered = stage.discord.answer

    def then_the_table_dies(request: httpx.Request) -> httpx.Response:
        stage.dynamodb.is_down = True
        return answered(request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(then_the_table_dies)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert await stage.acknowledged(watch(stage)) == NOTHING_MORE
    assert "instance not bound" in caplog.text


async def test_while_the_table_loses_the_intent_the_activity_opens_on_its_search_page(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    def both_die(_: httpx.Request) -> httpx.Response:
        stage.dynamodb.is_down = True
        return httpx.Response(502)

    async with httpx.AsyncClient(transport=httpx.MockTransport(both_die)) as http:
        stage.services.rest = rest_over(stage.discord, http, stage.pauses)
        assert (await stage.acknowledged(watch(stage))).body == OPENED_INLINE


async def test_while_the_table_is_down_there_is_a_sentence(stage: Stage, kaltura: ScriptedKaltura) -> None:
    stage.dynamodb.is_down = True
    assert text_of(await told(stage, watch(stage))) == NOT_NOW


async def test_no_log_tells_the_token_or_the_title(
    stage: Stage, kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "kaltura_discord")
    stage.discord.replies = [httpx.Response(502)]
    payload = watch(stage)
    await stage.acknowledged(payload)
    everything = str([vars(record) for record in caplog.records])
    assert payload["token"] not in everything
    assert "Cells" not in everything


# --- where Activities are not possible -------------------------------------------------------------------------------


def switched(stage: Stage, **features: bool) -> None:
    settings = {f"CONFIG__FEATURES__{name.upper()}": str(is_on).lower() for name, is_on in features.items()}
    stage.services.environment = {**stage.services.environment, **settings}


async def test_where_activities_are_off_a_link_leads_into_a_room_in_a_browser_tab(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    switched(stage, activities=False)
    message = await told(stage, watch(stage, by=MODERATOR))
    assert text_of(message) == (
        "Activities are switched off here, so **Cells** opens in a browser tab, in step with everybody who watches "
        "from this channel. The link is yours alone and works for 10 minutes."
    )
    link = await link_in(stage, message)
    assert link == RoomLink(
        link.room_id,
        stage.guild_id,
        stage.channel_id,
        UserId(MODERATOR.user_id),
        "Mo",
        "",
        Level.MODERATOR,
        CELLS,
    )
    assert stage.discord.requests == []


async def test_the_links_of_a_channel_lead_into_one_room(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False)
    of_ann = await link_in(stage, await told(stage, watch(stage)))
    of_bo = await link_in(stage, await told(stage, watch(stage, "", BO)))
    assert (of_bo.room_id, of_bo.entry_id) == (of_ann.room_id, "")
    stage.place = replace(stage.place, channel_id=snowflake())
    elsewhere = await link_in(stage, await told(stage, watch(stage)))
    assert elsewhere.room_id != of_ann.room_id


REFUSALS = {
    "no Activities": (400, 50035),
    "an interaction it does not know any more": (404, 10062),
    "no access": (403, 50001),
}


@pytest.mark.parametrize(("status", "code"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_where_discord_refuses_there_is_the_link(
    stage: Stage, kaltura: ScriptedKaltura, status: int, code: int
) -> None:
    stage.discord.replies = [httpx.Response(status, json={"code": code, "message": "no"})]
    message = await told(stage, watch(stage))
    assert text_of(message).startswith("Discord can't open the Activity here, so **Cells** opens in a browser tab")
    assert (await link_in(stage, message)).entry_id == CELLS


async def test_who_may_not_use_activities_gets_the_link_and_discord_is_not_asked(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    message = await told(stage, watch(stage, by=Member("200000000000000009", "Cy")))
    assert text_of(message).startswith("You may not use Activities in this channel, so **Cells** opens")
    assert stage.discord.requests == []


async def test_where_tabs_are_off_too_the_video_can_be_watched_alone(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False, web_fallback=False)
    stage.services.kaltura_addresses = ADDRESSES
    message = await told(stage, watch(stage))
    assert text_of(message) == "Activities are switched off here, so **Cells** can only be watched by yourself."
    assert buttons_of(message) == {"Watch": ADDRESSES.player_page(CELLS)}
    without = await told(stage, watch(stage, ""))
    assert "`/kaltura-video-search`" in text_of(without)
    assert buttons_of(without) == {}


async def test_a_video_that_kaltura_did_not_vouch_for_is_not_linked_to(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False, web_fallback=False)
    stage.services.kaltura_addresses = ADDRESSES
    kaltura.on(SEARCH, httpx.ConnectError("down"))
    message = await told(stage, watch(stage))
    assert "Kaltura didn't answer in time" in text_of(message)
    assert buttons_of(message) == {}


async def test_a_video_whose_title_is_not_known_is_called_the_video(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False)
    kaltura.on(SEARCH, httpx.ConnectError("down"))
    assert "so the video opens in a browser tab" in text_of(await told(stage, watch(stage)))
