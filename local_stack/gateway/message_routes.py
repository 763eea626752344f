"""Which function a WebSocket message goes to: the API's route selection expression.

API Gateway guide, "Route selection expressions": `$request.body.action` reads one value of a JSON message; the
route of that name gets it, and `$default` gets everything else, also what is no JSON.
"""

import json
from typing import Any

from local_stack.gateway.manifest import FunctionPlan, Manifest

_BODY = "$request.body."
_NO_MESSAGE_ROUTES = ("authorizer", "connect", "disconnect")


class MessageRoutes:
    """The routes of one WebSocket API, but for `$connect` and `$disconnect`."""

    def __init__(self, manifest: Manifest) -> None:
        self._way = tuple(manifest.websocket_route_selection.removeprefix(_BODY).split("."))
        self._custom: dict[str, FunctionPlan] = {}
        self._default: FunctionPlan | None = None
        for function in manifest.functions:
            for role in function.websocket:
                self._add(role, function)

    def _add(self, role: str, function: FunctionPlan) -> None:
        if role == "default":
            self._default = function
        elif role not in _NO_MESSAGE_ROUTES:
            self._custom[role] = function

    def find(self, body: str) -> tuple[str, FunctionPlan | None]:
        """The route key for a message, and its function; None where no route takes it."""
        if self._custom:
            value = self._selected(body)
            if value in self._custom:
                return value, self._custom[value]
        return "$default", self._default

    def _selected(self, body: str) -> str:
        try:
            value: Any = json.loads(body)
        except ValueError:
            return ""
        for name in self._way:
            value = value.get(name) if isinstance(value, dict) else None
        return str(value)
