"""`/kaltura-config reset`: seen first, confirmed, and asked again where the settings have changed meanwhile."""

import pytest

from kaltura_discord.commands.config.editing import RIGHTS_ARE_FOR_MANAGERS
from kaltura_discord.commands.config.leaving import LEFT
from kaltura_discord.commands.config.reset import NOTHING_TO_RESET
from tests.unit.domain.commands.config.config_world import (
    ADA,
    BEN,
    TEACHERS,
    carried_out,
    configure,
    furnish,
    history,
    press,
    put,
    stored,
)
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, components_of, text_of


@pytest.fixture(autouse=True)
async def world(stage: Stage) -> None:
    furnish(stage)
    await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "features.activities", "off")


async def test_what_would_change_is_shown_and_nothing_is_changed_yet(stage: Stage) -> None:
    before = await stored(stage)

    question = await configure(stage, "reset", section="everything")

    assert "`meetings.auto_end_hours`: 6 → **4 (default)**" in text_of(question)
    assert "`features.activities`: off → **on (default)**" in text_of(question)
    assert list(buttons_of(question)) == ["Reset 2 settings", "Cancel"]
    assert await stored(stage) == before


async def test_the_button_that_does_it_looks_like_it(stage: Stage) -> None:
    question = await configure(stage, "reset", section="everything")
    styles = {part["label"]: part["style"] for part in components_of(question) if part["type"] == 2}
    assert styles == {"Reset 2 settings": 4, "Cancel": 2}


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ("everything", {}),
        ("Everything", {}),
        ("meetings", {"features": {"activities": False}}),
        ("features.activities", {"meetings": {"auto_end_hours": 6}}),
    ],
)
async def test_it_is_done_once_confirmed(stage: Stage, named: str, left: dict[str, object]) -> None:
    question = await configure(stage, "reset", section=named)
    done = await press(stage, question, next(iter(buttons_of(question))))

    assert await stored(stage) == left
    assert "Back to the defaults." in text_of(done)
    await press(stage, done, "Undo")
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}, "features": {"activities": False}}


async def test_an_entry_of_a_role_goes_by_its_name(stage: Stage) -> None:
    await put(stage, "roles.mapping.@Teachers", "moderator")
    question = await configure(stage, "reset", section="roles.mapping.@Teachers")
    assert f"`roles.mapping` for <@&{TEACHERS}>: moderator → **not set**" in text_of(question)
    await press(stage, question, "Reset 1 setting")
    assert "roles" not in await stored(stage)


async def test_cancel_changes_nothing_and_says_so(stage: Stage) -> None:
    before = await stored(stage)
    question = await configure(stage, "reset", section="everything")

    answer = await press(stage, question, "Cancel")

    assert text_of(answer) == LEFT
    assert buttons_of(answer) == {}
    assert await stored(stage) == before


async def test_where_the_defaults_hold_there_is_nothing_to_reset(stage: Stage) -> None:
    assert text_of(await configure(stage, "reset", section="watch")) == NOTHING_TO_RESET


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("nothing", "no setting `nothing`"),
        ("meeting", "Did you mean `meetings`?"),
        ("kaltura.player_id", "whoever runs this app"),
        ("roles.mapping.@Nobody", "no role called “Nobody”"),
    ],
)
async def test_what_is_no_section_gets_one_sentence(stage: Stage, named: str, sentence: str) -> None:
    assert sentence in text_of(await configure(stage, "reset", section=named))


async def test_a_change_meanwhile_is_told_and_asked_again(stage: Stage) -> None:
    question = await configure(stage, "reset", section="everything")
    await put(stage, "watch.control_mode", "everyone", BEN)

    again = await press(stage, question, "Reset 2 settings")

    assert f"<@{BEN.user_id}> changed `watch.control_mode` in the meantime" in text_of(again)
    assert len(await stored(stage)) == 3
    done = await press(stage, again, "Reset 3 settings")
    assert "Back to the defaults." in text_of(done)
    assert await stored(stage) == {}


async def test_carried_out_twice_it_is_one_change_and_one_answer(stage: Stage) -> None:
    question = await configure(stage, "reset", section="everything")
    pressed = stage.place.press(buttons_of(question)["Reset 2 settings"], ADA)

    first, second = [await carried_out(stage, pressed) for _ in range(2)]

    assert first == second
    assert "Back to the defaults." in text_of(first)
    assert len(await history(stage)) == 3


async def test_who_was_given_the_command_does_not_reset_what_roles_give(stage: Stage) -> None:
    helper = Member("200000000000000021", "Tea", roles=(TEACHERS,))
    await put(stage, "roles.mapping.@Staff", "admin")
    await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>", ADMINISTRATOR)

    assert text_of(await configure(stage, "reset", helper, section="everything")) == RIGHTS_ARE_FOR_MANAGERS
    question = await configure(stage, "reset", helper, section="meetings")
    await press(stage, question, "Reset 1 setting", helper)
    assert "meetings" not in await stored(stage)


async def test_a_confirmation_is_no_way_in_for_a_member(stage: Stage) -> None:
    question = await configure(stage, "reset", section="everything")
    before = await stored(stage)

    await press(stage, question, "Reset 2 settings", ANN)

    assert await stored(stage) == before
