"""The hosts of Kaltura that a viewer's player loads from, as the settings name them."""

from collections.abc import Mapping
from urllib.parse import urlsplit

CDN_URL = "https://cdnapisec.kaltura.com"
MEDIA_HOSTS = "cfvod.kaltura.com"


def kaltura_origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Origins such as `https://cfvod.kaltura.com`, each once: CDN, service and media hosts."""
    addresses = [environment.get("KALTURA_CDN_URL", CDN_URL), environment["KALTURA_SERVICE_URL"]]
    scheme = urlsplit(addresses[0]).scheme
    media = [host.strip() for host in environment.get("KALTURA_MEDIA_HOSTS", MEDIA_HOSTS).split(",")]
    addresses += [host if "://" in host else f"{scheme}://{host}" for host in media if host]
    parts = [urlsplit(address) for address in addresses]
    return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
