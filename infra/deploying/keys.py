"""Which versions still need a key of one's own: Terraform's state knows what was applied last, and not what is live.

A version keeps the key that its settings were encrypted with (AWS Lambda API: GetFunctionConfiguration, KMSKeyArn).
After a rollback, or an alarm that rang, older ones are live than the state says.
"""

from collections.abc import Mapping, Sequence

from infra.deploying.aliases import NOT_FOUND, Move
from infra.deploying.old_versions import versions_of
from kaltura_discord.aws.caller import AwsCaller, AwsError


async def versions_with_a_key(
    lambda_functions: AwsCaller, functions: Mapping[str, Mapping[str, str]], noted: Sequence[Move]
) -> list[str]:
    """Those among what is live or a rollback would make live, in words.

    Args:
        lambda_functions: speaks to Lambda.
        functions: Terraform's output of that name.
        noted: what a rollback knows.
    """
    asked = {(move.function, move.live) for move in noted}
    for each in functions.values():
        alias = await lambda_functions.call("GetAlias", {"FunctionName": each["name"], "Name": each["alias"]})
        asked |= {(each["name"], version) for version in versions_of(alias)}
    return [
        f"{function}, version {version}"
        for function, version in sorted(asked)
        if await _has_a_key(lambda_functions, function, version)
    ]


async def _has_a_key(lambda_functions: AwsCaller, function: str, version: str) -> bool:
    try:
        found = await lambda_functions.call(
            "GetFunctionConfiguration", {"FunctionName": function, "Qualifier": version}
        )
    except AwsError as error:
        if error.code == NOT_FOUND:
            return False
        raise
    return bool(found.get("KMSKeyArn"))
