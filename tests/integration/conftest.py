import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.running_stack import Stack, start_stack, stop_stack

# Each of the processes that share the tests has a stack of its own.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORT_OFFSET = 21000 + 200 * _WORKER

# What waits for leases, for what processes remember and for deadlines, the longest first: what begins last must be
# short, or one process waits while the other has nothing to do.
# `test_what_a_server_is_told.py` waits until no worker has anything in hand, and workers that other tests kill keep
# what they had for six minutes; so it comes before those.
_LONG = (
    "test_what_a_server_is_told.py",
    "test_under_pressure.py",
    "test_content_given_and_taken.py",
    "test_rooms_through_the_gateway.py",
    "test_when_kaltura_is_unwell.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first; `--no-loadscope-reorder` has xdist keep to it."""
    items.sort(key=lambda item: _LONG.index(item.path.name) if item.path.name in _LONG else len(_LONG))


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
