"""What goes into which field of Discord's developer portal, for a deployment and for a tunnel.

Discord's API sets the addresses of interactions and of events, and none of the others here (Discord docs: Application
Resource, Edit Current Application), so a person types them.
"""

from collections.abc import Mapping

from infra.operations.examination.discord import PRIVACY_PATH, TERMS_PATH
from infra.operations.examination.settings import PORTAL
from kaltura_discord.settings import KALTURA_CDN_URL, KALTURA_MEDIA_HOSTS, KALTURA_SERVICE_URL
from kaltura_discord.watch.media_hosts import MediaHosts


def by_hand(base_url: str, settings: Mapping[str, str]) -> str:
    """The fields that only a person can set, with what to paste, in the portal's own order."""
    mappings = url_mappings(base_url, settings)
    width = max(len(prefix) for prefix in mappings)
    return "\n".join(
        [
            f"In Discord's portal ({PORTAL}), your application, by hand:",
            f"  General Information, Terms of Service URL:  {base_url}{TERMS_PATH}",
            f"  General Information, Privacy Policy URL:    {base_url}{PRIVACY_PATH}",
            "  Activities, URL Mappings, in this order (for Watch Together inside Discord):",
            *(f"    {prefix:<{width}}  {target}" for prefix, target in mappings.items()),
        ]
    )


def url_mappings(base_url: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Prefix to target, longer prefixes first, as Discord takes the first that fits; targets have no scheme."""
    hosts = MediaHosts.of_settings(
        settings.get("KALTURA_CDN_URL") or KALTURA_CDN_URL,
        settings.get("KALTURA_SERVICE_URL") or KALTURA_SERVICE_URL,
        settings.get("KALTURA_MEDIA_HOSTS") or KALTURA_MEDIA_HOSTS,
    ).mappings
    longer_first = sorted(hosts.items(), key=lambda pair: -len(pair[0]))
    return {**dict(longer_first), "/": base_url.partition("://")[2]}
