"""Levels: everybody has one, more never makes it less, and names decide nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.permissions import ALL_PERMISSIONS, Permission
from kaltura_discord.identity.levels import Level, level_named, level_of, people_of_level

ROLES = st.integers(1, 9).map(lambda number: RoleId(str(number)))
MAPPINGS = st.dictionaries(ROLES, st.sampled_from(Level), max_size=5)
PERMISSIONS = st.integers(0, ALL_PERMISSIONS)
TEACHERS, STAFF = RoleId("5"), RoleId("6")


@given(PERMISSIONS, st.lists(ROLES), MAPPINGS)
def test_everybody_has_a_level(permissions: int, roles: list[RoleId], mapping: dict[RoleId, Level]) -> None:
    assert level_of(permissions, roles, mapping) in Level


@given(PERMISSIONS, PERMISSIONS, st.lists(ROLES), ROLES, MAPPINGS)
def test_another_role_or_permission_never_lowers_anybody(
    permissions: int, more: int, roles: list[RoleId], another: RoleId, mapping: dict[RoleId, Level]
) -> None:
    before = level_of(permissions, roles, mapping)
    assert level_of(permissions | more, [*roles, another], mapping) >= before


@given(st.lists(ROLES), MAPPINGS)
def test_whoever_administers_the_server_is_admin_whatever_the_mapping(
    roles: list[RoleId], mapping: dict[RoleId, Level]
) -> None:
    assert level_of(Permission.ADMINISTRATOR, roles, mapping) is Level.ADMIN
    assert level_of(ALL_PERMISSIONS, roles, mapping) is Level.ADMIN


@pytest.mark.parametrize(
    ("permissions", "level"),
    [
        (Permission.MANAGE_GUILD, Level.ADMIN),
        (Permission.MANAGE_EVENTS, Level.MODERATOR),
        (Permission.MODERATE_MEMBERS, Level.MODERATOR),
        (Permission.SEND_MESSAGES, Level.VIEWER),
        (0, Level.VIEWER),
    ],
)
def test_without_a_mapping_discords_permissions_decide(permissions: int, level: Level) -> None:
    assert level_of(permissions, [TEACHERS], {}) is level


def test_with_a_mapping_roles_decide_and_the_highest_wins() -> None:
    mapping = {TEACHERS: Level.MODERATOR, STAFF: Level.ADMIN}
    assert level_of(Permission.MANAGE_GUILD, [], mapping) is Level.VIEWER
    assert level_of(0, [TEACHERS], mapping) is Level.MODERATOR
    assert level_of(0, [TEACHERS, STAFF], mapping) is Level.ADMIN
    assert level_of(0, [RoleId("99")], mapping) is Level.VIEWER


def test_discords_administrators_are_named_beside_the_listed_roles() -> None:
    mapping = {TEACHERS: Level.MODERATOR, STAFF: Level.ADMIN}
    assert people_of_level(Level.ADMIN, mapping) == "<@&6> or whoever has Administrator in Discord"
    assert people_of_level(Level.MODERATOR, mapping) == "<@&5>, <@&6> or whoever has Administrator in Discord"
    assert people_of_level(Level.ADMIN, {TEACHERS: Level.MODERATOR}) == "whoever has Administrator in Discord"
    assert people_of_level(Level.VIEWER, mapping) == "everybody in this server"


def test_of_many_roles_only_so_many_are_named() -> None:
    mapping = {RoleId(str(number)): Level.ADMIN for number in range(12)}
    assert people_of_level(Level.ADMIN, mapping).endswith("<@&9>, 2 more roles or whoever has Administrator in Discord")


@pytest.mark.parametrize("level", Level)
def test_levels_are_called_by_words(level: Level) -> None:
    assert level_named(level.word) is level


@pytest.mark.parametrize("word", ["", "owner", "administrator", "Adm in"])
def test_a_word_that_is_no_level_is_the_least(word: str) -> None:
    assert level_named(word) is Level.VIEWER
