"""A clock that is wrong is told, as what is signed with it is refused."""

from email.utils import formatdate

import httpx
import pytest

from infra.operations.examination.clock import Clock
from infra.operations.examination.observations import Observation

NOON = 1_800_000_000.0


async def seen(ours: float, *theirs: float | str) -> list[Observation]:
    clock = Clock(lambda: ours)
    dates = [each if isinstance(each, str) else formatdate(each, usegmt=True) for each in theirs]

    def answer(request: httpx.Request) -> httpx.Response:
        date = dates[int(request.url.path.strip("/"))]
        return httpx.Response(200, headers={"Date": date} if date else {})

    hooks = {"response": [clock.notice]}
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), event_hooks=hooks) as http:
        for number, _ in enumerate(dates):
            await http.get(f"https://discord.example/{number}")
    return clock.seen()


@pytest.mark.parametrize(
    ("ahead", "status", "said"),
    [
        (0, "ok", "has the time of discord.example"),
        (-29, "ok", "has the time"),
        (31, "warning", "31 s ahead of that of discord.example"),
        (-239, "warning", "239 s behind"),
        (240, "failed", "240 s ahead"),
        (-86_400, "failed", "86400 s behind"),
    ],
)
async def test_how_far_it_is_off(ahead: float, status: str, said: str) -> None:
    (clock,) = await seen(NOON + ahead, NOON)
    assert clock.status == status
    assert said in clock.sentence
    assert bool(clock.advice) is (status != "ok")


async def test_where_one_of_the_others_is_wrong_ours_is_right() -> None:
    (clock,) = await seen(NOON, NOON - 10_000, NOON, NOON + 10_000)
    assert clock.status == "ok"


@pytest.mark.parametrize("date", ["", "yesterday"])
async def test_where_nobody_tells_the_time_nothing_is_said(date: str) -> None:
    assert await seen(NOON, date) == []
