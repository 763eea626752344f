"""How a call to the REST API is received: who calls, how often, with what body; and how Discord answers or refuses.

Every route of the API goes through `ApiRoutes.add`: the User-Agent rule, the credential, the rate limit, the body, and
only then the handler. Refusals become Discord's error objects, and every answer tells the state of its bucket.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import BodyPartReader, web

from local_stack.discord.errors import Refusal, invalid, too_large, unauthorized
from local_stack.discord.files import MOST_FILE_BYTES, MOST_REQUEST_BYTES, Upload
from local_stack.discord.oauth_grants import Grant
from local_stack.discord.rate_limits import Limit, hash_of
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

API = "/api/v10"
USER_AGENT = re.compile(r"^DiscordBot \(https?://[^\s,]+, ?[^)]+\)|^Mozilla/")
FILE_PART = re.compile(r"^files?\[(\d+)\]$")
ORDINARY_LIMIT = Limit(50, 1.0)

PAYLOAD = web.RequestKey("payload", object)
"""Where a request keeps its parsed body for the log."""

Credential = Literal["bot", "bearer", "bot or bearer", "none"]


@dataclass(slots=True)
class ApiCall:
    """One call as its handler sees it; `grant` is set for a user's Bearer token."""

    world: DiscordWorld
    request: web.Request
    grant: Grant | None = None
    payload: object = None
    uploads: list[Upload] = field(default_factory=list)

    def path(self, name: str) -> str:
        """A variable of the route."""
        return self.request.match_info[name]

    @property
    def body(self) -> Json:
        """The JSON object that was sent; empty where there was none.

        Raises:
            Refusal: something other than an object was sent.
        """
        if self.payload is None:
            return {}
        if not isinstance(self.payload, dict):
            raise invalid((), "BASE_TYPE_BAD_TYPE", "Only dictionaries may be used here.")
        return self.payload


ApiHandler = Callable[[ApiCall], Awaitable[web.Response]]


def answered(value: object, status: int = 200) -> web.Response:
    """An answer with a JSON body."""
    return web.Response(
        body=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
        status=status,
        content_type="application/json",
    )


def refused(refusal: Refusal) -> web.Response:
    """The answer of a refusal."""
    return answered(refusal.as_json(), refusal.status)


def throttled(request: web.Request, retry_after: float = 0.5) -> web.Response:
    """A 429 that was ordered as a fault: shaped as one of the route's bucket."""
    resource = request.match_info.route.resource
    path = resource.canonical.rpartition(API)[2] if resource is not None else request.path
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    response = answered(body, 429)
    response.headers.update(
        {
            "Retry-After": str(max(1, round(retry_after))),
            "X-RateLimit-Scope": "user",
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": f"{retry_after:.3f}",
            "X-RateLimit-Bucket": hash_of(f"{request.method} {path}"),
        }
    )
    return response


@dataclass(slots=True)
class ApiRoutes:
    """Adds routes of the API to an application."""

    app: web.Application
    world: DiscordWorld

    def add(
        self,
        method: str,
        path: str,
        handler: ApiHandler,
        *,
        limit: Limit = ORDINARY_LIMIT,
        resource: str | None = None,
        credential: Credential = "bot",
        prefix: str = API,
    ) -> None:
        """Serve `method` `path` (without the version).

        Args:
            method: such as `GET`.
            path: with variables in braces.
            handler: what answers.
            limit: the size of its bucket.
            resource: the variable that partitions buckets, such as `channel_id`.
            credential: what the `Authorization` header must carry.
            prefix: where the API begins.
        """
        route_name = f"{method} {path}"

        async def receive(request: web.Request) -> web.Response:
            call = ApiCall(self.world, request)
            headers: dict[str, str] = {}
            try:
                _check_user_agent(request)
                _authorize(call, credential)
                major = request.match_info.get(resource, "") if resource else ""
                verdict = self.world.limits.take(route_name, major, limit)
                headers = verdict.headers()
                if verdict.retry_after is not None:
                    response = answered(verdict.body(), 429)
                else:
                    await _read_body(call)
                    request[PAYLOAD] = call.payload
                    response = await handler(call)
            except Refusal as refusal:
                response = refused(refusal)
            except web.HTTPRequestEntityTooLarge:
                response = refused(too_large())
            response.headers.update(headers)
            return response

        self.app.router.add_route(method, f"{prefix}{path}", receive)


def _check_user_agent(request: web.Request) -> None:
    """Discord's front refuses callers that do not name themselves (Discord docs: Reference - User Agent)."""
    if not USER_AGENT.match(request.headers.get("User-Agent", "")):
        raise Refusal(403, 40333, "internal network error")


def _authorize(call: ApiCall, credential: Credential) -> None:
    if credential == "none":
        return
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    if kind == "Bot" and "bot" in credential.split() and token == call.world.bot_token:
        return
    if kind == "Bearer" and "bearer" in credential.split():
        call.grant = call.world.grants.bearer(token)
        if call.grant is not None:
            return
    raise unauthorized()


async def _read_body(call: ApiCall) -> None:
    request = call.request
    if not request.can_read_body:
        return
    if request.content_type == "application/json":
        call.payload = _parsed(await request.read())
    elif request.content_type == "multipart/form-data":
        await _read_multipart(call)
    elif request.content_type == "application/x-www-form-urlencoded":
        call.payload = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    else:
        expected = "{'application/x-www-form-urlencoded', 'application/json', 'multipart/form-data'}"
        message = f'Expected "Content-Type" header to be one of {expected}.'
        raise invalid((), "CONTENT_TYPE_INVALID", message)


def _parsed(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(400, 50109, "The request body contains invalid JSON.") from None


async def _read_multipart(call: ApiCall) -> None:
    reader = await call.request.multipart()
    if (call.request.content_length or 0) > MOST_REQUEST_BYTES:
        raise too_large()
    received = 0
    while True:
        part = await reader.next()
        if part is None:
            return
        if not isinstance(part, BodyPartReader):
            raise invalid((), "CONTENT_TYPE_INVALID", "Nested multipart bodies are not taken.")
        content = bytes(await part.read(decode=True))
        received += len(content)
        if received > MOST_REQUEST_BYTES:
            raise too_large()
        _take_part(call, part.name or "", part.filename, content)


def _take_part(call: ApiCall, name: str, filename: str | None, content: bytes) -> None:
    """A part is the JSON or a file; a file that says no name is none to Discord, and another part a misspelling."""
    numbered = FILE_PART.match(name)
    if name == "payload_json":
        call.payload = _parsed(content)
    elif numbered is None or filename is None:
        raise invalid((name,), "SIMULATOR_UNKNOWN_FIELD", f'There is no part "{name}" here, or its file has no name.')
    elif len(content) > MOST_FILE_BYTES:
        raise too_large()
    else:
        call.uploads.append(Upload(numbered[1], filename, content))
