"""A server with its settings, by one read."""

import pytest

from kaltura_discord.server_config.errors import NewerSettings
from kaltura_discord.server_config.override_store import overrides_key
from kaltura_discord.server_config.schema_versions import SCHEMA
from kaltura_discord.server_config.server_lookup import ServerLookup
from tests.unit.domain.stage import Stage


@pytest.fixture
def lookup(stage: Stage) -> ServerLookup:
    return stage.services.lookup


def reads(stage: Stage, since: int) -> float:
    """How many calls were made; each has a step on either side."""
    return (stage.steps.taken - since) / 2


async def test_a_cold_look_is_one_read_and_a_warm_one_none(stage: Stage, lookup: ServerLookup) -> None:
    assert not lookup.remembers(stage.guild_id)
    before = stage.steps.taken
    found = await lookup.find(stage.guild_id)
    assert reads(stage, before) == 1
    assert found.allowed is not None
    assert found.settings.access == {"kaltura-start": ("viewer",)}
    assert lookup.remembers(stage.guild_id)
    assert await lookup.find(stage.guild_id) == found
    assert reads(stage, before) == 1


async def test_whoever_looks_up_either_part_finds_it_remembered(stage: Stage, lookup: ServerLookup) -> None:
    await lookup.find(stage.guild_id)
    before = stage.steps.taken
    assert await stage.services.servers.find(stage.guild_id) is not None
    await stage.services.server_configs.whole(stage.guild_id)
    assert reads(stage, before) == 0


async def test_now_is_now(stage: Stage, lookup: ServerLookup) -> None:
    await lookup.find(stage.guild_id)
    await stage.set({"features": {"activities": False}}, seen=False)
    await stage.services.servers.revoke(stage.guild_id)
    remembered = await lookup.find(stage.guild_id)
    assert remembered.allowed is not None
    assert remembered.settings.has_activities
    before = stage.steps.taken
    found = await lookup.find(stage.guild_id, now=True)
    assert reads(stage, before) == 1
    assert found.allowed is None
    assert not found.settings.has_activities
    assert await lookup.find(stage.guild_id) == found


async def test_where_one_of_both_is_remembered_both_are_read(stage: Stage, lookup: ServerLookup) -> None:
    await stage.services.servers.find(stage.guild_id)
    before = stage.steps.taken
    await lookup.find(stage.guild_id)
    assert reads(stage, before) == 1


async def test_settings_that_cannot_be_read_still_tell_whether_the_server_is_allowed(
    stage: Stage, lookup: ServerLookup
) -> None:
    await stage.services.table.put(
        {
            "pk": f"SERVER#{stage.guild_id}",
            "sk": "CONFIG",
            "version": 1,
            "changed_at_ms": 1,
            "changed_by": "1",
            "schema": SCHEMA + 1,
            "overrides": {},
        }
    )
    found = await lookup.find(stage.guild_id)
    assert found.allowed is not None
    with pytest.raises(NewerSettings):
        _ = found.settings
    assert not lookup.remembers(stage.guild_id)


async def test_settings_that_were_deleted_and_made_anew_are_not_taken_for_the_old_ones(
    stage: Stage, lookup: ServerLookup
) -> None:
    await stage.set({"features": {"activities": False}})
    assert not (await lookup.find(stage.guild_id)).settings.has_activities
    await stage.services.table.delete(overrides_key(stage.guild_id))
    stage.clock.pass_seconds(1)
    await stage.set({"features": {"web_fallback": False}}, seen=False)
    settings = (await lookup.find(stage.guild_id, now=True)).settings
    assert (settings.has_activities, settings.has_web_fallback) == (True, False)
