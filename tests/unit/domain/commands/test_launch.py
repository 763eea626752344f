"""Opening the Activity: bound to its video, and only where that may be."""

import asyncio
from collections.abc import Callable

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.watch import room_changes
from kaltura_discord.watch.launches import InstanceId
from kaltura_discord.watch.models import Actor, NewRoom, RoomId
from tests.unit.domain.commands.opening import (
    CELLS,
    NOTHING_FOUND,
    NOTHING_MORE,
    SEARCH,
    Json,
    bound_video,
    found,
    intent,
    told,
    watch,
)
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


@pytest.fixture
def kaltura(kaltura: ScriptedKaltura) -> ScriptedKaltura:
    kaltura.on(SEARCH, found())
    return kaltura


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
    # Kaltura is asked all the same: the server's own recordings are its to see.
    kaltura.on(SEARCH, NOTHING_FOUND)
    await stage.services.servers.allow(AllowedServer(stage.guild_id))
    for named in (CELLS, "Cells"):
        assert "has not been given any videos yet" in text_of(await told(stage, watch(stage, named)))


async def test_a_picture_is_nothing_to_watch(stage: Stage, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, found(title="A *leaf*", media_type=2))
    assert text_of(await told(stage, watch(stage))).startswith(r"**A \*leaf\*** can't be watched together")
    assert stage.discord.requests == []


async def test_launches_are_bounded(stage: Stage, kaltura: ScriptedKaltura) -> None:
    for _ in range(30):
        assert await stage.acknowledged(watch(stage, "")) == NOTHING_MORE
    assert text_of(await told(stage, watch(stage, ""))).startswith("That was a little too often.")
    assert await stage.acknowledged(watch(stage, "", BO)) == NOTHING_MORE
