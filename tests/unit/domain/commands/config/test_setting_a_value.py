"""`/kaltura-config set`: before and after, what may be named how, and one sentence for what does not fit."""

from dataclasses import replace

import pytest

from kaltura_discord.commands.config.editing import NOTHING_CHANGED
from kaltura_discord.commands.config.existing import NOT_A_MEMBER, NOT_TOLD
from kaltura_discord.server_config.overlay import Document
from tests.unit.domain.commands.config.config_world import (
    ADA,
    CATEGORY,
    GENERAL,
    GONE,
    HEADS,
    HIDDEN,
    NEWS,
    STAFF,
    TEACHERS,
    furnish,
    history,
    put,
    stored,
)
from tests.unit.domain.discord_double import BOT
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


async def test_before_and_after_are_shown_with_a_button_to_undo(stage: Stage) -> None:
    answer = await put(stage, "meetings.auto_end_hours", "6")

    assert "`meetings.auto_end_hours`: 4 (default) → **6**" in text_of(answer)
    assert list(buttons_of(answer)) == ["Undo"]
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}


async def test_only_the_asker_sees_it(stage: Stage) -> None:
    payload = stage.place.subcommand("kaltura-config", "set", {"key": "meetings.auto_end_hours", "value": "6"}, ADA)
    answer = await stage.acknowledged(payload)
    assert answer.body == {"type": 5, "data": {"flags": 64}}


async def test_the_history_names_who_and_from_which_interaction(stage: Stage) -> None:
    payload = stage.place.subcommand("kaltura-config", "set", {"key": "meetings.auto_end_hours", "value": "6"}, ADA)
    await stage.answer_to(payload)

    (entry,) = await history(stage)
    assert entry.author.user_id == ADA.user_id
    assert entry.author.interaction_id == payload["id"]


async def test_the_same_value_again_changes_nothing(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    answer = await put(stage, "meetings.auto_end_hours", "6")

    assert text_of(answer) == NOTHING_CHANGED
    assert len(await history(stage)) == 1


async def test_the_settings_hold_at_once_in_the_process_that_changed_them(stage: Stage) -> None:
    await stage.services.server_configs.whole(stage.guild_id)
    await put(stage, "meetings.auto_end_hours", "6")
    assert (await stage.services.server_configs.whole(stage.guild_id)).meetings.auto_end_hours == 6


async def test_a_long_text_is_shown_as_it_was_written_and_formats_nothing(stage: Stage) -> None:
    answer = await put(stage, "notifications.templates.meeting_share", "**{{title}}** with <@1>\n# now" + " x" * 400)

    assert "\\*\\*{{title}}\\*\\* with \\<@1\\> # now" in text_of(answer)
    assert len(text_of(answer)) < 800


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("roles.mapping.@Teachers", "moderator", {"roles": {"mapping": {TEACHERS: "moderator"}}}),
        ("roles.mapping.teachers", "moderator", {"roles": {"mapping": {TEACHERS: "moderator"}}}),
        (f"roles.mapping.<@&{TEACHERS}>", "Admin", {"roles": {"mapping": {TEACHERS: "admin"}}}),
        (f"roles.mapping.{TEACHERS}", "viewer", {"roles": {"mapping": {TEACHERS: "viewer"}}}),
        ("notifications.channels.default", "#general", {"notifications": {"channels": {"default": GENERAL}}}),
        ("notifications.channels.default", "News", {"notifications": {"channels": {"default": NEWS}}}),
        ("notifications.channels.default", f"<#{NEWS}>", {"notifications": {"channels": {"default": NEWS}}}),
        (
            "commands.permissions.kaltura-end",
            f"moderators, @Head Teachers, <@&{STAFF}>",
            {"commands": {"permissions": {"kaltura-end": ["moderator", HEADS, STAFF]}}},
        ),
        (
            "commands.permissions./kaltura-start",
            f"moderator <@&{STAFF}>",
            {"commands": {"permissions": {"kaltura-start": ["moderator", STAFF]}}},
        ),
        (
            "commands.permissions.kaltura-start",
            f"moderator @Head Teachers <@&{STAFF}>",
            {"commands": {"permissions": {"kaltura-start": ["moderator", HEADS, STAFF]}}},
        ),
        (
            "commands.permissions.kaltura-start",
            "@Everyone",
            {"commands": {"permissions": {"kaltura-start": ["@everyone"]}}},
        ),
    ],
)
async def test_roles_and_channels_are_named_as_people_do(
    stage: Stage, key: str, value: str, expected: Document
) -> None:
    answer = await put(stage, key, value)
    assert await stored(stage) == expected, text_of(answer)


async def test_roles_and_channels_are_shown_as_mentions(stage: Stage) -> None:
    assert f"<@&{TEACHERS}>" in text_of(await put(stage, "roles.mapping.@Teachers", "moderator"))
    assert f"<#{NEWS}>" in text_of(await put(stage, "notifications.channels.default", "news"))


async def test_a_name_of_several_roles_is_no_name(stage: Stage) -> None:
    stage.discord.roles.append({"id": "400000000000000004", "name": "teachers", "permissions": "0"})
    stage.discord.roles.append({"id": "400000000000000005", "name": "TEACHERS", "permissions": "0"})

    assert "Several roles are called “tEachers”" in text_of(await put(stage, "roles.mapping.@tEachers", "moderator"))
    await put(stage, "roles.mapping.@Teachers", "moderator")
    assert await stored(stage) == {"roles": {"mapping": {TEACHERS: "moderator"}}}


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("meetings.auto_end_hours", "soon", "from 1 to 72"),
        ("meetings.auto_end_hours", "73", "`73`"),
        ("meetings.auto_end_hour", "6", "Did you mean `meetings.auto_end_hours`?"),
        ("meetings", "6", "`meetings` is a section, and one of its settings has to be named"),
        ("features.activities", "maybe", "on or off"),
        ("notifications.templates.meeting_start", "x" * 2000, "2,000 characters"),
        ("notifications.templates.meeting_start", "{{secret}}", "secret"),
        ("notifications.templates.meeting_start", "{{title}", "braces do not match"),
        ("notifications.templates.meeting_start", "{{title}}" * 20, "Discord takes 3,900"),
        ("notifications.channels.default", GONE, "or it is gone"),
        ("notifications.channels.default", f"<#{HIDDEN}>", "I can't write"),
        ("notifications.channels.default", "#hidden", "no channel called “hidden”"),
        ("notifications.channels.default", f"<#{CATEGORY}>", "or it is gone"),
        ("notifications.channels.default", "#nowhere", "no channel called “nowhere”"),
        ("notifications.quiet_hours.hours", "25:00-07:00", "two times of day"),
        ("notifications.subscriptions.categories", "12, biology", "categories"),
        ("roles.mapping.@Nobody", "admin", "no role called “Nobody”"),
        (f"roles.mapping.{GONE}", "admin", "no role"),
        ("roles.mapping.@Teachers", "owner", "viewer, moderator or admin"),
        ("roles.mapping", "admin", "needs the mention or id of a role"),
        ("commands.permissions.kaltura-nothing", "moderator", "no command `kaltura-nothing`"),
        ("commands.permissions.kaltura-forget-me", "admin", "no command `kaltura-forget-me` that could be restricted"),
        ("commands.permissions", "@Nobody", "needs the name of a command"),
        ("commands.permissions.kaltura-end", "@Nobody", "no role called “Nobody”"),
        ("commands.permissions.kaltura-end", f"<@&{GONE}>", "no role"),
        ("kaltura.meeting_strategy", "schedule_resource", "whoever runs this app"),
        ("watch.link_hosts", "evil.example", "whoever runs this app"),
        ("KALTURA_ADMIN_SECRET", "x", "no setting `KALTURA_ADMIN_SECRET`"),
        ("a`b**c**<@1>", "x", "no setting `a'b**c**<@1>`"),
    ],
)
async def test_what_does_not_fit_gets_one_sentence_and_changes_nothing(
    stage: Stage, key: str, value: str, named: str
) -> None:
    answer = await put(stage, key, value)

    assert named in text_of(answer)
    assert len(text_of(answer)) < 400
    assert buttons_of(answer) == {}
    assert await stored(stage) == {}
    assert await history(stage) == []


async def test_only_who_can_see_a_channel_learns_by_its_name_that_it_exists(stage: Stage) -> None:
    overwrites = stage.discord.server_channels[2]["permission_overwrites"]
    overwrites += [{"id": BOT, "type": 1, "allow": str(1 << 10), "deny": "0"}]
    unknown = text_of(await put(stage, "notifications.channels.default", "#nowhere"))

    assert text_of(await put(stage, "notifications.channels.default", "#hidden")) == unknown.replace(
        "nowhere", "hidden"
    )
    overwrites += [{"id": HEADS, "type": 0, "allow": str(1 << 10), "deny": "0"}]
    await put(stage, "notifications.channels.default", "#hidden", replace(ADA, roles=(HEADS,)))

    assert await stored(stage) == {"notifications": {"channels": {"default": HIDDEN}}}


async def test_a_channel_that_was_made_a_moment_ago_is_found(stage: Stage) -> None:
    await put(stage, "notifications.channels.default", "#general")
    stage.discord.server_channels.append({"id": GONE, "name": "fresh", "type": 0, "permission_overwrites": []})

    await put(stage, "notifications.channels.default", f"<#{GONE}>")

    assert await stored(stage) == {"notifications": {"channels": {"default": GONE}}}


async def test_a_channel_that_was_made_a_moment_ago_is_found_by_its_name(stage: Stage) -> None:
    await put(stage, "notifications.channels.default", "#general")
    stage.discord.server_channels.append({"id": GONE, "name": "fresh", "type": 0, "permission_overwrites": []})

    await put(stage, "notifications.channels.default", "#fresh")

    assert await stored(stage) == {"notifications": {"channels": {"default": GONE}}}


async def test_where_discord_does_not_tell_nothing_is_taken_on_trust(stage: Stage) -> None:
    stage.discord.refused_lookups = 503

    answer = await put(stage, "notifications.channels.default", f"<#{GENERAL}>")

    assert text_of(answer) == NOT_TOLD
    assert await stored(stage) == {}


async def test_an_app_without_its_bot_is_told_how_to_add_it(stage: Stage) -> None:
    stage.discord.refused_lookups = 404

    answer = await put(stage, "notifications.channels.default", f"<#{GENERAL}>")

    assert text_of(answer) == NOT_A_MEMBER
    assert await stored(stage) == {}


async def test_what_refers_to_nothing_needs_no_discord(stage: Stage) -> None:
    stage.discord.refused_lookups = 503
    await put(stage, "meetings.auto_end_hours", "6")
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}


async def test_another_server_is_untouched(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    others = await stage.services.overrides.read(type(stage.guild_id)("1"))
    assert others.document == {}
