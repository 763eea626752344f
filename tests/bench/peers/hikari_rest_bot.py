"""hikari's RESTBot: its interaction server, called in the process, without its web server."""

import asyncio
import os
from typing import Any

import hikari  # type: ignore[import-not-found]

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)


async def _help(interaction: Any) -> Any:
    return interaction.build_response().set_content("Help")


async def _make_bot() -> Any:
    bot = hikari.RESTBot(
        token="a.bot.token",
        token_type="Bot",
        public_key=os.environ["DISCORD_PUBLIC_KEY"],
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )
    bot.set_listener(hikari.CommandInteraction, _help)
    return bot


_bot = _loop.run_until_complete(_make_bot())


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    headers = event["headers"]
    response = _loop.run_until_complete(
        _bot.on_interaction(
            event["body"].encode(),
            bytes.fromhex(headers["x-signature-ed25519"]),
            headers["x-signature-timestamp"].encode(),
        )
    )
    return {"statusCode": response.status_code, "body": (response.payload or b"").decode()}
