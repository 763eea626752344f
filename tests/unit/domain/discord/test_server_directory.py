"""What our bot may do in a server's channels: computed as Discord does, asked for once in half a minute."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.errors import DiscordError, DiscordUnavailable
from kaltura_discord.discord.identifiers import ChannelId, GuildId, RoleId, UserId
from kaltura_discord.discord.permissions import Overwrite, Permission, channel_permissions
from kaltura_discord.discord.server_directory import ServerDirectories
from local_stack.discord import permissions as simulated
from tests.unit.domain.discord_double import BOT, OWNER, DiscordDouble
from tests.unit.domain.stage import Clock, Pauses, rest_over, soon
from tests.unit.domain.steps import Steps

GUILD = GuildId("500000000000000001")
STAFF, OTHER = "400000000000000001", "400000000000000002"
ANN = "200000000000000001"
GENERAL = ChannelId("300000000000000001")
VIEW, SEND, IN_THREADS = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.SEND_MESSAGES_IN_THREADS


@pytest.fixture
def discord() -> DiscordDouble:
    return DiscordDouble(Steps(), everyone_may=str(VIEW | SEND))


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
async def directories(discord: DiscordDouble, clock: Clock) -> AsyncIterator[ServerDirectories]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        yield ServerDirectories(rest_over(discord, http, Pauses()), clock)


def channel(name: str, *overwrites: dict[str, Any], kind: int = 0, channel_id: str = GENERAL) -> dict[str, Any]:
    return {"id": channel_id, "name": name, "type": kind, "permission_overwrites": list(overwrites)}


def overwrite(target: str, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": target, "type": 0, "allow": str(allow), "deny": str(deny)}


async def may_write(directories: ServerDirectories, channel_id: ChannelId = GENERAL) -> bool:
    return (await directories.find_now(GUILD, soon())).channels[channel_id].may_write


async def test_where_everybody_writes_the_bot_does(discord: DiscordDouble, directories: ServerDirectories) -> None:
    discord.server_channels = [channel("general")]
    assert await may_write(directories)


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ([overwrite(GUILD, deny=VIEW)], False),
        ([overwrite(GUILD, deny=SEND)], False),
        ([overwrite(GUILD, deny=VIEW), overwrite(STAFF, allow=VIEW)], True),
        ([overwrite(STAFF, deny=SEND)], False),
        ([overwrite(OTHER, deny=SEND)], True),
        ([overwrite(BOT, deny=SEND)], False),
        ([overwrite(GUILD, deny=SEND), overwrite(BOT, allow=SEND)], True),
    ],
    ids=["hidden", "read only", "for its role", "not its role", "another role", "not the bot", "only the bot"],
)
async def test_overwrites_count(
    discord: DiscordDouble, directories: ServerDirectories, overwrites: list[dict[str, Any]], expected: bool
) -> None:
    discord.bot_roles = [STAFF]
    discord.server_channels = [channel("general", *overwrites)]
    assert await may_write(directories) is expected


async def test_an_administrator_writes_everywhere(discord: DiscordDouble, directories: ServerDirectories) -> None:
    discord.roles = [{"id": STAFF, "name": "Staff", "permissions": str(int(Permission.ADMINISTRATOR))}]
    discord.bot_roles = [STAFF]
    discord.server_channels = [channel("general", overwrite(GUILD, deny=VIEW | SEND))]
    assert await may_write(directories)


async def test_only_what_takes_messages_is_there(discord: DiscordDouble, directories: ServerDirectories) -> None:
    kinds = {"0": "text", "2": "voice", "4": "category", "5": "announcement", "13": "stage", "15": "forum"}
    discord.server_channels = [channel(name, kind=int(kind), channel_id=kind) for kind, name in kinds.items()]
    directory = await directories.find(GUILD, soon())
    assert {each.name for each in directory.channels.values()} == set(kinds.values()) - {"category"}


async def test_a_thread_has_a_permission_of_its_own(discord: DiscordDouble, directories: ServerDirectories) -> None:
    thread = {"id": "7", "name": "homework", "type": 11, "parent_id": GENERAL}
    discord.server_channels = [channel("general", overwrite(GUILD, deny=SEND))]
    discord.threads = {"threads": [thread], "members": []}
    assert not await may_write(directories, ChannelId("7"))

    discord.everyone_may = str(VIEW | SEND | IN_THREADS)
    assert await may_write(directories, ChannelId("7"))


async def test_a_private_thread_is_the_bots_only_once_it_is_in_it(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    discord.everyone_may = str(VIEW | IN_THREADS)
    thread = {"id": "7", "name": "secret", "type": 12, "parent_id": GENERAL}
    discord.server_channels = [channel("general")]
    discord.threads = {"threads": [thread], "members": []}
    assert not await may_write(directories, ChannelId("7"))

    discord.threads["members"] = [{"id": "7", "user_id": BOT}]
    assert await may_write(directories, ChannelId("7"))


@pytest.mark.parametrize(
    ("overwrites", "roles", "expected"),
    [
        ([], [], True),
        ([overwrite(GUILD, deny=VIEW)], [], False),
        ([overwrite(GUILD, deny=VIEW), overwrite(STAFF, allow=VIEW)], [STAFF], True),
        ([overwrite(GUILD, deny=VIEW), overwrite(STAFF, allow=VIEW)], [OTHER], False),
        ([overwrite(GUILD, deny=VIEW), overwrite(ANN, allow=VIEW)], [], True),
        ([overwrite(ANN, deny=VIEW)], [STAFF], False),
    ],
    ids=["everybody's", "hidden", "for a role of theirs", "for another role", "for them", "for all but them"],
)
async def test_a_member_sees_what_discord_shows_them(
    discord: DiscordDouble,
    directories: ServerDirectories,
    overwrites: list[dict[str, Any]],
    roles: list[str],
    expected: bool,
) -> None:
    discord.server_channels = [channel("general", *overwrites)]
    directory = await directories.find(GUILD, soon())
    seen = directory.seen_by(UserId(ANN), [RoleId(role) for role in roles])
    assert (GENERAL in seen.channels) is expected
    assert seen.roles == directory.roles


async def test_the_owner_and_administrators_see_everything(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    discord.roles = [{"id": STAFF, "name": "Staff", "permissions": str(int(Permission.ADMINISTRATOR))}]
    discord.server_channels = [channel("general", overwrite(GUILD, deny=VIEW), overwrite(ANN, deny=VIEW))]
    directory = await directories.find(GUILD, soon())
    assert GENERAL in directory.seen_by(UserId(OWNER), []).channels
    assert GENERAL in directory.seen_by(UserId(ANN), [RoleId(STAFF)]).channels
    assert GENERAL not in directory.seen_by(UserId(ANN), []).channels


async def test_threads_are_seen_with_their_channel_and_private_ones_by_who_manages_them(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    managing = str(int(Permission.MANAGE_THREADS))
    discord.roles = [{"id": STAFF, "name": "Staff", "permissions": managing}]
    discord.server_channels = [channel("general"), channel("hidden", overwrite(GUILD, deny=VIEW), channel_id="8")]
    discord.threads = {
        "threads": [
            {"id": "71", "name": "homework", "type": 11, "parent_id": GENERAL},
            {"id": "72", "name": "secret", "type": 12, "parent_id": GENERAL},
            {"id": "73", "name": "far away", "type": 11, "parent_id": "8"},
        ],
        "members": [],
    }
    directory = await directories.find(GUILD, soon())
    assert set(directory.seen_by(UserId(ANN), []).channels) == {GENERAL, "71"}
    assert set(directory.seen_by(UserId(ANN), [RoleId(STAFF)]).channels) == {GENERAL, "71", "72"}


async def test_the_role_of_an_app_is_told_from_those_that_people_have(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    discord.roles = [
        {"id": STAFF, "name": "Staff", "permissions": "0"},
        {"id": OTHER, "name": "Kaltura", "permissions": "0", "tags": {"bot_id": BOT}},
        {"id": "9", "name": "Boosters", "permissions": "0", "tags": {"premium_subscriber": None}},
    ]
    directory = await directories.find(GUILD, soon())
    assert {role.name for role in directory.roles.values() if role.is_of_app} == {"Kaltura"}


async def test_roles_are_known_by_id_without_everyone(discord: DiscordDouble, directories: ServerDirectories) -> None:
    discord.roles = [{"id": STAFF, "name": "Staff", "permissions": "0"}]
    directory = await directories.find(GUILD, soon())
    assert {role.name for role in directory.roles.values()} == {"Staff"}


async def test_discord_is_asked_again_after_half_a_minute_only(
    discord: DiscordDouble, directories: ServerDirectories, clock: Clock
) -> None:
    await directories.find(GUILD, soon())
    asked = len(discord.requests)
    clock.pass_seconds(29)
    await directories.find(GUILD, soon())
    assert len(discord.requests) == asked

    clock.pass_seconds(2)
    await directories.find(GUILD, soon())
    # Who the bot is was asked at first, and does not change.
    assert len(discord.requests) == 2 * asked - 1


async def test_a_silent_discord_is_an_error_and_nothing_is_remembered(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    discord.is_down = True
    with pytest.raises(DiscordError):
        await directories.find(GUILD, soon())
    discord.is_down = False
    assert (await directories.find(GUILD, soon())).channels == {}


async def test_garbage_is_an_error(discord: DiscordDouble, directories: ServerDirectories) -> None:
    discord.server_channels = [{"id": "1"}]
    with pytest.raises(DiscordUnavailable):
        await directories.find(GUILD, soon())


BITS = st.sampled_from([VIEW, SEND, IN_THREADS, Permission.EMBED_LINKS, Permission.ADMINISTRATOR])
SETS = st.frozensets(BITS, max_size=3).map(lambda bits: sum(int(bit) for bit in bits))
TARGETS = st.sampled_from([str(GUILD), STAFF, OTHER, BOT])


@settings(deadline=None)
@given(SETS, st.lists(st.tuples(TARGETS, SETS, SETS), unique_by=lambda each: each[0]), st.frozensets(TARGETS))
def test_permissions_add_up_as_the_simulated_discord_says(
    base: int, overwrites: list[tuple[str, int, int]], held: frozenset[str]
) -> None:
    roles = sorted(held & {STAFF, OTHER})
    ours = channel_permissions(
        base, [Overwrite(*each) for each in overwrites], GUILD, UserId(BOT), [RoleId(role) for role in roles]
    )

    theirs = simulated.channel_permissions(
        simulated.Permission(base),
        [
            simulated.Overwrite(
                target, "member" if target == BOT else "role", simulated.Permission(allow), simulated.Permission(deny)
            )
            for target, allow, deny in overwrites
        ],
        GUILD,
        BOT,
        roles,
    )

    wanted = VIEW | SEND
    may_ours = ours & wanted == wanted
    assert may_ours == (int(theirs) & wanted == wanted)


async def test_a_forum_is_a_place_for_words_and_a_media_channel_is_none(
    discord: DiscordDouble, directories: ServerDirectories
) -> None:
    discord.server_channels = [channel("questions", kind=15), channel("films", kind=16, channel_id=ChannelId("7"))]
    assert await may_write(directories)
    assert "7" not in (await directories.find_now(GUILD, soon())).channels
