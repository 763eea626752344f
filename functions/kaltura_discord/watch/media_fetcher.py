"""Fetching a manifest or a key from Kaltura's hosts: from the list only, not for long, and not much.

Redirects are followed by hand, three at most, because each one has to lead to a host of the list again. The Kaltura
session goes into a header, never into an address, and only to the hosts of Kaltura's API and CDN: a redirect to
another media host leaves it behind. Cookies are neither kept nor sent; no address is ever logged, as it may hold a
CDN's own token.
"""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from kaltura_discord import __version__
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.media_hosts import BadAddress, HostedAddress, MediaHosts, joined

LARGEST_BYTES = 2 * 1024 * 1024
PATIENCE_SECONDS = 8.0
MOST_REDIRECTS = 3

_CONNECT_SECONDS = 3.0
# Not compressed, so that a small answer cannot become a large one.
_HEADERS = {
    "User-Agent": f"kaltura-for-discord/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
_EXIT = re.compile(r"exiting on error (-?\d+)")
log = logging.getLogger(__name__)


class MediaUnavailable(Exception):
    """The host did not answer, or not with what was asked for."""


class MediaRefused(Exception):
    """The host says no; `number` is Kaltura's own (KExternalErrors), 0 where it gave none."""

    def __init__(self, status: int, number: int) -> None:
        super().__init__(f"HTTP {status}, error {number}")
        self.status = status
        self.number = number


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: its address after all redirects, its type without parameters, and its bytes."""

    address: HostedAddress
    content_type: str
    body: bytes


class MediaFetcher:
    """Fetches; `kaltura_urls` are the addresses of Kaltura's API and CDN, which may see a session."""

    def __init__(
        self,
        hosts: MediaHosts,
        kaltura_urls: Iterable[str],
        http_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._hosts = hosts
        self._trusted = {hosts.place(url).origin for url in kaltura_urls}
        self._http = httpx.AsyncClient(
            transport=http_transport,
            headers=_HEADERS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=20, keepalive_expiry=5.0),
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def fetch(self, address: HostedAddress, session: str, deadline: Deadline) -> Fetched:
        """What is at `address`.

        Raises:
            MediaUnavailable: no answer in time, too much of it, or too many redirects.
            MediaRefused: an answer that says no.
            HostNotMapped: a redirect leads to a host that is not on the list.
        """
        seconds = deadline.at_most(PATIENCE_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                for _ in range(MOST_REDIRECTS + 1):
                    found = await self._once(address, session, seconds)
                    if isinstance(found, Fetched):
                        return found
                    address = found
        except (TimeoutError, httpx.TimeoutException):
            log.warning("media host too slow", extra={"host": address.origin})
            raise MediaUnavailable("too slow") from None
        except (httpx.HTTPError, httpx.InvalidURL) as broken:
            log.warning("media host not reached", extra={"host": address.origin, "reason": type(broken).__name__})
            raise MediaUnavailable(type(broken).__name__) from None
        log.warning("media host redirects without end", extra={"host": address.origin})
        raise MediaUnavailable("too many redirects")

    async def _once(self, address: HostedAddress, session: str, seconds: float) -> Fetched | HostedAddress:
        """What is there, or where it says to go."""
        headers = {"X-Kaltura-Ks": session} if session and address.origin in self._trusted else {}
        timeout = httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
        async with self._http.stream("GET", address.url, headers=headers, timeout=timeout) as response:
            if response.is_redirect:
                return self._next(address, response.headers.get("Location", ""))
            if response.status_code != 200:
                log.warning("media host refused", extra={"host": address.origin, "status": response.status_code})
                raise _refusal(response)
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Fetched(address, kind, await _body(response))

    def _next(self, address: HostedAddress, location: str) -> HostedAddress:
        try:
            return self._hosts.place(joined(address.url, location))
        except BadAddress:
            raise MediaUnavailable("a redirect to nowhere") from None


def _refusal(response: httpx.Response) -> Exception:
    if response.status_code >= 500 or response.status_code == 429:
        return MediaUnavailable(f"HTTP {response.status_code}")
    said = _EXIT.search(response.headers.get("X-Kaltura-App", ""))
    return MediaRefused(response.status_code, int(said[1]) if said else 0)


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > LARGEST_BYTES:
            raise MediaUnavailable(f"more than {LARGEST_BYTES} bytes")
    return bytes(body)
