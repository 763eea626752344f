"""New versions go live step by step: a tenth of all calls, a while under the eyes of alarms, then all; else back.

Lambda shares calls out between the two versions of an alias (AWS Lambda guide, "Alias routing configuration").
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsCaller, AwsError

FIRST_WEIGHT = 0.1
WATCH_SECONDS = 660
_LOOK_SECONDS = 30

NOT_FOUND = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class Move:
    """One function's alias, from the version that is live to the one that is to be."""

    function: str
    alias: str
    live: str
    wanted: str


def is_felt_first(move: Move) -> bool:
    """Whether people feel this one first: the door of commands."""
    return move.function.endswith("-interactions")


class Rung(Exception):
    """An alarm rang while new versions had a tenth of all calls; they have none any more. Or it rang before."""


class TakenOver(NotDeployable):
    """Another deployment moves functions now: what is live is its own, and nothing is put back."""


async def _always_wanted() -> None:
    """Nobody takes anything back."""


class Aliases:
    """Moves aliases.

    Args:
        functions: speaks to Lambda.
        alarms: speaks to CloudWatch.
        pause: waits that many seconds.
        say: tells the operator.
    """

    def __init__(
        self,
        functions: AwsCaller,
        alarms: AwsCaller,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        say: Callable[[str], None] = print,
    ) -> None:
        self._functions = functions
        self._alarms = alarms
        self._pause = pause
        self._say = say

    async def moves(self, wanted: Mapping[str, Mapping[str, str]]) -> list[Move]:
        """What has to be moved; `wanted` is Terraform's output `functions`. What people feel first comes last."""
        found = []
        for each in wanted.values():
            request = {"FunctionName": each["name"], "Name": each["alias"]}
            alias = await self._functions.call("GetAlias", request)
            if alias["FunctionVersion"] != each["version"] or _weights(alias):
                found.append(Move(each["name"], each["alias"], alias["FunctionVersion"], each["version"]))
        return sorted(found, key=is_felt_first)

    async def go_live(
        self,
        moves: Sequence[Move],
        alarms: Sequence[str],
        watch_seconds: float = WATCH_SECONDS,
        check_wanted: Callable[[], Awaitable[None]] = _always_wanted,
    ) -> None:
        """Move them all, under the eyes of the alarms; with 0 seconds at once and unwatched.

        What `check_wanted` raises while they are watched takes them back, but for `TakenOver`.

        Raises:
            Rung: an alarm rang, and they were moved back; or one rang before, and nothing was moved.
            AwsError: AWS refused; they were moved back.
        """
        ringing = await self._ringing(alarms) if watch_seconds else []
        if ringing:
            raise Rung(
                f"{' and '.join(ringing)} rings already, so it could not tell whether the new versions are worse. "
                "They are made, and nobody is served by them. Mend that first; where these versions mend it, add "
                "UNWATCHED=1 (from GitHub: unwatched)."
            )
        try:
            for move in moves:
                await self._share(move, FIRST_WEIGHT)
            if watch_seconds:
                minutes = f"{watch_seconds / 60:.0f} min"
                watched = f"{len(alarms)} alarms" if len(alarms) > 1 else alarms[0]
                self._say(f"A tenth of all calls go to the new versions; watching {watched} for {minutes}.")
                await self._watch(alarms, watch_seconds, check_wanted)
            for move in moves:
                await self.set_live(move.function, move.alias, move.wanted)
        except TakenOver:
            raise
        except BaseException:
            await self.go_back(moves)
            raise

    async def go_back(self, moves: Sequence[Move]) -> bool:
        """All calls go to the versions before, of as many functions as AWS takes it for; whether of all there are."""
        refused = []
        for move in moves:
            try:
                await self.set_live(move.function, move.alias, move.live)
            except AwsError as error:
                if error.code != NOT_FOUND or not await self._is_gone(move):
                    refused.append(move.function)
        if refused:
            self._say(f"Not put back, as AWS did not take it: {', '.join(refused)}. Later: make rollback.")
        else:
            self._say("All calls go to the versions before again.")
        return not refused

    async def _is_gone(self, move: Move) -> bool:
        """Whether the function or its alias is not there any more; AWS says the same of a version."""
        try:
            await self._functions.call("GetAlias", {"FunctionName": move.function, "Name": move.alias})
        except AwsError as error:
            return error.code == NOT_FOUND
        return False

    async def set_live(self, function: str, alias: str, version: str) -> None:
        """All calls go to one version."""
        await self._functions.call(
            "UpdateAlias",
            {
                "FunctionName": function,
                "Name": alias,
                "FunctionVersion": version,
                "RoutingConfig": {"AdditionalVersionWeights": {}},
            },
        )

    async def _share(self, move: Move, weight: float) -> None:
        shared = {} if move.live == move.wanted else {move.wanted: weight}
        await self._functions.call(
            "UpdateAlias",
            {
                "FunctionName": move.function,
                "Name": move.alias,
                "FunctionVersion": move.live,
                "RoutingConfig": {"AdditionalVersionWeights": shared},
            },
        )

    async def _watch(self, alarms: Sequence[str], seconds: float, check_wanted: Callable[[], Awaitable[None]]) -> None:
        left = seconds
        while True:
            await check_wanted()
            ringing = await self._ringing(alarms)
            if ringing:
                raise Rung(f"{' and '.join(ringing)} rings.")
            if left <= 0:
                return
            await self._pause(min(_LOOK_SECONDS, left))
            left -= _LOOK_SECONDS

    async def _ringing(self, alarms: Sequence[str]) -> list[str]:
        answer = await self._alarms.call("DescribeAlarms", {"AlarmNames": list(alarms)})
        states = {each["AlarmName"]: each["StateValue"] for each in answer["MetricAlarms"]}
        missing = [name for name in alarms if name not in states]
        if missing:
            raise Rung(f"There is no alarm {' and no '.join(missing)}, so nobody would hear it.")
        return [name for name, state in states.items() if state == "ALARM"]


def _weights(alias: Mapping[str, object]) -> bool:
    routing = alias.get("RoutingConfig")
    return isinstance(routing, dict) and bool(routing.get("AdditionalVersionWeights"))
