"""What tests of quiet hours begin with."""

from datetime import datetime, timedelta

import pytest

from tests.unit.domain.notifications.nights import BERLIN, nights
from tests.unit.domain.stage import Stage


@pytest.fixture
async def night(stage: Stage) -> Stage:
    """It is eleven in the evening, and seven in the morning is eight hours away."""
    await stage.set(nights())
    local = datetime.fromtimestamp(stage.clock.seconds, BERLIN)
    eleven = local.replace(hour=23, minute=0, second=0, microsecond=0)
    while eleven.utcoffset() != (eleven + timedelta(hours=8)).utcoffset():
        eleven += timedelta(days=1)
    stage.clock.seconds = eleven.timestamp()
    return stage
