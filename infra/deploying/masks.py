"""Secrets kept out of the log of GitHub Actions, which knows the file that they come from, and not each of them.

GitHub docs: Workflow commands for GitHub Actions, Masking a value in a log. It masks line by line.
"""

from collections.abc import Iterator, Mapping

from infra.deploying.variables import secrets_of

_SHORTEST = 8
"""Shorter ones are no secret, and would take half of the words with them."""


def masks(written: Mapping[str, str]) -> list[str]:
    """What to print first, where it is GitHub that reads it."""
    values = {line for value in secrets_of(written).values() for line in _lines(value) if len(line) >= _SHORTEST}
    return [f"::add-mask::{_escaped(value)}" for value in sorted(values)]


def _lines(value: str) -> Iterator[str]:
    # Several may stand in one, by commas (KALTURA_WEBHOOK_SECRETS).
    for line in value.splitlines():
        yield line
        yield from (part.strip() for part in line.split(","))


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
