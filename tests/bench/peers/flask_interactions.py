"""flask-discord-interactions, called through WSGI with as little around it as an event needs.

It imports aiohttp where that is installed, for a way of working that nobody uses on Flask. It is installed here for
others, and would cost this peer 100 ms that its users don't pay; so it does not find it.
"""

import io
import os
import sys
from typing import Any

sys.modules["aiohttp"] = None  # type: ignore[assignment]

from flask import Flask  # type: ignore[import-not-found]  # noqa: E402
from flask_discord_interactions import DiscordInteractions  # type: ignore[import-not-found]  # noqa: E402

app = Flask(__name__)
app.config["DISCORD_PUBLIC_KEY"] = os.environ["DISCORD_PUBLIC_KEY"]
app.config["DISCORD_CLIENT_ID"] = os.environ["DISCORD_APPLICATION_ID"]
_discord = DiscordInteractions(app)


def help_(_: Any) -> str:
    """An inline answer."""
    return "Help"


_discord.add_command(help_, "kaltura-help", "What Kaltura can do here")
_discord.set_route("/discord/interactions")


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started["statusCode"] = int(status[:3])
        started["headers"] = dict(headers)

    parts = app.wsgi_app(_environ(event), start_response)
    return {**started, "body": b"".join(parts).decode()}


def _environ(event: dict[str, Any]) -> dict[str, Any]:
    body = event["body"].encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": event["requestContext"]["http"]["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": event["rawPath"],
        "QUERY_STRING": event["rawQueryString"],
        "SERVER_NAME": event["requestContext"]["domainName"],
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": event["headers"]["content-type"],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in event["headers"].items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
