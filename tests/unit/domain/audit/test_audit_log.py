"""The audit on a real table: in order, once per interaction, for a year, and without those who were forgotten."""

import pytest

from kaltura_discord.audit.kept import KEPT_SECONDS
from kaltura_discord.audit.models import AuditEntry, AuditKind, AuditRecord
from kaltura_discord.audit.pseudonyms import is_pseudonym
from kaltura_discord.aws.table import Key, Put
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId, created_ms
from kaltura_discord.server_config.override_store import Author, Overrides
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash

DAY_MS = 24 * 3600 * 1000


def entry(kind: AuditKind = "elevated", by: str = ANN.user_id, interaction_id: str = "", **more: str) -> AuditEntry:
    return AuditEntry(kind, by, interaction_id, {"level": "moderator", **more}, BO.user_id)


def asked_at(at_ms: int) -> str:
    """The id of an interaction of that moment."""
    return str((at_ms - 1_420_070_400_000) << 22)


def now_ms(stage: Stage) -> int:
    return int(stage.clock.seconds * 1000)


async def configured(stage: Stage, by: str = ANN.user_id) -> None:
    """One change of the server's settings."""
    seen = await stage.services.overrides.read(stage.guild_id)
    hours = seen.version + 5
    author = Author(UserId(by), InteractionId(snowflake()))
    await stage.services.overrides.save(stage.guild_id, seen, {"meetings": {"auto_end_hours": hours}}, author)


async def test_an_entry_is_read_as_it_was_recorded(stage: Stage) -> None:
    interaction_id = asked_at(now_ms(stage) - 3000)
    await stage.services.audit.record(stage.guild_id, entry(interaction_id=interaction_id))
    assert await stage.audited() == [
        AuditRecord(
            guild_id=stage.guild_id,
            at_ms=now_ms(stage) - 3000,
            kind="elevated",
            user_id=ANN.user_id,
            interaction_id=interaction_id,
            subject=BO.user_id,
            details={"level": "moderator"},
        )
    ]


async def test_an_interaction_that_is_carried_out_twice_is_in_it_once(stage: Stage) -> None:
    interaction_id = snowflake()
    for _ in range(2):
        await stage.services.audit.record(stage.guild_id, entry(interaction_id=interaction_id))
        stage.clock.pass_seconds(60)
    await stage.services.audit.record(stage.guild_id, entry("lowered", interaction_id=interaction_id))
    assert sorted(record.kind for record in await stage.audited()) == ["elevated", "lowered"]


async def test_when_it_was_is_when_discord_received_the_interaction(stage: Stage) -> None:
    # Discord docs, Snowflakes: the example's timestamp.
    assert created_ms("175928847299117063") == 1_462_015_105_796
    interaction_id = snowflake()
    await stage.services.audit.record(stage.guild_id, entry(interaction_id=interaction_id))
    (record,) = await stage.audited()
    assert record.at_ms == created_ms(interaction_id)


async def test_what_nobody_asked_for_is_in_it_as_often_as_it_happened(stage: Stage) -> None:
    for _ in range(2):
        await stage.services.audit.record(stage.guild_id, entry(by=""))
    first, second = await stage.audited()
    assert first == second
    assert (first.user_id, first.interaction_id, first.at_ms) == ("", "", now_ms(stage))


async def test_all_of_a_server_is_in_order_of_time_settings_among_it(stage: Stage) -> None:
    await stage.services.audit.record(stage.guild_id, entry("server_allowed", ""))
    stage.clock.pass_seconds(1)
    await configured(stage)
    stage.clock.pass_seconds(1)
    await stage.services.audit.record(stage.guild_id, entry(interaction_id=asked_at(now_ms(stage))))
    kinds = [record.kind for record in await stage.audited()]
    assert kinds == ["server_allowed", "config", "elevated"]
    (config,) = [record for record in await stage.audited() if record.kind == "config"]
    assert [(change.key, change.before, change.after) for change in config.changes] == [
        ("meetings.auto_end_hours", None, 5)
    ]
    assert (config.user_id, config.details) == (ANN.user_id, {"version": "1"})


async def test_a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(stage: Stage) -> None:
    first = now_ms(stage)
    for day in range(3):
        interaction_id = asked_at(first + day * DAY_MS)
        await stage.services.audit.record(stage.guild_id, entry(interaction_id=interaction_id))
    audit = stage.services.audit
    span = [record async for record in audit.entries(stage.guild_id, first, first + 2 * DAY_MS)]
    assert [(record.at_ms - first) // DAY_MS for record in span] == [0, 1]
    assert [record async for record in audit.entries(stage.guild_id, first + 1, first + DAY_MS)] == []


async def test_the_audit_of_a_server_is_not_another_servers(stage: Stage) -> None:
    other = GuildId(snowflake())
    await stage.services.audit.record(other, entry())
    assert await stage.audited() == []
    everywhere = [record async for record in stage.services.audit.everywhere()]
    assert other in {record.guild_id for record in everywhere}


async def test_it_is_forgotten_after_a_year(stage: Stage) -> None:
    await stage.services.audit.record(stage.guild_id, entry(by=""))
    stage.clock.pass_seconds(KEPT_SECONDS - 1)
    assert len(await stage.audited()) == 1
    stage.clock.pass_seconds(1)
    assert await stage.audited() == []


async def test_a_long_audit_is_read_to_its_end(stage: Stage) -> None:
    # DynamoDB ends a page at 1 MB.
    for _ in range(4):
        await stage.services.audit.record(stage.guild_id, entry(by="", note="x" * 300_000))
    assert len(await stage.audited()) == 4
    everywhere = [record async for record in stage.services.audit.everywhere() if record.guild_id == stage.guild_id]
    assert len(everywhere) == 4


async def test_in_a_transaction_it_is_there_with_the_change_or_not_at_all(stage: Stage) -> None:
    told = stage.services.audit.write(stage.guild_id, entry(interaction_id=snowflake()))
    change = Put({"pk": f"SERVER#{stage.guild_id}", "sk": "SOMETHING"})
    stage.dynamodb.fails_on = "TransactWriteItems"
    with pytest.raises(Exception, match="down"):
        await stage.services.table.transact([change, told])
    assert await stage.audited() == []
    stage.dynamodb.fails_on = ""
    await stage.services.table.transact([change, told])
    assert len(await stage.audited()) == 1


# --- forgetting ------------------------------------------------------------------------------------------------------


async def fill(stage: Stage) -> None:
    """Ann did something, had something done to her, is told of in a detail, changed settings; and so did Bo."""
    audit = stage.services.audit
    await audit.record(stage.guild_id, entry(interaction_id=snowflake()))
    await audit.record(stage.guild_id, AuditEntry("lowered", BO.user_id, snowflake(), {}, ANN.user_id))
    told = {"reason": f"<@{ANN.user_id}> and {ANN.user_id}1 and 1{ANN.user_id}", "who": ANN.user_id}
    await audit.record(stage.guild_id, AuditEntry("elevated", "", "", told, BO.user_id))
    await configured(stage, BO.user_id)
    await configured(stage, ANN.user_id)


def is_anns(text: str) -> bool:
    return text == ANN.user_id


def check_ann_is_forgotten(records: list[AuditRecord], before: list[AuditRecord]) -> None:
    """All that was there is still there, with a pseudonym where Ann was; nobody else's id has changed."""
    assert [record.kind for record in records] == [record.kind for record in before]
    for new, old in zip(records, before, strict=True):
        assert is_pseudonym(new.user_id) if is_anns(old.user_id) else new.user_id == old.user_id
        assert is_pseudonym(new.subject) if is_anns(old.subject) else new.subject == old.subject
        assert (new.at_ms, new.interaction_id, new.changes) == (old.at_ms, old.interaction_id, old.changes)


async def test_whoever_is_forgotten_stands_nowhere_in_it_and_what_they_did_does(stage: Stage) -> None:
    await fill(stage)
    before = await stage.audited()
    pseudonym = stage.services.audit.pseudonym(ANN.user_id)

    assert await stage.services.audit.forget(stage.guild_id, ANN.user_id) == 4

    records = await stage.audited()
    check_ann_is_forgotten(records, before)
    (told,) = [record.details for record in records if "reason" in record.details]
    assert told == {
        "reason": f"<@{pseudonym}> and {ANN.user_id}1 and 1{ANN.user_id}",
        "who": pseudonym,
    }
    assert (await stage.services.overrides.read(stage.guild_id)).changed_by == pseudonym
    assert await stage.services.audit.forget(stage.guild_id, ANN.user_id) == 0


async def test_who_changed_the_settings_can_still_be_read_when_they_are_forgotten(stage: Stage) -> None:
    await configured(stage, ANN.user_id)
    await stage.services.audit.forget(stage.guild_id, ANN.user_id)
    (change,) = await stage.services.overrides.history(stage.guild_id)
    assert is_pseudonym(change.author.user_id)
    await configured(stage, BO.user_id)
    assert (await stage.services.overrides.read(stage.guild_id)).version == 2


async def test_an_editor_who_lost_to_somebody_who_is_forgotten_is_told_so(stage: Stage) -> None:
    await configured(stage, ANN.user_id)
    await stage.services.audit.forget(stage.guild_id, ANN.user_id)
    author = Author(UserId(BO.user_id), InteractionId(snowflake()))
    with pytest.raises(Exception, match=r"^Somebody who was deleted changed `meetings.auto_end_hours`"):
        await stage.services.overrides.save(stage.guild_id, Overrides(), {"features": {"activities": False}}, author)


async def test_whoever_forgets_themselves_is_not_named_by_saying_so(stage: Stage) -> None:
    forgotten = AuditEntry("forgotten", ANN.user_id, snowflake(), {}, ANN.user_id)
    await stage.services.audit.record(stage.guild_id, forgotten)
    (record,) = await stage.audited()
    assert record.user_id == record.subject == stage.services.audit.pseudonym(ANN.user_id)


async def test_a_second_server_is_not_touched(stage: Stage) -> None:
    other = GuildId(snowflake())
    await stage.services.audit.record(other, entry())
    await stage.services.audit.forget(stage.guild_id, ANN.user_id)
    assert [record.user_id async for record in stage.services.audit.entries(other)] == [ANN.user_id]


async def steps_of_forgetting(stage: Stage) -> int:
    before = stage.steps.taken
    await stage.services.audit.forget(stage.guild_id, ANN.user_id)
    return stage.steps.taken - before


# A page, four entries, and who last changed the settings; before and after each.
STEPS = 12


async def test_forgetting_undisturbed_takes_the_steps_that_are_tried_below(stage: Stage) -> None:
    await fill(stage)
    assert await steps_of_forgetting(stage) == STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_interrupted_anywhere_forgetting_is_finished_by_doing_it_again(stage: Stage, step: int) -> None:
    await fill(stage)
    before = await stage.audited()
    stage.steps.crash_at = stage.steps.taken + step
    with pytest.raises(Crash):
        await stage.services.audit.forget(stage.guild_id, ANN.user_id)
    await stage.until_done(lambda: stage.services.audit.forget(stage.guild_id, ANN.user_id))
    check_ann_is_forgotten(await stage.audited(), before)
    item = await stage.services.table.get(Key(f"SERVER#{stage.guild_id}", "CONFIG"), consistent=True)
    assert item is not None
    assert is_pseudonym(item["changed_by"])
