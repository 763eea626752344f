"""Which room a link leads into: where people are, never into one that is over."""

from dataclasses import replace

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.launches import Launch
from kaltura_discord.watch.models import Actor, ConnectionId, NewRoom, RoomId, Viewer
from kaltura_discord.watch.protocol import HOST_LEASE_MS
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage


@pytest.fixture
def of_ann(stage: Stage) -> Launch:
    return Launch(stage.guild_id, stage.channel_id, UserId(ANN.user_id), "1_cells000")


@pytest.fixture
def of_bo(of_ann: Launch) -> Launch:
    return replace(of_ann, user_id=UserId(BO.user_id))


async def opened(stage: Stage, room_id: str, by: str = ANN.user_id) -> RoomId:
    """A room that somebody opened, and has no socket to yet."""
    new = NewRoom(RoomId(room_id), stage.guild_id, stage.channel_id, UserId(by))
    assert await stage.services.watch.store.create(new)
    return new.room_id


async def entered(stage: Stage, room_id: RoomId, user_id: str) -> None:
    """Somebody's page said hello."""
    viewer = Viewer(
        ConnectionId(snowflake()), room_id, stage.guild_id, UserId(user_id), "Somebody", None, Level.VIEWER, "browser"
    )
    assert await stage.services.watch.presence.enter(viewer)


def after_the_lease(stage: Stage) -> None:
    stage.clock.pass_seconds(HOST_LEASE_MS / 1000 + 1)


async def test_it_leads_to_where_people_watch(stage: Stage, of_ann: Launch) -> None:
    room_id = await opened(stage, snowflake())
    await entered(stage, room_id, BO.user_id)
    after_the_lease(stage)
    assert await stage.services.tab_rooms.room_for(of_ann) == room_id


async def test_of_several_it_leads_to_where_most_are(stage: Stage, of_ann: Launch) -> None:
    few, many = await opened(stage, snowflake()), await opened(stage, snowflake())
    await entered(stage, few, BO.user_id)
    for _ in range(2):
        await entered(stage, many, snowflake())
    assert await stage.services.tab_rooms.room_for(of_ann) == many


async def test_without_one_all_links_of_the_channel_lead_into_the_same(
    stage: Stage, of_ann: Launch, of_bo: Launch
) -> None:
    first = await stage.services.tab_rooms.room_for(of_ann)
    assert await stage.services.tab_rooms.room_for(of_bo) == first
    await opened(stage, first)
    assert await stage.services.tab_rooms.room_for(of_bo) == first


async def test_a_room_that_was_closed_is_not_led_into(stage: Stage, of_ann: Launch, of_bo: Launch) -> None:
    first = await opened(stage, await stage.services.tab_rooms.room_for(of_ann))
    await stage.services.watch.rooms.close(first, Actor(UserId(ANN.user_id), Level.VIEWER))
    second = await stage.services.tab_rooms.room_for(of_bo)
    assert second != first
    assert await stage.services.tab_rooms.room_for(of_ann) == second


async def test_a_room_that_everybody_left_is_not_led_into(stage: Stage, of_ann: Launch, of_bo: Launch) -> None:
    first = await opened(stage, await stage.services.tab_rooms.room_for(of_ann))
    after_the_lease(stage)
    assert await stage.services.tab_rooms.room_for(of_bo) != first


async def test_a_room_of_the_past_is_not_led_into(stage: Stage, of_ann: Launch) -> None:
    past = await opened(stage, snowflake())
    after_the_lease(stage)
    assert await stage.services.tab_rooms.room_for(of_ann) != past
