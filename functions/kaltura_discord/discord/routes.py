"""What a call counts towards: its route, and the channel, server or webhook that it is about.

Discord docs, Rate Limits: a bucket belongs to a route, and channels, servers and webhooks (with their token) have one
each. Only Discord knows which routes share a bucket; it says so in the answers (`buckets`).
"""

import hashlib
import re
from dataclasses import dataclass

# How many parts of a path name the resource that buckets are apart by.
_PARTS_OF_RESOURCE = {"channels": 2, "guilds": 2, "webhooks": 3, "interactions": 3}
# With the token of an interaction in their path, these do not count towards the global limit.
_OUTSIDE_GLOBAL_LIMIT = frozenset({"webhooks", "interactions"})

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a call goes.

    Attributes:
        name: method and path without what varies: `POST /channels/:/messages/:`.
        resource: which channel, server or webhook; a hash, as a token may be a part of it.
        counts_globally: whether the global limit counts it.
    """

    name: str
    resource: str
    counts_globally: bool


def route_of(method: str, path: str) -> Route:
    """The route of a call to `path`, which begins after the version."""
    parts = path.partition("?")[0].strip("/").split("/")
    of_resource = _PARTS_OF_RESOURCE.get(parts[0], 0)
    # Of our paths, whatever varies has a digit in it, and no word that stays has one.
    shown = [":" if 0 < place < of_resource or _DIGIT.search(part) else part for place, part in enumerate(parts)]
    resource = hashlib.sha256("/".join(parts[:of_resource]).encode()).hexdigest()[:24]
    return Route(f"{method} /{'/'.join(shown)}", resource, parts[0] not in _OUTSIDE_GLOBAL_LIMIT)
