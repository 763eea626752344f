"""Secrets that AWS keeps stand beside the environment under their own names."""

import json

import pytest

from kaltura_discord.aws.caller import AwsCaller, AwsError
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from tests.unit.aws.conftest import CallerFor
from tests.unit.aws.scripted_server import ScriptedServer, answer, refusal

AN_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:kaltura-discord/prod/api-AbCdEf"


async def _keep(ssm: AwsCaller, name: str, value: str) -> None:
    await ssm.call("PutParameter", {"Name": name, "Value": value, "Type": "SecureString", "Overwrite": True})


async def _keep_together(manager: AwsCaller, name: str, values: dict[str, str]) -> str:
    """The secret's ARN."""
    kept = await manager.call("CreateSecret", {"Name": name, "SecretString": json.dumps(values)})
    return str(kept["ARN"])


async def test_every_secret_of_the_folder_is_read_decrypted_over_several_pages(caller_for: CallerFor) -> None:
    ssm = caller_for("ssm")
    # SSM gives ten at most in one page (Systems Manager API Reference: GetParametersByPath).
    expected = {f"SECRET_{number}": f"value {number} with $ign=s" for number in range(13)}
    for name, value in expected.items():
        await _keep(ssm, f"/kaltura-discord/test/{name}", value)
    await _keep(ssm, "/kaltura-discord/other/SECRET_0", "somebody else's")

    known = await with_secrets({SECRETS_PATH: "/kaltura-discord/test", "LOG_LEVEL": "INFO"}, caller_for)

    assert known == {SECRETS_PATH: "/kaltura-discord/test", "LOG_LEVEL": "INFO", **expected}


async def test_secrets_that_are_kept_together_are_read_as_they_were_written(
    caller_for: CallerFor, request: pytest.FixtureRequest
) -> None:
    manager = caller_for("secretsmanager")
    expected = {"DISCORD_BOT_TOKEN": "a$b#c 'd' \"e\" \\ \nh ü 😀", "JWT_SECRET": "x" * 64}
    arn = await _keep_together(manager, request.node.name, expected)
    await _keep_together(manager, f"{request.node.name}/other", {"JWT_SECRET": "somebody else's"})

    known = await with_secrets({SECRETS_PATH: arn, "LOG_LEVEL": "INFO"}, caller_for)

    assert known == {SECRETS_PATH: arn, "LOG_LEVEL": "INFO", **expected}


async def test_a_secret_beats_a_plain_setting_of_its_name(caller_for: CallerFor) -> None:
    await _keep(caller_for("ssm"), "/kaltura-discord/beats/DISCORD_BOT_TOKEN", "the real one")
    environment = {SECRETS_PATH: "/kaltura-discord/beats", "DISCORD_BOT_TOKEN": "a placeholder"}
    assert (await with_secrets(environment, caller_for))["DISCORD_BOT_TOKEN"] == "the real one"
    assert environment["DISCORD_BOT_TOKEN"] == "a placeholder"


@pytest.mark.parametrize("place", ["/kaltura-discord/test", AN_ARN], ids=["folder", "secret"])
async def test_secrets_that_cannot_be_read_are_an_error_and_no_gap(server: ScriptedServer, place: str) -> None:
    server.script = [refusal(400, "AccessDeniedException")]
    asked = server.caller("secretsmanager" if place == AN_ARN else "ssm")
    with pytest.raises(AwsError, match="AccessDeniedException"):
        await with_secrets({SECRETS_PATH: place}, lambda _: asked)
    await asked.close()


@pytest.mark.parametrize("content", ["hush, no JSON", '["hush"]', ""])
async def test_what_is_no_object_of_names_is_an_error_that_does_not_quote_it(
    server: ScriptedServer, content: str
) -> None:
    server.script = [answer(json.dumps({"SecretString": content}).encode())]
    manager = server.caller("secretsmanager")
    with pytest.raises(AwsError) as wrong:
        await with_secrets({SECRETS_PATH: AN_ARN}, lambda _: manager)
    await manager.close()
    assert "hush" not in str(wrong.value)
    assert wrong.value.__suppress_context__ or wrong.value.__context__ is None
