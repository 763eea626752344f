"""What a launch was about: kept for the instance, or for the person, until the Activity asks."""

import asyncio
from dataclasses import replace

import pytest

from kaltura_discord.discord.identifiers import ChannelId, UserId
from kaltura_discord.watch.launches import (
    INSTANCE_SECONDS,
    INTENT_SECONDS,
    InstanceId,
    Launch,
    Launches,
    tabs_instance,
)
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage

CELLS, TISSUE = "1_cells000", "1_tissue00"


@pytest.fixture
def launches(stage: Stage) -> Launches:
    return Launches(stage.services.table, stage.clock)


@pytest.fixture
def of_ann(stage: Stage) -> Launch:
    return Launch(stage.guild_id, stage.channel_id, UserId(ANN.user_id), CELLS)


@pytest.fixture
def of_bo(of_ann: Launch) -> Launch:
    return replace(of_ann, user_id=UserId(BO.user_id), entry_id=TISSUE)


def instance() -> InstanceId:
    return InstanceId(f"i-{snowflake()}-gc-1-2")


async def intent_of(launches: Launches, launch: Launch) -> Launch | None:
    return await launches.intent(launch.guild_id, launch.channel_id, launch.user_id)


async def test_the_first_launch_binds_the_instance_to_its_video_and_a_room(launches: Launches, of_ann: Launch) -> None:
    one, another = instance(), instance()
    bound = await launches.launched(one, of_ann)
    assert (bound.instance_id, bound.launch) == (one, of_ann)
    assert await launches.bound(one) == bound
    assert (await launches.launched(another, of_ann)).room_id != bound.room_id
    assert await intent_of(launches, of_ann) is None


async def test_a_later_launch_leaves_the_room_alone_and_an_intent(
    launches: Launches, of_ann: Launch, of_bo: Launch
) -> None:
    one = instance()
    first = await launches.launched(one, of_ann)
    assert await launches.launched(one, of_bo) == first
    assert await launches.bound(one) == first
    assert await intent_of(launches, of_bo) == of_bo
    assert await intent_of(launches, of_ann) is None


async def test_who_launches_their_own_video_again_asks_for_it_again(launches: Launches, of_ann: Launch) -> None:
    one = instance()
    await launches.launched(one, of_ann)
    await launches.launched(one, of_ann)
    assert await intent_of(launches, of_ann) == of_ann


async def test_a_later_launch_without_a_video_proposes_nothing(
    launches: Launches, of_ann: Launch, of_bo: Launch
) -> None:
    one, without = instance(), replace(of_bo, entry_id="")
    await launches.launched(one, of_ann)
    await launches.launched(one, without)
    assert await intent_of(launches, without) is None


async def test_of_many_launches_at_once_one_binds_and_all_see_it(launches: Launches, of_ann: Launch) -> None:
    one = instance()
    crowd = [replace(of_ann, user_id=UserId(str(number))) for number in range(1, 9)]
    bound = await asyncio.gather(*(launches.launched(one, launch) for launch in crowd))
    assert len({each.room_id for each in bound}) == 1
    winner = bound[0].launch
    proposed = [launch for launch in crowd if await intent_of(launches, launch)]
    assert proposed == [launch for launch in crowd if launch != winner]


async def test_an_intent_lives_two_minutes_and_the_newest_counts(
    stage: Stage, launches: Launches, of_ann: Launch
) -> None:
    await launches.intend(of_ann)
    newer = replace(of_ann, entry_id=TISSUE)
    await launches.intend(newer)
    stage.clock.pass_seconds(INTENT_SECONDS - 1)
    assert await intent_of(launches, of_ann) == newer
    stage.clock.pass_seconds(1)
    assert await intent_of(launches, of_ann) is None


async def test_an_intent_is_of_one_person_in_one_channel(launches: Launches, of_ann: Launch) -> None:
    await launches.intend(of_ann)
    assert await launches.intent(of_ann.guild_id, ChannelId("5"), of_ann.user_id) is None
    assert await launches.intent(of_ann.guild_id, of_ann.channel_id, UserId("5")) is None


async def test_an_intent_that_has_been_met_is_dropped(launches: Launches, of_ann: Launch) -> None:
    await launches.intend(of_ann)
    await launches.drop_intent(of_ann.guild_id, of_ann.channel_id, of_ann.user_id)
    assert await intent_of(launches, of_ann) is None


async def test_a_binding_outlives_the_longest_evening(stage: Stage, launches: Launches, of_ann: Launch) -> None:
    one = instance()
    bound = await launches.launched(one, of_ann)
    stage.clock.pass_seconds(INSTANCE_SECONDS - 1)
    assert await launches.bound(one) == bound
    stage.clock.pass_seconds(1)
    assert await launches.bound(one) is None


# --- browser tabs ----------------------------------------------------------------------------------------------------


async def test_the_tabs_of_a_channel_share_a_room(launches: Launches, of_ann: Launch, of_bo: Launch) -> None:
    first = await launches.tabs_of_channel(of_ann, 600)
    assert first.instance_id == tabs_instance(of_ann.guild_id, of_ann.channel_id)
    assert await launches.tabs_of_channel(of_bo, 600) == first
    elsewhere = replace(of_ann, channel_id=ChannelId("5"))
    assert (await launches.tabs_of_channel(elsewhere, 600)).room_id != first.room_id


async def test_each_link_keeps_the_tabs_together_for_its_own_life(
    stage: Stage, launches: Launches, of_ann: Launch, of_bo: Launch
) -> None:
    first = await launches.tabs_of_channel(of_ann, 600)
    stage.clock.pass_seconds(599)
    await launches.tabs_of_channel(of_bo, 600)
    stage.clock.pass_seconds(599)
    assert await launches.tabs_of_channel(of_ann, 600) == first
    stage.clock.pass_seconds(600)
    assert (await launches.tabs_of_channel(of_bo, 600)).room_id != first.room_id


async def test_after_a_room_is_over_two_who_begin_another_at_once_begin_the_same(
    launches: Launches, of_ann: Launch, of_bo: Launch
) -> None:
    first = await launches.tabs_of_channel(of_ann, 600)
    both = await asyncio.gather(*(launches.bind_anew(first, launch, 600) for launch in (of_ann, of_bo)))
    assert both[0] == both[1]
    assert both[0].room_id != first.room_id
    assert await launches.tabs_of_channel(of_ann, 600) == both[0]
