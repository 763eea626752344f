"""Secrets kept out of the log of GitHub Actions, which knows the file that they come from, and not each of them.

So is what Terraform is told by `TF_VAR_...`, as it should stand in no repository, and Terraform's plan shows it.

GitHub docs: Workflow commands for GitHub Actions, Masking a value in a log. It masks line by line.
"""

import json
import re
from collections.abc import Iterator, Mapping

from infra.deploying.variables import own_variables, secrets_of

_SHORTEST = 8
"""Shorter ones are no secret, and would take half of the words with them."""

_SHORTEST_ADDRESS = 3
"""No word that is needed looks like `a@b`."""

_CHOICES = frozenset({"basic", "full", "ssm", "secrets_manager", "true", "false"})
"""What some of Terraform's variables choose between (infra/terraform/variables.tf): a plan is full of these words."""


def masks(written: Mapping[str, str]) -> list[str]:
    """What to print first, where it is GitHub that reads it."""
    secrets = {line for value in secrets_of(written).values() for line in _lines(value) if len(line) >= _SHORTEST}
    told = {text for value in own_variables(written).values() for text in _texts(value) if _is_telling(text)}
    return [f"::add-mask::{_escaped(value)}" for value in sorted(secrets | told)]


def _lines(value: str) -> Iterator[str]:
    # Several may stand in one, by commas (KALTURA_WEBHOOK_SECRETS).
    for line in value.splitlines():
        yield line
        yield from (part.strip() for part in line.split(","))


def _texts(value: str) -> Iterator[str]:
    yield from _lines(value)
    # A plan shows the texts inside of a list or a map one by one, and each quote in a text with a backslash.
    yield from re.findall(r'"([^"]+)"', value)
    yield json.dumps(value, ensure_ascii=False)[1:-1]


def _is_telling(text: str) -> bool:
    return len(text) >= (_SHORTEST_ADDRESS if "@" in text else _SHORTEST) and text not in _CHOICES


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
