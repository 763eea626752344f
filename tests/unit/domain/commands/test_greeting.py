"""What a greeting shows: pure, for every progress there can be, and always as Discord takes it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.onboarding.greeting import Place, greeting
from kaltura_discord.commands.onboarding.progress import Progress
from kaltura_discord.commands.onboarding.steps import moderating_roles
from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import ChannelId, GuildId, RoleId
from kaltura_discord.discord.permissions import Role
from tests.unit.domain.discord_double import takes
from tests.unit.domain.words import accent_of, buttons_of, components_of, text_of

GUILD = GuildId("320000000000000001")

snowflakes = st.integers(10**17, 10**19).map(str)
progresses = st.builds(
    Progress,
    st.booleans(),
    st.none() | snowflakes.map(ChannelId),
    st.lists(snowflakes.map(RoleId), max_size=40, unique=True).map(tuple),
    st.booleans(),
)


def done(progress: Progress) -> int:
    return sum([progress.is_allowed, bool(progress.channel_id), bool(progress.moderators), progress.has_met])


@settings(deadline=None)
@given(progresses, st.sampled_from(Place), st.text(max_size=200))
def test_every_greeting_is_one_that_discord_takes_and_ticks_what_is_so(
    progress: Progress, place: Place, server_name: str
) -> None:
    message = greeting(progress, GUILD, place, server_name)
    takes(message.body())
    lines = text_of(message.body()).split("\n")
    assert sum(line.startswith("✓ **") for line in lines) == done(progress)
    assert sum(line.startswith("○ **") for line in lines) == 4 - done(progress)
    assert message.ephemeral == (place is Place.PRIVATE)


@settings(deadline=None)
@given(progresses)
def test_a_button_stands_where_it_can_work_and_nowhere_else(progress: Progress) -> None:
    buttons = len(buttons_of(greeting(progress, GUILD, Place.CHANNEL).body()))
    assert buttons == (4 - done(progress) if progress.is_allowed else 0)


@settings(deadline=None)
@given(progresses, progresses)
def test_two_progresses_have_one_mark_exactly_where_they_read_the_same(one: Progress, other: Progress) -> None:
    if one.mark == other.mark:
        assert one == other


@settings(deadline=None)
@given(st.text(min_size=1, max_size=100))
def test_a_server_may_be_called_anything(server_name: str) -> None:
    (first, *_) = (part for part in components_of(greeting(Progress(), GUILD, Place.DIRECT, server_name).body()))
    said = text_of({"components": [first]})
    assert "@everyone" not in said
    assert said.split("\n")[0].startswith("### Kaltura is in ")


def test_the_side_turns_green_when_all_is_done() -> None:
    complete = Progress(True, ChannelId("4" * 18), (RoleId("3" * 18),), has_met=True)
    assert accent_of(greeting(complete, GUILD, Place.CHANNEL).body()) == Accent.LIVE
    assert accent_of(greeting(Progress(), GUILD, Place.CHANNEL).body()) == Accent.NEUTRAL


@pytest.mark.parametrize(
    ("name", "is_suggested"),
    [
        ("Teachers", True),
        ("head teacher", True),
        ("🛡 MODS", True),
        ("Staff (school)", True),
        ("Organisers", True),
        ("organizer-2026", True),
        ("Modern art", False),
        ("Students", False),
        ("flagstaff", False),
        ("", False),
    ],
)
def test_which_roles_sound_like_moderators(name: str, is_suggested: bool) -> None:
    role = Role(RoleId("5"), name, 0)
    assert moderating_roles([role]) == ([role.role_id] if is_suggested else [])


def test_a_handful_of_suggestions_is_enough() -> None:
    roles = [Role(RoleId(str(number)), f"Teachers {number}", 0) for number in range(50)]
    assert len(moderating_roles(roles)) == 5
