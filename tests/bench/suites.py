"""What is measured, against whom, and the targets."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.bench import relay_suite, settings_suite, telling_suite
from tests.bench.measuring import BenchBroken, Figure, Probe, by_turns, number, run_probe
from tests.bench.report import AtLeast, AtMost, Comparison, Table
from tests.bench.signed_events import DEFERRED_MESSAGE, MESSAGE, PONG, Event, help_command, ping, start_command

_PEERS = "tests.bench.peers."
OURS = "ours"
BOTO3_AT_THE_TOP = "ours, with boto3 imported at the top"
BARE = "bare PyNaCl (verify, parse, answer)"
FASTAPI = f"FastAPI {version('fastapi')} + Mangum + discord-interactions"
FLASK = f"flask-discord-interactions {version('flask-discord-interactions')}"
HIKARI = f"hikari {version('hikari')} RESTBot"
BOTO3 = f"boto3 {version('boto3')}"
BOTOCORE = f"botocore {version('botocore')}"

MODULES = {
    OURS: f"{_PEERS}ours",
    BARE: f"{_PEERS}bare_pynacl",
    FASTAPI: f"{_PEERS}fastapi_mangum",
    FLASK: f"{_PEERS}flask_interactions",
    HIKARI: f"{_PEERS}hikari_rest_bot",
}
# The command, and word that the server uses the app (`commands.onboarding.first_use`), once an hour and process.
_MESSAGES_OF_A_FIRST_USE = 2

DOORS = ("interactions", "room_socket", "room_authorizer", "api", "tasks", "housekeeping")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure: rounds in fresh processes, rounds of warm requests, seconds of each of those."""

    fresh_rounds: int
    warm_rounds: int
    warm_seconds: float


THOROUGH = Effort(fresh_rounds=15, warm_rounds=5, warm_seconds=0.8)
QUICK = Effort(fresh_rounds=4, warm_rounds=2, warm_seconds=0.25)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that one run needs: the functions' environment, a folder to write orders in, how much to do."""

    environment: Mapping[str, str]
    folder: Path
    effort: Effort

    def first_ping(self) -> Table:
        """Fresh process: import and first signed PING."""
        figures = self._first_answers(MODULES, ping, PONG)
        return Table(
            "Fresh process: import, and the first signed PING answered",
            figures,
            (
                Comparison("ours / flask-discord-interactions", figures[0], _named(figures, FLASK), AtMost(0.7)),
                Comparison("ours / hikari", figures[0], _named(figures, HIKARI), AtMost(0.3)),
                Comparison("ours / FastAPI", figures[0], _named(figures, FASTAPI)),
                Comparison("ours / bare PyNaCl", figures[0], _named(figures, BARE)),
            ),
        )

    def first_deferred_command(self) -> Table:
        """Fresh process: import and first deferred command, enqueued."""
        modules = {OURS: f"{_PEERS}ours", BOTO3_AT_THE_TOP: f"{_PEERS}ours_with_boto3"}
        before = self._messages_sent()
        figures = self._first_answers(modules, start_command, DEFERRED_MESSAGE)
        runs = (self.effort.fresh_rounds + 1) * len(modules)
        if self._messages_sent() - before != runs * _MESSAGES_OF_A_FIRST_USE:
            raise BenchBroken("not every deferred command was put on the queue")
        return Table(
            "Fresh process: import, and the first deferred command (/kaltura-start) on the queue",
            figures,
            (Comparison("ours / with boto3", figures[0], figures[1], AtMost(0.6)),),
            note=f"The AWS endpoint is on loopback and answers at once. All {runs} commands were found on the queue.",
        )

    def warm_ping(self) -> Table:
        """Warm: signed PINGs a second."""
        figures = self._throughputs({label: (module, ping, PONG) for label, module in MODULES.items()})
        return Table(
            "Warm, one process: signed PINGs",
            figures,
            (
                Comparison("ours / flask-discord-interactions", figures[0], _named(figures, FLASK), AtLeast(1.5)),
                Comparison("ours / hikari", figures[0], _named(figures, HIKARI)),
                Comparison("ours / FastAPI", figures[0], _named(figures, FASTAPI)),
                Comparison("ours / bare PyNaCl", figures[0], _named(figures, BARE)),
            ),
        )

    def warm_inline_command(self) -> Table:
        """Warm: signed inline commands a second."""
        own_ping = "our own PING"
        in_memory = f"{_PEERS}ours_in_memory"
        candidates = {OURS: (in_memory, help_command, MESSAGE), own_ping: (in_memory, ping, PONG)}
        peers = {label: (module, help_command, MESSAGE) for label, module in MODULES.items() if label != OURS}
        figures = self._throughputs({**candidates, **peers})
        return Table(
            "Warm, one process: signed inline commands (/kaltura-help)",
            figures,
            (
                Comparison("ours / our own PING", figures[0], figures[1], AtLeast(0.7)),
                Comparison("ours / flask-discord-interactions", figures[0], _named(figures, FLASK)),
                Comparison("ours / hikari", figures[0], _named(figures, HIKARI)),
                Comparison("ours / FastAPI", figures[0], _named(figures, FASTAPI)),
            ),
            note=(
                "Ours claims the interaction and looks up the server, as always, but in a table in memory: the figure"
                " is the door's, not the network's. Peers answer a fixed text and check nothing but the signature."
            ),
        )

    def aws_calls(self) -> list[Table]:
        """A call to the table or the queue: ours and boto3's."""
        rates = [Figure(OURS, "calls/s", more_is_better=True), Figure(BOTO3, "calls/s", more_is_better=True)]
        costs = [Figure(OURS, "us CPU"), Figure(BOTO3, "us CPU")]
        for _ in range(self.effort.warm_rounds):
            for how, rate, cost in zip(("signed", "boto3"), rates, costs, strict=True):
                measured = self._probe("aws_calls", how, str(self.effort.warm_seconds))
                if not isinstance(measured, dict):
                    raise BenchBroken(f"aws_calls answered {measured!r}")
                rate.samples.append(measured["calls_per_second"])
                cost.samples.append(measured["cpu_microseconds"])
        title = "Calls to AWS, one after the other (GetItem, PutItem, SendMessage; endpoint on loopback)"
        return [
            Table(f"{title}: how many", rates, (Comparison("ours / boto3", rates[0], rates[1]),)),
            Table(f"{title}: processor time of each", costs, (Comparison("ours / boto3", costs[0], costs[1]),)),
        ]

    def signing(self) -> Table:
        """Signing a request to AWS: ours and botocore's."""
        seconds = str(self.effort.warm_seconds / 2)
        candidates = {
            OURS: partial(self._number, "signing", "ours", seconds),
            BOTOCORE: partial(self._number, "signing", "botocore", seconds),
        }
        figures = by_turns(candidates, self.effort.warm_rounds, "us")
        comparison = Comparison("ours / botocore", figures[0], figures[1])
        return Table("Signing one request to AWS (Signature Version 4)", figures, (comparison,))

    def sessions(self) -> Table:
        """Making a Kaltura session."""
        seconds = str(self.effort.warm_seconds / 2)
        label = "one session"
        candidates = {label: partial(self._number, "signing", "session", seconds)}
        figures = by_turns(candidates, self.effort.warm_rounds, "us")
        return Table("Making a Kaltura session (KS) locally", figures, (), limits={label: AtMost(100)})

    def settings(self) -> list[Table]:
        """Looking a server's settings up."""
        return settings_suite.lookups(self.environment, self.effort.warm_rounds, self.effort.warm_seconds / 2)

    def telling(self) -> list[Table]:
        """Telling a server of a video."""
        return telling_suite.messages(self.environment, self.effort.warm_rounds)

    def relay(self) -> list[Table]:
        """Watch Together's relay: posts beside boto3's, and changes in rooms of different sizes."""
        seconds = self.effort.warm_seconds * 2
        changes_a_round = 40 if self.effort.warm_rounds > QUICK.warm_rounds else 12
        return [
            *relay_suite.posts(self.environment, self.effort.warm_rounds, seconds),
            relay_suite.changes(self.environment, self.effort.warm_rounds, changes_a_round),
        ]

    def imports(self) -> Table:
        """Importing each door, and boto3 for comparison."""
        candidates: dict[str, Probe] = {
            f"functions/{door}.py": partial(self._number, "import_time", door) for door in DOORS
        }
        candidates[BOTO3] = partial(self._number, "import_time", "boto3")
        figures = by_turns(candidates, self.effort.fresh_rounds, "ms")
        comparison = Comparison("interactions / boto3 alone", figures[0], figures[-1])
        return Table("Fresh process: importing a door", figures, (comparison,))

    def _first_answers(self, modules: Mapping[str, str], event: Callable[[], Event], expected: int) -> list[Figure]:
        candidates = {
            label: partial(self._answer_probe, "first_answer", module, event, expected)
            for label, module in modules.items()
        }
        return by_turns(candidates, self.effort.fresh_rounds, "ms")

    def _throughputs(self, candidates: Mapping[str, tuple[str, Callable[[], Event], int]]) -> list[Figure]:
        seconds = str(self.effort.warm_seconds)
        probes = {
            label: partial(self._answer_probe, "throughput", module, event, expected, seconds)
            for label, (module, event, expected) in candidates.items()
        }
        return by_turns(probes, self.effort.warm_rounds, "requests/s", more_is_better=True)

    def _answer_probe(
        self, probe: str, module: str, event: Callable[[], Event], expected: int, *arguments: str
    ) -> float:
        order = self.folder / "order.json"
        order.write_text(json.dumps({"event": event(), "expected_type": expected}), encoding="utf-8")
        return self._number(probe, module, str(order), *arguments)

    def _number(self, probe: str, *arguments: str) -> float:
        return number(self._probe(probe, *arguments))

    def _probe(self, probe: str, *arguments: str) -> object:
        return run_probe(probe, *arguments, environment=self.environment)

    def _messages_sent(self) -> int:
        with urllib.request.urlopen(self.environment["AWS_ENDPOINT_URL"], timeout=5) as answer:  # noqa: S310 - loopback
            calls: dict[str, int] = json.load(answer)
        return calls.get("SendMessage", 0)


def _named(figures: list[Figure], label: str) -> Figure:
    return next(figure for figure in figures if figure.label == label)
