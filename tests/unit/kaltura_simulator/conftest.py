"""The fixtures of the simulated Kaltura's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura, running_kaltura


@pytest.fixture
async def kaltura() -> AsyncIterator[RunningKaltura]:
    async with running_kaltura() as running:
        yield running
