"""The canary's command: its whole way, and all that it cannot do."""

import json

import pytest

from kaltura_discord.commands.canary import NoCanary, canary_body, has_come_through, take_in
from tests.unit.domain.stage import Stage

MARK = "0123456789abcdef" * 2


async def test_it_goes_through_door_queue_and_worker(stage: Stage) -> None:
    await take_in(canary_body(MARK), stage.services)
    assert not await has_come_through(MARK, stage.services.table)
    await stage.work()
    assert await has_come_through(MARK, stage.services.table)


async def test_an_older_one_that_comes_late_does_not_stand_for_a_newer_one(stage: Stage) -> None:
    newer = MARK[::-1]
    await take_in(canary_body(MARK), stage.services)
    (late,) = stage.tasks.take_all()
    await take_in(canary_body(newer), stage.services)
    stage.tasks.sent = [late]
    await stage.work()
    assert not await has_come_through(newer, stage.services.table)
    assert not await has_come_through(MARK, stage.services.table)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"5",
        b"\xff",
        b'{"type":1}',
        json.dumps({"canary": MARK.upper()}).encode(),
        json.dumps({"canary": MARK + "0"}).encode(),
        json.dumps({"canary": 5}).encode(),
        json.dumps({"canary": MARK, "type": 2}).encode(),
        b"[" * 100_000,
    ],
)
async def test_whatever_else_bears_its_signature_does_nothing(stage: Stage, body: bytes) -> None:
    with pytest.raises(NoCanary):
        await take_in(body, stage.services)
    assert stage.tasks.sent == []
