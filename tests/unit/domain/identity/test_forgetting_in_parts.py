"""Forgetting that is done again, in parts, by several, or interrupted, ends as if it had been done at once."""

from typing import Any

import pytest

from kaltura_discord.aws.attributes import from_item
from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.forgetting import FORGET, Forgetting, Forgotten, kind_of
from kaltura_discord.kaltura.errors import Forbidden, KalturaUnavailable
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.identity.being_forgotten import Json, forgotten, naming, with_users
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.identity.rich_life import live
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash


@pytest.fixture
def users(stage: Stage) -> UsersDouble:
    return with_users(stage)


async def test_somebody_unknown_leaves_nothing_to_forget(stage: Stage, users: UsersDouble) -> None:
    result = await stage.services.people.forgetting.forget(UserId(snowflake()), soon())
    assert result == Forgotten(0, is_complete=True)


async def test_again_there_is_nothing(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await forgotten(stage, life)
    assert await forgotten(stage, life) == Forgotten(0, is_complete=True)


async def test_a_longer_id_that_contains_theirs_is_somebody_elses(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    shorter = UserId(life.user_id[:-1])
    assert await stage.services.people.forgetting.forget(shorter, soon()) == Forgotten(0, is_complete=True)


async def test_without_time_it_is_done_later_and_in_the_end_as_well(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    none_left = Deadline.after(0)
    result = await stage.services.people.forgetting.forget(life.user_id, none_left)
    assert result == Forgotten(0, is_complete=False)
    (note,) = [each for each in await stage.notes(life.user_id) if each.kind == FORGET]
    await stage.services.people.forgetting.work_off(note, soon())
    assert await naming(stage, life.user_id, life.person.name) == []


async def test_it_goes_on_after_the_page_where_it_stopped(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    forgetting = stage.services.people.forgetting
    table = _PageByPage(stage)
    in_parts = _with_table(forgetting, table)
    result = await in_parts.forget(life.user_id, table.until_pages(3))
    while not result.is_complete:
        (note,) = [each for each in await stage.notes(life.user_id) if each.kind == FORGET]
        before = table.pages
        await in_parts.work_off(note, table.until_pages(before + 3))
        result = Forgotten(0, is_complete=not await stage.notes(life.user_id))
    assert table.pages == len(table.starts) > 6
    assert table.starts.count(None) == 1
    assert await naming(stage, life.user_id, life.person.name) == []


async def test_dying_anywhere_leaves_a_note_that_finishes_it(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    stage.steps.taken = 0
    for crash_at in range(3, 80, 7):
        stage.steps.taken, stage.steps.crash_at = 0, crash_at
        try:
            await forgotten(stage, life)
        except Crash:
            assert [note for note in await stage.notes(life.user_id) if note.kind == FORGET]
    stage.steps.crash_at = 0
    for note in await stage.notes(life.user_id):
        await stage.services.people.forgetting.work_off(note, soon())
    assert await naming(stage, life.user_id, life.person.name) == []


async def test_kaltura_that_is_down_is_asked_again_later(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    users.failure = KalturaUnavailable("TIMEOUT")
    assert not (await forgotten(stage, life)).is_complete
    left = await naming(stage, life.user_id)
    assert {kind_of(item) for item in left} == {"MEMBER", "DUE"}
    users.failure = None
    (note,) = [each for each in await stage.notes(life.user_id) if each.kind == FORGET]
    assert note.at > stage.clock()
    await stage.services.people.forgetting.work_off(note, soon())
    assert await naming(stage, life.user_id) == []


async def test_what_kaltura_refuses_for_good_holds_nothing_up(stage: Stage, users: UsersDouble) -> None:
    wanted = {"CONFIG__KALTURA__DELETE_FORGOTTEN_USERS": "true"}
    stage.services.environment = {**stage.services.environment, **wanted}
    life = await live(stage)
    users.failure = Forbidden("SERVICE_FORBIDDEN", "no", {})
    assert (await forgotten(stage, life)).is_complete
    assert {"delete", f"leave {life.group}"} <= set(users.calls)
    assert await naming(stage, life.user_id) == []


async def test_what_failed_in_one_part_is_not_lost_in_the_next(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    table = _PageByPage(stage)
    in_parts = _with_table(stage.services.people.forgetting, table)
    users.failure = KalturaUnavailable("TIMEOUT")
    await in_parts.forget(life.user_id, table.until_pages(3))
    for _ in range(150):
        notes = [each for each in await stage.notes(life.user_id) if each.kind == FORGET]
        if not notes:
            break
        await in_parts.work_off(notes[0], table.until_pages(table.pages + 10))
        if table.starts.count(None) == 2:
            users.failure = None
    assert table.starts.count(None) >= 2
    assert await naming(stage, life.user_id) == []


class _PageByPage:
    """The stage's table, whose pages hold three items each; counts them."""

    def __init__(self, stage: Stage) -> None:
        self._table = stage.services.table
        self._stage = stage
        self.pages = 0
        self.starts: list[object] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    async def scan(self, after: Any = None) -> Any:
        self.pages += 1
        self.starts.append(after)
        request: Json = {"TableName": self._stage.services.aws.table_name, "Limit": 3, "ConsistentRead": True}
        if after is not None:
            request["ExclusiveStartKey"] = after.attributes()
        answer = await self._stage.dynamodb.call("Scan", request)
        last = from_item(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else None
        items = [from_item(item) for item in answer.get("Items", [])]
        return items, Key(last["pk"], last["sk"]) if last else None

    def until_pages(self, pages: int) -> Deadline:
        """A deadline that is over once so many pages were read."""

        def clock() -> float:
            return 0.0 if self.pages < pages else 100.0

        return Deadline.after(50, clock)


def _with_table(forgetting: Forgetting, table: Any) -> Forgetting:
    return Forgetting(table, forgetting.due, forgetting.audit, forgetting.rules, forgetting.delete_user, forgetting.now)
