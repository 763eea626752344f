"""The access log: every request once, and no secret of it."""

import json
from pathlib import Path
from typing import Any

from tests.unit.gateway.harness import Gateway, function, manifest


def lines(state: Path) -> list[dict[str, Any]]:
    """What the log says."""
    return [json.loads(line) for line in (state / "logs" / "access.log").read_text().splitlines()]


async def test_requests_are_noted_by_route_without_path_and_query(state: Path) -> None:
    plan = manifest(function("echo", "echo.handler", routes=["GET /j/{token}"]))
    async with Gateway(plan, state) as gateway, gateway.client.get("/j/very-secret?key=hidden") as response:
        request_id = response.headers["apigw-requestid"]
    (line,) = lines(state)
    assert (line["requestId"], line["routeKey"], line["status"]) == (request_id, "GET /j/{token}", 200)
    assert line["ip"] == "127.0.0.1"
    text = (state / "logs" / "access.log").read_text()
    assert "very-secret" not in text
    assert "hidden" not in text


async def test_sockets_are_noted_by_connect_and_by_message(state: Path) -> None:
    plan = manifest(function("default", "room.default", websocket="default"))
    async with Gateway(plan, state) as gateway, gateway.client.ws_connect("/ws?ticket=hidden") as socket:
        await socket.send_str("echo")
        await socket.receive_str()
        await socket.send_str("raise")
        await socket.receive_str()
    assert [(line["routeKey"], line["status"]) for line in lines(state)] == [
        ("$connect", 101),
        ("$default", 200),
        ("$default", 500),
    ]
    assert "hidden" not in (state / "logs" / "access.log").read_text()
