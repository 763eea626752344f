"""Patience, the breaker, and how many calls there are at once: what a call meets on its way."""

import asyncio

import httpx
import pytest

from kaltura_discord.kaltura.answers import Answer
from kaltura_discord.kaltura.errors import KalturaCircuitOpen, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.wire import Limits
from kaltura_discord.resilience.circuit_breaker import CircuitBreaker
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception

ENTRY = {"objectType": "KalturaMediaEntry", "id": "1_abcd1234"}


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


async def get(kaltura: ScriptedKaltura, transport: KalturaTransport, *, repeatable: bool = True) -> Answer:
    return await transport.call(
        "baseentry", "get", {"entryId": "1_abcd1234"}, deadline=kaltura.clock.deadline(60), repeatable=repeatable
    )


async def test_one_that_answers_after_30_seconds_is_not_waited_for(kaltura: ScriptedKaltura) -> None:
    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(30)
            return httpx.Response(200, json=ENTRY)

    transport = KalturaTransport(
        kaltura.transport().account,
        kaltura.transport().addresses,
        limits=Limits(try_seconds=0.05),
        http_transport=Slow(),
        clock=kaltura.clock.monotonic,
    )
    async with asyncio.timeout(5), transport:
        with pytest.raises(KalturaUnavailable) as caught:
            await get(kaltura, transport, repeatable=False)
    assert caught.value.code == "TIMEOUT"
    assert not caught.value.retry_safe


async def test_nothing_is_asked_after_the_deadline(kaltura: ScriptedKaltura) -> None:
    async with kaltura.transport() as transport:
        with pytest.raises(KalturaUnavailable) as caught:
            await transport.call("system", "ping", {}, deadline=kaltura.clock.deadline(0), repeatable=True)
    assert caught.value.code == "DEADLINE"
    assert caught.value.retry_safe
    assert kaltura.calls == []


async def test_after_five_failures_in_a_row_kaltura_is_left_alone_for_a_while(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", lambda _: httpx.Response(503))
    async with kaltura.transport(tries=1) as transport:
        for _ in range(5):
            with pytest.raises(KalturaUnavailable):
                await get(kaltura, transport)
        with pytest.raises(KalturaCircuitOpen) as caught:
            await get(kaltura, transport)
        assert caught.value.retry_after_seconds == 10
        assert len(kaltura.calls) == 5
        kaltura.clock.seconds += 10
        kaltura.on("baseentry.get", ENTRY)
        assert await get(kaltura, transport) == ENTRY


async def test_refusals_do_not_open_the_breaker(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", api_exception("ENTRY_ID_NOT_FOUND"))
    async with kaltura.transport() as transport:
        for _ in range(20):
            with pytest.raises(NotFound):
                await get(kaltura, transport)
    assert len(kaltura.calls) == 20


async def test_time_outs_of_a_caller_in_a_hurry_do_not_open_the_breaker(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", httpx.ReadTimeout("slow"))
    async with kaltura.transport(tries=1) as transport:
        for _ in range(20):
            with pytest.raises(KalturaUnavailable):
                await transport.call("baseentry", "get", {}, deadline=kaltura.clock.deadline(1.5), repeatable=True)
    assert len(kaltura.calls) == 20


async def test_asks_at_most_ten_things_at_once(kaltura: ScriptedKaltura) -> None:
    at_once, most = 0, 0

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.01)
            at_once -= 1
            return httpx.Response(200, json=ENTRY)

    template = kaltura.transport()
    async with KalturaTransport(template.account, template.addresses, http_transport=Counting()) as transport:
        await asyncio.gather(*(get(kaltura, transport) for _ in range(40)))
    assert most == 10


async def test_a_call_that_is_given_up_neither_counts_nor_keeps_its_place(kaltura: ScriptedKaltura) -> None:
    class Stuck(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    template = kaltura.transport()
    breaker = CircuitBreaker(failures_to_open=1)
    stuck = KalturaTransport(template.account, template.addresses, breaker=breaker, http_transport=Stuck())
    async with stuck as transport:
        for _ in range(25):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.005):
                    await get(kaltura, transport)
    assert breaker.state == "closed"


async def test_who_waits_behind_ten_slow_calls_gives_up_at_the_deadline(kaltura: ScriptedKaltura) -> None:
    release = asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await release.wait()
            return httpx.Response(200, json=ENTRY)

    template = kaltura.transport()
    async with KalturaTransport(template.account, template.addresses, http_transport=Slow()) as transport:
        first_ten = [asyncio.create_task(get(kaltura, transport)) for _ in range(10)]
        await asyncio.sleep(0.01)
        with pytest.raises(KalturaUnavailable) as caught:
            await transport.call("system", "ping", {}, deadline=Deadline.after(0.05), repeatable=False)
        release.set()
        assert await asyncio.gather(*first_ten) == [ENTRY] * 10
    assert caught.value.code == "DEADLINE"
    assert caught.value.retry_safe


def test_works_in_one_event_loop_after_another(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", ENTRY)
    transport = kaltura.transport()
    assert asyncio.run(get(kaltura, transport)) == ENTRY
    assert asyncio.run(get(kaltura, transport)) == ENTRY


async def test_when_the_deciding_call_is_given_up_another_one_may_decide(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", lambda _: httpx.Response(503))
    breaker = CircuitBreaker(failures_to_open=1, clock=kaltura.clock.monotonic)
    async with kaltura.transport(tries=1, breaker=breaker) as transport:
        with pytest.raises(KalturaUnavailable):
            await get(kaltura, transport)
        kaltura.clock.seconds += 10
        kaltura.on("baseentry.get", asyncio.CancelledError())
        with pytest.raises(asyncio.CancelledError):
            await get(kaltura, transport)
        kaltura.on("baseentry.get", ENTRY)
        assert await get(kaltura, transport) == ENTRY
