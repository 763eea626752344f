"""Secrets and the operator's settings: no part of `/kaltura-config` sets or shows one, whatever stands in the table."""

import json

import pytest

from kaltura_discord.commands.config.sections import SECTIONS
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.commands.config.config_world import (
    configure,
    furnish,
    press,
    put,
    stored,
    suggested,
)
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

OPERATORS = [setting for setting in settings() if setting.is_operators]
SECRETS = ("0123456789abcdef0123456789abcdef", "bot-token", "12345")


@pytest.fixture(autouse=True)
async def world(stage: Stage) -> None:
    """The operator has given this server settings of its own, beside one that the server could set too."""
    furnish(stage)
    document = {
        "kaltura": {
            "player_id": 51234567,
            "room_templates": {"webinar": "1_ab12cd34"},
            "session_privileges": {"playback": {"privacycontext": "only-theirs"}},
        },
        "meetings": {"auto_end_hours": 5},
    }
    store = stage.services.overrides
    seen = await store.read(stage.guild_id)
    await store.save(stage.guild_id, seen, document, Author(UserId(""), InteractionId("")))


def hidden_in(shown: str) -> None:
    for value in ("51234567", "1_ab12cd34", "only-theirs", "player_id", "room_templates", "privacycontext", *SECRETS):
        assert value not in shown


@pytest.mark.parametrize("setting", OPERATORS, ids=lambda setting: setting.key)
async def test_it_is_not_set(stage: Stage, setting: Setting) -> None:
    before = await stored(stage)
    name = ".privacycontext" if setting.kind.is_map else ""

    answer = await put(stage, f"{setting.key}{name}", setting.kind.example)

    assert "is set by whoever runs this app, for all its servers" in text_of(answer)
    assert await stored(stage) == before


@pytest.mark.parametrize("setting", OPERATORS, ids=lambda setting: setting.key)
async def test_it_is_not_reset(stage: Stage, setting: Setting) -> None:
    answer = await configure(stage, "reset", section=setting.key)
    assert "whoever runs this app" in text_of(answer)


@pytest.mark.parametrize(
    "key",
    ["KALTURA_ADMIN_SECRET", "DISCORD_BOT_TOKEN", "kaltura.admin_secret", "JWT_SECRET", "kaltura", "__class__"],
)
async def test_a_secret_is_no_setting(stage: Stage, key: str) -> None:
    answer = await put(stage, key, "x")
    assert "There is no setting" in text_of(answer)
    assert "There is no setting" in text_of(await configure(stage, "reset", section=f"{key}.x"))


async def test_resetting_everything_leaves_what_is_the_operators(stage: Stage) -> None:
    kept = (await stored(stage))["kaltura"]
    question = await configure(stage, "reset", section="everything")
    hidden_in(text_of(question))

    await press(stage, question, "Reset 1 setting")

    assert await stored(stage) == {"kaltura": kept}


async def test_no_page_shows_it(stage: Stage) -> None:
    hidden_in(text_of(await configure(stage, "view")))
    for _, section in SECTIONS:
        hidden_in(text_of(await configure(stage, "view", section=section)))


async def test_the_history_shows_the_rest_of_such_a_change(stage: Stage) -> None:
    shown = await configure(stage, "history")
    hidden_in(text_of(shown))
    assert "`meetings.auto_end_hours`: 4 (default) → **5**" in text_of(shown)
    assert "Only whoever runs this app can change it" in text_of(shown)
    assert buttons_of(shown) == {}


async def test_it_is_neither_offered_nor_exported(stage: Stage) -> None:
    for typed in ("", "kaltura", "player", "secret", "privileges", "hosts"):
        hidden_in(json.dumps(await suggested(stage, "set", "key", typed)))
        hidden_in(json.dumps(await suggested(stage, "reset", "section", typed)))
    hidden_in(text_of(await configure(stage, "export")))
