"""A visitor of the API: its real routes over a real table, with doubles where Discord and Kaltura would be."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.routes import api_routes
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.videos import VideoLibrary
from kaltura_discord.watch.instances import Instances
from kaltura_discord.watch.launches import InstanceId, Launch
from kaltura_discord.watch.media_fetcher import MediaFetcher
from tests.unit.domain.discord_double import APPLICATION
from tests.unit.domain.sent_by_discord import ANN, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura, SeenCall

Json = dict[str, Any]

SECRET = "s3cret-of-at-least-thirty-two-bytes!"
CLIENT_SECRET = "client-secret-of-our-application"
SEARCH, CONTEXT = "elasticsearch_esearch.searchEntry", "baseentry.getPlaybackContext"
CAPTIONS = "caption_captionasset.serveWebVTT"


@dataclass
class DiscordAtTheDoor:
    """Discord as the API asks it: codes, tokens, instances, members."""

    application_id: str
    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, Json] = field(default_factory=dict)
    instances: dict[str, list[Json | None]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    has_bot: bool = True
    is_down: bool = False
    is_crowded: bool = False
    asked: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.is_down:
            return httpx.Response(502)
        if self.is_crowded:
            return httpx.Response(429, headers={"Retry-After": "30"}, json={"retry_after": 30.0, "global": False})
        path = request.url.path.removeprefix("/api/v10")
        if path == "/oauth2/token":
            return self._exchange(request)
        if path == "/oauth2/@me":
            told = self.tokens.get(request.headers["Authorization"].removeprefix("Bearer "))
            return httpx.Response(200, json=told) if told else httpx.Response(401, json={"message": "401", "code": 0})
        if "/activity-instances/" in path:
            return self._instance(path.rsplit("/", 1)[1])
        if "/members/" in path and self.has_bot:
            return self._member(path.rsplit("/", 1)[1])
        if path.startswith("/guilds/") and self.has_bot:
            guild_id = path.rsplit("/", 1)[1]
            everyone = {"id": guild_id, "name": "@everyone", "permissions": "0"}
            moderators = {"id": "55", "name": "Teachers", "permissions": str(1 << 33)}
            return httpx.Response(200, json={"owner_id": "1", "roles": [everyone, moderators]})
        return httpx.Response(403, json={"message": "Missing Access", "code": 50001})

    def user(self, user_id: str, name: str, application_id: str = "") -> str:
        """Somebody's access token."""
        token = f"access-{user_id}-{len(self.tokens)}"
        user = {"id": user_id, "username": name.lower(), "global_name": name, "avatar": "a1b2"}
        self.tokens[token] = {"application": {"id": application_id or self.application_id}, "user": user}
        return token

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert "redirect_uri" not in form
        assert form["grant_type"] == "authorization_code"
        if (form["client_id"], form["client_secret"]) != (self.application_id, CLIENT_SECRET):
            return httpx.Response(401, json={"error": "invalid_client"})
        token = self.codes.pop(form["code"], None)
        if token is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"access_token": token, "refresh_token": "refresh", "scope": "identify"})

    def _instance(self, instance_id: str) -> httpx.Response:
        answers = self.instances.get(instance_id, [None])
        told = answers.pop(0) if len(answers) > 1 else answers[0]
        return httpx.Response(200, json=told) if told else httpx.Response(404, json={"message": "404", "code": 0})

    def _member(self, user_id: str) -> httpx.Response:
        if user_id not in self.members:
            return httpx.Response(404, json={"message": "Unknown Member", "code": 10007})
        return httpx.Response(200, json={"roles": self.members[user_id]})


def location(guild_id: str, channel_id: str, *users: str) -> Json:
    """An instance as Discord tells it."""
    place = {"id": f"gc-{guild_id}-{channel_id}", "kind": "gc", "channel_id": channel_id, "guild_id": guild_id}
    return {"instance_id": "x", "launch_id": "1", "location": place, "users": list(users)}


def library(*entry_ids: str) -> Any:
    """A Kaltura that finds these entries, by id or all of them; whatever the scope."""

    def search(call: SeenCall) -> Json:
        asked = json.dumps(call.parameters["searchParams"])
        by_id = '"objectType": "KalturaESearchEntryItem", "fieldName": "id"' in asked
        found = [each for each in entry_ids if not by_id or f'"searchTerm": "{each}"' in asked]
        return {"objects": [{"object": entry(each)} for each in found], "totalCount": len(found)}

    return search


def entry(entry_id: str) -> Json:
    return {"id": entry_id, "name": f"Film {entry_id}", "type": "1", "mediaType": 1, "duration": 61, "plays": 3}


def playable(**change: Any) -> Json:
    """A playback context."""
    caption = {
        "label": "English",
        "languageCode": "en",
        "isDefault": True,
        "webVttUrl": "https://cdn.test/api_v3/service/caption_captionasset/action/serveWebVTT/captionAssetId/1_cap/v/1",
    }
    return {
        "sources": [{"format": "applehttp", "url": "https://cdn.test/a.m3u8", "drm": []}],
        "playbackCaptions": [caption],
        "actions": [],
        "messages": [],
        **change,
    }


@contextlib.asynccontextmanager
async def visiting(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator["Visitor"]:
    """A visitor on a stage."""
    discord = DiscordAtTheDoor(APPLICATION)
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        visitor = visitor_of(stage, kaltura, discord, http)
        async with visitor.http:
            yield visitor


@dataclass
class Visitor:
    """Whoever asks the API."""

    stage: Stage
    parts: Parts
    discord: DiscordAtTheDoor
    kaltura: ScriptedKaltura
    media: dict[str, httpx.Response]
    media_asked: list[httpx.Request]
    http: httpx.AsyncClient

    @property
    def guild_id(self) -> str:
        return self.stage.guild_id

    @property
    def channel_id(self) -> str:
        return self.stage.channel_id

    async def post(self, path: str, body: Any = None, bearer: str = "", **more: Any) -> httpx.Response:
        return await self.http.post(f"/api/v1{path}", json=body, headers=_headers(bearer), **more)

    async def get(self, path: str, bearer: str = "", **query: Any) -> httpx.Response:
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return await self.http.get(address, params=query or None, headers=_headers(bearer))

    async def session(self, user_id: str = ANN.user_id, name: str = "Ann") -> str:
        """A session token of somebody who signed in with a code."""
        code = f"code-{user_id}-{len(self.discord.tokens)}"
        self.discord.codes[code] = self.discord.user(user_id, name)
        answer = await self.post("/auth/token", {"code": code})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["session_token"])

    def run(self, *users: str, roles: tuple[str, ...] = ()) -> str:
        """An Activity that runs in the server's channel with these people in it; its instance's id."""
        instance_id = f"i-{snowflake()}-gc-{self.guild_id}-{self.channel_id}"
        self.discord.instances[instance_id] = [location(self.guild_id, self.channel_id, *users)]
        for user in users:
            self.discord.members.setdefault(user, list(roles))
        return instance_id

    async def launched(self, entry_id: str, by: str = ANN.user_id, *others: str) -> str:
        """The same, launched by somebody with a video."""
        instance_id = self.run(by, *others)
        launch = Launch(GuildId(self.guild_id), ChannelId(self.channel_id), UserId(by), entry_id)
        await self.stage.services.launches.launched(InstanceId(instance_id), launch)
        return instance_id

    async def enter(self, instance_id: str, user_id: str = ANN.user_id, name: str = "Ann") -> Json:
        """What somebody gets who enters."""
        session = await self.session(user_id, name)
        answer = await self.post("/rooms/session", {"instance_id": instance_id}, session)
        assert answer.status_code == 200, answer.text
        entered: Json = answer.json()
        return entered

    async def room_token(self) -> str:
        """A room token of Ann's."""
        return str((await self.enter(self.run(ANN.user_id)))["room_token"])


def _headers(bearer: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {bearer}"} if bearer else {}


def visitor_of(stage: Stage, kaltura: ScriptedKaltura, discord: DiscordAtTheDoor, http: httpx.AsyncClient) -> Visitor:
    """A visitor on a stage; `http` speaks with `discord`."""
    services = stage.services
    services.environment = {
        **services.environment,
        "JWT_SECRET": SECRET,
        "DISCORD_CLIENT_SECRET": CLIENT_SECRET,
        "DISCORD_API_URL": "https://discord.test/api/v10",
        "KALTURA_CDN_URL": "https://cdn.test",
        "KALTURA_SERVICE_URL": "https://kaltura.test",
        "KALTURA_MEDIA_HOSTS": "vod.test",
    }
    services.http = http
    services.rest = DiscordRest("https://discord.test/api/v10", discord.application_id, "bot-token", http, stage.pauses)
    services.kaltura_transport = kaltura.transport()
    services.kaltura_addresses = KalturaAddresses.of_account(
        "https://kaltura.test", "https://cdn.test", "", ADDRESSES.partner_id, ADDRESSES.player_id
    )
    services.videos = VideoLibrary(services.kaltura_transport, services.kaltura_addresses)
    kaltura.on(SEARCH, library("1_abcdefgh", "1_other000"))
    kaltura.on(CONTEXT, playable())
    parts = Parts(services)
    media: dict[str, httpx.Response] = {}
    media_asked: list[httpx.Request] = []

    def fetched(request: httpx.Request) -> httpx.Response:
        media_asked.append(request)
        return media.get(str(request.url), httpx.Response(404))

    fetcher = MediaFetcher(parts.hosts, ["https://cdn.test", "https://kaltura.test"], httpx.MockTransport(fetched))
    parts.media_door = replace(parts.media_door, fetcher=fetcher)
    parts.room_door = replace(parts.room_door, instances=Instances(services.rest, stage.pauses, stage.clock))

    async def ready() -> Parts:
        return parts

    app = Starlette(routes=api_routes(ready))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://kaltura.example")
    return Visitor(stage, parts, discord, kaltura, media, media_asked, client)
