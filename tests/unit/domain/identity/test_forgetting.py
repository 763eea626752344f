"""Whoever wants to be forgotten is: nothing in the table names them any more, and what others need still works."""

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.forgetting import kind_of
from kaltura_discord.meetings.models import MeetingState
from kaltura_discord.watch.models import Actor
from kaltura_discord.watch.rooms import Done
from tests.unit.domain.identity.being_forgotten import everything, forgotten, naming, with_users
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.identity.rich_life import live, viewer_of
from tests.unit.domain.sent_by_discord import MODERATOR, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of


@pytest.fixture
def users(stage: Stage) -> UsersDouble:
    return with_users(stage)


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


async def test_moderators_are_not_forgotten_with_somebody(stage: Stage, users: UsersDouble) -> None:
    life = await live(stage)
    await stage.answer_to(stage.place.command("kaltura-list", by=MODERATOR))
    await forgotten(stage, life)
    assert (await stage.meeting(life.joined.meeting_id)).started_by.user_id == life.friend.user_id
