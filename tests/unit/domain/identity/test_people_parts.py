"""The parts as they are put together: a server's settings reach them, and the queue brings them work."""

import pytest

from kaltura_discord.commands.work import TryAgain, carry_out
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.user_sync import Arrival, task_of
from kaltura_discord.kaltura.errors import Forbidden, KalturaBusy, KalturaError, KalturaUnavailable
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, snowflake
from tests.unit.domain.stage import Stage


@pytest.fixture
def users(stage: Stage) -> UsersDouble:
    users = UsersDouble()
    stage.services.people.kaltura_users = users  # type: ignore[assignment]
    return users


def arrival(stage: Stage) -> Arrival:
    return Arrival(stage.guild_id, UserId(snowflake()), "Ann", Level.MODERATOR)


async def test_a_task_writes_the_member(stage: Stage, users: UsersDouble) -> None:
    ann = arrival(stage)
    await carry_out(task_of(ann), stage.services)
    assert users.names == {f"discord_{ann.user_id}": "Ann"}


async def test_a_server_that_switches_it_off_has_no_users(stage: Stage, users: UsersDouble) -> None:
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    store = stage.services.overrides
    await store.save(stage.guild_id, await store.read(stage.guild_id), {"features": {"user_sync": False}}, author)
    await carry_out(task_of(arrival(stage)), stage.services)
    assert users.calls == []


async def test_the_operators_group_is_entered(stage: Stage, users: UsersDouble) -> None:
    group = {"CONFIG__KALTURA__USER_GROUP": "school_{server}_{level}"}
    stage.services.environment = {**stage.services.environment, **group}
    ann = arrival(stage)
    await carry_out(task_of(ann), stage.services)
    assert users.groups == {f"discord_{ann.user_id}": {f"school_{stage.guild_id}_moderator"}}


@pytest.mark.parametrize("failure", [KalturaUnavailable("TIMEOUT"), KalturaBusy("ACTION_BLOCKED")])
async def test_what_may_pass_comes_back_from_the_queue(stage: Stage, users: UsersDouble, failure: KalturaError) -> None:
    users.failure = failure
    with pytest.raises(TryAgain):
        await carry_out(task_of(arrival(stage)), stage.services)


async def test_what_does_not_pass_is_for_the_log(
    stage: Stage, users: UsersDouble, caplog: pytest.LogCaptureFixture
) -> None:
    users.failure = Forbidden("SERVICE_FORBIDDEN", "no", {})
    await carry_out(task_of(arrival(stage)), stage.services)
    assert "member not written to Kaltura" in caplog.text
    assert users.names == {}


async def test_roles_count_as_the_server_has_listed_them_this_moment(stage: Stage) -> None:
    mapping = {"5": "moderator"}
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    store = stage.services.overrides
    assert await stage.services.people.mapping(stage.guild_id) == {}
    await store.save(stage.guild_id, await store.read(stage.guild_id), {"roles": {"mapping": mapping}}, author)
    assert await stage.services.people.mapping(stage.guild_id) == {"5": Level.MODERATOR}
