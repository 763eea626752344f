"""API Gateway's access log: one JSON line per request in `.local/logs/access.log`.

As in AWS the format is ours to choose. Paths and query strings are left out on purpose: tokens and tickets stand in
them; the route key says enough.
"""

import json
import time

from local_stack.gateway.function_log import FunctionLog


class AccessLog:
    """Writes one line per request."""

    def __init__(self, log: FunctionLog) -> None:
        self._log = log

    def write(self, request_id: str, route_key: str, status: int, began: float, source_ip: str) -> None:
        """Note one answered request or message.

        Args:
            request_id: API Gateway's id.
            route_key: such as `GET /j/{token}` or `$default`.
            status: HTTP status, or what it would be for a message.
            began: `time.monotonic()` at its arrival.
            source_ip: who sent it.
        """
        line = {
            "requestId": request_id,
            "routeKey": route_key,
            "status": status,
            "responseLatency": round((time.monotonic() - began) * 1000, 1),
            "ip": source_ip,
        }
        self._log.write(json.dumps(line, separators=(",", ":")))

    def close(self) -> None:
        """Close the file."""
        self._log.close()
