"""Discord's proxy, played by the gateway: `/k/...` and whatever else the portal's URL mappings name.

    frame --> https://{application}.discordsays.com/k/{key}/path --> (mapping) --> host/path

Bodies, ranges and answers pass as they are, in both directions, while they come; redirects are passed on and not
followed, so one that leads to an unmapped host dies on the page's policy, as in Discord. HTML loses its cache headers
and gets the frame's policy (Discord docs: Activities - Networking; facts of the field). Paths with `..` are not found:
Discord's edge resolves them before any mapping is looked at.

Real mappings lead to https; those of the local stack lead to loopback, by http. Faults: target `proxy`.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from yarl import URL

from local_stack.discord.url_mappings import UrlMapping, find_target
from local_stack.faults import FaultTable, Handler, http_fault_middleware
from local_stack.gateway.frame_policy import FramePolicy

CONNECT_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 60.0
_CHUNK_BYTES: Final = 64 * 1024
_OF_ONE_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_LOOPBACK: Final = ("localhost", "127.0.0.1")
_CACHE_HEADERS: Final = ("Cache-Control", "ETag", "Expires", "Last-Modified")


class DiscordProxy:
    """Passes requests on to the hosts of the mappings."""

    def __init__(
        self,
        mappings: Callable[[], Iterable[UrlMapping]],
        faults: FaultTable,
        policy: FramePolicy,
    ) -> None:
        self._mappings = mappings
        self._policy = policy
        self._session: aiohttp.ClientSession | None = None
        self._strike = http_fault_middleware(faults, "proxy", _throttled)

    def finds(self, request: web.Request) -> bool:
        """Whether some mapping names the request's path."""
        return _target(self._mappings(), request) is not None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on, as faults allow."""
        handler: Handler = self._pass_on
        return await self._strike(request, handler)

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        target = _target(self._mappings(), request)
        if target is None:
            return web.Response(status=404, text="404: Not Found")
        try:
            answered = await self._open().request(
                request.method,
                target,
                headers=_forwarded(request),
                data=request.content.iter_chunked(_CHUNK_BYTES) if request.can_read_body else None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError):
            return web.Response(status=502, text="502: Bad Gateway")
        try:
            return await self._pass_back(request, answered)
        finally:
            answered.release()

    async def _pass_back(self, request: web.Request, answered: aiohttp.ClientResponse) -> web.StreamResponse:
        response = web.StreamResponse(status=answered.status, reason=answered.reason)
        for name, value in answered.headers.items():
            if name.lower() not in _OF_ONE_HOP:
                response.headers.add(name, value)
        if answered.content_type == "text/html":
            for name in _CACHE_HEADERS:
                response.headers.popall(name, None)
            response.headers.update(self._policy.in_discord(request.host))
        await response.prepare(request)
        try:
            async for chunk in answered.content.iter_any():
                await response.write(chunk)
        except (aiohttp.ClientError, TimeoutError):
            # The head is sent already: only a cut tells the browser that the rest is missing.
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write_eof()
        return response

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
            self._session = aiohttp.ClientSession(
                timeout=timeout,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(limit=0),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        return self._session

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()
            # aiohttp closes its transports a moment later.
            await asyncio.sleep(0)


def _target(mappings: Iterable[UrlMapping], request: web.Request) -> URL | None:
    path, mark, query = request.raw_path.partition("?")
    if not path.startswith("/") or any(unquote(step) in (".", "..") for step in path.split("/")):
        return None
    found = find_target(mappings, path)
    if found is None:
        return None
    scheme = "http" if found.partition("/")[0].partition(":")[0] in _LOOPBACK else "https"
    return URL(f"{scheme}://{found}{mark}{query}", encoded=True)


def _forwarded(request: web.Request) -> list[tuple[str, str]]:
    """The headers that go on: all but those of the connection."""
    dropped = _OF_ONE_HOP | {"host"}
    if not request.can_read_body:
        dropped |= {"content-length"}
    return [(name, value) for name, value in request.headers.items() if name.lower() not in dropped]


def _throttled(_request: web.Request) -> web.Response:
    return web.Response(status=429, text="429: Too Many Requests", headers={"Retry-After": "1"})
