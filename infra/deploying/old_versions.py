"""Old versions of functions are deleted: all versions of an account share 75 GB (AWS Lambda guide, "Lambda quotas").

The newest ten of each function stay, and whatever an alias asks or a rollback would put live, however old it is.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

from infra.deploying.aliases import Move
from kaltura_discord.aws.caller import AwsCaller, AwsError

KEPT = 10

_UNPUBLISHED = "$LATEST"

Json = Mapping[str, Any]


async def delete_old_versions(
    functions: AwsCaller, names: Iterable[str], noted: Sequence[Move], say: Callable[[str], None] = print
) -> None:
    """Of each function by name; `noted` is what a rollback knows. What AWS does not take is said, and left."""
    for name in names:
        needed = {version for move in noted if move.function == name for version in (move.live, move.wanted)}
        try:
            deleted = [version async for version in _deleted(functions, name, needed)]
        except AwsError as error:
            say(f"Old versions of {name} stay, as AWS did not take it ({error}); the next deployment tries again.")
            continue
        if deleted:
            say(f"Deleted {len(deleted)} old versions of {name}; the newest {KEPT} stay.")


async def _deleted(functions: AwsCaller, name: str, needed: set[str]) -> AsyncIterator[str]:
    aliases = [alias async for alias in _all(functions, "ListAliases", "Aliases", name)]
    asked = {version for alias in aliases for version in versions_of(alias)}
    published = [each["Version"] async for each in _all(functions, "ListVersionsByFunction", "Versions", name)]
    numbers = sorted((version for version in published if version != _UNPUBLISHED), key=int)
    for version in numbers[:-KEPT]:
        if version not in asked | needed:
            # Without the qualifier, this would delete the function.
            await functions.call("DeleteFunction", {"FunctionName": name, "Qualifier": version})
            yield version


def versions_of(alias: Json) -> set[str]:
    """Which ones an alias asks, in any share."""
    shared = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {alias["FunctionVersion"], *shared}


async def _all(functions: AwsCaller, operation: str, part: str, name: str) -> AsyncIterator[Json]:
    request = {"FunctionName": name}
    while True:
        answer = await functions.call(operation, request)
        for each in answer[part]:
            yield each
        if not answer.get("NextMarker"):
            return
        request = {"FunctionName": name, "Marker": answer["NextMarker"]}
