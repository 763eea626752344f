"""`/kaltura-config history`, and taking changes back: from there, and from the answer to a change."""

import pytest

from kaltura_discord.commands.config.editing import RIGHTS_ARE_FOR_MANAGERS
from kaltura_discord.commands.config.undo import NO_SUCH_CHANGE
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.override_store import Author
from local_stack.discord.rules.messages import ANSWER_EDIT
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
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, Member, Place, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, components_of, text_of


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


def labels(message: dict[str, object]) -> list[str]:
    return [part["label"] for part in components_of(message) if part["type"] == 2]


# --- undo ------------------------------------------------------------------------------------------------------------


async def test_a_change_is_undone_and_the_undo_too(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")

    undone = await press(stage, changed, "Undo")
    assert "Undone." in text_of(undone)
    assert "`meetings.auto_end_hours`: 6 → **4 (default)**" in text_of(undone)
    assert await stored(stage) == {}

    redone = await press(stage, undone, "Undo")
    assert "Done again." in text_of(redone)
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}


async def test_the_message_that_bears_the_button_is_changed(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")
    answer = await stage.acknowledged(stage.place.press(buttons_of(changed)["Undo"], ADA))
    assert answer.body == {"type": 6}


async def test_what_was_changed_again_since_is_not_undone(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "meetings.auto_end_hours", "8", BEN)

    answer = await press(stage, changed, "Undo")

    assert "`meetings.auto_end_hours` has been changed again since" in text_of(answer)
    assert await stored(stage) == {"meetings": {"auto_end_hours": 8}}


async def test_other_changes_since_are_no_obstacle(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "features.activities", "off", BEN)

    await press(stage, changed, "Undo")

    assert await stored(stage) == {"features": {"activities": False}}


async def test_what_was_there_before_must_still_exist(stage: Stage) -> None:
    await put(stage, "notifications.channels.default", "#general")
    changed = await put(stage, "notifications.channels.default", "#news")
    stage.discord.server_channels.pop(0)
    stage.services.directories = type(stage.services.directories)(stage.services.rest)

    answer = await press(stage, changed, "Undo")

    assert "or it is gone" in text_of(answer)


async def test_an_entry_that_there_is_not_is_told_so(stage: Stage) -> None:
    for entry_id in ("", "1790000000000#1", "x" * 60):
        answer = await stage.answer_to(stage.place.press(f"1:config-undo:{entry_id}", ADA))
        assert text_of(answer) == NO_SUCH_CHANGE


async def test_carried_out_twice_it_is_undone_once(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")
    pressed = stage.place.press(buttons_of(changed)["Undo"], ADA)

    first, second = [await carried_out(stage, pressed) for _ in range(2)]

    assert first == second
    assert await stored(stage) == {}
    assert len(await history(stage)) == 2


async def test_a_change_of_another_server_is_neither_undone_nor_shown_here(stage: Stage) -> None:
    changed = await put(stage, "meetings.auto_end_hours", "6")
    other = Place(snowflake(), snowflake())
    await stage.services.servers.allow(AllowedServer(GuildId(other.guild_id), (8,), ("history",)))

    answer = await stage.answer_to(other.press(buttons_of(changed)["Undo"], ADMINISTRATOR))

    assert text_of(answer) == NO_SUCH_CHANGE
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}
    assert (await stage.services.overrides.read(GuildId(other.guild_id))).version == 0
    shown = await stage.answer_to(other.subcommand("kaltura-config", "history", {}, ADMINISTRATOR))
    assert "Nobody has changed the settings" in text_of(shown)


async def test_who_was_given_the_command_does_not_undo_what_roles_give(stage: Stage) -> None:
    helper = Member("200000000000000021", "Tea", roles=(TEACHERS,))
    await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>", ADMINISTRATOR)
    await put(stage, "roles.mapping.@Teachers", "admin", ADMINISTRATOR)
    lowered = await put(stage, "roles.mapping.@Teachers", "viewer", ADMINISTRATOR)

    answer = await press(stage, lowered, "Undo", helper)

    assert text_of(answer) == RIGHTS_ARE_FOR_MANAGERS
    assert (await stored(stage))["roles"] == {"mapping": {TEACHERS: "viewer"}}


# --- history ---------------------------------------------------------------------------------------------------------


async def test_nobody_has_changed_anything_yet(stage: Stage) -> None:
    assert "Nobody has changed the settings" in text_of(await configure(stage, "history"))


async def test_who_changed_what_and_when_newest_first(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    stage.clock.pass_seconds(60)
    await put(stage, "features.activities", "off", BEN)

    shown = text_of(await configure(stage, "history"))

    when = int(stage.clock.seconds)
    newest, oldest = shown.index(f"<@{BEN.user_id}>** changed <t:{when}:R>"), shown.index(f"<@{ADA.user_id}>** changed")
    assert newest < oldest
    assert f"<t:{when - 60}:R>" in shown
    assert "`meetings.auto_end_hours`: 4 (default) → **6**" in shown


async def test_five_are_on_a_page(stage: Stage) -> None:
    for hours in range(5, 17):
        await put(stage, "meetings.auto_end_hours", str(hours))

    first = await configure(stage, "history")
    assert labels(first) == ["Undo", "Older"], "of one setting, only the last change can be undone"
    second = await press(stage, first, "Older")
    assert labels(second) == ["Newer", "Older"]
    third = await press(stage, second, "Older")
    assert labels(third) == ["Newer"]
    assert "4 (default) → **5**" in text_of(third)
    assert text_of(third).count("<t:") == 2


async def test_a_page_that_there_is_not_any_more_is_the_last_one(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    shown = await stage.answer_to(stage.place.press("1:config-history:7", ADA))
    assert "4 (default) → **6**" in text_of(shown)


async def test_an_undone_change_is_marked_and_its_undo_can_be_undone(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "features.activities", "off")
    shown = await configure(stage, "history")

    undone = await press(stage, shown, "Undo", nth=1)
    assert await stored(stage) == {"features": {"activities": False}}
    assert "undid a change" in text_of(undone)
    assert text_of(undone).count("-# Undone") == 1
    assert labels(undone) == ["Undo", "Undo"]

    redone = await press(stage, undone, "Undo", nth=0)
    assert await stored(stage) == {"features": {"activities": False}, "meetings": {"auto_end_hours": 6}}
    # The undo is undone, so the first change stands again, and can be undone.
    assert text_of(redone).count("-# Undone") == 1
    assert labels(redone) == ["Undo", "Undo", "Undo"]


async def test_what_was_changed_again_has_no_button(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "meetings.auto_end_hours", "8")
    shown = await configure(stage, "history")
    assert text_of(shown).count("-# Changed again since") == 1
    assert labels(shown) == ["Undo"]


async def test_the_operator_and_who_was_forgotten_have_no_names(stage: Stage) -> None:
    store = stage.services.overrides
    seen = await store.read(stage.guild_id)
    by_operator = Author(UserId(""), InteractionId(""))
    await store.save(stage.guild_id, seen, {"meetings": {"auto_end_hours": 5}}, by_operator)
    await put(stage, "features.activities", "off", BEN)
    await stage.services.audit.forget(stage.guild_id, BEN.user_id)

    shown = text_of(await configure(stage, "history"))

    assert "**Whoever runs this app** changed" in shown
    assert "**Somebody who was deleted** changed" in shown
    assert BEN.user_id not in shown


async def test_other_things_in_the_audit_are_not_shown(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    await stage.start("Weekly review")
    assert text_of(await configure(stage, "history")).count("<t:") == 1


async def test_discord_takes_the_longest_page(stage: Stage) -> None:
    long = dict.fromkeys(("meeting_start", "meeting_end", "user_join", "live_start", "live_end"), "*" * 1500)
    store = stage.services.overrides
    for turn in range(6):
        seen = await store.read(stage.guild_id)
        words = {name: f"{text[:-1]}{turn}" for name, text in long.items()}
        author = Author(UserId(ADA.user_id), InteractionId(str(turn)))
        await store.save(stage.guild_id, seen, {"notifications": {"templates": words}}, author)
    takes(await configure(stage, "history"), ANSWER_EDIT)
