"""Route keys of an HTTP API: which function a request goes to.

API Gateway guide, "Create routes for HTTP APIs": the most specific route wins; a full match comes before a greedy
`{proxy+}`, a named method before `ANY`, and `$default` takes what nothing else takes. `{name}` stands for one
segment of the path, `{name+}` for one or more.
"""

from dataclasses import dataclass

from local_stack.gateway.manifest import FunctionPlan, Manifest


class RouteInvalid(ValueError):
    """API Gateway would refuse this route key."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route key and the function behind it."""

    key: str
    method: str
    segments: tuple[str, ...]
    function: FunctionPlan

    @property
    def rank(self) -> tuple[bool, tuple[int, ...], bool]:
        """The smaller, the more specific."""
        kinds = tuple(_segment_kind(segment) for segment in self.segments)
        return 2 in kinds, kinds, self.method == "ANY"


@dataclass(frozen=True, slots=True)
class Match:
    """A route that fits, and the values of its variables."""

    route: Route
    path_parameters: dict[str, str]


class RouteTable:
    """The routes of all functions, most specific first."""

    def __init__(self, routes: list[Route]) -> None:
        self._default = next((route for route in routes if route.key == "$default"), None)
        plain = [route for route in routes if route.key != "$default"]
        self._routes = sorted(plain, key=lambda route: route.rank)

    @classmethod
    def of(cls, manifest: Manifest) -> "RouteTable":
        """The table for a manifest."""
        return cls([parse_route(key, function) for function in manifest.functions for key in function.routes])

    def find(self, method: str, path: str) -> Match | None:
        """The route for a request, `path` being percent-decoded; None is API Gateway's 404."""
        segments = tuple(path.removeprefix("/").split("/"))
        for route in self._routes:
            if route.method not in ("ANY", method):
                continue
            parameters = _fit(route.segments, segments)
            if parameters is not None:
                return Match(route, parameters)
        if self._default is not None:
            return Match(self._default, {})
        return None


def parse_route(key: str, function: FunctionPlan) -> Route:
    """Read `METHOD /path/{variable}`.

    Raises:
        RouteInvalid: no such form.
    """
    if key == "$default":
        return Route(key, "ANY", (), function)
    method, _, path = key.partition(" ")
    if not path.startswith("/") or not method.isupper():
        raise RouteInvalid(f"{key!r} is not of the form 'METHOD /path'")
    segments = tuple(path.removeprefix("/").split("/"))
    greedy = [segment for segment in segments if _segment_kind(segment) == 2]
    if greedy and (len(greedy) > 1 or segments[-1] != greedy[0]):
        raise RouteInvalid(f"{key!r}: only the last segment may be greedy")
    return Route(key, method, segments, function)


def _segment_kind(segment: str) -> int:
    if segment.startswith("{") and segment.endswith("+}"):
        return 2
    return 1 if segment.startswith("{") and segment.endswith("}") else 0


def _fit(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    """The variables where `segments` fit `pattern`."""
    parameters: dict[str, str] = {}
    for position, wanted in enumerate(pattern):
        kind = _segment_kind(wanted)
        if kind == 2:
            rest = "/".join(segments[position:])
            return {**parameters, wanted[1:-2]: rest} if rest else None
        if position >= len(segments):
            return None
        if kind == 1:
            if not segments[position]:
                return None
            parameters[wanted[1:-1]] = segments[position]
        elif wanted != segments[position]:
            return None
    return parameters if len(pattern) == len(segments) else None
