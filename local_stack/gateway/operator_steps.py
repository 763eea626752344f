"""What an operator would do once after a deployment, done at every start for the simulated Discord.

Allow the servers of the simulated world, each with its own part of the Kaltura library, register the commands, and have
the simulated Kaltura notify us.
The commands are the operator's own (`infra.operations`), in processes of their own; they run side by side.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local_stack.places import REPOSITORY

STEP_SECONDS = 30.0


class OperatorStepFailed(Exception):
    """A command did not do its work; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class OperatorStep:
    """One `python -m ...`; `purpose` is for people."""

    purpose: str
    arguments: tuple[str, ...]


def allow_server(guild_id: str, name: str, category_ids: Sequence[int]) -> OperatorStep:
    """`make allow-server` for one simulated server."""
    arguments = ["infra.operations.allow_server", "--guild", guild_id]
    if category_ids:
        arguments += ["--categories", ",".join(str(category) for category in category_ids)]
    return OperatorStep(f"allow the server {name}", tuple(arguments))


def register_commands() -> OperatorStep:
    """`make register-commands`."""
    return OperatorStep("register the commands", ("infra.operations.register_commands", "--yes"))


def register_webhooks() -> OperatorStep:
    """`make register-webhooks`."""
    return OperatorStep("register the webhooks", ("infra.operations.register_webhooks", "--yes"))


async def run_steps(steps: Sequence[OperatorStep], environment: Mapping[str, str]) -> None:
    """Run the steps side by side.

    Raises:
        OperatorStepFailed: at least one failed; the others were run nevertheless.
    """
    complaints = await asyncio.gather(*(_run(step, environment) for step in steps))
    failed = [complaint for complaint in complaints if complaint is not None]
    if failed:
        raise OperatorStepFailed("\n".join(failed))


async def _run(step: OperatorStep, environment: Mapping[str, str]) -> str | None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *step.arguments,
        cwd=REPOSITORY,
        env={
            **environment,
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{REPOSITORY / 'functions'}{os.pathsep}{REPOSITORY}",
            "LANG": "en_US.UTF-8",
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(STEP_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        await _end(process)
        return f"Could not {step.purpose}: it took longer than {STEP_SECONDS:.0f} s."
    except asyncio.CancelledError:
        await _end(process)
        raise
    if process.returncode == 0:
        return None
    return f"Could not {step.purpose}:\n{output.decode('utf-8', 'replace').rstrip()}"


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
