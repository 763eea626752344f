"""What an operator does once, done at the start."""

import pytest

from local_stack.gateway.operator_steps import (
    OperatorStep,
    OperatorStepFailed,
    allow_server,
    register_commands,
    register_webhooks,
    run_steps,
)


def test_servers_are_allowed_with_their_categories() -> None:
    step = allow_server("123", "Riverside School", (101, 102))
    assert step.arguments == ("infra.operations.allow_server", "--guild", "123", "--categories", "101,102")
    assert register_commands().arguments == ("infra.operations.register_commands", "--yes")
    assert register_webhooks().arguments == ("infra.operations.register_webhooks", "--yes")


async def test_steps_that_succeed_are_silent() -> None:
    await run_steps([OperatorStep("print this", ("this",))], {})


async def test_a_failing_step_is_told_with_its_own_words() -> None:
    steps = [
        OperatorStep("do the impossible", ("no_such_module",)),
        OperatorStep("print this", ("this",)),
    ]
    with pytest.raises(OperatorStepFailed, match=r"(?s)Could not do the impossible.*no_such_module"):
        await run_steps(steps, {})
