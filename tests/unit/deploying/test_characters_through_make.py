"""Every character of `.env` reaches Terraform through make itself, its shell and its process, from the file or from the
environment: `make destroy`, which stops before it does anything, with a double of Terraform and of S3."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.deploying.variables import REPOSITORY
from tests.unit.deploying.aws_on_a_port import Answer, scripted_aws
from tests.unit.deploying.test_variables import DIFFICULT

# Writes down what it was told when it plans; of a plan there is nothing to say.
TERRAFORM = """\
#!{python}
import json, os, sys
if sys.argv[1] == "plan":
    with open("{seen}", "w", encoding="utf-8") as seen:
        json.dump({{name: value for name, value in os.environ.items() if name.startswith("TF_VAR_")}}, seen)
if sys.argv[1] == "show":
    print("{{}}")
"""

JSON_OF_TWO_LINES = '{"a": "$HOME #1",\n "b": ["it\'s", "\\\\"]}'


def bucket(*_: object) -> Answer:
    return 200, {}, b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program = tmp_path / "terraform"
    program.write_text(TERRAFORM.format(python=sys.executable, seen=tmp_path / "seen"), encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "packages.json").touch()
    return tmp_path


@pytest.fixture
def aws() -> Iterator[str]:
    with scripted_aws(bucket) as address:
        yield address


def told(folder: Path, aws: str, file: str, **environment: str) -> dict[str, str]:
    """What Terraform was told of this `.env`."""
    (folder / "env file").write_text(file, encoding="utf-8")
    done = subprocess.run(
        # Nothing is installed or built: what make would do for that counts as done.
        [
            "make",
            "-o",
            ".local/stamps/python",
            "destroy",
            "ENV=dev",
            f"PACKAGES={folder}",
            f"ENV_FILE={folder}/env file",
        ],
        cwd=REPOSITORY,
        env={
            "PATH": f"{folder}:{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": aws,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            **environment,
        },
        input="another name\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Another name was typed; nothing was changed." in done.stderr, done.stderr
    seen: dict[str, str] = json.loads((folder / "seen").read_text(encoding="utf-8"))
    return seen


def quoted(value: str) -> str:
    """As `.env.example` says how to write it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def test_from_the_file(folder: Path, aws: str) -> None:
    lines = [
        "TERRAFORM_STATE_BUCKET=bucket",
        "AWS_REGION=eu-west-1",
        f"JWT_SECRET={quoted(DIFFICULT)}",
        f"CONFIG__TEMPLATES__ANYTHING={quoted(JSON_OF_TWO_LINES)}",
        "KALTURA_CDN_URL=a$b${c}",
        f"TF_VAR_alarm_email={quoted('a$b@c.example')}",
    ]
    seen = told(folder, aws, "\n".join(lines))
    assert json.loads(seen["TF_VAR_secrets"])["JWT_SECRET"] == DIFFICULT
    settings = json.loads(seen["TF_VAR_settings"])
    assert settings["CONFIG__TEMPLATES__ANYTHING"] == JSON_OF_TWO_LINES
    assert settings["KALTURA_CDN_URL"] == "a$b${c}"
    assert seen["TF_VAR_alarm_email"] == "a$b@c.example"


def test_from_the_environment(folder: Path, aws: str) -> None:
    file = f"TERRAFORM_STATE_BUCKET=bucket\nAWS_REGION=eu-west-1\nJWT_SECRET={'s' * 40}\n"
    seen = told(folder, aws, file, DISCORD_CLIENT_SECRET=DIFFICULT)
    assert json.loads(seen["TF_VAR_secrets"])["DISCORD_CLIENT_SECRET"] == DIFFICULT
