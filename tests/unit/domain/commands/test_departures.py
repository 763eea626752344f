"""A server that removed the app is noticed by what Discord refuses."""

from typing import Any

import pytest

from kaltura_discord.commands.departures import DEPARTED, REMEMBERED_SECONDS, Suspicions
from kaltura_discord.commands.told_lately import ToldLately
from kaltura_discord.commands.work import TryAgain
from kaltura_discord.discord.errors import NotPermitted, Unknown
from kaltura_discord.discord.identifiers import ChannelId, UserId
from kaltura_discord.identity.members import member_now
from kaltura_discord.notifications.errors import ChannelClosed
from kaltura_discord.notifications.models import Notification
from local_stack.discord.errors import missing_access, unknown
from tests.unit.domain.commands.departing import DAY, UNCLEAR, left, noticed, removed
from tests.unit.domain.sent_by_discord import ANN, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash


@pytest.fixture
async def gone(stage: Stage) -> Stage:
    return await removed(stage)


GONE = {"unknown": lambda: unknown("Guild", 10004), "no access": missing_access}


class TestNoticing:
    @pytest.mark.parametrize("refusal", GONE.values(), ids=GONE.keys())
    async def test_a_server_that_discord_does_not_show_us_is_gone(self, stage: Stage, refusal: Any) -> None:
        stage.discord.server_trouble = refusal()
        await noticed(stage)
        (note,) = await stage.notes(stage.guild_id)
        assert (note.kind, note.at) == (DEPARTED, int(stage.clock.seconds) + 30 * DAY)
        assert "DEPARTURE" in await left(stage)

    async def test_noticed_twice_it_is_one_departure(self, gone: Stage) -> None:
        gone.clock.pass_seconds(DAY)
        await noticed(gone)
        (note,) = await gone.notes(gone.guild_id)
        assert note.at == int(gone.clock.seconds) + 29 * DAY

    async def test_one_channel_that_is_closed_is_no_departure(self, stage: Stage) -> None:
        stage.discord.closed_channels.add(stage.channel_id)
        await stage.start()
        await stage.work()
        asked = [request.url.path for request in stage.discord.requests]
        assert f"/api/v10/guilds/{stage.guild_id}" in asked, "there was a reason to look"
        assert "DEPARTURE" not in await left(stage)
        assert await stage.notes(stage.guild_id) == []

    @pytest.mark.parametrize("refusal", UNCLEAR.values(), ids=UNCLEAR.keys())
    async def test_what_says_nothing_about_the_server_marks_nothing(self, stage: Stage, refusal: Any) -> None:
        stage.discord.server_trouble = refusal()
        await noticed(stage)
        assert "DEPARTURE" not in await left(stage)

    async def test_while_discord_is_down_it_is_asked_again(self, stage: Stage) -> None:
        stage.discord.is_down = True
        with pytest.raises(TryAgain):
            await noticed(stage)

    @pytest.mark.parametrize("step", range(1, 8))
    async def test_interrupted_anywhere_it_is_noticed_when_it_comes_again(self, stage: Stage, step: int) -> None:
        stage.discord.server_trouble = missing_access()
        stage.steps.crash_at = stage.steps.taken + step
        with pytest.raises(Crash):
            await noticed(stage)
        await noticed(stage)
        assert "DEPARTURE" in await left(stage)
        assert {note.kind for note in await stage.notes(stage.guild_id)} == {DEPARTED}


class TestSuspecting:
    async def test_a_look_at_a_member_tells_the_queue(self, stage: Stage) -> None:
        stage.discord.server_trouble = missing_access()
        await member_now(stage.services.rest, stage.guild_id, UserId(ANN.user_id), {}, soon())
        assert stage.tasks.take_all() == [{"kind": "suspected_departure", "guild_id": stage.guild_id}]

    async def test_a_notification_that_a_channel_does_not_take_tells_the_queue(self, stage: Stage) -> None:
        lost, told = stage.services.telling.lost_channels, Notification("1", stage.guild_id, "live_start", "1_live")
        for code, is_told in ((50013, False), (10003, False), (50001, True)):
            await lost.note(told, ChannelClosed(ChannelId("1"), code, is_gone=False))
            assert bool(stage.tasks.take_all()) == is_told, code

    async def test_once_an_hour_is_enough(self, stage: Stage) -> None:
        now = 0.0
        told = ToldLately(REMEMBERED_SECONDS, lambda: now)
        suspicions = Suspicions(stage.services.tasks, told)
        for _ in range(3):
            await suspicions.suspect(stage.guild_id)
        assert len(stage.tasks.take_all()) == 1
        now = REMEMBERED_SECONDS + 1
        await suspicions.suspect(stage.guild_id)
        assert len(stage.tasks.take_all()) == 1

    async def test_finding_out_is_no_further_suspicion(self, stage: Stage) -> None:
        stage.discord.server_trouble = missing_access()
        await noticed(stage)
        assert stage.tasks.take_all() == []

    async def test_a_member_who_is_not_there_is_no_suspicion(self, stage: Stage) -> None:
        with pytest.raises(Unknown):
            await stage.services.rest.member_roles(stage.guild_id, UserId(snowflake()), soon())
        assert stage.tasks.take_all() == []

    async def test_a_queue_that_is_down_changes_no_answer(self, stage: Stage) -> None:
        stage.discord.server_trouble = missing_access()
        stage.tasks.is_down = True
        with pytest.raises(NotPermitted):
            await stage.services.rest.server_roles(stage.guild_id, soon())
