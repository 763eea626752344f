"""Whether every character of `.env` reaches Terraform: asked of Terraform, which has to say it back."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from infra.deploying.variables import expression

_CONFIGURATION = """
variable "values" { type = map(string) }
output "values" { value = var.values }
"""

# What means something to a shell, to make, to JSON or to HCL; and letters that are longer than a byte.
_ALPHABET = "$%{}\\\"'`#&;|<>()!=~ \n\r\t\b\f\x01\x7fabfnru0é🎬"
_TEXTS = 200


class SayingTerraform(Protocol):
    """Runs a command of Terraform in a folder."""

    def say(self, command: str, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
        """What the command says, with `variables` in its environment."""


def lost_characters(folder: Path, terraform: SayingTerraform) -> list[str]:
    """The texts that Terraform gives back otherwise than they were written."""
    (folder / "main.tf").write_text(_CONFIGURATION, encoding="utf-8")
    chance = random.Random(1)  # noqa: S311 - the same texts each time, no secret
    texts = {f"t{number}": "".join(chance.choices(_ALPHABET, k=40)) for number in range(_TEXTS)}
    variables = {"TF_VAR_values": expression(texts)}
    terraform.say("init")
    terraform.say("apply", "-auto-approve", variables=variables)
    answer = json.loads(terraform.say("output", "-json"))
    given_back = answer["values"]["value"]
    return [text for name, text in texts.items() if given_back.get(name) != text]
