"""What a server has set, on a real table: changes with their history, and nobody's work lost silently."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Key, Table
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import NewerSettings
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.override_store import (
    HISTORY_SECONDS,
    Author,
    ChangedMeanwhile,
    Overrides,
    OverrideStore,
)
from kaltura_discord.server_config.schema_versions import SCHEMA
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Clock

CHANGES = Changes(ServerConfig())
ANN, BO = UserId("200000000000000001"), UserId("200000000000000002")


def author(user_id: UserId = ANN) -> Author:
    return Author(user_id, InteractionId(snowflake()))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def table(environment: dict[str, str], clock: Clock) -> AsyncIterator[Table]:
    caller = SignedCaller("dynamodb", environment)
    yield Table(caller, environment["TABLE_NAME"], clock)
    await caller.close()


@pytest.fixture
def store(table: Table, clock: Clock) -> OverrideStore:
    return OverrideStore(table, clock)


@pytest.fixture
def guild_id() -> GuildId:
    return GuildId(snowflake())


async def hours(store: OverrideStore, guild_id: GuildId, value: str, by: Author | None = None) -> Overrides:
    seen = await store.read(guild_id)
    after = CHANGES.set_text(seen.document, "meetings.auto_end_hours", value)
    return await store.save(guild_id, seen, after, by or author())


async def test_a_server_that_has_set_nothing_has_nothing(store: OverrideStore, guild_id: GuildId) -> None:
    assert await store.read(guild_id) == Overrides()
    assert await store.history(guild_id) == []


async def test_a_change_is_there_and_nowhere_else(store: OverrideStore, guild_id: GuildId) -> None:
    saved = await hours(store, guild_id, "6")
    assert saved == await store.read(guild_id)
    assert (saved.version, saved.changed_by, saved.document) == (1, ANN, {"meetings": {"auto_end_hours": 6}})
    assert await store.read(GuildId(snowflake())) == Overrides()


async def test_back_to_the_defaults_is_a_change_too(store: OverrideStore, guild_id: GuildId) -> None:
    await hours(store, guild_id, "6")
    saved = await hours(store, guild_id, "4")
    assert (saved.version, saved.document) == (2, {})
    assert saved == await store.read(guild_id)


async def test_what_changes_nothing_is_not_written(store: OverrideStore, guild_id: GuildId) -> None:
    saved = await hours(store, guild_id, "6")
    assert await hours(store, guild_id, "6") == saved
    assert len(await store.history(guild_id)) == 1


async def test_every_value_is_read_as_it_was_written(store: OverrideStore, guild_id: GuildId) -> None:
    document = CHANGES.replace(
        {},
        {
            "features": {"activities": False},
            "roles": {"mapping": {"400000000000000001": "admin"}},
            "commands": {"permissions": {"kaltura-end": ["moderator", "400000000000000001"]}},
            "notifications": {
                "templates": {"meeting_start": "Über {{title}} 🎬\n"},
                "subscriptions": {"categories": [12, 34], "tags": []},
                "channels": {"default": "300000000000000001"},
            },
        },
    )
    await store.save(guild_id, Overrides(), document, author())
    assert (await store.read(guild_id)).document == document


async def test_the_history_says_who_when_what_and_from_where(
    store: OverrideStore, guild_id: GuildId, clock: Clock
) -> None:
    first, second = author(ANN), author(BO)
    await hours(store, guild_id, "6", first)
    clock.pass_seconds(60)
    await hours(store, guild_id, "7", second)
    newer, older = await store.history(guild_id)
    assert (newer.author, newer.version, newer.at_ms) == (second, 2, int(clock.seconds * 1000))
    assert (older.author, older.version, older.at_ms) == (first, 1, int((clock.seconds - 60) * 1000))
    assert [(change.key, change.before, change.after) for change in newer.changes] == [
        ("meetings.auto_end_hours", 6, 7)
    ]
    assert [(change.before, change.after) for change in older.changes] == [(None, 6)]
    assert await store.history(guild_id, 1) == [newer]
    assert await store.entry(guild_id, older.entry_id) == older
    assert await store.entry(guild_id, "0#9") is None


async def test_the_history_is_in_order_though_clocks_disagree(
    store: OverrideStore, guild_id: GuildId, clock: Clock
) -> None:
    for value in ("6", "7", "8"):
        await hours(store, guild_id, value)
        clock.pass_seconds(-30)
    assert [entry.version for entry in await store.history(guild_id)] == [3, 2, 1]


async def test_what_else_is_kept_in_the_history_of_a_server_is_not_shown_and_hides_nothing(
    store: OverrideStore, table: Table, guild_id: GuildId, clock: Clock
) -> None:
    await hours(store, guild_id, "6")
    at_ms = int(clock.seconds * 1000)
    for number in range(1, 8):
        sk = f"AUDIT#{at_ms + number:013}#meeting"
        await table.put({"pk": f"SERVER#{guild_id}", "sk": sk, "kind": "meeting_start"})
    assert [entry.version for entry in await store.history(guild_id, 1)] == [1]
    assert await store.entry(guild_id, f"{at_ms + 1:013}#meeting") is None


async def test_the_history_forgets_after_a_year_and_the_settings_never(
    store: OverrideStore, guild_id: GuildId, clock: Clock
) -> None:
    await hours(store, guild_id, "6")
    clock.pass_seconds(HISTORY_SECONDS - 1)
    assert len(await store.history(guild_id)) == 1
    clock.pass_seconds(1)
    assert await store.history(guild_id) == []
    assert (await store.read(guild_id)).version == 1


async def test_an_undo_names_what_it_undoes(store: OverrideStore, guild_id: GuildId) -> None:
    await hours(store, guild_id, "6")
    (entry,) = await store.history(guild_id)
    seen = await store.read(guild_id)
    after = CHANGES.undo(seen.document, entry.changes)
    await store.save(guild_id, seen, after, author(BO), undoes=entry.entry_id)
    assert (await store.read(guild_id)).document == {}
    assert (await store.history(guild_id))[0].undoes == entry.entry_id


async def test_the_second_of_two_editors_is_told_what_changed(store: OverrideStore, guild_id: GuildId) -> None:
    seen = await store.read(guild_id)
    await store.save(guild_id, seen, {"meetings": {"auto_end_hours": 6}}, author(BO))
    with pytest.raises(ChangedMeanwhile) as refused:
        await store.save(guild_id, seen, {"features": {"activities": False}}, author(ANN))
    assert refused.value.current == await store.read(guild_id)
    assert [change.key for change in refused.value.changes] == ["meetings.auto_end_hours"]
    assert f"<@{BO}> changed `meetings.auto_end_hours` in the meantime" in refused.value.sentence
    assert len(await store.history(guild_id)) == 1


async def test_of_many_editors_at_the_same_moment_one_wins_and_all_others_are_told(
    store: OverrideStore, guild_id: GuildId
) -> None:
    seen = await hours(store, guild_id, "6")

    async def edit(number: int) -> Overrides | ChangedMeanwhile:
        try:
            return await store.save(guild_id, seen, {"meetings": {"auto_end_hours": 10 + number}}, author())
        except ChangedMeanwhile as refused:
            return refused

    outcomes = await asyncio.gather(*(edit(number) for number in range(6)))
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Overrides)]
    current = await store.read(guild_id)
    assert winner == current
    assert all(other.current == current for other in outcomes if isinstance(other, ChangedMeanwhile))
    assert [entry.version for entry in await store.history(guild_id)] == [2, 1]


async def test_an_interaction_that_is_carried_out_twice_has_won_once(store: OverrideStore, guild_id: GuildId) -> None:
    seen, ours = await store.read(guild_id), author()
    first = await store.save(guild_id, seen, {"meetings": {"auto_end_hours": 6}}, ours)
    assert await store.save(guild_id, seen, {"meetings": {"auto_end_hours": 6}}, ours) == first
    assert len(await store.history(guild_id)) == 1


async def test_what_an_older_version_stored_is_read_in_todays_layout(
    store: OverrideStore, table: Table, guild_id: GuildId
) -> None:
    await _stored(table, guild_id, 1, {"features": {"activitiesApi": False}})
    assert (await store.read(guild_id)).document == {"features": {"activities": False}}
    saved = await hours(store, guild_id, "6")
    item = await table.get(_config_key(guild_id), consistent=True)
    assert item is not None
    assert (item["schema"], item["overrides"]) == (SCHEMA, saved.document)


async def test_what_a_newer_version_stored_is_refused_and_left_alone(
    store: OverrideStore, table: Table, guild_id: GuildId
) -> None:
    await _stored(table, guild_id, SCHEMA + 1, {"features": "unheard of"})
    with pytest.raises(NewerSettings):
        await store.read(guild_id)
    with pytest.raises(NewerSettings):
        await store.save(guild_id, Overrides(), {"meetings": {"auto_end_hours": 6}}, author())
    item = await table.get(_config_key(guild_id), consistent=True)
    assert item is not None
    assert item["overrides"] == {"features": "unheard of"}


def _config_key(guild_id: GuildId) -> Key:
    return Key(f"SERVER#{guild_id}", "CONFIG")


async def _stored(table: Table, guild_id: GuildId, schema: int, overrides: dict[str, Value]) -> None:
    await table.put(
        {
            "pk": f"SERVER#{guild_id}",
            "sk": "CONFIG",
            "schema": schema,
            "overrides": overrides,
            "version": 3,
            "changed_at_ms": 1_790_000_000_000,
            "changed_by": ANN,
        }
    )
