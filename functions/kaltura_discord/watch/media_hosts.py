"""The hosts that media may come from, and how their addresses look inside Discord.

Inside Discord a page reaches nothing but its own origin and the hosts that the operator mapped in the portal (Discord
docs: Activities, "Activity Proxy"). So each of Kaltura's hosts has a prefix, `/k/{host key}`, that the portal maps to
it; the key is the host with everything but letters and digits turned into `-`:

    https://cfvod.kaltura.com/a/b.ts?c=d    /k/cfvod-kaltura-com/a/b.ts?c=d

The list is also who we ask ourselves, and nobody else: a manifest can name any host, and a server that fetches what it
is told is an open proxy into its own network.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]")
# Browsers take a backslash for a slash and drop control characters (URL Standard, 4.4): what we read must be what
# they read.
_DANGEROUS = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST_ADDRESS = 4000
# What may stand in a path or a query without being percent-encoded (RFC 3986, 3.3 and 3.4).
_KEPT = "/:@!$&'()*+,;=-._~%?"


class BadAddress(ValueError):
    """The text is no http(s) address that can be used safely."""


class HostNotMapped(Exception):
    """The address leads to a host that is not on the list; `host` is its name."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not on the list of media hosts")
        self.host = host


@dataclass(frozen=True, slots=True)
class HostedAddress:
    """A safe address at one of the listed hosts.

    Attributes:
        origin: scheme, host and port, such as `https://cfvod.kaltura.com`.
        key: the host's key.
        path: path and query, beginning with a slash.
    """

    origin: str
    key: str
    path: str

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.path

    @property
    def mapped(self) -> str:
        """The address as a path of our own origin, which Discord's proxy maps to the host."""
        return f"/k/{self.key}{self.path}"


def host_key(host: str) -> str:
    """`cfvod.kaltura.com` as `cfvod-kaltura-com`; a port counts to the host."""
    return _NOT_IN_KEYS.sub("-", host.lower())


def joined(base: str, reference: str) -> str:
    """The absolute address that `reference` means on a page at `base`.

    Raises:
        BadAddress: it could be read in two ways, or is no address.
    """
    if _DANGEROUS.search(reference):
        raise BadAddress("a reference with control characters or backslashes")
    try:
        return urljoin(base, reference)
    except ValueError:
        raise BadAddress("no reference") from None


class MediaHosts:
    """The list."""

    def __init__(self, hosts: Iterable[str]) -> None:
        """Args: hosts, each with its scheme, `https://cfvod.kaltura.com`, or without for https.

        Raises:
            ValueError: one of them is no host, or two of them have the same key.
        """
        self._origins: dict[str, str] = {}
        for host in hosts:
            scheme, name = _listed(host)
            origin = f"{scheme}://{name}"
            if self._origins.setdefault(name, origin) != origin:
                raise ValueError(f"{name} is listed both with http and with https")
        self._keys = {host_key(name): name for name in self._origins}
        if len(self._keys) < len(self._origins):
            raise ValueError("two media hosts differ in punctuation only, so their prefixes under /k/ are the same")

    @classmethod
    def of_settings(cls, cdn_url: str, service_url: str, media_hosts: str) -> Self:
        """The hosts of Kaltura's CDN and API, and those of KALTURA_MEDIA_HOSTS: by commas, reached as the CDN is."""
        scheme = cdn_url.partition("://")[0]
        others = [host.strip() for host in media_hosts.split(",") if host.strip()]
        return cls([cdn_url, service_url, *(host if "://" in host else f"{scheme}://{host}" for host in others)])

    @property
    def mappings(self) -> dict[str, str]:
        """What the portal has to map: prefix to host."""
        return {f"/k/{key}": name for key, name in self._keys.items()}

    def origin_of(self, key: str) -> str:
        """The origin of the host with this key.

        Raises:
            HostNotMapped: no host on the list has it (any more).
        """
        if key not in self._keys:
            raise HostNotMapped(key)
        return self._origins[self._keys[key]]

    def place(self, address: str) -> HostedAddress:
        """Where an absolute address leads. The list decides the scheme: a listed https host is never asked by http.

        Raises:
            BadAddress: it is no http(s) address, or could be read in two ways.
            HostNotMapped: its host is not on the list.
        """
        split = _split(address)
        name = _host_name(split)
        origin = self._origins.get(name)
        if origin is None:
            raise HostNotMapped(name)
        return HostedAddress(origin, host_key(name), _path(split))


def _listed(host: str) -> tuple[str, str]:
    with_scheme = host if "://" in host else f"https://{host}"
    try:
        split = _split(with_scheme.rstrip("/"))
    except BadAddress:
        raise ValueError(f"{host!r} is no media host") from None
    if split.path or split.query:
        raise ValueError(f"{host!r} is no media host: it has a path")
    return split.scheme, _host_name(split)


def _split(address: str) -> SplitResult:
    if len(address) > _LONGEST_ADDRESS or _DANGEROUS.search(address):
        raise BadAddress("too long, or with control characters")
    try:
        split = urlsplit(address)
        port = split.port
    except ValueError:
        raise BadAddress("no address") from None
    if split.scheme not in _DEFAULT_PORTS or port == 0:
        raise BadAddress("neither http nor https")
    if "@" in split.netloc or not _HOST.fullmatch(split.hostname or ""):
        raise BadAddress("a host of letters, digits, dots and hyphens was expected")
    return split


def _host_name(split: SplitResult) -> str:
    port = split.port
    if port is None or port == _DEFAULT_PORTS[split.scheme]:
        return str(split.hostname)
    return f"{split.hostname}:{port}"


def _path(split: SplitResult) -> str:
    """Path and query; dots that a browser would resolve, out of the prefix and into our own pages, are refused."""
    segments = unquote(split.path).replace("\\", "/").split("/")
    if any(segment in {".", ".."} for segment in segments):
        raise BadAddress("a path with dots")
    path = quote(split.path or "/", safe=_KEPT.replace("?", ""))
    return f"{path}?{quote(split.query, safe=_KEPT)}" if split.query else path
