"""`make bench-sync`: real players in one room, under set networks; Watch Together beside its peers' algorithms.

Every viewer is a Chromium with Kaltura's player. Ours have the Activity in the simulated Discord, or in browser tabs,
and go through the whole local stack, the peers through servers of their own; all through networks that take as long as
a profile says. Drift is read off the media clocks against one wall clock. A target that is missed is printed as missed;
only what could not be measured at all ends with an error.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from local_stack.places import REPOSITORY, Places
from tests.bench.report import summary
from tests.bench_sync.bench_stack import StackDidNotStart, running_stack
from tests.bench_sync.effort import FULL, QUICK, Effort, Plan
from tests.bench_sync.entrances import WHERE, make_entrance
from tests.bench_sync.film import Film, longest_film
from tests.bench_sync.findings import Findings
from tests.bench_sync.peer_relay import peer_relay
from tests.bench_sync.peer_servers.all_peers import PEERS
from tests.bench_sync.peer_system import PeerSystem
from tests.bench_sync.profiles import HOME, PROFILES, NetworkProfile
from tests.bench_sync.scenario import Scenario
from tests.bench_sync.systems import CouldNotEnter, System
from tests.bench_sync.tables import comparison, details
from tests.bench_sync.targets import initial_script_kilobytes, verdicts
from tests.bench_sync.viewers import Viewer, viewers
from tests.bench_sync.watch_together import WatchTogether
from tests.browser.chromium import FRONT_PORT, find_chromium
from tests.integration.running_stack import Stack

_PORT_OFFSET = 26_000
_WORK = REPOSITORY / ".local" / "bench_sync"
_RESULTS = REPOSITORY / ".local" / "bench" / "sync.json"
_PLACES = {"discord": "Discord", "tab": "browser tabs"}
_DEPLOYED = REPOSITORY / "activity_client" / "dist"


def main() -> int:
    """Measure and print; the exit status."""
    options = _options()
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium: `make browser` installs one.", file=sys.stderr)
        return 1
    load = os.getloadavg()[0]
    ours = _PLACES[options.where]
    print(f"{options.players} players, ours in {ours}; {os.cpu_count()} processors, load {load:.2f}.", flush=True)
    if load > 1:
        print("The machine is busy with other things: players that wait for a processor drift. Better try again later.")
    began = time.time()
    try:
        with running_stack(_PORT_OFFSET, _WORK / "stack", _WORK / "activity", options.where) as stack:
            findings, failures = asyncio.run(_measure(options, stack, chromium))
    except StackDidNotStart as failed:
        print(f"The local stack did not start:\n{failed}", file=sys.stderr)
        return 1
    _show(findings)
    _keep(findings, began, options)
    for failure in failures:
        print(f"\nCould not be measured: {failure}", file=sys.stderr)
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench_sync", description=__doc__)
    parser.add_argument("--players", type=int, default=4, help="how many watch, without the guest who joins")
    parser.add_argument("--where", choices=WHERE, default=WHERE[0], help="in Discord, or in browser tabs by link")
    parser.add_argument("--profiles", default=",".join(PROFILES), help="networks: some of none,home,far")
    parser.add_argument("--peers", default=",".join(PEERS), help="peers, or an empty word for none")
    parser.add_argument("--peer-profiles", default="none", help="the networks of the peers")
    parser.add_argument("--full", action="store_true", help="half an hour steady, many trials: about two hours")
    return parser.parse_args()


async def _measure(options: argparse.Namespace, stack: Stack, chromium: str) -> tuple[list[Findings], list[str]]:
    """All systems on all networks, one after the other: the machine is theirs alone."""
    film = longest_film(stack)
    plan: Plan = FULL if options.full else QUICK
    findings: list[Findings] = []
    failures: list[str] = []
    async with _stage(options.players, chromium) as (everybody, relay_port):
        systems = _order(options, plan, WatchTogether(make_entrance(options.where, stack, film)), relay_port, film)
        for room, (system, profile, effort) in enumerate(systems):
            print(f"  {system.title}, one way {profile.one_way} ...", flush=True)
            scenario = Scenario(system, everybody[:-1], everybody[-1], profile, effort, room)
            try:
                findings.append(await scenario.run())
            except (CouldNotEnter, PlaywrightError) as failed:
                failures.append(f"{system.title}, one way {profile.one_way}: {failed}")
    return findings, failures


def _order(
    options: argparse.Namespace, plan: Plan, ours: System, relay_port: int, film: Film
) -> list[tuple[System, NetworkProfile, Effort]]:
    mine = [(ours, PROFILES[name], plan.main if name == HOME.name else plan.other) for name in _words(options.profiles)]
    theirs: list[tuple[System, NetworkProfile, Effort]] = [
        (PeerSystem(PEERS[peer], relay_port, film), PROFILES[name], plan.peer)
        for name in _words(options.peer_profiles)
        for peer in _words(options.peers)
    ]
    return [*mine, *theirs]


def _words(listed: str) -> list[str]:
    return [word for word in listed.replace(",", " ").split() if word]


@asynccontextmanager
async def _stage(players: int, chromium: str) -> AsyncIterator[tuple[list[Viewer], int]]:
    """The viewers, the guest last, and the port of the peers' servers."""
    places = Places(_PORT_OFFSET)
    names = [f"viewer {number + 1}" for number in range(players)] + ["the guest"]
    pages = _WORK / "pages"
    sampler = _script(pages / "sampler.js")
    async with peer_relay(pages) as relay_port, async_playwright() as playwright:
        ports = (places.front_port, places.kaltura_port, places.media_port, relay_port)
        # Discord and its calls are not what is measured, nor what is cut.
        discord = {f"localhost:{FRONT_PORT}": places.front_port}
        async with viewers(playwright, chromium, names, ports, sampler, discord) as everybody:
            yield everybody, relay_port


def _script(file: Path) -> str:
    return f"(() => {{ {file.read_text(encoding='utf-8')} }})();"


def _show(findings: Sequence[Findings]) -> None:
    ours = [one for one in findings if one.system not in PEERS]
    print("\n".join(comparison(findings)))
    if ours:
        print("\n".join(details(ours)))
        print("\n".join(summary(verdicts(ours, initial_script_kilobytes(_DEPLOYED)))))


def _keep(findings: Sequence[Findings], began: float, options: argparse.Namespace) -> None:
    _RESULTS.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began),
        "players": options.players,
        "where": options.where,
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
        "runs": [one.summary() for one in findings],
    }
    _RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(f"\nAll figures are in {_RESULTS.relative_to(REPOSITORY)}.")


if __name__ == "__main__":
    sys.exit(main())
