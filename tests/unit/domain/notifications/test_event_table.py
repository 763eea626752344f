"""The table in memory, on which the proof of exactly once stands, says what a real engine says."""

from contextlib import suppress

from kaltura_discord.aws.attributes import from_item
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.models import Person, Recording
from kaltura_discord.meetings.recordings import Recordings
from kaltura_discord.notifications.models import Notification
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.chaos.event_table import EventTable, copied
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.watch.mirrored_table import MirroredTable


async def mirrored(stage: Stage) -> EventTable:
    """Every call goes to both from here on, and both must say the same."""
    request = {"TableName": stage.services.aws.table_name, "ConsistentRead": True}
    scanned = await stage.dynamodb.inner.call("Scan", request)
    memory = copied([from_item(item) for item in scanned["Items"]])
    stage.dynamodb.inner = MirroredTable(stage.dynamodb.inner, memory)
    return memory


async def test_a_meeting_and_all_that_is_told_of_it(stage: Stage) -> None:
    memory = await mirrored(stage)
    channels = {"default": snowflake()}
    await stage.set({"notifications": {"channels": channels, "types": {"user_join": True}}})
    meeting = await stage.start()
    services = stage.services
    for who in (ANN, BO, ANN):
        person = Person(UserId(who.user_id), who.name)
        await services.meetings.record_join(await stage.meeting(meeting.meeting_id), person, int(stage.clock()))
    await stage.answer_to(stage.place.command("kaltura-end", {"meeting": meeting.meeting_id}))
    recordings = Recordings(services.table, services.meetings)
    assert meeting.room is not None
    for _ in range(2):
        assert await recordings.meeting_in(meeting.room.room_id) is not None
        await recordings.note(meeting, Recording("1_abcd1234", 60))
    await stage.work()
    await stage.sweep()
    kinds = set(memory.calls)
    assert kinds >= {"GetItem", "PutItem", "UpdateItem", "Query", "TransactWriteItems"}


async def test_what_is_held_and_told_afterwards(stage: Stage) -> None:
    memory = await mirrored(stage)
    hours = {"hours": "00:00-23:59", "time_zone": "UTC"}
    await stage.set({"notifications": {"channels": {"default": snowflake()}, "quiet_hours": hours}})
    for entry in ("1_aaaa1111", "1_bbbb2222"):
        told = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": entry})
        await stage.services.telling.outbox.tell(told)
    await stage.tell()
    assert any(item["sk"].startswith("HELD#") for item in memory.everything())
    stage.clock.pass_seconds(24 * 3600)
    await stage.set({"notifications": {"channels": {"default": snowflake()}}})
    for note in await stage.notes(stage.guild_id):
        await stage.services.telling.digests.deliver(stage.guild_id, int(str(note.details["until"])), soon())
    assert not any(item["sk"].startswith("HELD#") for item in memory.everything())


async def test_many_servers_are_read_and_the_index_is_in_order(stage: Stage) -> None:
    memory = await mirrored(stage)
    for _ in range(3):
        await stage.services.servers.allow(AllowedServer(stage.guild_id, (1, 2)))
    await stage.services.servers.all()
    await stage.services.telling.many_servers.settings_of([stage.guild_id])
    await stage.services.due.add(DueNote("digest", stage.guild_id, 1, {}))
    await stage.services.due.due(10**10)
    assert "BatchGetItem" in memory.calls


async def test_a_transaction_that_is_refused_leaves_everything_as_it_was(stage: Stage) -> None:
    memory = await mirrored(stage)
    table: Table = stage.services.table
    here, there = Key(f"SERVER#{stage.guild_id}", "A"), Key(f"SERVER#{stage.guild_id}", "B")
    await table.put({"pk": here.pk, "sk": here.sk, "amount": 1})
    more = Update(here, "SET amount = amount + :one", values={":one": 1})
    never = Update(
        there, "SET amount = :one", "attribute_exists(pk) AND NOT contains(amount, :one)", values={":one": 1}
    )
    with suppress(ConditionNotMet):
        await table.transact([more, never])
    assert memory.items[here.pk][here.sk]["amount"] == 1
    assert await table.get(there) is None
    await table.delete(here)
    assert await table.get(here) is None
