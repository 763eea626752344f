"""Messages that are refused, floods, sockets that are too old, and a table that is down."""

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable
from kaltura_discord.watch.flood_gate import FloodGate
from tests.unit.domain.watch.room_steps import ANN, BO, a_room, enters, now_ms, plays


async def test_what_is_too_long_or_no_message_does_nothing() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    for body, code in (
        ("x" * 8193, "too_large"),
        ("ü" * 5000, "too_large"),
        ("not json", "malformed"),
        ('{"type":"playback.set"}', "malformed"),
        ('{"type":"clock","c0":1,"room_id":"other"}', "malformed"),
    ):
        answer = await world.conversation.answer(ann.viewer, body, now_ms(world), now_ms(world) + 1)
        assert answer is not None
        assert (answer["type"], answer["code"]) == ("error", code)
    assert world.memory.calls.count("UpdateItem") == 1, "only the hello wrote"


async def test_a_client_of_another_version_is_told_so() -> None:
    world = await a_room()
    socket = world.connect(ANN)
    answer = await world.say(socket, {"type": "hello", "version": 2, "c0": 1})
    assert answer is not None
    assert answer["code"] == "version"


async def test_the_clock_costs_no_call_to_the_table() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    world.memory.calls.clear()
    received = now_ms(world) - 4
    answer = await world.conversation.answer(ann.viewer, '{"type":"clock","c0":77}', received, received + 1)
    assert answer == {"type": "clock", "c0": 77, "s1": received, "s2": now_ms(world)}
    assert world.memory.calls == []


async def test_a_flood_ends_with_goodbye() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    clock = {"type": "clock", "c0": 1}
    for _ in range(59):
        assert (await world.say(ann, clock) or {})["type"] == "clock"
    world.left.add(ann.viewer.connection_id)
    assert await world.say(ann, clock) is None
    assert [message.get("code") or message.get("reason") for message in ann.received[-2:]] == ["too_many", "flooded"]
    assert ann.is_open is False
    assert ann.viewer.connection_id not in world.relayed_to()
    assert bo.received[-1]["reason"] == "left"


async def test_a_flood_over_many_processes_is_a_flood_too() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    gates = [FloodGate(world.parts._table, world.clock) for _ in range(4)]
    admitted = 0
    for number in range(400):
        admitted += await gates[number % 4].admits(ann.viewer.connection_id)
    assert 60 <= admitted <= 4 * 20 + 4


async def test_whoever_speaks_now_and_then_is_never_a_flood() -> None:
    world = await a_room()
    gate = FloodGate(world.parts._table, world.clock)
    for _ in range(300):
        world.clock.seconds += 0.2
        assert await gate.admits((await enters(world, ANN)).viewer.connection_id)


async def test_a_socket_that_has_lived_long_enough_says_goodbye() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    world.left.add(ann.viewer.connection_id)
    answer = await world.conversation.answer(ann.viewer, '{"type":"clock","c0":1}', now_ms(world), now_ms(world))
    assert answer == {"type": "goodbye", "reason": "expired"}
    assert ann.viewer.connection_id not in world.relayed_to()


class Down:
    """A table that does not answer."""

    async def call(self, operation: str, _: AwsRequest) -> AwsAnswer:
        raise AwsUnavailable(operation, "TimeoutError")


async def test_while_the_table_is_down_one_sentence_says_so() -> None:
    world = await a_room()
    ann = await enters(world, ANN)

    world.caller.inner = Down()
    world.table_is_down = True
    answer = await plays(world, ann, base=1)
    assert (answer["code"], answer["ref"]) == ("unavailable", world.refs)
    assert answer["message"].endswith(".")
