"""`/kaltura-config role`: who is what by their roles, for those who may manage the server; and what a change means."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.config.role_effects import effects
from kaltura_discord.discord.identifiers import InteractionId, RoleId, UserId
from kaltura_discord.discord.interaction import Caller
from kaltura_discord.identity.levels import Level, level_of
from kaltura_discord.server_config.changes import role_of_an_app
from kaltura_discord.server_config.override_store import Author, Overrides
from tests.unit.domain.commands.config.config_world import ADA, GONE, STAFF, TEACHERS, furnish, press, put, stored
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]

THE_APPS_OWN, BOOSTERS = "400000000000000009", "400000000000000008"


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)
    stage.discord.roles += [
        {"id": THE_APPS_OWN, "name": "Kaltura", "permissions": "0", "tags": {"bot_id": "700000000000000002"}},
        {"id": BOOSTERS, "name": "Boosters", "permissions": "0"},
    ]


def picked(role_id: str) -> Json:
    """What Discord says of a picked role."""
    role: Json = {"id": role_id, "name": "A role", "managed": False}
    if role_id == THE_APPS_OWN:
        role |= {"managed": True, "tags": {"bot_id": "700000000000000002"}}
    if role_id == BOOSTERS:
        role |= {"managed": True, "tags": {"premium_subscriber": None}}
    return role


async def give(stage: Stage, role: str, level: str, by: Member = ADMINISTRATOR) -> Json:
    """What somebody reads who gives a role a level."""
    options: dict[str, object] = {"role": role, "level": level}
    resolved = {"roles": {role: picked(role)}}
    return await stage.answer_to(stage.place.subcommand("kaltura-config", "role", options, by, resolved, {"role": 8}))


async def test_a_role_is_given_a_level_and_the_change_undone(stage: Stage) -> None:
    told = await give(stage, TEACHERS, "moderator")
    assert f"`roles.mapping` for <@&{TEACHERS}>" in text_of(told)
    assert await stored(stage) == {"roles": {"mapping": {TEACHERS: "moderator"}}}
    await press(stage, told, "Undo", ADMINISTRATOR)
    assert await stored(stage) == {}


async def test_the_first_role_changes_everybodys_level_and_that_is_said(stage: Stage) -> None:
    said = text_of(await give(stage, TEACHERS, "moderator"))
    assert "From now on only the listed roles count" in said
    assert f"Admins: whoever has Administrator. Moderators: <@&{TEACHERS}>. Everybody else is a viewer." in said
    said = text_of(await give(stage, STAFF, "admin"))
    assert "From now on" not in said
    assert f"Admins: whoever has Administrator and <@&{STAFF}>. Moderators: <@&{TEACHERS}>." in said


async def test_whoever_lowers_themselves_is_told_and_can_take_it_back(stage: Stage) -> None:
    told = await give(stage, TEACHERS, "moderator", ADA)
    assert "**This makes you a viewer; you were an admin before.**" in text_of(told)
    undone = await press(stage, told, "Undo", ADA)
    assert await stored(stage) == {}, text_of(undone)


async def test_set_says_the_same_of_a_role_and_undo_what_that_means(stage: Stage) -> None:
    told = await put(stage, f"roles.mapping.<@&{TEACHERS}>", "moderator")
    assert "From now on only the listed roles count" in text_of(told)
    assert "**This makes you a viewer; you were an admin before.**" in text_of(told)
    assert "so Discord's permissions decide" in text_of(await press(stage, told, "Undo"))


async def test_what_many_roles_mean_fits_beside_what_changed(stage: Stage) -> None:
    roles = [str(500000000000000000 + number) for number in range(60)]
    stage.discord.roles += [{"id": role, "name": f"Class {role}", "permissions": "0"} for role in roles]
    payload = stage.place.choose("1:config-role:moderator", TEACHERS, ADMINISTRATOR)
    payload["data"]["values"] = roles
    told = await stage.answer_to(payload)
    assert "and 54 more" in text_of(told)
    assert "and 40 more roles" in text_of(told)
    assert len(text_of(told)) < 4000


async def test_an_administrator_loses_nothing_and_is_told_nothing_of_it(stage: Stage) -> None:
    assert "This makes you" not in text_of(await give(stage, TEACHERS, "moderator", ADMINISTRATOR))


async def test_a_role_is_taken_off_the_list_and_without_any_discord_decides_again(stage: Stage) -> None:
    await give(stage, TEACHERS, "moderator")
    told = await give(stage, TEACHERS, "none")
    assert "No role is listed any more, so Discord's permissions decide" in text_of(told)
    assert await stored(stage) == {}


async def test_a_role_that_was_not_listed_changes_nothing(stage: Stage) -> None:
    assert "Nothing changed" in text_of(await give(stage, TEACHERS, "none"))


async def test_a_role_that_the_operator_lists_is_not_taken_off_the_list(stage: Stage) -> None:
    written = stage.services.written_defaults
    stage.services.written_defaults = {**written, "roles": {"mapping": {TEACHERS: "moderator"}}}
    told = await give(stage, TEACHERS, "none")
    assert "is listed by whoever runs this app" in text_of(told)
    assert await stored(stage) == {}


async def test_everybody_at_once_gets_no_level(stage: Stage) -> None:
    told = await give(stage, stage.guild_id, "moderator")
    assert "Everybody is a viewer already" in text_of(told)
    assert await stored(stage) == {}


async def test_the_role_of_an_app_gets_no_level_but_what_people_have_does(stage: Stage) -> None:
    told = await give(stage, THE_APPS_OWN, "moderator")
    assert "is the role of an app" in text_of(told)
    assert await stored(stage) == {}
    await give(stage, BOOSTERS, "moderator")
    assert await stored(stage) == {"roles": {"mapping": {BOOSTERS: "moderator"}}}


async def test_a_role_that_is_gone_is_refused(stage: Stage) -> None:
    told = await give(stage, GONE, "moderator")
    assert "There is no role" in text_of(told)
    assert await stored(stage) == {}


async def test_several_roles_are_given_a_level_at_once_or_none_of_them(stage: Stage) -> None:
    payload = stage.place.choose("1:config-role:moderator", TEACHERS, ADMINISTRATOR)
    payload["data"] |= {"values": [TEACHERS, STAFF], "resolved": {"roles": {r: picked(r) for r in (TEACHERS, STAFF)}}}
    await stage.answer_to(payload)
    assert await stored(stage) == {"roles": {"mapping": {TEACHERS: "moderator", STAFF: "moderator"}}}

    payload = stage.place.choose("1:config-role:admin", TEACHERS, ADMINISTRATOR)
    payload["data"] |= {"values": [TEACHERS, THE_APPS_OWN], "resolved": {"roles": {THE_APPS_OWN: picked(THE_APPS_OWN)}}}
    assert "is the role of an app" in text_of(await stage.answer_to(payload))
    assert await stored(stage) == {"roles": {"mapping": {TEACHERS: "moderator", STAFF: "moderator"}}}


async def test_however_it_is_given_the_role_of_an_app_gets_no_level(stage: Stage) -> None:
    said = [
        text_of(await give(stage, THE_APPS_OWN, "moderator")),
        text_of(await put(stage, f"roles.mapping.<@&{THE_APPS_OWN}>", "moderator")),
        text_of(await put(stage, "roles.mapping.@Kaltura", "moderator")),
    ]
    assert set(said) == {role_of_an_app(THE_APPS_OWN)}
    in_a_list = text_of(await put(stage, "commands.permissions.kaltura-end", f"admin <@&{THE_APPS_OWN}>"))
    assert in_a_list == role_of_an_app(THE_APPS_OWN)
    assert await stored(stage) == {}


async def test_the_role_of_an_app_that_is_listed_is_taken_off_the_list(stage: Stage) -> None:
    author = Author(UserId(ADA.user_id), InteractionId("800000000000000001"))
    listed = {"roles": {"mapping": {THE_APPS_OWN: "admin"}}}
    await stage.services.overrides.save(stage.guild_id, Overrides(), listed, author)
    await give(stage, THE_APPS_OWN, "none")
    assert await stored(stage) == {}


async def test_what_boosting_gives_people_may_give_a_level(stage: Stage) -> None:
    stage.discord.roles[-1]["tags"] = {"premium_subscriber": None}
    await put(stage, "roles.mapping.@Boosters", "moderator")
    assert await stored(stage) == {"roles": {"mapping": {BOOSTERS: "moderator"}}}


@pytest.mark.parametrize("level", ["owner", ""])
async def test_a_level_that_there_is_none_of_is_refused(stage: Stage, level: str) -> None:
    told = await stage.answer_to(stage.place.choose(f"1:config-role:{level}", TEACHERS, ADMINISTRATOR))
    assert "There is no such level" in text_of(told)


async def test_a_level_that_a_role_gave_lets_nobody_change_what_roles_give(stage: Stage) -> None:
    await give(stage, STAFF, "admin")
    by_role = Member(ANN.user_id, ANN.name, roles=(STAFF,))
    told = await give(stage, TEACHERS, "admin", by_role)
    assert "Manage Server" in text_of(told)
    assert await stored(stage) == {"roles": {"mapping": {STAFF: "admin"}}}


async def test_a_member_changes_nothing(stage: Stage) -> None:
    await give(stage, TEACHERS, "admin", ANN)
    assert await stored(stage) == {}


ROLES = st.sampled_from([RoleId(TEACHERS), RoleId(STAFF), RoleId(BOOSTERS)])
MAPPINGS = st.dictionaries(ROLES, st.sampled_from(list(Level)))
CALLERS = st.builds(
    Caller, st.just(UserId("1")), st.just("Ada"), st.lists(ROLES).map(tuple), st.sampled_from([0, 1 << 3, 1 << 5])
)


@settings(deadline=None)
@given(MAPPINGS, MAPPINGS, CALLERS)
def test_who_loses_a_level_reads_so_and_nobody_else(
    before: dict[RoleId, Level], after: dict[RoleId, Level], caller: Caller
) -> None:
    was, is_now = (level_of(caller.permissions, caller.roles, mapping) for mapping in (before, after))
    said = effects(before, after, caller)
    assert ("This makes you" in said) is (is_now < was)
    assert ("From now on" in said) is (bool(after) and not before)
    assert len(said) < 2000
