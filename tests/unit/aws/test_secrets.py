"""Secrets that AWS keeps stand beside the environment under their own names."""

import pytest

from kaltura_discord.aws.caller import AwsCaller, AwsError
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from tests.unit.aws.conftest import CallerFor
from tests.unit.aws.scripted_server import ScriptedServer, refusal


async def _keep(ssm: AwsCaller, name: str, value: str) -> None:
    await ssm.call("PutParameter", {"Name": name, "Value": value, "Type": "SecureString", "Overwrite": True})


async def test_every_secret_of_the_folder_is_read_decrypted_over_several_pages(caller_for: CallerFor) -> None:
    ssm = caller_for("ssm")
    # SSM gives ten at most in one page (Systems Manager API Reference: GetParametersByPath).
    expected = {f"SECRET_{number}": f"value {number} with $ign=s" for number in range(13)}
    for name, value in expected.items():
        await _keep(ssm, f"/kaltura-discord/test/{name}", value)
    await _keep(ssm, "/kaltura-discord/other/SECRET_0", "somebody else's")

    known = await with_secrets({SECRETS_PATH: "/kaltura-discord/test", "LOG_LEVEL": "INFO"}, ssm)

    assert known == {SECRETS_PATH: "/kaltura-discord/test", "LOG_LEVEL": "INFO", **expected}


async def test_a_secret_beats_a_plain_setting_of_its_name(caller_for: CallerFor) -> None:
    ssm = caller_for("ssm")
    await _keep(ssm, "/kaltura-discord/beats/DISCORD_BOT_TOKEN", "the real one")
    environment = {SECRETS_PATH: "/kaltura-discord/beats", "DISCORD_BOT_TOKEN": "a placeholder"}
    assert (await with_secrets(environment, ssm))["DISCORD_BOT_TOKEN"] == "the real one"
    assert environment["DISCORD_BOT_TOKEN"] == "a placeholder"


async def test_secrets_that_cannot_be_read_are_an_error_and_no_gap(server: ScriptedServer) -> None:
    server.script = [refusal(400, "AccessDeniedException")]
    ssm = server.caller("ssm")
    with pytest.raises(AwsError, match="AccessDeniedException"):
        await with_secrets({SECRETS_PATH: "/kaltura-discord/test"}, ssm)
    await ssm.close()
