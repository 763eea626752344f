"""A server that removed the app is noticed by what Discord refuses; 30 days later, what was the server's is gone."""

from itertools import count
from typing import Any

import pytest

from kaltura_discord.audit.models import AuditEntry
from kaltura_discord.aws.table import Key
from kaltura_discord.commands.departures import DEPARTED, KEPT_SECONDS, REMEMBERED_SECONDS, Suspicions
from kaltura_discord.commands.told_lately import ToldLately
from kaltura_discord.commands.work import TryAgain, carry_out
from kaltura_discord.discord.errors import DiscordError, NotPermitted, Unknown
from kaltura_discord.discord.identifiers import ChannelId, GuildId, InteractionId, UserId
from kaltura_discord.identity.members import member_now
from kaltura_discord.meetings.models import Person
from kaltura_discord.notifications.errors import ChannelClosed
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.override_store import Author
from local_stack.discord.errors import Refusal, missing_access, unknown
from tests.unit.domain.commands.newcomer import Newcomer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash

DAY = 24 * 3600

GONE = {"unknown": lambda: unknown("Guild", 10004), "no access": missing_access}
UNCLEAR = {
    "a bad token": lambda: Refusal(401, 0, "401: Unauthorized"),
    "an address that is blocked": lambda: Refusal(403, 0, "error code: 1015"),
}


async def lived_in(stage: Stage) -> None:
    """A server with settings, a meeting that ended, people in it, and a greeting."""
    newcomer = Newcomer(stage)
    await newcomer.installed()
    meeting = await stage.start()
    for member in (ANN, BO):
        person = Person(UserId(member.user_id), member.name)
        await stage.services.meetings.record_join(meeting, person, int(stage.clock.seconds))
    await stage.services.ender.end_by_itself(meeting, soon())
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    current = await stage.services.overrides.read(stage.guild_id)
    await stage.services.overrides.save(stage.guild_id, current, {"watch": {"control_mode": "everyone"}}, author)
    elevated = AuditEntry("elevated", "", "", {"from": "viewer", "to": "moderator"}, subject=ANN.user_id)
    await stage.services.audit.record(stage.guild_id, elevated)
    await stage.work()


async def left(stage: Stage, guild_id: GuildId | None = None) -> list[str]:
    """The sort keys of all that is kept of the server."""
    items = await stage.services.table.query(f"SERVER#{guild_id or stage.guild_id}", consistent=True)
    return [item["sk"] for item in items]


async def lasting(stage: Stage) -> set[str]:
    """The same without what is there for the departure, and what ends after 30 days by itself."""
    return {key for key in await left(stage) if key.split("#")[0] not in ("DEPARTURE", "DELIVERY")}


async def noticed(stage: Stage) -> None:
    task = {"kind": "suspected_departure", "guild_id": stage.guild_id}
    await carry_out(task, stage.services)


@pytest.fixture
async def gone(stage: Stage) -> Stage:
    """A server that removed the app, which has been noticed."""
    await lived_in(stage)
    stage.discord.server_trouble = unknown("Guild", 10004)
    await noticed(stage)
    return stage


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
        sender = stage.services.telling.sender
        for code, is_told in ((50013, False), (10003, False), (50001, True)):
            await sender.channel_lost(stage.guild_id, ChannelClosed(ChannelId("1"), code, is_gone=False))
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


class TestThirtyDaysLater:
    async def test_before_that_nothing_is_touched(self, gone: Stage) -> None:
        before = await left(gone)
        gone.clock.pass_seconds(KEPT_SECONDS - 1)
        await gone.housekeeping(gone.guild_id)
        assert await left(gone) == before

    async def test_everything_of_the_servers_is_gone(self, gone: Stage) -> None:
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert {key.split("#")[0] for key in await left(gone)} == {"ALLOWED", "AUDIT"}
        assert await gone.notes(gone.guild_id) == []
        assert await gone.services.overrides.history(gone.guild_id) == []

    async def test_the_audit_says_so_and_names_nobody(self, gone: Stage) -> None:
        before = await gone.audited()
        assert any(ANN.user_id in (record.user_id, record.subject) for record in before)
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        records = await gone.audited()
        assert [record.kind for record in records if record.kind == "server_data_deleted"] == ["server_data_deleted"]
        assert {"meeting_started", "meeting_ended", "elevated"} <= {record.kind for record in records}
        for member in (ANN, BO, ADMINISTRATOR):
            assert member.user_id not in str(records)
        started = next(record for record in records if record.kind == "meeting_started")
        elevated = next(record for record in records if record.kind == "elevated")
        assert started.user_id == elevated.subject, "what one person did and got still belongs together"

    async def test_another_server_keeps_everything(self, gone: Stage) -> None:
        other = GuildId(snowflake())
        await gone.services.table.put({"pk": f"SERVER#{other}", "sk": "CONFIG"})
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert await left(gone, other) == ["CONFIG"]

    async def test_what_a_later_version_keeps_of_a_server_goes_as_well(self, gone: Stage) -> None:
        await gone.services.table.put({"pk": f"SERVER#{gone.guild_id}", "sk": "ZEBRA#1"})
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert "ZEBRA#1" not in await left(gone)

    async def test_interrupted_anywhere_it_is_finished_a_minute_later(self, gone: Stage) -> None:
        gone.clock.pass_seconds(KEPT_SECONDS)
        crashes = 0
        while await gone.notes(gone.guild_id):
            crashes += 1
            gone.steps.crash_at = gone.steps.taken + 3 + crashes
            try:
                await gone.housekeeping(gone.guild_id)
            except Crash:
                gone.clock.pass_seconds(60)
            gone.steps.crash_at = 0
        assert crashes > 10
        assert {key.split("#")[0] for key in await left(gone)} == {"ALLOWED", "AUDIT"}
        told = [record.kind for record in await gone.audited() if record.kind == "server_data_deleted"]
        assert told == ["server_data_deleted"]

    async def test_a_large_server_is_deleted_in_parts(self, gone: Stage) -> None:
        table = gone.services.table
        for number in range(25):
            await table.put({"pk": f"SERVER#{gone.guild_id}", "sk": f"PARTICIPANT#{number:03}"})
        gone.clock.pass_seconds(KEPT_SECONDS)
        (note,) = await gone.notes(gone.guild_id)
        before = len(await left(gone))
        looks_at_the_clock = count()
        short = Deadline.after(3, lambda: float(next(looks_at_the_clock)))
        await gone.services.departures.work_off(note, gone.clock.seconds, short)
        assert 0 < len(await left(gone)) < before
        assert await gone.notes(gone.guild_id) == [note]
        await gone.housekeeping(gone.guild_id)
        assert {key.split("#")[0] for key in await left(gone)} == {"ALLOWED", "AUDIT"}


class TestComingBack:
    async def test_installed_anew_it_keeps_everything(self, gone: Stage) -> None:
        gone.discord.server_trouble = None
        before = await lasting(gone)
        await Newcomer(gone).installed()
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert await lasting(gone) == before
        assert await gone.notes(gone.guild_id) == []

    async def test_used_again_it_keeps_everything(self, gone: Stage) -> None:
        await Newcomer(gone).used()
        assert "DEPARTURE" not in await left(gone)

    async def test_found_back_at_the_end_it_keeps_everything(self, gone: Stage) -> None:
        before = await lasting(gone)
        gone.discord.server_trouble = None
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert await lasting(gone) == before
        assert await gone.notes(gone.guild_id) == []

    async def test_gone_back_and_gone_again_it_has_thirty_days_anew(self, gone: Stage) -> None:
        gone.clock.pass_seconds(20 * DAY)
        await gone.services.departures.returned(gone.guild_id)
        await noticed(gone)
        gone.clock.pass_seconds(10 * DAY)
        before = await lasting(gone)
        await gone.housekeeping(gone.guild_id)
        assert await lasting(gone) == before
        gone.clock.pass_seconds(20 * DAY)
        await gone.housekeeping(gone.guild_id)
        assert {key.split("#")[0] for key in await left(gone)} == {"ALLOWED", "AUDIT"}

    async def test_in_the_middle_of_the_deletion_the_rest_stays(self, gone: Stage) -> None:
        table = gone.services.table
        for number in range(40):
            await table.put({"pk": f"SERVER#{gone.guild_id}", "sk": f"PARTICIPANT#{number:03}"})
        gone.clock.pass_seconds(KEPT_SECONDS)
        deleted = 0
        delete = table.delete

        async def count_and_come_back(key: Key) -> None:
            nonlocal deleted
            deleted += 1
            await delete(key)
            if deleted == 10:
                await gone.services.departures.returned(gone.guild_id)

        table.delete = count_and_come_back  # type: ignore[method-assign]
        await gone.housekeeping(gone.guild_id)
        assert sum(key.startswith("PARTICIPANT#") for key in await left(gone)) >= 20

    @pytest.mark.parametrize("refusal", UNCLEAR.values(), ids=UNCLEAR.keys())
    async def test_where_discord_says_nothing_about_it_it_is_asked_again(self, gone: Stage, refusal: Any) -> None:
        before = await lasting(gone)
        gone.discord.server_trouble = refusal()
        gone.clock.pass_seconds(KEPT_SECONDS)
        await gone.housekeeping(gone.guild_id)
        assert await lasting(gone) == before
        (note,) = await gone.notes(gone.guild_id)
        assert note.at == int(gone.clock.seconds) + 3600

    async def test_while_discord_is_down_the_note_stays(self, gone: Stage) -> None:
        gone.discord.is_down = True
        gone.clock.pass_seconds(KEPT_SECONDS)
        with pytest.raises(DiscordError):
            await gone.housekeeping(gone.guild_id)
        assert len(await gone.notes(gone.guild_id)) == 1
