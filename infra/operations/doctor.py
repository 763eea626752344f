"""`make doctor`: look whether Discord, Kaltura and AWS are set up right. Only reads, and never shows a secret.

For people; exit status 1 where something will not work:   make doctor
The same for programs, or of another file than `.env`:

PYTHONPATH=functions .venv/bin/python -m infra.operations.doctor --json
PYTHONPATH=functions .venv/bin/python -m infra.operations.doctor --env-file production.env
"""

import argparse
import asyncio
import io
import logging
import os
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infra.operations.environment import (
    ENVIRONMENT_FILE,
    STACK_FILE,
    operator_environment,
    unreadable_lines,
    written_settings,
)
from infra.operations.examination.aws import environment_with_secrets, examine_aws
from infra.operations.examination.clock import Clock
from infra.operations.examination.discord import examine_discord
from infra.operations.examination.kaltura import examine_kaltura
from infra.operations.examination.observations import Group, Observation, any_failed
from infra.operations.examination.report import as_json, as_text, without_secrets
from infra.operations.examination.settings import examine_settings
from kaltura_discord.resilience.deadline import Deadline

# Everything together stays under half a minute: the secrets first, then the three side by side.
_PATIENCE_SECONDS = 14.0
# What is given beyond that to whoever keeps a deadline of their own.
_GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the settings come from."""

    environment_file: Path = ENVIRONMENT_FILE
    stack_file: Path = STACK_FILE
    process: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)


async def examine(surroundings: Surroundings, patience_seconds: float = _PATIENCE_SECONDS) -> list[Group]:
    """Look at everything; what was seen, without secrets."""
    file = surroundings.environment_file
    try:
        written = written_settings(file, surroundings.process)
        lost_lines = unreadable_lines(file)
    except UnicodeDecodeError:
        return [Group("Settings", (Observation(".env", "failed", "It is not UTF-8 text.", "Save it as UTF-8."),))]
    environment = operator_environment(file, surroundings.process, surroundings.stack_file)
    environment, trouble = await environment_with_secrets(environment)
    # The address of a stack that runs here is none that Discord reaches; only what a person set counts.
    set_by_person = {**environment, "PUBLIC_BASE_URL": written.get("PUBLIC_BASE_URL", "")}
    seen = [*_about_file(file), *trouble, *examine_settings(set_by_person, lost_lines)]
    deadline = Deadline.after(patience_seconds)
    clock = Clock()
    async with httpx.AsyncClient(event_hooks={"response": [clock.notice]}) as http:
        services = await asyncio.gather(
            _group("Discord", deadline, examine_discord(set_by_person, http, deadline)),
            _group("Kaltura", deadline, examine_kaltura(environment, deadline)),
            _group("AWS", deadline, examine_aws(environment)),
        )
    return without_secrets([Group("Settings", (*seen, *clock.seen())), *services], environment)


def _about_file(file: Path) -> list[Observation]:
    if file.exists():
        return []
    advice = "cp .env.example .env, and fill it in. (make run needs none: it simulates what is not set.)"
    return [Observation(".env", "note", "There is no such file.", advice)]


async def _group(title: str, deadline: Deadline, examination: Coroutine[None, None, list[Observation]]) -> Group:
    """One group; when its examination breaks, the others still tell theirs."""
    try:
        async with asyncio.timeout(deadline.remaining_seconds() + _GRACE_SECONDS):
            return Group(title, tuple(await examination))
    except TimeoutError:
        sentence = "There was no time to look at it to the end."
        return Group(title, (Observation("time", "failed", sentence, "Check the network, and try again."),))
    except Exception as error:
        # The message could hold anything, so only the kind of error is told.
        sentence = f"It could not be looked at ({type(error).__name__})."
        return Group(title, (Observation("doctor", "failed", sentence, "Correct what is wrong above, and try again."),))


def main() -> int:
    """Run the command; the exit status."""
    arguments = _arguments()
    # What the clients log about failures is said in the report, once.
    logging.getLogger().addHandler(logging.NullHandler())
    groups = asyncio.run(examine(Surroundings(arguments.env_file)))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without the signs shows question marks; the words beside them remain.
        sys.stdout.reconfigure(errors="replace")
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(as_json(groups) if arguments.json else as_text(groups, coloured=coloured))
    return 1 if any_failed(groups) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="doctor", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--env-file", type=Path, default=ENVIRONMENT_FILE, help="another file than .env")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
