"""Files that people handed to a command, fetched from Discord's CDN.

The address comes from the interaction's `resolved.attachments`. It is followed only where it is Discord's own, never
through a redirect, and only as far as the caller's limit: what a person uploads is a stranger's bytes.

    DiscordError
    ├── AttachmentRefused      not an address of Discord's, or it is gone: the signature in it has expired
    ├── AttachmentTooLarge     more bytes than the caller takes
    └── DiscordUnavailable     no answer in time
"""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from kaltura_discord.discord.errors import DiscordError, DiscordUnavailable
from kaltura_discord.discord.user_agent import USER_AGENT
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    import httpx

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
_DISCORD = "discord.com"
_HTTPS_PORTS = (None, 443)


class AttachmentRefused(DiscordError):
    """The address is none of Discord's, or opens nothing."""


class AttachmentTooLarge(DiscordError):
    """The file has more bytes than the caller takes."""


async def fetch_attachment(
    http: "httpx.AsyncClient", api_url: str, url: str, limit_bytes: int, deadline: Deadline
) -> bytes:
    """The content of an attachment.

    Args:
        http: the client to ask with.
        api_url: where Discord's API is; another host than discord.com keeps its files beside it.
        url: the attachment's `url`.
        limit_bytes: how large the file may be.
        deadline: when the whole of it must be there.

    Raises:
        AttachmentRefused: not Discord's address, or the file is gone.
        AttachmentTooLarge: the file is larger than the limit.
        DiscordUnavailable: no answer in time.
    """
    # Imported here, because commands that fetch files are known to a door that must start fast.
    import httpx

    if not is_discords(url, api_url):
        raise AttachmentRefused("not an address of Discord's")
    if deadline.expired:
        raise DiscordUnavailable("no time left")
    try:
        async with asyncio.timeout(deadline.remaining_seconds()):
            return await _read(http, url, limit_bytes)
    except (httpx.HTTPError, TimeoutError) as broken:
        raise DiscordUnavailable(type(broken).__name__) from None


def is_discords(url: str, api_url: str) -> bool:
    """Whether an address is one of the CDN that belongs to the API at `api_url`."""
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
        ports = parts.port, api.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if _is_real(api):
        return parts.scheme == "https" and parts.hostname in CDN_HOSTS and ports[0] in _HTTPS_PORTS
    return (parts.scheme, parts.hostname, ports[0]) == (api.scheme, api.hostname, ports[1])


def _is_real(api: SplitResult) -> bool:
    host = api.hostname or ""
    return host == _DISCORD or host.endswith(f".{_DISCORD}")


async def _read(http: "httpx.AsyncClient", url: str, limit_bytes: int) -> bytes:
    # As it is: a few compressed bytes may stand for a great many.
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    async with http.stream("GET", url, headers=headers, follow_redirects=False) as response:
        if response.status_code >= 500 or response.status_code == 429:
            raise DiscordUnavailable(f"HTTP {response.status_code}")
        if response.status_code != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
            raise AttachmentRefused(f"HTTP {response.status_code}")
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit_bytes:
            raise AttachmentTooLarge(f"{declared} bytes")
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > limit_bytes:
                raise AttachmentTooLarge(f"more than {limit_bytes} bytes")
        return bytes(content)
