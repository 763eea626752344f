"""What only the operator sets is neither shown nor undone in a server, though it stands in the server's history."""

import pytest

from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.changes import Changes, Editor
from kaltura_discord.server_config.override_store import Author, ChangedMeanwhile, Overrides
from tests.unit.domain.commands.config.config_world import configure, furnish, history, put
from tests.unit.domain.sent_by_discord import ADMINISTRATOR
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

OPERATOR = Author(UserId(""), InteractionId(""))


@pytest.fixture(autouse=True)
async def operators_change(stage: Stage) -> None:
    """The operator has given the server a player of its own."""
    furnish(stage)
    seen = await stage.services.overrides.read(stage.guild_id)
    changes = Changes(stage.services.defaults, Editor.OPERATOR)
    document = changes.set_text(seen.document, "kaltura.player_id", "51234567")
    await stage.services.overrides.save(stage.guild_id, seen, document, OPERATOR)


async def test_the_history_says_that_something_was_set_and_not_what(stage: Stage) -> None:
    shown = await configure(stage, "history")
    assert "Whoever runs this app" in text_of(shown)
    assert "not for servers to set" in text_of(shown)
    assert "player" not in text_of(shown)
    assert "51234567" not in text_of(shown)
    assert list(buttons_of(shown)) == []


async def test_a_forged_button_does_not_undo_it(stage: Stage) -> None:
    (entry,) = await history(stage)
    answer = await stage.answer_to(stage.place.press(f"1:config-undo:{entry.entry_id}", ADMINISTRATOR))
    assert "51234567" not in text_of(answer)
    stored = (await stage.services.overrides.read(stage.guild_id)).document
    assert stored == {"kaltura": {"player_id": 51234567}}


async def test_who_was_slower_than_the_operator_is_not_told_which_setting(stage: Stage) -> None:
    current = await stage.services.overrides.read(stage.guild_id)
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId("800000000000000001"))
    with pytest.raises(ChangedMeanwhile) as faster:
        await stage.services.overrides.save(stage.guild_id, Overrides(), {"watch": {"control_mode": "host"}}, author)
    assert faster.value.sentence.startswith(
        "Whoever runs this app changed something that is not for servers to set in the meantime"
    )
    assert "player" not in faster.value.sentence
    assert await stage.services.overrides.read(stage.guild_id) == current


async def test_an_operator_who_was_slower_is_told_which(stage: Stage) -> None:
    with pytest.raises(ChangedMeanwhile) as faster:
        await stage.services.overrides.save(stage.guild_id, Overrides(), {"meetings": {"auto_end_hours": 5}}, OPERATOR)
    assert "changed `kaltura.player_id` in the meantime" in faster.value.sentence


async def test_the_servers_own_changes_are_shown_beside_it(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    shown = await configure(stage, "history")
    assert "`meetings.auto_end_hours`" in text_of(shown)
    assert list(buttons_of(shown)) == ["Undo"]
