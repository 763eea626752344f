"""Why somebody is what they are says the same as what they are."""

from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.permissions import ALL_PERMISSIONS, Permission
from kaltura_discord.identity.levels import Level, level_of
from kaltura_discord.identity.reasons import grants

ROLES = st.sampled_from([RoleId(str(number)) for number in range(1, 7)])
HELD = st.lists(ROLES, max_size=6)
MAPPINGS = st.dictionaries(ROLES, st.sampled_from(Level), max_size=6)
PERMISSIONS = st.integers(0, ALL_PERMISSIONS) | st.sampled_from([each.value for each in Permission])


@given(permissions=PERMISSIONS, roles=HELD, mapping=MAPPINGS)
def test_the_highest_reason_is_the_level(permissions: int, roles: list[RoleId], mapping: dict[RoleId, Level]) -> None:
    found = grants(permissions, roles, mapping)
    assert max([grant.level for grant in found], default=Level.VIEWER) == level_of(permissions, roles, mapping)
    assert [grant.level for grant in found] == sorted((grant.level for grant in found), reverse=True)


@given(permissions=PERMISSIONS, roles=HELD, mapping=MAPPINGS, another=ROLES)
def test_another_role_takes_no_reason_away(
    permissions: int, roles: list[RoleId], mapping: dict[RoleId, Level], another: RoleId
) -> None:
    assert set(grants(permissions, roles, mapping)) <= set(grants(permissions, [*roles, another], mapping))


def test_every_role_that_gives_a_level_is_named_once() -> None:
    mapping = {RoleId("1"): Level.MODERATOR, RoleId("2"): Level.ADMIN}
    found = grants(0, [RoleId("1"), RoleId("1"), RoleId("2"), RoleId("3")], mapping)
    assert [(grant.level, grant.in_words) for grant in found] == [(Level.ADMIN, "<@&2>"), (Level.MODERATOR, "<@&1>")]


def test_permissions_bear_the_names_that_discords_settings_show() -> None:
    for permission, name in (
        (Permission.ADMINISTRATOR, "Administrator"),
        (Permission.MANAGE_GUILD, "Manage Server"),
        (Permission.MANAGE_EVENTS, "Manage Events"),
        (Permission.MODERATE_MEMBERS, "Timeout Members"),
    ):
        assert [grant.in_words for grant in grants(permission, [], {})] == [f"**{name}**"]


def test_once_roles_are_listed_only_administrator_counts_of_the_permissions() -> None:
    mapping = {RoleId("1"): Level.MODERATOR}
    assert grants(Permission.MANAGE_GUILD | Permission.MANAGE_EVENTS, [], mapping) == []
    assert [grant.level for grant in grants(Permission.ADMINISTRATOR, [], mapping)] == [Level.ADMIN]
