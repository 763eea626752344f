"""Thirty days after a server removed the app, what was the server's is gone; unless it came back."""

from itertools import count
from typing import Any

import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.departures import KEPT_SECONDS
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.commands.departing import DAY, UNCLEAR, lasting, left, noticed, removed
from tests.unit.domain.commands.newcomer import Newcomer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash


@pytest.fixture
async def gone(stage: Stage) -> Stage:
    return await removed(stage)


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
