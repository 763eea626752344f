"""Each step of a greeting is ticked when it is so, and not before, and not after."""

import asyncio

import pytest

from kaltura_discord.commands.onboarding.greeter import refresh_greeting
from kaltura_discord.commands.onboarding.greeting import Place, greeting
from kaltura_discord.commands.onboarding.progress import look
from kaltura_discord.kaltura.errors import KalturaUnavailable
from tests.unit.domain.commands.newcomer import CHANNEL, LEADS, TEACHERS, Newcomer, set_up
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture
def newcomer(stage: Stage) -> Newcomer:
    return Newcomer(stage)


async def test_each_step_is_ticked_when_it_is_so(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    await set_up(stage, notifications=CHANNEL)
    assert "✓ **Where to tell** · <#440000000000000001>" in text_of(newcomer.greeting)
    await set_up(stage, roles={"mapping": {TEACHERS: "moderator", LEADS: "viewer"}})
    assert f"✓ **Who moderates** · <@&{TEACHERS}>\n" in text_of(newcomer.greeting)
    await stage.start()
    await stage.work()
    said = text_of(newcomer.greeting)
    assert "### Kaltura is ready" in said
    assert said.count("✓") == 4
    assert "○" not in said
    assert buttons_of(newcomer.greeting) == {}


async def test_a_step_that_is_undone_is_open_again(newcomer: Newcomer) -> None:
    await newcomer.installed()
    await set_up(newcomer.stage, notifications=CHANNEL)
    await set_up(newcomer.stage, notifications={})
    assert "○ **Where to tell**" in text_of(newcomer.greeting)


async def test_a_finished_greeting_is_left_alone(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    await set_up(stage, notifications=CHANNEL, roles={"mapping": {TEACHERS: "admin"}})
    await stage.start()
    await stage.work()
    (posted,) = newcomer.greetings
    edits = posted.edits
    await set_up(stage, notifications={})
    await newcomer.used()
    assert posted.edits == edits


async def test_a_meeting_that_could_not_be_started_is_none(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    await stage.answer_to(stage.place.command("kaltura-start", {"type": "room", "title": "Review"}))
    await stage.work()
    assert "○ **A first meeting**" in text_of(newcomer.greeting)


async def test_the_last_edit_shows_the_last_state(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    for round_ in range(5):
        channels = {"channels": {"default": f"44000000000000000{round_}"}}
        await asyncio.gather(
            set_up(stage, notifications=channels),
            *(refresh_greeting(stage.services, stage.guild_id, soon()) for _ in range(3)),
        )
        progress = await look(stage.services, stage.guild_id)
        now = greeting(progress, stage.guild_id, Place.CHANNEL).body()["components"]
        assert newcomer.greeting["components"] == now


async def test_an_unchanged_server_costs_no_edit(newcomer: Newcomer) -> None:
    await newcomer.installed()
    await newcomer.used()
    await newcomer.used()
    (posted,) = newcomer.greetings
    assert posted.edits == 0
