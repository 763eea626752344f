"""FastAPI behind Mangum, with `verify_key` of discord-interactions: what tutorials show."""

import os
from typing import Any

from discord_interactions import verify_key
from fastapi import FastAPI, Request, Response  # type: ignore[import-not-found]
from mangum import Mangum

_PUBLIC_KEY = os.environ["DISCORD_PUBLIC_KEY"]

app = FastAPI()


async def receive(request: Request) -> Any:
    """Verify, parse, answer."""
    body = await request.body()
    signature = request.headers.get("x-signature-ed25519", "")
    timestamp = request.headers.get("x-signature-timestamp", "")
    if not verify_key(body, signature, timestamp, _PUBLIC_KEY):
        return Response(status_code=401)
    if (await request.json())["type"] == 1:
        return {"type": 1}
    return {"type": 4, "data": {"content": "Help"}}


app.add_api_route("/discord/interactions", receive, methods=["POST"])
_handler = Mangum(app, lifespan="off")
_CONTEXT: Any = None


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    response: dict[str, Any] = _handler(event, _CONTEXT)
    return response
