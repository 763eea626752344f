"""`python -m local_stack`: start the whole cloud on this machine, and stop it with Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local_stack.embedded_aws.json_api import AwsRefused
from local_stack.embedded_aws.ministack import EmbeddedAwsFailed
from local_stack.gateway.env_file import Choice, CredentialsIncomplete, choose, portal_instructions, read_env_file
from local_stack.gateway.manifest import ManifestInvalid
from local_stack.gateway.operator_steps import OperatorStepFailed
from local_stack.gateway.ports import PortTaken
from local_stack.places import REPOSITORY, Places
from local_stack.stack import ALL_SIMULATED, FunctionsBroken, LocalStack

_TOLD_IN_ONE_SENTENCE = (
    PortTaken,
    EmbeddedAwsFailed,
    FunctionsBroken,
    OperatorStepFailed,
    CredentialsIncomplete,
    ManifestInvalid,
    AwsRefused,
)


def main() -> int:
    """Run until stopped; 0 after Ctrl-C or SIGTERM, 1 when something failed."""
    arguments = _arguments()
    try:
        return asyncio.run(_run(arguments))
    except _TOLD_IN_ONE_SENTENCE as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local_stack", description=__doc__)
    parser.add_argument("--port-offset", type=int, default=0, help="added to every port, to run a second stack")
    parser.add_argument("--state-directory", type=Path, default=None, help="for stack.json and logs; default .local")
    parser.add_argument("--simulated", action="store_true", help="use no real service, whatever .env says")
    parser.add_argument("--quiet", action="store_true", help="say nothing unless something fails")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    starting = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _ask_to_stop, stop, starting)
    places = _places(arguments)
    choice = ALL_SIMULATED if arguments.simulated else choose(read_env_file(REPOSITORY / ".env"))
    say = _silence if arguments.quiet else _say
    began = time.monotonic()
    say(f"Starting Kaltura for Discord: {_what(choice)} ...")
    try:
        async with LocalStack(places, choice, extra_environment=_settings_of_the_shell()) as stack:
            say(_welcome(places, choice, time.monotonic() - began))
            return await _until_the_end(stack, say)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        say("Stopped before it was ready.")
        return 0


def _ask_to_stop(stop: asyncio.Event, starting: "asyncio.Task[int] | None") -> None:
    """The first signal ends the stack in order; while it is still starting, the start is given up."""
    if not stop.is_set():
        stop.set()
        if starting is not None:
            starting.cancel()


async def _until_the_end(stack: LocalStack, say: Callable[[str], None]) -> int:
    """Wait for a signal (which cancels this) or for a child that dies."""
    try:
        error = await stack.failure()
    except asyncio.CancelledError:
        say("\nStopping ...")
        return 0
    print(f"\n{error}", file=sys.stderr)
    return 1


def _places(arguments: argparse.Namespace) -> Places:
    if arguments.state_directory is None:
        return Places(port_offset=arguments.port_offset)
    return Places(port_offset=arguments.port_offset, state_directory=arguments.state_directory.resolve())


def _settings_of_the_shell() -> dict[str, str]:
    """`CONFIG__MEETINGS__AUTO_END_HOURS=1 make run` works, and so does LOG_LEVEL."""
    return {name: value for name, value in os.environ.items() if name.startswith("CONFIG__") or name == "LOG_LEVEL"}


def _what(choice: Choice) -> str:
    discord = "the real Discord" if choice.real_discord else "a simulated Discord"
    kaltura = "the real Kaltura" if choice.real_kaltura else "a simulated Kaltura"
    return f"{discord}, {kaltura}, a local AWS"


def _welcome(places: Places, choice: Choice, seconds: float) -> str:
    lines = [f"Ready in {seconds:.1f} s.", ""]
    if not choice.real_discord:
        lines.append(f"  Discord        {places.discord_page_url}   pick a person, type /")
    if not choice.real_kaltura:
        lines.append(f"  Kaltura        {places.kaltura_url}/                rooms, who came in, videos")
    lines.append(f"  The Activity   {places.base_url}/")
    if places.port_offset and not choice.real_discord:
        # Discord's SDK takes no other for its parent.
        lines.append("                 Watch Together inside Discord needs port 3333: docs/local-stack.md")
    lines.append(f"  Logs           {places.state_directory / 'logs'}")
    instructions = portal_instructions(choice)
    if instructions:
        lines += ["", *(f"  {line}" for line in instructions)]
    lines += ["", "Ctrl-C stops everything."]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, flush=True)


def _silence(_text: str) -> None:
    return


if __name__ == "__main__":
    sys.exit(main())
