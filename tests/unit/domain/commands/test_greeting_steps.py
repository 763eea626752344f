"""What the buttons of a greeting do, and for whom; and what they tick."""

import pytest

from kaltura_discord.commands.onboarding.progress import look
from tests.unit.domain.commands.newcomer import LEADS, TEACHERS, Newcomer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, MODERATOR, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture
def newcomer(stage: Stage) -> Newcomer:
    return Newcomer(stage)


async def test_a_channel_is_chosen_and_ticked(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    pressed = buttons_of(newcomer.greeting)["Choose a channel"]
    shown = await stage.answer_to(stage.place.press(pressed, ADMINISTRATOR))
    (select,) = [row["components"][0] for row in shown["components"] if row["type"] == 1]
    assert (select["type"], select["custom_id"]) == (8, "1:config-channel:default")


async def test_roles_whose_names_sound_like_it_are_named_and_nothing_is_given(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    stage.discord.roles = [
        {"id": TEACHERS, "name": "✨ Teachers ✨", "permissions": "0"},
        {"id": LEADS, "name": "Modern art", "permissions": "0"},
    ]
    await newcomer.installed()
    pressed = buttons_of(newcomer.greeting)["Choose roles"]
    shown = await stage.answer_to(stage.place.press(pressed, ADMINISTRATOR))
    assert f"<@&{TEACHERS}>" in text_of(shown)
    assert f"<@&{LEADS}>" not in text_of(shown)
    (select,) = [row["components"][0] for row in shown["components"] if row["type"] == 1]
    assert (select["type"], select["custom_id"]) == (6, "1:config-role:moderator")
    assert "default_values" not in select
    assert (await look(stage.services, stage.guild_id)).moderators == ()


async def test_without_discords_list_of_roles_there_is_still_the_choice(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    stage.discord.refused_lookups = 500
    shown = await stage.answer_to(stage.place.press("1:setup:role", ADMINISTRATOR))
    assert "<@&" not in text_of(shown)
    assert shown["components"][-1]["components"][0]["type"] == 6


async def test_a_meeting_begins_with_the_form(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    await newcomer.installed()
    pressed = buttons_of(newcomer.greeting)["Start one"]
    answer = await stage.acknowledged(stage.place.press(pressed, ADMINISTRATOR))
    assert answer.body is not None
    assert (answer.body["type"], answer.body["data"]["custom_id"]) == (9, "1:start-form:room")


@pytest.mark.parametrize("step", ["1:setup:channel", "1:setup:role", "1:setup-look:"])
@pytest.mark.parametrize("member", [ANN, MODERATOR], ids=["a member", "a moderator"])
async def test_everybody_sees_them_and_few_may_press_them(newcomer: Newcomer, step: str, member: Member) -> None:
    refused = await newcomer.stage.acknowledged(newcomer.stage.place.press(step, member))
    assert refused.body is not None
    assert "`/kaltura-config`" in text_of(refused.body["data"])


async def test_a_step_that_is_no_more_says_so(newcomer: Newcomer) -> None:
    shown = await newcomer.stage.answer_to(newcomer.stage.place.press("1:setup:older", ADMINISTRATOR))
    assert "doesn't exist any more" in text_of(shown)
