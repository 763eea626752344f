"""`python -m local_stack.discord`: the simulated Discord alone, for work on its page.

python -m local_stack.discord --demo --port 23333
python -m local_stack.discord --interactions-url http://127.0.0.1:3333/discord/interactions
"""

import argparse
import sys
from pathlib import Path

from aiohttp import web

from local_stack.discord.demo import tell_demo
from local_stack.discord.server import create_discord_app
from local_stack.discord.world import DiscordWorld
from local_stack.faults import FaultTable

PAGE_DIRECTORY = Path(__file__).resolve().parent / "client_page" / "dist"


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local_stack.discord", description="The simulated Discord, alone.")
    parser.add_argument("--interactions-url", default="http://127.0.0.1:3333/discord/interactions")
    parser.add_argument("--port", type=int, default=23333)
    parser.add_argument("--demo", action="store_true", help="fill #general with one message of each kind")
    arguments = parser.parse_args()
    world = DiscordWorld.seeded()
    world.cdn_url = f"http://localhost:{arguments.port}/discord-sim/cdn"
    if arguments.demo:
        tell_demo(world)
    outer = web.Application()
    outer.add_subapp(
        "/discord-sim", create_discord_app(world, FaultTable(), arguments.interactions_url, PAGE_DIRECTORY)
    )
    sys.stdout.write(f"http://localhost:{arguments.port}/discord-sim/  (public key {world.public_key})\n")
    sys.stdout.flush()
    web.run_app(outer, host="127.0.0.1", port=arguments.port, print=None)


if __name__ == "__main__":
    main()
