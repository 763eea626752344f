"""Ctrl-C at a question is an answer: nothing that is typed afterwards agrees to anything."""

import os
import signal
import subprocess
import sys

from infra.deploying.variables import REPOSITORY

ASKING = """\
import asyncio
from infra.deploying.__main__ import _typed

async def apply():
    print("asking", flush=True)
    print("answered", _typed("Apply what is shown above? [y/N] "), flush=True)

try:
    asyncio.run(apply())
except KeyboardInterrupt:
    print("stopped")
"""


def test_ctrl_c_at_a_question_stops_whatever_is_typed_then() -> None:
    asked = subprocess.Popen(
        [sys.executable, "-c", ASKING],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": "functions:."},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert asked.stdout is not None
    shown = asked.stdout.readline()
    # The question has no end of line: until it is seen, nobody waits for its answer.
    while not shown.endswith("[y/N] "):
        shown += asked.stdout.read(1)
    asked.send_signal(signal.SIGINT)
    rest, _ = asked.communicate("y\n", timeout=10)
    assert rest.strip() == "stopped"
