"""What a fresh `interactions` imports before it answers: each module is paid for by somebody who waits."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.measuring import function_environment
from tests.bench.signed_events import DEFERRED_MESSAGE, MESSAGE, PONG, command, ping, start_command

Event = dict[str, Any]

SLOW = ("boto3", "botocore", "httpx", "pydantic", "cryptography", "jwt", "zoneinfo", "dateparser")

# Rooms of our own that the first answer has nothing to do with, and modules that only somebody else's answer needs.
OF_OTHERS = (
    "kaltura_discord.audit.log",
    "kaltura_discord.audit.models",
    "kaltura_discord.events",
    "kaltura_discord.kaltura",
    "kaltura_discord.notifications",
    "kaltura_discord.watch",
    "kaltura_discord.meetings.models",
    "kaltura_discord.meetings.card",
    "kaltura_discord.commands.onboarding.greeting_store",
    "kaltura_discord.commands.schedule",
    "kaltura_discord.commands.start",
    "kaltura_discord.commands.video_search",
    "kaltura_discord.discord.rest",
)

# The table is in memory; everything else is as in AWS.
PROBE = """
import json, sys
from tests.bench.peers.ours_in_memory import answer
response = answer(json.load(sys.stdin))
print(json.dumps({"body": json.loads(response["body"]), "modules": sorted(sys.modules)}))
"""


def imported_for(event: Event, answer_type: int) -> list[str]:
    """The modules of a fresh process that has answered `event`."""
    environment = {**function_environment("http://127.0.0.1:9"), "LOG_LEVEL": "CRITICAL"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], input=json.dumps(event), env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["body"]["type"] == answer_type
    modules: list[str] = told["modules"]
    return modules


@pytest.mark.parametrize(
    ("event", "answer_type"), [(ping, PONG), (start_command, DEFERRED_MESSAGE)], ids=["a PING", "a deferred command"]
)
def test_it_imports_what_it_takes_to_acknowledge_and_nothing_else(event: Callable[[], Event], answer_type: int) -> None:
    modules = set(imported_for(event(), answer_type))
    assert "kaltura_discord.commands.dispatch" in modules
    assert modules.isdisjoint({*SLOW, *OF_OTHERS})


def test_a_command_that_is_answered_at_once_brings_its_own_modules_and_no_others() -> None:
    modules = set(imported_for(command("kaltura-list"), MESSAGE))
    assert "kaltura_discord.commands.list_meetings" in modules
    assert modules.isdisjoint({*SLOW, "kaltura_discord.commands.start", "kaltura_discord.meetings.card_board"})
