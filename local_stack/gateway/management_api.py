"""The @connections API: how functions talk to clients (botocore model `apigatewaymanagementapi`).

    POST   /@connections/{id}   200; 410 GoneException, 413 PayloadTooLargeException, 429 LimitExceededException
    GET    /@connections/{id}   200 {"connectedAt", "identity", "lastActiveAt"}
    DELETE /@connections/{id}   204

Calls must be signed (SigV4, service `execute-api`): the signature's presence and scope are checked, its value is
not, since the stack's credentials are no secret.
"""

import asyncio
import re
import time

from aiohttp import web

from local_stack.gateway.connections import BufferFull, Connection, ConnectionGone, Connections
from local_stack.gateway.http_gateway import PayloadTooLarge, read_body
from local_stack.gateway.throttle import TokenBucket

LARGEST_MESSAGE = 128 * 1024
_SIGNED = re.compile(
    r"^AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/execute-api/aws4_request, ?"
    r"SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, ?Signature=[0-9a-f]{64}$"
)


class ManagementApi:
    """Answers the three operations."""

    def __init__(self, connections: Connections, throttle: TokenBucket) -> None:
        self._connections = connections
        self._throttle = throttle

    async def answer(self, request: web.Request) -> web.Response:
        """One call, from a function."""
        refused = _check_signature(request)
        if refused is not None:
            return refused
        if not self._throttle.take():
            return _error(429, "LimitExceededException", "Rate exceeded")
        try:
            connection = self._connections.find(request.match_info["connection_id"])
            return await self._operate(request, connection)
        except ConnectionGone:
            return _error(410, "GoneException", "Gone")
        except PayloadTooLarge:
            return _error(413, "PayloadTooLargeException", "Message too long")
        except BufferFull:
            return _error(429, "LimitExceededException", "The client's receive buffer is full")

    async def _operate(self, request: web.Request, connection: Connection) -> web.Response:
        if request.method == "POST":
            return await self._post(request, connection)
        if request.method == "GET":
            return _described(connection)
        if request.method == "DELETE":
            self._connections.remove(connection.facts.connection_id)
            connection.keep(asyncio.create_task(connection.close(1000, "Connection Closed Normally")))
            return web.Response(status=204)
        return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")

    async def _post(self, request: web.Request, connection: Connection) -> web.Response:
        data = await read_body(request, LARGEST_MESSAGE)
        struck = self._connections.strike(connection, "out")
        for fault in struck:
            if fault.kind == "throttle":
                return _error(429, "LimitExceededException", "Rate exceeded")
            if fault.kind == "status":
                return _error(int(fault.value), "InternalServerErrorException", "ordered fault")
        self._connections.post(connection, data, struck)
        return web.Response(status=200)


def _check_signature(request: web.Request) -> web.Response | None:
    authorization = request.headers.get("authorization")
    if authorization is None:
        return _error(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    if not _SIGNED.match(authorization):
        return _error(403, "IncompleteSignatureException", "Authorization is no SigV4 header for execute-api")
    if "x-amz-date" not in request.headers:
        return _error(403, "IncompleteSignatureException", "Authorization header requires existence of X-Amz-Date")
    return None


def _described(connection: Connection) -> web.Response:
    facts = connection.facts
    idle_seconds = asyncio.get_running_loop().time() - connection.last_active_at
    return web.json_response(
        {
            "connectedAt": _iso(facts.connected_at),
            "identity": {"sourceIp": facts.source_ip, "userAgent": facts.user_agent},
            "lastActiveAt": _iso(facts.now() - idle_seconds),
        }
    )


def _iso(epoch_seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_seconds))


def _error(status: int, kind: str, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status, headers={"x-amzn-ErrorType": kind})
