"""Secrets kept out of the log of GitHub Actions, which knows the file that they come from, and not each of them.

So is what Terraform is told by `TF_VAR_...`, as it should stand in no repository, and Terraform's plan shows it.

GitHub docs: Workflow commands for GitHub Actions, Masking a value in a log. It masks line by line.
"""

import re
from collections.abc import Iterator, Mapping

from infra.deploying.variables import own_variables, secrets_of

_SHORTEST = 8
"""Shorter ones are no secret, and would take half of the words with them."""


def masks(written: Mapping[str, str]) -> list[str]:
    """What to print first, where it is GitHub that reads it."""
    values = {line for value in secrets_of(written).values() for line in _lines(value)}
    values |= {text for value in own_variables(written).values() for text in _texts(value)}
    return [f"::add-mask::{_escaped(value)}" for value in sorted(values) if len(value) >= _SHORTEST]


def _lines(value: str) -> Iterator[str]:
    # Several may stand in one, by commas (KALTURA_WEBHOOK_SECRETS).
    for line in value.splitlines():
        yield line
        yield from (part.strip() for part in line.split(","))


def _texts(value: str) -> Iterator[str]:
    # A plan shows the texts inside of a list or a map one by one.
    yield from re.findall(r'"([^"]+)"', value) or _lines(value)


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
