"""Members in Kaltura: written when something is new, never otherwise, and nobody waits for it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.profiles import KEPT_SECONDS, ProfileStore
from kaltura_discord.identity.rounds import MEMBER_ROUND
from kaltura_discord.identity.sync_settings import SyncSettings
from kaltura_discord.identity.user_sync import SEEN_AGAIN_SECONDS, Arrival, UserSync, arrival_of
from kaltura_discord.kaltura.errors import KalturaUnavailable, NotFound
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon

PER_LEVEL = SyncSettings(group="discord_{server}_{level}")


class World:
    """A stage with people on it, and a server's settings that a test can change."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.users = UsersDouble()
        self.settings = SyncSettings()
        self.profiles = ProfileStore(stage.services.table, stage.services.audit, stage.clock)
        self.ann = Arrival(stage.guild_id, UserId(snowflake()), "Ann", Level.VIEWER)
        self.sync = UserSync(
            self.profiles,
            lambda: self.users,  # type: ignore[arg-type, return-value]
            stage.services.tasks,
            stage.services.due,
            self._settings,
            stage.clock,
        )

    async def _settings(self, _: GuildId) -> SyncSettings:
        return self.settings

    @property
    def ann_in_kaltura(self) -> str:
        return f"discord_{self.ann.user_id}"

    async def comes_in(self, arrival: Arrival) -> None:
        """As at a door, with the queue worked off afterwards."""
        await self.sync.notice(arrival)
        for task in self.stage.tasks.take_all():
            await self.sync.sync(arrival_of(task), soon())

    async def audited(self) -> list[tuple[str, str, str, str]]:
        found = [entry async for entry in self.stage.services.audit.entries(self.stage.guild_id)]
        return [(e.kind, e.subject, e.details["from"], e.details["to"]) for e in found]


@pytest.fixture
def world(stage: Stage) -> World:
    return World(stage)


# --- written when something is new -----------------------------------------------------------------------------------


async def test_whoever_comes_in_first_gets_a_kaltura_user(world: World) -> None:
    await world.comes_in(world.ann)
    assert world.users.names == {world.ann_in_kaltura: "Ann"}


async def test_nothing_is_asked_of_kaltura_while_nothing_changes(world: World) -> None:
    await world.comes_in(world.ann)
    world.users.calls.clear()
    for _ in range(5):
        await world.comes_in(world.ann)
        world.stage.clock.pass_seconds(SEEN_AGAIN_SECONDS)
    assert world.users.calls == []


async def test_not_even_a_task_is_made_for_whoever_was_here_within_the_hour(world: World) -> None:
    await world.comes_in(world.ann)
    world.stage.clock.pass_seconds(SEEN_AGAIN_SECONDS - 1)
    await world.sync.notice(world.ann)
    assert world.stage.tasks.sent == []


async def test_somebody_of_whom_nothing_is_new_costs_two_reads_of_the_table(world: World) -> None:
    await world.comes_in(world.ann)
    world.stage.steps.taken = 0
    await world.sync.notice(world.ann)
    assert world.stage.steps.taken == 2 * 2  # a step before each call, and one after


async def test_another_name_is_written_once(world: World) -> None:
    await world.comes_in(world.ann)
    renamed = replace(world.ann, name="Ann of the Hills")
    for _ in range(3):
        await world.comes_in(renamed)
    assert world.users.names[world.ann_in_kaltura] == "Ann of the Hills"
    assert world.users.calls == ["write", "write_again"]


async def test_the_same_person_in_two_servers_is_one_user(world: World) -> None:
    elsewhere = replace(world.ann, guild_id=GuildId(snowflake()), level=Level.ADMIN)
    await world.comes_in(world.ann)
    await world.comes_in(elsewhere)
    assert world.users.calls == ["write"]
    here = await world.profiles.member(world.ann.guild_id, world.ann.user_id)
    assert here is not None
    assert here.level is Level.VIEWER


async def test_a_member_is_in_the_group_of_their_level_and_in_no_other(world: World) -> None:
    world.settings = PER_LEVEL
    server = world.stage.guild_id
    for level in (Level.VIEWER, Level.ADMIN, Level.MODERATOR):
        await world.comes_in(replace(world.ann, level=level))
        assert world.users.groups[world.ann_in_kaltura] == {f"discord_{server}_{level.word}"}


async def test_a_server_that_wants_no_users_has_none(world: World) -> None:
    world.settings = SyncSettings(has_users=False, group="staff")
    await world.comes_in(replace(world.ann, level=Level.MODERATOR))
    assert world.users.calls == []
    assert await world.audited() == [("elevated", world.ann.user_id, "viewer", "moderator")]


async def test_a_group_is_left_where_the_server_wants_none_any_more(world: World) -> None:
    world.settings = PER_LEVEL
    await world.comes_in(world.ann)
    world.settings = SyncSettings()
    await world.comes_in(world.ann)
    assert world.users.groups[world.ann_in_kaltura] == set()


async def test_a_user_that_was_deleted_in_kaltura_is_written_anew_when_it_is_missed(world: World) -> None:
    await world.comes_in(world.ann)
    world.users.names.clear()
    world.settings = PER_LEVEL
    with pytest.raises(NotFound):
        await world.comes_in(world.ann)
    await world.comes_in(world.ann)
    assert world.ann_in_kaltura in world.users.names
    assert world.users.groups[world.ann_in_kaltura]


# --- nobody is kept out, nothing is lost -----------------------------------------------------------------------------


async def test_the_door_asks_kaltura_nothing(world: World) -> None:
    await world.sync.notice(world.ann)
    assert world.users.calls == []
    assert len(world.stage.tasks.sent) == 1


@pytest.mark.parametrize("trouble", ["table", "queue"])
async def test_trouble_at_the_door_is_nobodys_trouble(world: World, trouble: str) -> None:
    world.stage.dynamodb.is_down = trouble == "table"
    world.stage.tasks.is_down = trouble == "queue"
    await world.sync.notice(world.ann)
    world.stage.dynamodb.is_down = world.stage.tasks.is_down = False
    await world.comes_in(world.ann)
    assert world.ann_in_kaltura in world.users.names


async def test_what_kaltura_did_not_take_is_tried_again_the_next_time(world: World) -> None:
    world.users.failure = KalturaUnavailable("TIMEOUT")
    with pytest.raises(KalturaUnavailable):
        await world.comes_in(world.ann)
    world.users.failure = None
    await world.comes_in(world.ann)
    assert world.users.names == {world.ann_in_kaltura: "Ann"}


async def test_the_same_task_twice_is_the_same_as_once(world: World) -> None:
    world.settings = PER_LEVEL
    elevated = replace(world.ann, level=Level.MODERATOR)
    for _ in range(2):
        await world.sync.sync(elevated, soon())
    assert world.users.calls == ["write", f"enter discord_{world.stage.guild_id}_moderator"]
    assert len(await world.audited()) == 1


async def test_a_task_survives_the_queue_as_it_was(world: World) -> None:
    for arrival in (world.ann, replace(world.ann, level=None), replace(world.ann, name="«Ann» 👩‍🚀")):
        await world.sync.notice(arrival)
        (task,) = world.stage.tasks.take_all()
        assert arrival_of(task) == arrival


# --- levels ----------------------------------------------------------------------------------------------------------


async def test_a_level_that_rises_or_falls_is_in_the_audit(world: World) -> None:
    for level in (Level.VIEWER, Level.MODERATOR, Level.MODERATOR, Level.ADMIN, Level.VIEWER):
        await world.comes_in(replace(world.ann, level=level))
        world.stage.clock.pass_seconds(1)
    ann = world.ann.user_id
    assert await world.audited() == [
        ("elevated", ann, "viewer", "moderator"),
        ("elevated", ann, "moderator", "admin"),
        ("lowered", ann, "admin", "viewer"),
    ]


async def test_where_discord_does_not_say_nothing_is_concluded(world: World) -> None:
    await world.comes_in(replace(world.ann, level=Level.ADMIN))
    await world.comes_in(replace(world.ann, level=None))
    assert [kind for kind, *_ in await world.audited()] == ["elevated"]


async def test_a_visit_notes_one_round_of_the_server(world: World) -> None:
    for _ in range(3):
        await world.comes_in(world.ann)
        world.stage.clock.pass_seconds(SEEN_AGAIN_SECONDS)
    notes = [note for note in await world.stage.notes(world.stage.guild_id) if note.kind == MEMBER_ROUND]
    assert len({note.at for note in notes}) == len(notes) <= 2
    assert all(world.stage.clock() - 3 * SEEN_AGAIN_SECONDS < note.at for note in notes)


# --- what is kept ----------------------------------------------------------------------------------------------------


async def test_neither_name_nor_token_is_kept(world: World) -> None:
    await world.comes_in(replace(world.ann, name="Annabel Quillfeather"))
    scanned = await world.stage.dynamodb.inner.call("Scan", {"TableName": world.stage.services.aws.table_name})
    assert world.ann.user_id in str(scanned)
    assert "Quillfeather" not in str(scanned)


async def test_it_is_forgotten_400_days_after_the_last_visit(world: World) -> None:
    await world.comes_in(world.ann)
    world.stage.clock.pass_seconds(KEPT_SECONDS)
    assert await world.profiles.written(world.ann.user_id) == ""
    assert await world.profiles.member(world.ann.guild_id, world.ann.user_id) is None
    await world.comes_in(world.ann)
    assert world.users.calls == ["write", "write"]


async def test_of_two_who_notice_one_change_one_records_it(world: World) -> None:
    await world.comes_in(world.ann)
    before = await world.profiles.member(world.ann.guild_id, world.ann.user_id)
    assert before is not None
    elevated = replace(before, level=Level.ADMIN)
    saved = [await world.profiles.save(world.ann.guild_id, before, elevated) for _ in range(2)]
    assert saved == [True, False]
    assert len(await world.audited()) == 1


async def test_workers_at_once_leave_kaltura_as_it_is_remembered(world: World) -> None:
    world.settings = PER_LEVEL
    for _ in range(8):
        await asyncio.gather(*(world.sync.sync(replace(world.ann, level=level), soon()) for level in Level))
        member = await world.profiles.member(world.ann.guild_id, world.ann.user_id)
        assert member is not None
        assert world.users.groups[world.ann_in_kaltura] == {member.group}


VISITS = st.lists(
    st.tuples(st.sampled_from(["Ann", "Bo", ""]), st.sampled_from([*Level, None]), st.booleans()),
    min_size=1,
    max_size=8,
)


@given(visits=VISITS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_after_any_visits_kaltura_has_the_last_name_and_the_audit_adds_up(
    world: World, visits: list[tuple[str, Level | None, bool]]
) -> None:
    world = World(world.stage)
    world.settings = PER_LEVEL
    expected = Level.VIEWER
    for name, level, is_kaltura_down in visits:
        world.users.failure = KalturaUnavailable("TIMEOUT") if is_kaltura_down else None
        await _tried(world, replace(world.ann, name=name, level=level))
        world.users.failure = None
        await world.comes_in(replace(world.ann, name=name, level=level))
        # Entries of one moment stand in no order.
        world.stage.clock.pass_seconds(1)
        expected = level if level is not None else expected
        assert world.users.names[world.ann_in_kaltura] == name
        assert world.users.groups[world.ann_in_kaltura] == {f"discord_{world.ann.guild_id}_{expected.word}"}
    of_ann: list[Any] = [entry for entry in await world.audited() if entry[1] == world.ann.user_id]
    reached = of_ann[-1][3] if of_ann else "viewer"
    assert reached == expected.word


async def _tried(world: World, arrival: Arrival) -> None:
    try:
        await world.comes_in(arrival)
    except (KalturaUnavailable, AwsUnavailable):
        return
