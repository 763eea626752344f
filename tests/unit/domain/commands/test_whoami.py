"""`/kaltura-whoami`: what somebody is, and why, in words that lead on."""

from typing import Any

import pytest

from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]
TEACHERS, DEANS = "500000000000000001", "500000000000000002"
ROBO = "600000000000000001"


async def map_roles(stage: Stage, **levels: str) -> None:
    """The server lists its roles."""
    roles = {"teachers": TEACHERS, "deans": DEANS, "everyone": stage.guild_id}
    store = stage.services.overrides
    mapping = {roles[name]: level for name, level in levels.items()}
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    await store.save(stage.guild_id, await store.read(stage.guild_id), {"roles": {"mapping": mapping}}, author)


def about(stage: Stage, member: Member, by: Member, *, is_here: bool = True, nick: str | None = None) -> Json:
    """The command with a member picked, resolved as Discord does."""
    payload = stage.place.command("kaltura-whoami", by=by)
    payload["data"]["options"] = [{"name": "member", "type": 6, "value": member.user_id}]
    user = {"id": member.user_id, "username": member.name.lower(), "global_name": member.name, "discriminator": "0"}
    known = {"roles": list(member.roles), "permissions": str(member.permissions), "nick": nick, "joined_at": "2026"}
    members = {member.user_id: known} if is_here else {}
    payload["data"]["resolved"] = {"users": {member.user_id: user}, "members": members}
    return payload


async def told(stage: Stage, by: Member) -> str:
    return text_of(await stage.answer_to(stage.place.command("kaltura-whoami", by=by)))


async def test_without_listed_roles_discords_permissions_are_the_reason(stage: Stage) -> None:
    moderator = await told(stage, MODERATOR)
    assert "You are a moderator here" in moderator
    assert "Because you have Discord's permission **Manage Events**." in moderator
    assert "moderate every meeting here, and may end any" in moderator
    assert f"`discord_{MODERATOR.user_id}` in Kaltura" in moderator


async def test_a_viewer_is_told_what_would_give_more(stage: Stage) -> None:
    assert (await told(stage, BO)).split("\n") == [
        "### You are a viewer here",
        "You come into meetings as an attendee, and moderate those that you start.",
        "Moderators here: whoever may manage this server, its events or its members.",
        "Administrators: whoever may manage this server.",
        "No role is listed in this server yet, so Discord's permissions decide. "
        "To become more, ask an administrator to list one of your roles.",
        f"-# You are `discord_{BO.user_id}` in Kaltura.",
    ]


async def test_a_viewer_is_told_which_roles_to_ask_for_and_whom(stage: Stage) -> None:
    await map_roles(stage, teachers="moderator")
    viewer = await told(stage, BO)
    assert f"Moderators here: <@&{TEACHERS}> or whoever has Administrator in Discord." in viewer
    assert "Administrators: whoever has Administrator in Discord." in viewer
    assert "To become more, ask an administrator for one of these roles." in viewer


async def test_where_no_listed_role_gives_more_nobody_is_sent_to_ask_for_one(stage: Stage) -> None:
    await map_roles(stage, teachers="viewer")
    viewer = await told(stage, BO)
    assert "Administrators here: whoever has Administrator in Discord." in viewer
    assert "Moderators here" not in viewer
    assert "ask an administrator to list one of your roles" in viewer


async def test_an_administrator_is_told_how_to_make_a_viewer_more(stage: Stage) -> None:
    assert "list one of their roles with `/kaltura-config role`" in text_of(
        await stage.answer_to(about(stage, BO, ADMINISTRATOR))
    )
    await map_roles(stage, teachers="moderator")
    shown = text_of(await stage.answer_to(about(stage, BO, ADMINISTRATOR)))
    assert "They come into meetings as an attendee" in shown
    assert "To make them more, give them one of these roles." in shown


async def test_a_role_that_the_server_lists_is_the_reason(stage: Stage) -> None:
    await map_roles(stage, teachers="moderator", deans="admin")
    assert f"Because you have the role <@&{TEACHERS}>." in await told(stage, Member("21", "Tea", (TEACHERS,)))
    both = await told(stage, Member("22", "Dea", (TEACHERS, DEANS)))
    assert "You are an administrator here" in both
    assert f"Because you have the role <@&{DEANS}>. <@&{TEACHERS}> alone would make you a moderator." in both
    neither = await told(stage, MODERATOR)
    assert "You are a viewer here" in neither
    assert f"Moderators here: <@&{TEACHERS}>, <@&{DEANS}> or whoever has Administrator in Discord." in neither
    assert f"Administrators: <@&{DEANS}> or whoever has Administrator in Discord." in neither


async def test_the_role_that_everybody_has_counts_like_any_other(stage: Stage) -> None:
    await map_roles(stage, everyone="moderator")
    assert "You are a moderator here" in await told(stage, BO)


async def test_a_mapping_that_was_changed_a_moment_ago_counts(stage: Stage) -> None:
    tea = Member("21", "Tea", (TEACHERS,))
    assert "a viewer" in await told(stage, tea)
    await map_roles(stage, teachers="admin")
    assert "an administrator" in await told(stage, tea)


async def test_a_discord_administrator_is_one_whatever_is_listed(stage: Stage) -> None:
    await map_roles(stage, teachers="viewer")
    administrator = await told(stage, ADMINISTRATOR)
    assert "You are an administrator here" in administrator
    assert "Because you have Discord's permission **Administrator**." in administrator


async def test_only_the_asker_sees_it_and_nothing_is_left_for_the_queue(stage: Stage) -> None:
    answer = await stage.acknowledged(stage.place.command("kaltura-whoami"))
    assert answer.body is not None
    assert answer.body["type"] == 4
    assert answer.body["data"]["flags"] & 64
    assert stage.tasks.sent == []
    assert stage.discord.requests == []


# --- about somebody else ---------------------------------------------------------------------------------------------


async def test_an_administrator_may_ask_about_somebody_else(stage: Stage) -> None:
    shown = text_of(await stage.answer_to(about(stage, MODERATOR, ADMINISTRATOR, nick="Mo *of* <@1>")))
    assert "is a moderator here" in shown
    assert r"Mo \*of\* \<@1\>" in shown
    assert "Because they have Discord's permission **Manage Events**." in shown
    assert f"They are `discord_{MODERATOR.user_id}` in Kaltura" in shown


@pytest.mark.parametrize("asker", [BO, MODERATOR])
async def test_nobody_else_may_and_is_told_who(stage: Stage, asker: Member) -> None:
    shown = text_of(await stage.answer_to(about(stage, ANN, asker)))
    assert shown == "Only administrators can ask about somebody else. Here, that means whoever may manage this server."


async def test_everybody_may_pick_themselves(stage: Stage) -> None:
    assert "You are a viewer here" in text_of(await stage.answer_to(about(stage, BO, BO)))


async def test_who_has_left_is_said_to_be_nobody_here(stage: Stage) -> None:
    shown = text_of(await stage.answer_to(about(stage, BO, ADMINISTRATOR, is_here=False)))
    assert "isn't in this server" in shown


async def test_an_app_has_no_level(stage: Stage) -> None:
    payload = about(stage, Member(ROBO, "Robo"), ADMINISTRATOR)
    payload["data"]["resolved"]["users"][ROBO]["bot"] = True
    assert "is an app. Levels are for people." in text_of(await stage.answer_to(payload))


async def test_what_somebody_claims_about_a_member_in_the_options_is_not_believed(stage: Stage) -> None:
    """Only `resolved` says what a member is, and Discord writes it."""
    payload = about(stage, BO, ADMINISTRATOR)
    payload["data"]["options"].append({"name": "permissions", "type": 3, "value": "8"})
    assert "is a viewer here" in text_of(await stage.answer_to(payload))
