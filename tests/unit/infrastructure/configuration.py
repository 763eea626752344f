"""The deployment as it is written: the list of functions, and Terraform's files, parsed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

REPOSITORY = Path(__file__).resolve().parents[3]
TERRAFORM = REPOSITORY / "infra" / "terraform"

Json = dict[str, Any]


def description() -> Json:
    """`infra/functions.json`."""
    described: Json = json.loads((REPOSITORY / "infra" / "functions.json").read_text(encoding="utf-8"))
    return described


def files() -> list[Path]:
    """All files of the configuration itself; tests have their own."""
    return sorted([*TERRAFORM.glob("*.tf"), *TERRAFORM.glob("modules/*/*.tf")])


@cache
def parsed(file: Path) -> Json:
    """One file, as python-hcl2 reads it: texts keep their quotes, expressions are `${...}`."""
    with file.open(encoding="utf-8") as stream:
        content: Json = hcl2.load(stream)
    return content


def blocks(kind: str) -> list[tuple[Path, str, Json]]:
    """All variables or outputs: the file, the name, what is said of it."""
    found = []
    for file in files():
        for entry in parsed(file).get(kind, []):
            found += [(file, unquoted(name), body) for name, body in entry.items() if isinstance(body, dict)]
    return found


def named_values(file: Path) -> Json:
    """The local values of a file."""
    values: Json = {}
    for entry in parsed(file).get("locals", []):
        values |= entry
    return values


def unquoted(text: str) -> str:
    """A text without the quotes that it is written in."""
    return text.strip('"')
