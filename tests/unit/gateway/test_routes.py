"""Route keys: which function a request goes to."""

import pytest

from local_stack.gateway.manifest import ManifestInvalid
from local_stack.gateway.routes import RouteInvalid, RouteTable, parse_route
from tests.unit.gateway.harness import function, manifest

TABLE = RouteTable.of(
    manifest(
        function(
            routes=[
                "ANY /api/v1/{proxy+}",
                "GET /api/v1/health",
                "ANY /api/v1/rooms/{room}",
                "DELETE /api/v1/rooms/{room}",
                "GET /{anything}/health/deep",
                "ANY /j/{token}",
            ]
        )
    )
)


@pytest.mark.parametrize(
    ("method", "path", "key", "parameters"),
    [
        ("GET", "/api/v1/health", "GET /api/v1/health", {}),
        ("POST", "/api/v1/health", "ANY /api/v1/{proxy+}", {"proxy": "health"}),
        ("GET", "/api/v1/rooms/7", "ANY /api/v1/rooms/{room}", {"room": "7"}),
        ("DELETE", "/api/v1/rooms/7", "DELETE /api/v1/rooms/{room}", {"room": "7"}),
        ("GET", "/api/v1/rooms/7/people", "ANY /api/v1/{proxy+}", {"proxy": "rooms/7/people"}),
        ("GET", "/api/health/deep", "GET /{anything}/health/deep", {"anything": "api"}),
        ("GET", "/j/abc", "ANY /j/{token}", {"token": "abc"}),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, key: str, parameters: dict[str, str]) -> None:
    match = TABLE.find(method, path)
    assert match is not None
    assert (match.route.key, match.path_parameters) == (key, parameters)


@pytest.mark.parametrize("path", ["/", "/api/v1", "/api/v1/", "/j", "/j/", "/j/a/b", "/nothing"])
def test_what_fits_nothing_has_no_route(path: str) -> None:
    assert TABLE.find("GET", path) is None


def test_the_default_route_takes_the_rest() -> None:
    table = RouteTable.of(manifest(function(routes=["GET /a", "$default"])))
    match = table.find("POST", "/anything/else")
    assert match is not None
    assert match.route.key == "$default"


@pytest.mark.parametrize("key", ["/a", "GET a", "get /a", "GET /{all+}/b", "GET /{a+}/{b+}"])
def test_a_malformed_route_key_is_refused(key: str) -> None:
    plan = manifest(function()).functions[0]
    with pytest.raises(RouteInvalid):
        parse_route(key, plan)


def test_a_function_must_not_read_a_queue_that_does_not_exist() -> None:
    with pytest.raises(ManifestInvalid, match="does not exist"):
        manifest(function(queue="tasks"))


def test_a_queue_must_hide_messages_longer_than_the_function_may_run() -> None:
    queue = {"name": "tasks", "visibility_timeout_seconds": 2, "maximum_receives": 3}
    with pytest.raises(ManifestInvalid, match="times out"):
        manifest(function(queue="tasks"), queues=[queue])


def test_two_functions_must_not_share_a_name() -> None:
    with pytest.raises(ManifestInvalid, match="one name"):
        manifest(function(), function())
