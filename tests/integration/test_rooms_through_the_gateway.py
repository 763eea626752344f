"""Rooms over real sockets: the gateway, the real handlers, the real table, and what a network does to them."""

import asyncio
import time

import aiohttp
import pytest

from kaltura_discord.identity.levels import Level
from tests.integration.room_visitor import Visitor, room_of_tests
from tests.integration.running_stack import Stack


async def test_two_people_see_one_timeline(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        answer = await ann.plays(base=1)
        told = await bo.hears("playback")
        assert told["timeline"] == answer["timeline"]
        assert "ref" not in told
        late = Visitor(await room.knocks(await room.ticket("102")), "102")
        welcome = await late.hello()
        assert welcome["state"]["timeline"] == answer["timeline"]
        assert welcome["roster"]["total"] == 3


async def test_of_two_who_set_playback_on_one_base_one_wins(stack: Stack) -> None:
    async with room_of_tests(stack, control_mode="everyone") as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        for base in range(1, 11):
            answers = await asyncio.gather(ann.plays(base, position=1), bo.plays(base, position=2))
            assert sorted(answer["type"] for answer in answers) == ["playback", "rejected"]
            (lost,) = (answer for answer in answers if answer["type"] == "rejected")
            (won,) = (answer for answer in answers if answer["type"] == "playback")
            assert lost["reason"] == "stale"
            assert lost["current"]["timeline"] == won["timeline"]
            assert won["timeline"]["revision"] == base + 1


async def test_the_host_closes_the_window_and_exactly_one_succeeds(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo, cy = await room.comes("100"), await room.comes("101"), await room.comes("102")
        await ann.socket.close()
        left = await bo.hears("host")
        assert left["reason"] == "left"
        early = await bo.asks("host.claim")
        assert early["reason"] == "host_is_here"
        await asyncio.sleep(max(0.0, left["host"]["lease_until_ms"] / 1000 - time.time()) + 0.1)
        answers = await asyncio.gather(bo.asks("host.claim"), cy.asks("host.claim"))
        assert sorted(answer["type"] for answer in answers) == ["host", "rejected"]


async def test_a_new_socket_is_opened_before_the_old_one_is_closed_and_nobody_notices(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        again = await room.comes("100")
        await ann.socket.close()
        answer = await again.plays(base=1)
        assert answer["type"] == "playback"
        heard = await bo.hears("playback", "host")
        assert heard["type"] == "playback", "a host who is here over another socket has not left"


async def test_who_vanished_without_a_word_is_found_at_the_next_change(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo, cy = await room.comes("100"), await room.comes("101"), await room.comes("102")
        stack.order_fault(target="socket", match="$disconnect", kind="drop")
        await bo.socket.close()
        await asyncio.sleep(0.3)
        assert (await ann.plays(base=1))["type"] == "playback"
        await cy.hears("playback")
        stored = await room.parts.store.find(room.room_id)
        assert stored is not None
        assert set(stored.connections) == {ann.connection_id, cy.connection_id}


async def test_what_a_network_loses_is_made_up_for_by_the_next_report(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        stack.order_fault(target="socket", match="out:101", kind="drop", value=1.0)
        answer = await ann.plays(base=1)
        stack.lift_faults()
        assert (await bo.reports(revision=1))["state"]["timeline"] == answer["timeline"]


async def test_messages_that_overtake_each_other_leave_everybody_with_the_newest(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        stack.order_fault(target="socket", match="out:101", kind="reorder", value=0.5)
        for base in range(1, 9):
            assert (await ann.plays(base))["type"] == "playback"
        heard = [(await bo.hears("playback"))["timeline"]["revision"] for _ in range(8)]
        assert sorted(heard) == list(range(2, 10))


async def test_a_throttled_post_is_tried_again(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        stack.order_fault(target="socket", match="out:101", kind="throttle", value=1.0, times=1)
        await ann.plays(base=1)
        assert (await bo.hears("playback"))["timeline"]["revision"] == 2


async def test_closing_the_room_says_goodbye_and_hangs_up(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ann, bo = await room.comes("100"), await room.comes("101")
        assert await ann.asks("room.close") == {"type": "goodbye", "reason": "closed"}
        assert (await bo.hears("goodbye"))["reason"] == "closed"
        assert await bo.is_hung_up_on() == 1000
        again = Visitor(await room.knocks(await room.ticket("101")), "101")
        assert (await again.hello())["reason"] == "closed"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ticket", [None, "", "made-up", "x" * 32])
async def test_without_a_good_ticket_nobody_comes_in(stack: Stack, ticket: str | None) -> None:
    async with room_of_tests(stack) as room:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await room.knocks(ticket)
        # The gateway itself refuses who brings none, the authorizer who brings a wrong one.
        assert refused.value.status == (403 if ticket else 401)


async def test_a_used_ticket_lets_nobody_in(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ticket = await room.ticket("100")
        await room.knocks(ticket)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await room.knocks(ticket)
        assert refused.value.status == 403


async def test_binary_and_oversize_frames_and_floods_end_the_connection(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        binary, large, flood = await room.comes("100"), await room.comes("101"), await room.comes("102")
        await binary.socket.send_bytes(b"\x00")
        assert await binary.is_hung_up_on() == 1003
        await large.socket.send_str('{"type":"' + "x" * 9_000 + '"}')
        assert (await large.hears("error"))["code"] == "too_large"
        await large.socket.send_str("x" * 40_000)
        assert await large.is_hung_up_on() == 1009
        for _ in range(400):
            await flood.socket.send_json({"type": "clock", "c0": 1})
        assert (await flood.hears("error"))["code"] == "too_many"
        assert await flood.is_hung_up_on() == 1000


async def test_before_hello_there_is_nothing_to_control(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        await room.comes("100")
        stranger = Visitor(await room.knocks(await room.ticket("101", Level.ADMIN)), "101")
        assert (await stranger.plays(base=1))["code"] == "not_in_room"


async def test_no_log_holds_a_ticket(stack: Stack) -> None:
    async with room_of_tests(stack) as room:
        ticket = await room.ticket("100")
        await room.knocks(ticket)
        for log in stack.folder.glob("logs/**/*"):
            if log.is_file():
                assert ticket not in log.read_text(encoding="utf-8", errors="replace"), log.name
