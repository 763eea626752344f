"""Secrets from SSM Parameter Store, put beside the environment under their own names.

`SECRETS_PATH` names the folder: `/kaltura-discord/prod/DISCORD_BOT_TOKEN` becomes `DISCORD_BOT_TOKEN`. Without it
(on one machine) the environment holds everything itself. Read once per process, and only by who needs a secret:
a PING needs none.
"""

from collections.abc import Mapping

from kaltura_discord.aws.caller import AwsCaller, AwsRequest

SECRETS_PATH = "SECRETS_PATH"


async def with_secrets(environment: Mapping[str, str], parameters: AwsCaller) -> dict[str, str]:
    """The environment and the secrets of `SECRETS_PATH`, which must be set; `parameters` calls SSM.

    Raises:
        AwsError: the parameters could not be read.
    """
    known = dict(environment)
    request: AwsRequest = {"Path": environment[SECRETS_PATH], "WithDecryption": True, "MaxResults": 10}
    while True:
        answer = await parameters.call("GetParametersByPath", request)
        for parameter in answer.get("Parameters", []):
            known[parameter["Name"].rsplit("/", 1)[-1]] = parameter["Value"]
        if not answer.get("NextToken"):
            return known
        request["NextToken"] = answer["NextToken"]
