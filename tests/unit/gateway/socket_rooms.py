"""A small WebSocket API, and its management API as functions use it."""

from typing import Any

import aiohttp
from yarl import URL

from local_stack.gateway.manifest import Manifest
from tests.unit.gateway.harness import SIGNED, Gateway, function, manifest


def rooms(workers: int = 2, **more: Any) -> Manifest:
    """Authorizer, $connect, $disconnect, $default and the custom route `special`."""
    sources = ["route.request.querystring.ticket"]
    return manifest(
        function("authorizer", "room.authorize", websocket="authorizer", identity_sources=sources),
        function("connect", "room.connect", websocket=["connect"]),
        function("disconnect", "room.disconnect", websocket=["disconnect"]),
        function("default", "room.default", websocket=["default", "special"], local_workers=workers),
        websocket_route_selection="$request.body.t",
        **more,
    )


async def connection_id(socket: aiohttp.ClientWebSocketResponse) -> str:
    """The id by which functions know this client, encoded for a URL."""
    await socket.send_str("who am i")
    event = await socket.receive_json()
    return str(event["requestContext"]["connectionId"]).replace("=", "%3D").replace("/", "%2F").replace("+", "%2B")


async def manage(gateway: Gateway, method: str, connection: str, data: Any = None, **headers: str) -> tuple[int, str]:
    """One call of the management API: status and x-amzn-ErrorType."""
    url = URL(f"{gateway.url}/%40connections/{connection}", encoded=True)
    async with gateway.client.request(method, url, data=data, headers=headers or SIGNED) as response:
        return response.status, response.headers.get("x-amzn-ErrorType", "")
