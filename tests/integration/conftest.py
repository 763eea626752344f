import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.running_stack import Stack, start_stack, stop_stack

# Each of the processes that share the tests has a stack of its own.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORT_OFFSET = 21000 + 200 * _WORKER


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all integration tests: it takes seconds to start, and tests keep apart by title."""
    directory: Path = tmp_path_factory.mktemp("stack")
    process, stack = start_stack(PORT_OFFSET, directory)
    stack.have_the_school_greeted()
    yield stack
    stack.http.close()
    assert stop_stack(process) == 0


@pytest.fixture
def stack(running: Stack) -> Iterator[Stack]:
    """The running stack, without faults, and with nobody near a limit."""
    running.lift_faults()
    running.forget_limits()
    yield running
    running.lift_faults()
