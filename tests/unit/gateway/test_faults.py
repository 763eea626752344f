"""Faults on order: what they match, how often they strike, what they do to an HTTP service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from local_stack.faults import FaultTable, InvalidFault, http_fault_middleware
from local_stack.gateway.throttle import TokenBucket


def table(**wish: Any) -> FaultTable:
    """A table with one fault."""
    made = FaultTable()
    made.order({"target": "discord", "kind": "throttle", **wish})
    return made


def test_a_fault_strikes_its_target_by_any_name_that_matches() -> None:
    faults = table(match="POST /channels/*/messages")
    assert faults.strike("discord", "GET /x", "POST /channels/7/messages")
    assert not faults.strike("discord", "GET /channels/7/messages")
    assert not faults.strike("kaltura", "POST /channels/7/messages")


def test_a_fault_wears_off_after_its_times() -> None:
    faults = table(times=2)
    assert [bool(faults.strike("discord", "x")) for _ in range(3)] == [True, True, False]
    assert faults.faults == []


def test_a_share_strikes_about_that_often_and_the_same_way_every_time() -> None:
    first, second = table(value=0.25), table(value=0.25)
    struck = [bool(first.strike("discord", "x")) for _ in range(1000)]
    assert struck == [bool(second.strike("discord", "x")) for _ in range(1000)]
    assert 200 < sum(struck) < 300


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"target": "moon", "kind": "delay"},
        {"target": "sqs", "kind": "explode"},
        {"target": "sqs", "kind": "drop", "value": 2},
        {"target": "sqs", "kind": "drop", "value": "often"},
        {"target": "sqs", "kind": "delay", "value": -1},
        {"target": "sqs", "kind": "status", "value": 42},
        {"target": "sqs", "kind": "drop", "times": 0},
        {"target": "sqs", "kind": "drop", "times": 1.5},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(InvalidFault):
        FaultTable().order(wish)


class Service:
    """An HTTP service that counts what reached it."""

    def __init__(self) -> None:
        self.faults = FaultTable()
        self.reached = 0
        app = web.Application(middlewares=[http_fault_middleware(self.faults, "discord", self._throttled)])
        app.router.add_route("*", "/thing", self._answer)
        app.router.add_get("/_sim/thing", self._answer)
        self.server = TestServer(app)

    async def _answer(self, _request: web.Request) -> web.Response:
        self.reached += 1
        return web.Response(text="fine")

    def _throttled(self, _request: web.Request) -> web.Response:
        return web.json_response({"retry_after": 1.0}, status=429)

    async def get(self, path: str = "/thing", method: str = "GET") -> tuple[int, bytes]:
        """Status and body."""
        async with aiohttp.ClientSession() as client, client.request(method, self.server.make_url(path)) as response:
            return response.status, await response.read()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A running service."""
    made = Service()
    await made.server.start_server()
    yield made
    await made.server.close()


async def test_an_http_service_fails_as_ordered(service: Service) -> None:
    for kind, value, expected in (("status", 503, 503), ("throttle", 1, 429), ("garbage", 1, 200)):
        service.faults.order({"target": "discord", "match": "GET /thing", "kind": kind, "value": value, "times": 1})
        status, body = await service.get()
        assert status == expected
        assert body != b"fine"
    assert service.reached == 0
    assert await service.get() == (200, b"fine")


async def test_a_cut_comes_before_the_work_and_a_drop_after_it(service: Service) -> None:
    for kind, reached in (("cut", 0), ("drop", 1)):
        service.faults.order({"target": "discord", "kind": kind, "times": 1})
        with pytest.raises(aiohttp.ClientError):
            # A POST: clients repeat a GET by themselves when the connection breaks.
            await service.get(method="POST")
        assert service.reached == reached


async def test_the_tests_own_door_never_fails(service: Service) -> None:
    service.faults.order({"target": "discord", "kind": "cut"})
    assert await service.get("/_sim/thing") == (200, b"fine")


async def test_a_delay_holds_the_answer_back(service: Service) -> None:
    service.faults.order({"target": "discord", "kind": "delay", "value": 300})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(service.get(), 0.15)


@given(
    rate=st.floats(0.5, 100),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 0.5), max_size=200),
)
def test_a_bucket_never_gives_more_than_burst_and_rate_allow(rate: float, burst: int, pauses: list[float]) -> None:
    clock = [0.0]
    bucket = TokenBucket(rate, burst, lambda: clock[0])
    given_out = 0
    for pause in pauses:
        clock[0] += pause
        given_out += bucket.take()
    assert given_out <= burst + rate * clock[0] + 1e-6
