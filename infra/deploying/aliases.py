"""New versions go live step by step: a tenth of all calls, a while under the eyes of an alarm, then all; else back.

Lambda shares calls out between the two versions of an alias (AWS Lambda guide, "Alias routing configuration").
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from kaltura_discord.aws.caller import AwsCaller

FIRST_WEIGHT = 0.1
WATCH_SECONDS = 660
_LOOK_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Move:
    """One function's alias, from the version that is live to the one that is to be."""

    function: str
    alias: str
    live: str
    wanted: str


class Rung(Exception):
    """The alarm rang while new versions had a tenth of all calls; they have none any more."""


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
        """What has to be moved; `wanted` is Terraform's output `functions`. `interactions` comes last."""
        found = []
        for short, each in wanted.items():
            request = {"FunctionName": each["name"], "Name": each["alias"]}
            alias = await self._functions.call("GetAlias", request)
            if alias["FunctionVersion"] != each["version"] or _weights(alias):
                move = Move(each["name"], each["alias"], alias["FunctionVersion"], each["version"])
                found.append((short == "interactions", move))
        return [move for _, move in sorted(found, key=lambda pair: pair[0])]

    async def go_live(self, moves: Sequence[Move], alarm: str, watch_seconds: float = WATCH_SECONDS) -> None:
        """Move them all.

        Raises:
            Rung: the alarm rang, and they were moved back.
            AwsError: AWS refused; they were moved back.
        """
        try:
            for move in moves:
                await self._share(move, FIRST_WEIGHT)
            self._say(
                f"A tenth of all calls go to the new versions; watching {alarm} for {watch_seconds / 60:.0f} min."
            )
            await self._watch(alarm, watch_seconds)
            for move in moves:
                await self.set_live(move.function, move.alias, move.wanted)
        except BaseException:
            for move in moves:
                await self.set_live(move.function, move.alias, move.live)
            self._say("All calls go to the versions before again.")
            raise

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

    async def _watch(self, alarm: str, seconds: float) -> None:
        left = seconds
        while True:
            answer = await self._alarms.call("DescribeAlarms", {"AlarmNames": [alarm]})
            if any(each["StateValue"] == "ALARM" for each in answer["MetricAlarms"]):
                raise Rung(f"{alarm} rings.")
            if left <= 0:
                return
            await self._pause(min(_LOOK_SECONDS, left))
            left -= _LOOK_SECONDS


def _weights(alias: Mapping[str, object]) -> bool:
    routing = alias.get("RoutingConfig")
    return isinstance(routing, dict) and bool(routing.get("AdditionalVersionWeights"))
