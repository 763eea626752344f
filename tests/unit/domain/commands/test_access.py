"""Who may use a command: laws first, then each case that a server can be in."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.access import level_in, may_use, refusal, switched_off
from kaltura_discord.commands.model import Body, Command, Inline
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction, parse_interaction
from kaltura_discord.discord.messages import note, say
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.identity.levels import Level
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.templates.plain_text import utf16_length
from tests.unit.domain.sent_by_discord import Member, Place, snowflake

GUILD = snowflake()
TEACHERS, STAFF, GUESTS, DELETED = (str(5_000_000_000_000_000_000 + number) for number in range(4))
PLACE = Place(GUILD, snowflake())

ADMINISTRATOR = int(Permission.ADMINISTRATOR)
MANAGE_SERVER = int(Permission.MANAGE_GUILD)
MANAGE_EVENTS = int(Permission.MANAGE_EVENTS)


async def greet(_: Interaction, __: Services) -> Body:
    return say(note("Hello."))


def command(level: Level = Level.VIEWER, discord_permission: Permission | None = None) -> Command:
    return Command(
        "guarded", "1.0.0", "Guarded", Inline(greet), permission=level, discord_permission=discord_permission
    )


def by(*roles: str, permissions: int = 0) -> Interaction:
    return parse_interaction(PLACE.command("guarded", by=Member("201", "Tess", roles, permissions)))


def listing(*who: str, **mapping: str) -> QuickSettings:
    """Settings that list who may use the command; roles of the mapping are given as `r<id>`."""
    levels = {role.removeprefix("r"): level for role, level in mapping.items()}
    return QuickSettings({"guarded": who} if who else {}, levels, "")


ROLES = st.sampled_from([TEACHERS, STAFF, GUESTS, DELETED, GUILD])
LEVEL_WORDS = st.sampled_from(["viewer", "moderator", "admin"])
COMMANDS = st.builds(
    command, st.sampled_from(Level), st.sampled_from([None, Permission.MANAGE_GUILD, Permission.MANAGE_EVENTS])
)
SETTINGS = st.builds(
    QuickSettings,
    st.one_of(
        st.just({}),
        st.lists(st.one_of(ROLES, LEVEL_WORDS, st.just("@everyone")), min_size=1, max_size=4).map(
            lambda who: {"guarded": tuple(who)}
        ),
    ),
    st.dictionaries(ROLES, LEVEL_WORDS),
    st.just(""),
)
HELD = st.lists(ROLES, unique=True).map(tuple)
PERMISSIONS = st.sampled_from([0, ADMINISTRATOR, MANAGE_SERVER, MANAGE_EVENTS, (1 << 53) - 1])


@settings(deadline=None)
@given(COMMANDS, SETTINGS, HELD, ROLES, PERMISSIONS)
def test_another_role_never_takes_a_command_away(
    command: Command, settings: QuickSettings, held: tuple[str, ...], another: str, permissions: int
) -> None:
    before = may_use(command, by(*held, permissions=permissions), settings)
    after = may_use(command, by(*held, another, permissions=permissions), settings)
    assert after >= before


@settings(deadline=None)
@given(COMMANDS, SETTINGS, HELD, PERMISSIONS, st.sampled_from([ADMINISTRATOR, MANAGE_SERVER, MANAGE_EVENTS]))
def test_another_permission_never_takes_a_command_away(
    command: Command, settings: QuickSettings, held: tuple[str, ...], permissions: int, another: int
) -> None:
    before = may_use(command, by(*held, permissions=permissions), settings)
    assert may_use(command, by(*held, permissions=permissions | another), settings) >= before


@settings(deadline=None)
@given(COMMANDS, SETTINGS, HELD, PERMISSIONS)
def test_every_case_has_an_answer_and_whoever_is_refused_is_told_who_may(
    command: Command, settings: QuickSettings, held: tuple[str, ...], permissions: int
) -> None:
    asked = by(*held, permissions=permissions)
    told = refusal(command, asked, settings)
    assert (told == "") == may_use(command, asked, settings)
    if told:
        assert told.startswith("Only ")
        assert told.endswith(".")
    assert switched_off(command, settings).endswith("can switch them on with `/guarded`.")


@settings(deadline=None)
@given(COMMANDS, SETTINGS, HELD)
def test_nothing_that_can_be_set_locks_discords_administrators_out(
    command: Command, settings: QuickSettings, held: tuple[str, ...]
) -> None:
    assert may_use(command, by(*held, permissions=ADMINISTRATOR), settings)


@pytest.mark.parametrize(
    ("who", "roles", "may"),
    [
        ((), (), True),
        (("@everyone",), (), True),
        (("viewer",), (), True),
        ((TEACHERS,), (), False),
        ((TEACHERS,), (TEACHERS,), True),
        ((TEACHERS, STAFF), (GUESTS, STAFF), True),
        ((TEACHERS, STAFF), (GUESTS,), False),
        ((DELETED,), (TEACHERS, STAFF, GUESTS), False),
        (("moderator",), (TEACHERS,), False),
        (("moderator", TEACHERS), (TEACHERS,), True),
        (("moderator",), (STAFF,), True),
        (("admin",), (STAFF,), False),
        ((GUILD,), (), True),
    ],
)
def test_whoever_fits_one_of_what_is_listed(who: Sequence[str], roles: Sequence[str], may: bool) -> None:
    settings = listing(*who, **{f"r{STAFF}": "moderator", f"r{DELETED}": "admin"})
    assert may_use(command(), by(*roles), settings) is may


def test_a_list_stands_in_place_of_the_commands_own_default() -> None:
    for_moderators = command(Level.MODERATOR)
    assert may_use(for_moderators, by(permissions=MANAGE_EVENTS), listing())
    assert not may_use(for_moderators, by(permissions=MANAGE_EVENTS), listing(TEACHERS))
    assert may_use(for_moderators, by(), listing("@everyone"))
    for_managers = command(discord_permission=Permission.MANAGE_GUILD)
    assert not may_use(for_managers, by(permissions=MANAGE_SERVER), listing(TEACHERS))


def test_a_permission_of_discords_opens_a_command_whatever_the_mapping_says() -> None:
    mapped = listing(**{f"r{STAFF}": "admin"})
    for_managers = command(Level.ADMIN, Permission.MANAGE_GUILD)
    assert may_use(for_managers, by(permissions=MANAGE_SERVER), mapped)
    assert may_use(for_managers, by(STAFF), mapped)
    assert not may_use(for_managers, by(permissions=MANAGE_EVENTS), mapped)


def test_a_permission_of_discords_alone_does_not_open_a_command_to_every_viewer() -> None:
    assert not may_use(command(discord_permission=Permission.MANAGE_GUILD), by(TEACHERS), listing())


@pytest.mark.parametrize(
    ("permissions", "level"),
    [
        (0, Level.VIEWER),
        (MANAGE_EVENTS, Level.MODERATOR),
        (int(Permission.MODERATE_MEMBERS), Level.MODERATOR),
        (MANAGE_SERVER, Level.ADMIN),
        (ADMINISTRATOR, Level.ADMIN),
    ],
)
def test_without_a_mapping_discords_permissions_decide(permissions: int, level: Level) -> None:
    assert level_in(by(permissions=permissions), listing()) is level


def test_a_mapping_that_names_a_deleted_role_only_leaves_administrators() -> None:
    mapped = listing("moderator", **{f"r{DELETED}": "admin"})
    assert level_in(by(TEACHERS, permissions=MANAGE_SERVER), mapped) is Level.VIEWER
    assert not may_use(command(), by(TEACHERS, permissions=MANAGE_SERVER), mapped)
    assert may_use(command(), by(permissions=ADMINISTRATOR), mapped)


def test_the_role_that_everybody_has_can_be_mapped_like_any_other() -> None:
    assert level_in(by(), listing(**{f"r{GUILD}": "moderator"})) is Level.MODERATOR


# --- words -----------------------------------------------------------------------------------------------------------

SCHOOL = {f"r{TEACHERS}": "moderator", f"r{STAFF}": "admin"}


@pytest.mark.parametrize(
    ("guarded", "settings", "told"),
    [
        (
            command(Level.MODERATOR),
            listing(),
            "Only moderators can use `/guarded`. "
            "Here that means whoever may manage this server, its events or its members.",
        ),
        (
            command(Level.MODERATOR),
            listing(**SCHOOL),
            f"Only moderators can use `/guarded`. Here that means <@&{TEACHERS}>, <@&{STAFF}> "
            "or whoever has Administrator in Discord.",
        ),
        (
            command(),
            listing("admin", **{f"r{TEACHERS}": "moderator"}),
            "Only administrators can use `/guarded`. Here that means whoever has Administrator in Discord.",
        ),
        (command(), listing(TEACHERS), f"Only <@&{TEACHERS}> and administrators can use `/guarded`."),
        (
            command(),
            listing("moderator", GUESTS, **SCHOOL),
            f"Only moderators and <@&{GUESTS}> can use `/guarded`. Moderators here are <@&{TEACHERS}>, "
            f"<@&{STAFF}> or whoever has Administrator in Discord.",
        ),
        (
            command(discord_permission=Permission.MANAGE_GUILD),
            listing(),
            "Only whoever may manage this server can use `/guarded`.",
        ),
        (
            command(Level.ADMIN, discord_permission=Permission.MANAGE_GUILD),
            listing(),
            "Only whoever may manage this server can use `/guarded`.",
        ),
        (
            command(Level.ADMIN, discord_permission=Permission.MANAGE_GUILD),
            listing(**{f"r{STAFF}": "admin"}),
            "Only administrators and whoever may manage this server can use `/guarded`. "
            f"Administrators here are <@&{STAFF}> or whoever has Administrator in Discord.",
        ),
    ],
)
def test_a_refusal_names_what_is_needed(guarded: Command, settings: QuickSettings, told: str) -> None:
    assert refusal(guarded, by(), settings) == told


def test_a_refusal_stays_short_however_many_roles_are_listed() -> None:
    roles = [str(6_000_000_000_000_000_000 + number) for number in range(50)]
    told = refusal(command(), by(), listing(*roles, "moderator", **{f"r{role}": "admin" for role in roles}))
    assert "40 more roles" in told
    assert utf16_length(told) < 1000


def test_a_role_in_a_refusal_calls_nobody() -> None:
    body: dict[str, Any] = say(note(refusal(command(), by(), listing(TEACHERS))))
    assert body["data"]["allowed_mentions"] == {"parse": []}
