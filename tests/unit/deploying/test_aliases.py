"""New versions go live by steps, and back where the alarm rings or AWS refuses: from wherever it happens."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.deploying.aliases import Aliases, Move, Rung
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable

NAMES = ("interactions", "api", "tasks")
WANTED = {name: {"name": f"k-{name}", "alias": "live", "version": "5"} for name in NAMES}


@dataclass
class Cloud:
    """Lambda's aliases and one alarm; `rings_after` looks it rings, the `fails_at`th change is refused."""

    versions: dict[str, str]
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    rings_after: int = -1
    fails_at: int = -1
    looks: int = 0
    changes: int = 0
    order: list[str] = field(default_factory=list)

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == "DescribeAlarms":
            self.looks += 1
            state = "ALARM" if 0 <= self.rings_after < self.looks else "OK"
            return {"MetricAlarms": [{"StateValue": state}]}
        name = request["FunctionName"]
        if operation == "UpdateAlias":
            self.changes += 1
            if self.changes == self.fails_at:
                raise AwsUnavailable(operation, "down")
            self.versions[name] = request["FunctionVersion"]
            self.weights[name] = request["RoutingConfig"]["AdditionalVersionWeights"]
            self.order.append(name)
        routing = {"AdditionalVersionWeights": self.weights.get(name, {})}
        return {"FunctionVersion": self.versions[name], "RoutingConfig": routing}


def cloud(**how: Any) -> Cloud:
    return Cloud({f"k-{name}": "4" for name in NAMES}, **how)


def aliases(of: Cloud) -> Aliases:
    async def pause(_: float) -> None:
        # While the alarm is watched, new versions have a tenth, and no more.
        assert all(version == "4" for version in of.versions.values())
        assert all(weight == {"5": 0.1} for weight in of.weights.values())

    return Aliases(of, of, pause=pause, say=lambda _: None)


async def test_all_go_live_interactions_last() -> None:
    aws = cloud()
    moves = await aliases(aws).moves(WANTED)
    await aliases(aws).go_live(moves, "errors", 120)
    assert set(aws.versions.values()) == {"5"}
    assert all(weights == {} for weights in aws.weights.values())
    assert aws.order[-1] == "k-interactions"
    assert aws.looks == 5


@pytest.mark.parametrize("rings_after", [0, 1, 4])
async def test_whenever_the_alarm_rings_all_are_back(rings_after: int) -> None:
    aws = cloud(rings_after=rings_after)
    with pytest.raises(Rung):
        await aliases(aws).go_live(await aliases(aws).moves(WANTED), "errors", 120)
    assert set(aws.versions.values()) == {"4"}
    assert all(weights == {} for weights in aws.weights.values())


@pytest.mark.parametrize("fails_at", range(1, 7))
async def test_whichever_change_aws_refuses_all_are_back(fails_at: int) -> None:
    aws = cloud(fails_at=fails_at)
    with pytest.raises(AwsUnavailable):
        await aliases(aws).go_live(await aliases(aws).moves(WANTED), "errors", 0)
    assert set(aws.versions.values()) == {"4"}
    assert all(weights == {} for weights in aws.weights.values())


async def test_only_what_is_not_live_yet_is_moved() -> None:
    aws = cloud()
    aws.versions["k-api"] = "5"
    aws.versions["k-tasks"] = "5"
    aws.weights["k-tasks"] = {"4": 0.5}
    moves = await aliases(aws).moves(WANTED)
    assert moves == [Move("k-tasks", "live", "5", "5"), Move("k-interactions", "live", "4", "5")]
