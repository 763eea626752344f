"""`{{UPPER_CASE}}` in `default_config.json`: a value of the environment, so that one file fits every deployment.

Only names of this list are filled in, and no secret is on it: settings are shown to people and stored. Variables of
message templates are `{{lower_case}}` and stay. Overrides of servers are never filled in.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

ALLOWED = frozenset(
    {
        "AWS_REGION",
        "DISCORD_API_URL",
        "DISCORD_APPLICATION_ID",
        "KALTURA_ANALYTICS_URL",
        "KALTURA_CDN_URL",
        "KALTURA_KAF_URL",
        "KALTURA_MEDIA_HOSTS",
        "KALTURA_PARTNER_ID",
        "KALTURA_PLAYER_ID",
        "KALTURA_SERVICE_URL",
        "LOG_LEVEL",
        "PUBLIC_BASE_URL",
    }
)

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Z][A-Z0-9_]*)\s*\}\}")

# Beyond this JSON readers no longer agree on an integer (RFC 8259, section 6), and Discord's ids are beyond it.
_LARGEST_NUMBER = 2**53


class UnfilledPlaceholder(ValueError):
    """A placeholder that cannot be filled in; the message names it."""


def filled(value: Any, environment: Mapping[str, str]) -> Any:
    """`value` with every placeholder in it filled in; one that is a whole value may become a number or a switch.

    Raises:
        UnfilledPlaceholder: the name is not set, or may not be used.
    """
    if isinstance(value, Mapping):
        return {name: filled(inner, environment) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, environment) for inner in value]
    if not isinstance(value, str):
        return value
    whole = _PLACEHOLDER.fullmatch(value.strip())
    if whole:
        return as_written(_looked_up(whole.group(1), environment))
    return _PLACEHOLDER.sub(lambda match: _looked_up(match.group(1), environment), value)


def as_written(text: str) -> Any:
    """The value that `text` is: JSON where it is JSON, else the text itself, which a long row of digits is too."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return text if is_number and not -_LARGEST_NUMBER < value < _LARGEST_NUMBER else value


def _looked_up(name: str, environment: Mapping[str, str]) -> str:
    if name not in ALLOWED:
        raise UnfilledPlaceholder(f"{{{{{name}}}}} may not be used. These may: {', '.join(sorted(ALLOWED))}.")
    value = environment.get(name, "").strip()
    if not value:
        raise UnfilledPlaceholder(f"{{{{{name}}}}} stands in it, and {name} is not set in the environment.")
    return value
