"""A Discord that knows one application and its commands, as far as operators' commands ask for them."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from kaltura_discord.discord.rest import DiscordRest

APPLICATION_ID = "1234567890123456789"
BOT_TOKEN = "MTIzNDU2.G-secret.bot-token_value"
PUBLIC_KEY = "ab" * 32
BASE_URL = "https://meet.example.org"
ENTRY_POINT = {
    "id": "99",
    "type": 4,
    "name": "launch",
    "description": "Open the Activity",
    "handler": 2,
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
}

SETTINGS = {
    "DISCORD_APPLICATION_ID": APPLICATION_ID,
    "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
    "DISCORD_BOT_TOKEN": BOT_TOKEN,
    "PUBLIC_BASE_URL": BASE_URL,
}

JSON = Any


@dataclass
class ScriptedDiscord:
    """Answers with what it holds; `trouble` stands before everything, by path."""

    application: JSON = field(
        default_factory=lambda: {
            "id": APPLICATION_ID,
            "name": "Kaltura",
            "verify_key": PUBLIC_KEY,
            "interactions_endpoint_url": f"{BASE_URL}/discord/interactions",
            "event_webhooks_url": f"{BASE_URL}/discord/events",
            "event_webhooks_status": 2,
            "event_webhooks_types": ["APPLICATION_AUTHORIZED", "APPLICATION_DEAUTHORIZED"],
            "privacy_policy_url": f"{BASE_URL}/privacy",
            "terms_of_service_url": f"{BASE_URL}/terms",
            "redirect_uris": ["https://127.0.0.1"],
            "flags": 1 << 17 | 1 << 23,
        }
    )
    commands: list[JSON] = field(default_factory=list)
    health: int = 200
    trouble: dict[str, httpx.Response | Exception] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def rest(self) -> DiscordRest:
        return DiscordRest("https://discord.com/api/v10", APPLICATION_ID, BOT_TOKEN, self.client())

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v10")
        self.calls.append(f"{request.method} {path}")
        trouble = self.trouble.get(path)
        if isinstance(trouble, Exception):
            raise trouble
        if trouble is not None:
            return trouble
        if request.url.host == "meet.example.org":
            return httpx.Response({"/api/v1/health": self.health, "/privacy": 200, "/terms": 200}.get(path, 404))
        if request.headers.get("Authorization") != f"Bot {BOT_TOKEN}":
            return httpx.Response(401, json={"message": "401: Unauthorized", "code": 0})
        return self._route(request, path)

    def _route(self, request: httpx.Request, path: str) -> httpx.Response:
        if path == "/applications/@me" and request.method == "PATCH":
            self.application = {**self.application, **json.loads(request.content)}
        if path == "/applications/@me":
            return httpx.Response(200, json=self.application)
        if path != f"/applications/{APPLICATION_ID}/commands":
            return httpx.Response(404, json={"message": "404: Not Found", "code": 0})
        if request.method == "GET":
            return httpx.Response(200, json=self.commands)
        return self._replace(json.loads(request.content))

    def _replace(self, wanted: list[JSON]) -> httpx.Response:
        has_entry_point = any(command["type"] == 4 for command in self.commands)
        if has_entry_point and not any(command["type"] == 4 for command in wanted):
            # Discord docs: Application Commands, Entry Point; the whole replacement fails.
            message = "You cannot remove this app's Entry Point command in a bulk update operation."
            return httpx.Response(400, json={"message": message, "code": 50240})
        self.commands = [as_discord_keeps_it(number, command) for number, command in enumerate(wanted)]
        return httpx.Response(200, json=self.commands)


def as_discord_keeps_it(number: int, command: JSON) -> JSON:
    """With what Discord adds by itself."""
    return {
        "id": str(1000 + number),
        "application_id": APPLICATION_ID,
        "version": str(5000 + number),
        "default_member_permissions": None,
        "dm_permission": True,
        "nsfw": False,
        "name_localizations": None,
        "description_localizations": None,
        **command,
    }
