"""What is offered while somebody types a key, a value or a section: right, readable, and within Discord's limits."""

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kaltura_discord.commands.config.suggestions import best_of, candidates
from kaltura_discord.server_config.catalogue import settings
from tests.unit.domain.commands.config.config_world import (
    GENERAL,
    HIDDEN,
    NEWS,
    TEACHERS,
    furnish,
    put,
    stored,
    suggested,
)
from tests.unit.domain.discord_double import BOT
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN
from tests.unit.domain.stage import Stage

# Marks that keep names from turning what stands around them.
_UNSEEN = dict.fromkeys(map(ord, "\u2068\u2069"))


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


# --- keys ------------------------------------------------------------------------------------------------------------


async def test_a_key_is_offered_with_what_holds_and_what_it_takes(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    offered = await suggested(stage, "set", "key", "auto")
    assert offered["meetings.auto_end_hours · now 6 · a number of hours from 1 to 72"] == "meetings.auto_end_hours"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("meetings", "meetings.auto_end_hours"),
        ("MEETINGS.AUTO", "meetings.auto_end_hours"),
        ("auto end", "meetings.auto_end_hours"),
        ("ends by itself", "meetings.auto_end_hours"),
        ("meetings.atuo_end_huors", "meetings.auto_end_hours"),
        ("buffering", "watch.wait_for_buffering"),
        ("kaltura-end", "commands.permissions.kaltura-end"),
        ("invitation", "notifications.templates.meeting_share"),
        ("quiet zone", "notifications.quiet_hours.time_zone"),
        ("@teach", f"roles.mapping.{TEACHERS}"),
        ("roles.mapping", f"roles.mapping.{TEACHERS}"),
    ],
)
async def test_parts_words_and_typing_errors_lead_to_the_key(stage: Stage, typed: str, first: str) -> None:
    assert next(iter((await suggested(stage, "set", "key", typed)).values())) == first


async def test_roles_are_offered_by_name(stage: Stage) -> None:
    await put(stage, "roles.mapping.@Teachers", "moderator")
    offered = await suggested(stage, "set", "key", "roles.mapping.")
    assert offered["roles.mapping.@Teachers · now moderator · viewer/moderator/admin"] == f"roles.mapping.{TEACHERS}"
    assert "roles.mapping.@Head Teachers · now not set · viewer/moderator/admin" in offered


async def test_channels_that_are_set_are_named(stage: Stage) -> None:
    await put(stage, "notifications.channels.default", "#news")
    offered = await suggested(stage, "set", "key", "channels.default")
    assert "notifications.channels.default · now #news · a channel, or none" in offered


async def test_where_discord_does_not_tell_there_are_keys_without_names(stage: Stage) -> None:
    await put(stage, "notifications.channels.default", "#news")
    stage.services.directories = type(stage.services.directories)(stage.services.rest)
    stage.discord.refused_lookups = 403
    offered = await suggested(stage, "set", "key", "channels.default")
    assert "notifications.channels.default · now a channel · a channel, or none" in offered


async def test_what_is_in_use_comes_first(stage: Stage) -> None:
    keys = list((await suggested(stage, "set", "key", "")).values())
    assert len(keys) == 25
    assert all(not _is_upcoming(key) for key in keys[:10])


async def test_nothing_of_the_operators_is_offered(stage: Stage) -> None:
    for setting in settings():
        if setting.is_operators:
            offered = (await suggested(stage, "set", "key", setting.key)).values()
            assert not [key for key in offered if key.startswith(setting.key)]


async def test_each_offered_key_can_be_set(stage: Stage) -> None:
    for key in (await suggested(stage, "set", "key", "@")).values():
        await put(stage, key, "viewer")
    assert len((await stored(stage))["roles"]["mapping"]) == 3


async def test_a_member_is_offered_nothing(stage: Stage) -> None:
    payload = stage.place.typing_in("kaltura-config", "set", "key", "", by=ANN)
    answer = await stage.acknowledged(payload)
    assert answer.body == {"type": 8, "data": {"choices": []}}


@effort(deadline=None)
@given(st.text(max_size=100))
def test_whatever_is_typed_the_keys_are_few_and_each_once(typed: str) -> None:
    keys = [each.key for each in best_of(typed.casefold(), candidates(None))]
    assert len(keys) <= 25
    assert len(keys) == len(set(keys))


def test_each_key_is_the_first_for_itself() -> None:
    for candidate in candidates(None):
        assert best_of(candidate.key, candidates(None))[0].key == candidate.key


async def test_the_longest_names_fit_into_a_choice(stage: Stage) -> None:
    stage.discord.roles = [{"id": TEACHERS, "name": "ה" * 100, "permissions": "0"}]
    await put(stage, "notifications.templates.meeting_share", "**" + "x" * 1400)
    for typed in ("roles.mapping.@", "meeting_share", ""):
        for name in await suggested(stage, "set", "key", typed):
            assert len(name.encode("utf-16-le")) // 2 <= 100


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "typed", "expected"),
    [
        ("features.activities", "", ["on", "off"]),
        ("features.activities", "of", ["off"]),
        ("watch.wait_for_buffering", "", ["nobody", "host", "everyone"]),
        ("roles.mapping.@Teachers", "", ["viewer", "moderator", "admin"]),
        (f"roles.mapping.{TEACHERS}", "mod", ["moderator"]),
        ("notifications.channels.default", "", [f"<#{GENERAL}>", f"<#{NEWS}>", "none"]),
        ("notifications.channels.default", "#ne", [f"<#{NEWS}>"]),
        ("commands.permissions.kaltura-end", "every", ["@everyone"]),
        ("commands.permissions.kaltura-end", "teach", [f"<@&{TEACHERS}>", "<@&400000000000000003>"]),
        ("commands.permissions.kaltura-end", "moderator, @tea", [f"moderator, <@&{TEACHERS}>"]),
        ("notifications.quiet_hours.time_zone", "berlin", ["Europe/Berlin"]),
        ("meetings.auto_end_hours", "", ["4"]),
        ("kaltura.meeting_strategy", "", []),
        ("nothing", "", []),
    ],
)
async def test_values_fit_the_key(stage: Stage, key: str, typed: str, expected: list[str]) -> None:
    offered = await suggested(stage, "set", "value", typed, key=key)
    assert [value for value in offered.values() if value in expected] == expected
    assert set(offered.values()) == set(expected) or len(expected) == 1


@pytest.mark.parametrize(
    ("key", "typed", "shown"),
    [
        ("meetings.auto_end_hours", "7", "7"),
        ("meetings.auto_end_hours", "soon", "soon · takes a number of hours from 1 to 72, and soon is not that."),
        ("notifications.templates.meeting_share", "Come to {{title}}", "Come to {{title}}"),
        ("notifications.templates.meeting_share", "{{secret}}", "{{secret}} · There is no variable"),
        ("notifications.quiet_hours.hours", "9-5", "9-5 · It takes two times of day"),
    ],
)
async def test_what_is_typed_is_judged_before_it_is_sent(stage: Stage, key: str, typed: str, shown: str) -> None:
    name, value = next(iter((await suggested(stage, "set", "value", typed, key=key)).items()))
    assert name.startswith(shown)
    assert value == typed


async def test_channels_where_the_bot_may_not_write_are_not_offered(stage: Stage) -> None:
    offered = await suggested(stage, "set", "value", "", key="notifications.channels.default")
    assert f"<#{HIDDEN}>" not in offered.values()


async def test_channels_that_who_is_typing_cannot_see_are_not_offered(stage: Stage) -> None:
    for_the_bot_alone = {"id": BOT, "type": 1, "allow": str(1 << 10), "deny": "0"}
    stage.discord.server_channels[2]["permission_overwrites"].append(for_the_bot_alone)
    offered = await suggested(stage, "set", "value", "", key="notifications.channels.default")
    assert f"<#{HIDDEN}>" not in offered.values()


async def test_the_name_of_a_channel_that_who_is_typing_cannot_see_is_not_told(stage: Stage) -> None:
    for_the_bot_alone = {"id": BOT, "type": 1, "allow": str(1 << 10), "deny": "0"}
    stage.discord.server_channels[2]["permission_overwrites"].append(for_the_bot_alone)
    await put(stage, "notifications.channels.default", f"<#{HIDDEN}>", ADMINISTRATOR)
    offered = await suggested(stage, "set", "key", "notifications.channels.default")
    assert any("now a channel" in shown.translate(_UNSEEN) for shown in offered)
    assert not any("hidden" in shown for shown in offered)


async def test_an_apps_own_role_is_offered_nowhere(stage: Stage) -> None:
    stage.discord.roles.append({"id": "9", "name": "Kaltura", "permissions": "0", "tags": {"bot_id": BOT}})
    assert "roles.mapping.9" not in (await suggested(stage, "set", "key", "roles.mapping.@")).values()
    offered = await suggested(stage, "set", "value", "@", key="commands.permissions.kaltura-end")
    assert "<@&9>" not in offered.values()
    assert f"<@&{TEACHERS}>" in offered.values()


async def test_each_offered_value_can_be_set(stage: Stage) -> None:
    for key in ("features.activities", "watch.control_mode", "notifications.channels.default"):
        for value in (await suggested(stage, "set", "value", "", key=key)).values():
            assert "Nothing changed" in str(await put(stage, key, value)) or await stored(stage) != {}


# --- what to reset ---------------------------------------------------------------------------------------------------


async def test_what_is_changed_is_offered_to_reset(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "features.activities", "off")
    offered = await suggested(stage, "reset", "section", "")
    assert offered["Everything · 2 changed"] == "everything"
    assert offered["Meetings · 1 changed"] == "meetings"
    assert "features.activities" in offered.values()
    assert "watch" not in offered.values()
    assert list((await suggested(stage, "reset", "section", "meet")).values()) == [
        "meetings",
        "meetings.auto_end_hours",
    ]


async def test_roles_are_offered_to_reset_by_name(stage: Stage) -> None:
    await put(stage, "roles.mapping.@Teachers", "moderator")
    offered = await suggested(stage, "reset", "section", "teach")
    assert offered == {"roles.mapping.@Teachers": f"roles.mapping.{TEACHERS}"}


def _is_upcoming(key: str) -> bool:
    return next(each.setting.is_upcoming for each in candidates(None) if each.key == key)
