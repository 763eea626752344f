"""In which order new versions are called first, and how often; what with is in `domain/doors/test_first_calls.py`."""

from typing import Any

import pytest

from infra.deploying.aliases import Move
from infra.deploying.first_calls import FirstCalls
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsUnavailable

NAMES = ("housekeeping", "tasks", "notifier", "interactions")
FUNCTIONS = {name: {"name": f"k-{name}"} for name in NAMES}
MOVES = [Move(f"k-{name}", "live", "4", "5") for name in NAMES]

ANSWERS: dict[str, dict[str, Any]] = {
    "k-housekeeping": {"done": {}},
    "k-tasks": {"batchItemFailures": []},
    "k-notifier": {"batchItemFailures": []},
    "k-interactions": {"statusCode": 202},
}


class Lambda:
    """Notes who is called; `failing` does not answer."""

    def __init__(self, failing: str = "") -> None:
        self.called: list[str] = []
        self._failing = failing

    async def invoke(self, function: str, version: str, event: dict[str, Any]) -> dict[str, Any]:
        self.called.append(function)
        if function == self._failing:
            raise AwsUnavailable("Invoke", "ReadTimeoutError")
        return ANSWERS[function]


async def at_once(_: float) -> None:
    """No pause."""


def first_calls(of: Lambda) -> FirstCalls:
    return FirstCalls(of.invoke, "7e" * 32, at_once, lambda _: None)


async def test_what_does_its_work_at_its_first_call_is_called_last() -> None:
    """Housekeeping changes what people have: by then all others have answered."""
    functions = Lambda()
    await first_calls(functions).make(FUNCTIONS, MOVES)
    assert functions.called == ["k-tasks", "k-notifier", "k-interactions", "k-housekeeping"]


@pytest.mark.parametrize("failing", ["k-tasks", "k-notifier", "k-interactions"])
async def test_where_another_fails_it_does_nothing(failing: str) -> None:
    functions = Lambda(failing)
    with pytest.raises(NotDeployable):
        await first_calls(functions).make(FUNCTIONS, MOVES)
    assert "k-housekeeping" not in functions.called
    assert functions.called.count(failing) == 2


async def test_it_is_called_once_as_the_first_may_still_be_at_work() -> None:
    functions = Lambda("k-housekeeping")
    with pytest.raises(NotDeployable, match="k-housekeeping does not work"):
        await first_calls(functions).make(FUNCTIONS, MOVES)
    assert functions.called.count("k-housekeeping") == 1
