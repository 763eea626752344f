"""Secrets from where AWS keeps them, put beside the environment under their own names.

`SECRETS_PATH` says where that is. Without it (on one machine) the environment holds everything itself.

    /kaltura-discord/prod/api        a folder in SSM Parameter Store: `…/DISCORD_BOT_TOKEN` becomes `DISCORD_BOT_TOKEN`
    arn:aws:secretsmanager:…         a secret in Secrets Manager: one JSON object of names and values

Read once per process, and only by who needs a secret: a PING needs none.
"""

import json
from collections.abc import Callable, Mapping

from kaltura_discord.aws.caller import AwsCaller, AwsError, AwsRequest

SECRETS_PATH = "SECRETS_PATH"


async def with_secrets(environment: Mapping[str, str], caller_for: Callable[[str], AwsCaller]) -> dict[str, str]:
    """The environment and the secrets of `SECRETS_PATH`, which must be set; `caller_for` is given a service's name.

    Raises:
        AwsError: the secrets could not be read, or are not what they should be.
    """
    place = environment[SECRETS_PATH]
    if place.startswith("arn:"):
        return {**environment, **await _of_secrets_manager(place, caller_for("secretsmanager"))}
    return {**environment, **await _of_parameter_store(place, caller_for("ssm"))}


async def _of_parameter_store(folder: str, parameters: AwsCaller) -> dict[str, str]:
    found = {}
    request: AwsRequest = {"Path": folder, "WithDecryption": True, "MaxResults": 10}
    while True:
        answer = await parameters.call("GetParametersByPath", request)
        for parameter in answer.get("Parameters", []):
            found[parameter["Name"].rsplit("/", 1)[-1]] = parameter["Value"]
        if not answer.get("NextToken"):
            return found
        request["NextToken"] = answer["NextToken"]


async def _of_secrets_manager(arn: str, manager: AwsCaller) -> dict[str, str]:
    operation = "GetSecretValue"
    answer = await manager.call(operation, {"SecretId": arn})
    try:
        content = json.loads(answer.get("SecretString", ""))
    except ValueError:
        # Not the error's own text, which would quote the secret.
        raise AwsError(operation, "NotJson") from None
    if not isinstance(content, dict):
        raise AwsError(operation, "NotAnObject")
    return {str(name): str(value) for name, value in content.items()}
