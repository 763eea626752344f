"""Old versions go, and none that anybody is served by, or that a rollback would put live."""

from dataclasses import dataclass, field

import pytest

from infra.deploying.aliases import Move
from infra.deploying.old_versions import delete_old_versions
from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest


@dataclass
class Functions:
    """Lambda, with functions of some versions each; it lists them in pages of five."""

    versions: dict[str, list[int]]
    live: str = "30"
    shared: dict[str, float] = field(default_factory=dict)
    refused: str = ""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        name = request["FunctionName"]
        if operation == "ListAliases":
            return {
                "Aliases": [{"FunctionVersion": self.live, "RoutingConfig": {"AdditionalVersionWeights": self.shared}}]
            }
        if operation == "ListVersionsByFunction":
            listed = ["$LATEST", *map(str, self.versions[name])]
            first = int(request.get("Marker", 0))
            page = [{"Version": version} for version in listed[first : first + 5]]
            return {"Versions": page, **({"NextMarker": str(first + 5)} if first + 5 < len(listed) else {})}
        assert operation == "DeleteFunction"
        if name == self.refused:
            raise AwsError(operation, "AccessDeniedException", "not allowed")
        self.versions[name].remove(int(request["Qualifier"]))
        return {}


async def left(functions: Functions, noted: list[Move] | None = None) -> list[int]:
    said = list[str]()
    await delete_old_versions(functions, functions.versions, noted or [], said.append)
    return functions.versions["k-api"]


async def test_the_newest_ten_stay() -> None:
    assert await left(Functions({"k-api": list(range(1, 31))})) == list(range(21, 31))


@pytest.mark.parametrize("count", [0, 1, 10])
async def test_few_stay_all(count: int) -> None:
    assert await left(Functions({"k-api": list(range(1, count + 1))})) == list(range(1, count + 1))


async def test_what_an_alias_asks_stays_however_old() -> None:
    functions = Functions({"k-api": list(range(1, 31))}, live="3", shared={"5": 0.1})
    assert await left(functions) == [3, 5, *range(21, 31)]


async def test_what_a_rollback_would_put_live_stays_however_old() -> None:
    functions = Functions({"k-api": list(range(1, 31))})
    noted = [Move("k-api", "live", "7", "9"), Move("k-tasks", "live", "1", "2")]
    assert await left(functions, noted) == [7, 9, *range(21, 31)]


async def test_what_aws_refuses_is_said_and_the_others_go() -> None:
    functions = Functions({"k-tasks": list(range(1, 31)), "k-api": list(range(1, 31))}, refused="k-tasks")
    said = list[str]()
    await delete_old_versions(functions, functions.versions, [], said.append)
    assert len(functions.versions["k-api"]) == 10
    assert any("k-tasks stay" in line and "not allowed" in line for line in said)
