"""The local stack as the benchmark runs it: on ports of its own, with the Activity that was built for it.

`python -m tests.bench_sync.bench_stack --port-offset N --state-directory D --activity A --where W` runs until it is
told to stop.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_stack.places import REPOSITORY, Places
from local_stack.stack import LocalStack, Sources
from tests.bench_sync.entrances import SETTINGS_OF, WHERE
from tests.integration.running_stack import Stack, stop_stack

_SETTINGS = {"LOG_LEVEL": "WARNING"}
_START_SECONDS = 90.0


class StackDidNotStart(Exception):
    """The message shows what it said."""


@contextmanager
def running_stack(port_offset: int, folder: Path, activity: Path, where: str) -> Iterator[Stack]:
    """Start it in a process of its own, as its work must not hold up our networks; `where` is one of `WHERE`.

    Raises:
        StackDidNotStart: it ended, or was not ready in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    description = folder / "stack.json"
    description.unlink(missing_ok=True)
    output = folder / "output.txt"
    # A developer's real credentials must not reach it.
    environment = {name: value for name, value in os.environ.items() if not re.match("DISCORD_|KALTURA_|CONFIG_", name)}
    arguments = ["--port-offset", str(port_offset), "--state-directory", str(folder), "--activity", str(activity)]
    arguments += ["--where", where]
    with output.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench_sync.bench_stack", *arguments],
            cwd=REPOSITORY,
            env={**environment, "PYTHONPATH": "functions:."},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + _START_SECONDS
        while not description.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise StackDidNotStart(output.read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)
        yield Stack(json.loads(description.read_text(encoding="utf-8")), process.pid, folder)
    finally:
        if process.poll() is None:
            stop_stack(process)


def main() -> None:
    """Run the stack until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_sync.bench_stack", description=__doc__)
    parser.add_argument("--port-offset", type=int, required=True)
    parser.add_argument("--state-directory", type=Path, required=True)
    parser.add_argument("--activity", type=Path, required=True)
    parser.add_argument("--where", choices=WHERE, required=True)
    asyncio.run(_run(parser.parse_args()))


async def _run(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    places = Places(arguments.port_offset, arguments.state_directory)
    sources = Sources(activity=arguments.activity)
    settings = {**_SETTINGS, **SETTINGS_OF[arguments.where]}
    async with LocalStack(places, sources=sources, extra_environment=settings):
        await stop.wait()


if __name__ == "__main__":
    main()
