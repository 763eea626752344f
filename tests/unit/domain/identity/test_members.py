"""A member as Discord tells of them now."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.members import FoundMember, NotAMember, member_now
from tests.unit.domain.discord_double import OWNER, DiscordDouble
from tests.unit.domain.stage import Pauses, rest_over, soon
from tests.unit.domain.steps import Steps

GUILD, USER = GuildId("300"), UserId("200")
TEACHERS = RoleId("5")


@pytest.fixture
def discord() -> DiscordDouble:
    teachers = {"id": TEACHERS, "name": "Teachers", "permissions": str(1 << 33)}
    return DiscordDouble(Steps(), member_roles={USER: [], OWNER: []}, roles=[teachers])


@pytest.fixture
async def rest(discord: DiscordDouble) -> AsyncIterator[DiscordRest]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        yield rest_over(discord, http, Pauses())


async def level(rest: DiscordRest, mapping: dict[RoleId, Level] | None = None, user_id: UserId = USER) -> Level:
    return (await member_now(rest, GUILD, user_id, mapping or {}, soon())).least_level


async def test_roles_that_were_given_or_taken_meanwhile_count(discord: DiscordDouble, rest: DiscordRest) -> None:
    assert await level(rest) is Level.VIEWER
    discord.member_roles[USER] = [TEACHERS]
    assert await level(rest) is Level.MODERATOR
    assert await level(rest, {TEACHERS: Level.ADMIN}) is Level.ADMIN
    discord.member_roles[USER] = []
    assert await level(rest, {TEACHERS: Level.ADMIN}) is Level.VIEWER


async def test_the_owner_is_admin_without_any_role(rest: DiscordRest) -> None:
    assert await level(rest, {TEACHERS: Level.MODERATOR}, UserId(OWNER)) is Level.ADMIN


async def test_whoever_left_the_server_is_no_member(discord: DiscordDouble, rest: DiscordRest) -> None:
    del discord.member_roles[USER]
    with pytest.raises(NotAMember):
        await level(rest)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"nick": "Mrs Lee", "user": {"global_name": "Ann", "username": "ann1"}}, "Mrs Lee"),
        ({"nick": None, "user": {"global_name": "Ann", "username": "ann1"}}, "Ann"),
        ({"user": {"global_name": None, "username": "ann1"}}, "ann1"),
        ({}, ""),
    ],
)
async def test_the_name_is_the_one_that_the_server_sees(
    discord: DiscordDouble, rest: DiscordRest, told: dict[str, object], name: str
) -> None:
    server = {"owner_id": OWNER, "roles": []}
    # Both are asked at the same moment, the member first.
    discord.replies = [httpx.Response(200, json={"roles": [], **told}), httpx.Response(200, json=server)]
    assert await member_now(rest, GUILD, USER, {}, soon()) == FoundMember(Level.VIEWER, name)


async def test_where_nobody_tells_nothing_is_concluded(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.is_down = True
    assert await member_now(rest, GUILD, USER, {}, soon()) == FoundMember(None, "")


async def test_while_discord_is_down_everybody_is_a_viewer(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.member_roles[USER] = [TEACHERS]
    discord.is_down = True
    assert await level(rest, {TEACHERS: Level.ADMIN}) is Level.VIEWER


async def test_where_the_bot_is_not_in_the_server_everybody_is_a_viewer(
    discord: DiscordDouble, rest: DiscordRest
) -> None:
    unknown_server = {"message": "Unknown Guild", "code": 10004}
    discord.replies = [httpx.Response(404, json=unknown_server), httpx.Response(404, json=unknown_server)]
    assert await level(rest) is Level.VIEWER


async def test_garbage_from_discord_gives_nobody_more(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.replies = [httpx.Response(200, json={"odd": 1}), httpx.Response(200, json={"odd": 1})]
    assert await level(rest) is Level.VIEWER


def test_one_person_is_one_user_in_kaltura() -> None:
    assert kaltura_user_id(USER) == "discord_200"
