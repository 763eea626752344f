"""Rounds over a server's members: whoever lost a role or left is lowered, a few at a time, and nothing is lost."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx
import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.profiles import KnownMember
from kaltura_discord.identity.rounds import MEMBER_ROUND, MOST_AT_ONCE, RECENT_SECONDS, MemberRounds, round_note
from kaltura_discord.identity.sync_settings import SyncSettings
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import NewerSettings
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon

TEACHERS = RoleId("500000000000000001")
DAY_SECONDS = 24 * 3600


@dataclass
class School:
    """A server whose teachers moderate, with members whom we remember."""

    stage: Stage
    users: UsersDouble
    rounds: MemberRounds
    settings: SyncSettings

    async def remember(self, level: Level = Level.MODERATOR, *, days_ago: float = 0) -> KnownMember:
        """A member who was here then, and still is what they were."""
        seen_at = int(self.stage.clock() - days_ago * DAY_SECONDS)
        group = self.settings.group_of(self.stage.guild_id, level)
        member = KnownMember(UserId(snowflake()), level, group, seen_at)
        assert await self.stage.services.people.profiles.save(self.stage.guild_id, None, member)
        self.users.names[f"discord_{member.user_id}"] = "Tea"
        if group:
            self.users.groups[f"discord_{member.user_id}"] = {group}
        self.stage.discord.member_roles[member.user_id] = [TEACHERS] if level is Level.MODERATOR else []
        return member

    async def known(self, member: KnownMember) -> KnownMember | None:
        return await self.stage.services.people.profiles.member(self.stage.guild_id, member.user_id)

    def loses_the_role(self, member: KnownMember) -> None:
        self.stage.discord.member_roles[member.user_id] = []

    def leaves(self, member: KnownMember) -> None:
        del self.stage.discord.member_roles[member.user_id]

    async def notes(self) -> list[DueNote]:
        return [note for note in await self.stage.notes(self.stage.guild_id) if note.kind == MEMBER_ROUND]

    async def round(self, note: DueNote | None = None, deadline: Deadline | None = None) -> None:
        """A round, or the next part of one."""
        note = note or DueNote(MEMBER_ROUND, self.stage.guild_id, int(self.stage.clock()), {"after": ""})
        await self.stage.services.due.add(note)
        await self.rounds.work_off(note, self.stage.clock(), deadline or soon())

    async def whole_round(self) -> int:
        """A round in all its parts; how many there were."""
        await self.round()
        for parts in range(1, 20):
            (note,) = await self.notes()
            if note.details["after"] == "":
                return parts
            await self.round(note)
        raise AssertionError("it does not end")

    def looked_at(self) -> list[str]:
        paths = [request.url.path for request in self.stage.discord.requests]
        return [path.rsplit("/", 1)[1] for path in paths if "/members/" in path]

    async def audited(self) -> list[tuple[str, str, Mapping[str, str]]]:
        found = [entry async for entry in self.stage.services.audit.entries(self.stage.guild_id)]
        return [(e.kind, e.subject, e.details) for e in found if e.kind == "lowered"]


@pytest.fixture
def school(stage: Stage) -> School:
    users = UsersDouble()
    services = stage.services

    async def mapping(_: GuildId) -> Mapping[RoleId, Level]:
        return {TEACHERS: Level.MODERATOR}

    async def settings(_: GuildId) -> SyncSettings:
        return made.settings

    rounds = MemberRounds(
        services.people.profiles,
        services.rest,
        lambda: users,  # type: ignore[arg-type, return-value]
        services.due,
        mapping,
        settings,
    )
    made = School(stage, users, rounds, SyncSettings(group="{server}_{level}"))
    return made


async def test_who_lost_the_role_is_lowered_here_and_in_kaltura(school: School) -> None:
    stays, loses = await school.remember(), await school.remember()
    school.loses_the_role(loses)
    await school.round()
    assert await school.known(stays) == stays
    lowered = await school.known(loses)
    assert lowered == replace(loses, level=Level.VIEWER, group=f"{school.stage.guild_id}_viewer")
    assert school.users.groups[f"discord_{loses.user_id}"] == {f"{school.stage.guild_id}_viewer"}
    assert await school.audited() == [("lowered", loses.user_id, {"from": "moderator", "to": "viewer", "why": "roles"})]


async def test_who_left_is_lowered_leaves_the_group_and_is_remembered_no_more(school: School) -> None:
    member = await school.remember()
    school.leaves(member)
    await school.round()
    assert await school.known(member) is None
    assert school.users.groups[f"discord_{member.user_id}"] == set()
    assert [details["why"] for *_, details in await school.audited()] == ["left"]


async def test_who_was_given_a_role_is_raised_without_having_come_in(school: School) -> None:
    member = await school.remember(Level.VIEWER)
    school.stage.discord.member_roles[member.user_id] = [TEACHERS]
    await school.round()
    raised = await school.known(member)
    assert raised is not None
    assert (raised.level, raised.seen_at) == (Level.MODERATOR, member.seen_at)


async def test_only_who_was_here_lately_is_looked_at(school: School) -> None:
    lately = await school.remember(days_ago=29)
    await school.remember(days_ago=RECENT_SECONDS / DAY_SECONDS + 1)
    await school.round()
    assert school.looked_at() == [lately.user_id]


async def test_nothing_is_written_and_kaltura_not_asked_while_all_is_as_it_was(school: School) -> None:
    for _ in range(3):
        await school.remember()
    await school.round()
    assert school.users.calls == []
    assert await school.audited() == []


async def test_a_large_server_is_gone_through_in_parts_and_nobody_is_left_out(school: School) -> None:
    members = [await school.remember(Level.VIEWER) for _ in range(MOST_AT_ONCE + 7)]
    assert await school.whole_round() == 2
    assert sorted(school.looked_at()) == sorted(member.user_id for member in members)


async def test_the_next_round_is_tomorrow_at_the_servers_own_time(school: School) -> None:
    await school.remember()
    await school.round()
    (note,) = await school.notes()
    assert note == round_note(school.stage.guild_id, int(school.stage.clock()))
    assert school.stage.clock() < note.at <= school.stage.clock() + DAY_SECONDS


async def test_a_server_where_nobody_was_for_long_is_left_alone(school: School) -> None:
    await school.remember(days_ago=60)
    await school.round()
    assert await school.notes() == []


async def test_rounds_of_servers_are_spread_over_the_day() -> None:
    moments = {round_note(GuildId(str(10**18 + number)), 2_000_000_000).at // 3600 for number in range(200)}
    assert len(moments) >= 20


async def test_where_discord_is_down_it_goes_on_from_there_later(school: School) -> None:
    first, second = sorted([await school.remember(), await school.remember()], key=lambda member: member.user_id)
    for member in (first, second):
        school.loses_the_role(member)
    school.stage.discord.replies = [
        httpx.Response(200, json={"id": "1", "owner_id": "2", "roles": []}),
        httpx.Response(200, json={"roles": [], "user": {"id": first.user_id}}),
        *[httpx.ConnectError("down")] * 4,
    ]
    await school.round()
    (note,) = await school.notes()
    assert note.details["after"] == first.user_id
    assert note.at >= school.stage.clock() + 600
    assert await school.known(second) == second
    await school.round(note)
    assert {subject for _, subject, _ in await school.audited()} == {first.user_id, second.user_id}


async def test_a_rate_limit_longer_than_there_is_time_is_waited_for(school: School) -> None:
    await school.remember()
    limited = httpx.Response(429, json={"retry_after": 300.0, "global": False})
    school.stage.discord.replies = [limited]
    await school.round()
    (note,) = await school.notes()
    assert note.at >= school.stage.clock() + 300


@pytest.mark.parametrize(("status", "code"), [(404, 10004), (403, 50001)])
async def test_a_server_that_removed_the_bot_is_left_as_it_is(school: School, status: int, code: int) -> None:
    member = await school.remember()
    refused = httpx.Response(status, json={"code": code, "message": "no"})
    school.stage.discord.replies = [refused]
    await school.round()
    assert await school.known(member) == member
    (note,) = await school.notes()
    assert note.at > school.stage.clock()
    assert await school.audited() == []


async def test_while_the_settings_cannot_be_read_nobody_is_lowered(school: School) -> None:
    member = await school.remember()
    school.loses_the_role(member)

    async def unreadable(_: GuildId) -> Mapping[RoleId, Level]:
        raise NewerSettings(99, 1)

    school.rounds = replace(school.rounds, mapping=unreadable)
    await school.round()
    assert await school.known(member) == member
    (note,) = await school.notes()
    assert note.at > school.stage.clock()


async def test_with_kaltura_down_the_level_is_lowered_and_the_group_tried_again(school: School) -> None:
    loses, leaves = await school.remember(), await school.remember()
    school.loses_the_role(loses)
    school.leaves(leaves)
    school.users.failure = KalturaUnavailable("TIMEOUT")
    await school.round()
    for member in (loses, leaves):
        lowered = await school.known(member)
        assert lowered is not None
        assert (lowered.level, lowered.group) == (Level.VIEWER, member.group)
    school.users.failure = None
    await school.round()
    assert await school.known(leaves) is None
    assert school.users.groups[f"discord_{leaves.user_id}"] == set()
    assert school.users.groups[f"discord_{loses.user_id}"] == {f"{school.stage.guild_id}_viewer"}
    assert len(await school.audited()) == 2


async def test_two_rounds_at_once_lower_once(school: School) -> None:
    member = await school.remember()
    school.leaves(member)
    rounds = [school.round(DueNote(MEMBER_ROUND, school.stage.guild_id, at, {"after": ""})) for at in (1, 2)]
    await asyncio.gather(*rounds)
    assert len(await school.audited()) == 1
    assert await school.known(member) is None


async def test_a_part_stops_in_time_and_goes_on_in_the_next(school: School) -> None:
    members = [await school.remember(Level.VIEWER) for _ in range(3)]
    await school.round(deadline=Deadline.after(0.01))
    (note,) = await school.notes()
    assert note.details["after"] == ""
    assert note.at == int(school.stage.clock()) + 60
    await school.round(note)
    assert len(set(school.looked_at())) == len(members)
