"""Whoever wants to be forgotten is: nothing in the table names them any more, and what others need still works."""

from typing import Any

import pytest

from kaltura_discord.aws.attributes import from_item
from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.forgetting import FORGET, PASSING, Forgetting, Forgotten, kind_of
from kaltura_discord.kaltura.errors import Forbidden, KalturaUnavailable
from kaltura_discord.meetings.models import MeetingState
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.models import Actor
from kaltura_discord.watch.rooms import Done
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.identity.rich_life import Life, live, viewer_of
from tests.unit.domain.sent_by_discord import MODERATOR, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

Json = dict[str, Any]

HOUR_SECONDS = 3600


@pytest.fixture
def users(stage: Stage) -> UsersDouble:
    users = UsersDouble()
    stage.services.people.kaltura_users = users  # type: ignore[assignment]
    stage.services.environment = {**stage.services.environment, "JWT_SECRET": "0123456789abcdef" * 4}
    return users


async def everything(stage: Stage) -> list[Json]:
    items: list[Json] = []
    page, further = await stage.services.table.scan()
    items += page
    while further is not None:
        page, further = await stage.services.table.scan(further)
        items += page
    return items


async def naming(stage: Stage, *words: str) -> list[Json]:
    """What is in the table and says one of the words, but for what runs out within the hour."""
    found = [item for item in await everything(stage) if any(word in str(item) for word in words)]
    passing = [item for item in found if kind_of(item) in PASSING]
    assert all(item["expires_at"] <= stage.clock() + HOUR_SECONDS for item in passing)
    return [item for item in found if item not in passing]


async def forgotten(stage: Stage, life: Life) -> Forgotten:
    return await stage.services.people.forgetting.forget(life.user_id, soon(), "77")


# --- nothing is left -------------------------------------------------------------------------------------------------


async def test_a_rich_life_leaves_every_kind_of_item_that_can_name_somebody(stage: Stage, users: UsersDouble) -> None:
    """What is tried here is all that there is: a new kind needs a rule, and a place in the life."""
    life = await live(stage)
    kinds = {kind_of(item) for item in await naming(stage, life.user_id)}
    ruled = set(stage.services.people.forgetting.rules)
    tried_by_themselves = {"ONBOARDING", "SERVER", "DELIVERY"}
    assert kinds == (ruled | {"AUDIT", "CONFIG"}) - tried_by_themselves


async def test_nothing_names_somebody_who_was_forgotten(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    result = await forgotten(stage, life)
    assert result.is_complete
    assert result.items > 10
    assert await naming(stage, life.user_id, life.person.name) == []


async def test_others_stay_as_they_were(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    before = [item for item in await everything(stage) if life.user_id not in str(item)]
    await forgotten(stage, life)
    after = await everything(stage)
    changed = [item for item in before if item not in after]
    # The meeting that the friend began showed the name of who joined.
    assert {item["sk"] for item in changed} <= {f"MEETING#{life.joined.meeting_id}"}
    assert life.friend.user_id in str(after)


async def test_a_meeting_stays_without_their_name(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await forgotten(stage, life)
    started = await stage.meeting(life.started.meeting_id)
    assert started.state is MeetingState.ENDED
    assert (started.started_by.name, started.ended_by) == ("Somebody", "Somebody")
    assert (started.joined_names, started.joined_count) == (("Bo", "Somebody"), 2)
    await stage.housekeeping(life.started.meeting_id)
    card = next(posted for posted in stage.discord.messages if "What Annabel began" in str(posted.body))
    assert life.person.name not in text_of(card.body)


async def test_the_room_they_were_host_of_goes_on_with_whoever_takes_over(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await forgotten(stage, life)
    room = await stage.services.watch.store.find(life.room.room_id)
    assert room is not None
    assert list(room.connections.values()) == [life.friend.user_id]
    friend = viewer_of(stage, room.room_id, life.friend)
    actor = Actor(friend.user_id, friend.level, friend.connection_id)
    outcome = await stage.services.watch.rooms.claim(room.room_id, actor)
    assert isinstance(outcome, Done)
    assert outcome.room.host_user_id == life.friend.user_id


async def test_in_kaltura_they_leave_the_servers_group_and_stay_a_user(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    users.names[f"discord_{life.user_id}"] = "Annabel"
    users.groups[f"discord_{life.user_id}"] = {life.group}
    await forgotten(stage, life)
    assert users.groups[f"discord_{life.user_id}"] == set()
    assert users.names == {f"discord_{life.user_id}": "Annabel"}


async def test_where_the_operator_wants_it_the_kaltura_user_goes_too(stage: Stage, users: UsersDouble) -> None:
    wanted = {"CONFIG__KALTURA__DELETE_FORGOTTEN_USERS": "true"}
    stage.services.environment = {**stage.services.environment, **wanted}
    life = await live(stage)
    users.names[f"discord_{life.user_id}"] = "Annabel"
    await forgotten(stage, life)
    assert users.names == {}


async def test_the_audit_tells_that_somebody_was_forgotten_and_not_who(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await forgotten(stage, life)
    entries = [entry async for entry in stage.services.audit.entries(stage.guild_id)]
    assert "forgotten" in {entry.kind for entry in entries}
    theirs = {entry.user_id for entry in entries if entry.user_id.startswith("forgotten:")}
    assert len(theirs) == 1
    assert {e.kind for e in entries if e.user_id in theirs} >= {"meeting_started", "meeting_ended", "config"}


# --- again, in parts, by several -------------------------------------------------------------------------------------


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


async def test_what_nobody_has_a_rule_for_is_an_error_in_the_log(
    stage: Stage, users: UsersDouble, caplog: pytest.LogCaptureFixture
) -> None:
    user_id = snowflake()
    await stage.services.table.put({"pk": "X#1", "sk": "NOVELTY#1", "who": user_id})
    await stage.services.people.forgetting.forget(UserId(user_id), soon())
    assert "where nothing can be forgotten" in caplog.text
    await stage.services.table.put({"pk": "X#1", "sk": "NOVELTY#1"})


@pytest.mark.parametrize(
    ("pk", "sk"),
    [
        ("EVENT#user_join-{user}", "EVENT"),
        ("EVENT#user_join-{user}", "SERVER#77"),
        ("SERVER#77", "DELIVERY#1795000000000#user_join-{user}"),
        ("PENDING#9", "PENDING"),
    ],
)
async def test_what_names_somebody_and_has_been_told_goes(stage: Stage, users: UsersDouble, pk: str, sk: str) -> None:
    table, user_id = stage.services.table, UserId(snowflake())
    await table.put({"pk": pk.format(user=user_id), "sk": sk.format(user=user_id), "user_id": user_id})
    assert (await stage.services.people.forgetting.forget(user_id, soon())).items == 1
    assert await naming(stage, user_id) == []


async def test_a_greeting_stays_and_no_longer_says_who_saw_it(stage: Stage, users: UsersDouble) -> None:
    table, user_id = stage.services.table, UserId(snowflake())
    await table.put({"pk": f"SERVER#{stage.guild_id}", "sk": "ONBOARDING", "told": user_id, "is_waiting": True})
    await stage.services.people.forgetting.forget(user_id, soon())
    assert await naming(stage, user_id) == []
    mine = [item for item in await everything(stage) if item["pk"] == f"SERVER#{stage.guild_id}"]
    (greeting,) = [item for item in mine if item["sk"] == "ONBOARDING"]
    assert greeting["is_waiting"] is True


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


async def test_moderators_are_not_forgotten_with_somebody(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await stage.answer_to(stage.place.command("kaltura-list", by=MODERATOR))
    await forgotten(stage, life)
    assert (await stage.meeting(life.joined.meeting_id)).started_by.user_id == life.friend.user_id
