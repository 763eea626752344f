"""URL mappings of the Activity, as an operator enters them in the developer portal.

A prefix such as `/k/cfvod-kaltura-com` leads to a target without a scheme, `host[:port][/directory]`. The list is read
from the top and the first prefix that fits wins, so a longer prefix has to stand above a shorter one with the same
start (Discord docs: Activities - Local Development - URL Mapping). A `{name}` in the prefix takes one label (letters,
digits, `_`, `-`) and stands for it in the target.

`/` is the Activity itself; the gateway serves it and asks here only for the rest.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from local_stack.discord.wire import Json

PARAMETER = re.compile(r"\{([a-z]+)\}")
TARGET = re.compile(r"[a-z0-9.{}-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~{}/-]*)?")


class InvalidMapping(ValueError):
    """The portal would not take it; the message says why."""


@dataclass(frozen=True, slots=True)
class UrlMapping:
    """One line of the portal's list."""

    prefix: str
    target: str

    def as_json(self) -> Json:
        """As the simulated portal shows it."""
        return {"prefix": self.prefix, "target": self.target}

    def target_of(self, path: str) -> str | None:
        """`host[:port]/path` that `path` (as sent, percent-encoded) leads to; None where the prefix does not fit."""
        match = re.match(rf"{_pattern(self.prefix)}(?=/|$)", path)
        if match is None:
            return None
        target = PARAMETER.sub(lambda found: match.group(found.group(1)), self.target)
        host, _, directory = target.partition("/")
        directory = f"/{directory.rstrip('/')}" if directory else ""
        return f"{host}{directory}{path[match.end() :] or '/'}"


def _pattern(prefix: str) -> str:
    """The prefix as a regular expression, with a group for each parameter."""
    pieces = PARAMETER.split(prefix.rstrip("/"))
    return "".join(
        f"(?P<{piece}>[A-Za-z0-9_-]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )


def url_mapping(prefix: object, target: object) -> UrlMapping:
    """A line of the list, checked as the portal does.

    Raises:
        InvalidMapping: it makes no sense.
    """
    if not isinstance(prefix, str) or not prefix.startswith("/") or prefix == "/":
        raise InvalidMapping('a prefix starts with "/" and is longer than that')
    if not isinstance(target, str) or "://" in target:
        raise InvalidMapping("a target is host[:port][/directory], without a scheme")
    if not TARGET.fullmatch(target):
        raise InvalidMapping(f"{target!r} is no host with a directory")
    if not set(PARAMETER.findall(target)) <= set(PARAMETER.findall(prefix)):
        raise InvalidMapping("the target names a parameter that the prefix has not")
    return UrlMapping(prefix, target)


def find_target(mappings: Iterable[UrlMapping], path: str) -> str | None:
    """Where the first mapping that fits leads; None where none does."""
    for mapping in mappings:
        target = mapping.target_of(path)
        if target is not None:
            return target
    return None
