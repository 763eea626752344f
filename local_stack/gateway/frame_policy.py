"""What the Activity's page may load: inside Discord by Discord's policy, in a tab of its own by ours.

Inside the frame everything but the own origin is refused, apart from a few addresses of Discord's (Discord docs:
Activities - Networking). The exact policy of discordsays.com is not public; this one was measured to let Kaltura's
player play in Chromium 156, and no more. Once in 2025 Discord refused workers (`worker-src 'none'`) for some days
(discord-api-docs#7552), so a test can order that: `POST /_local/frame-policy`.

Across origins the frame's `allow` attribute leaves hardly any permission; where host page and Activity share an
origin, browsers grant more, so the gateway denies them by name (measured, Chromium 156).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DISCORD_APIS: Final = ("https://discord.com/api/", "https://canary.discord.com/api/", "https://ptb.discord.com/api/")
DISCORD_PICTURES: Final = tuple(
    f"https://{host}/{folder}/"
    for host in ("cdn.discordapp.com", "media.discordapp.net")
    for folder in ("attachments", "avatars", "icons")
)
PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "fullscreen",
        "camera",
        "microphone",
        "display-capture",
        "clipboard-read",
        "clipboard-write",
        "geolocation",
        "screen-wake-lock",
        "web-share",
    )
)


@dataclass(slots=True)
class FramePolicy:
    """The headers of an HTML page; `workers` is False while workers are refused.

    Attributes:
        kaltura_origins: where the page of a browser tab may load from, such as `http://localhost:3334`.
    """

    kaltura_origins: tuple[str, ...] = ()
    workers: bool = True

    def in_discord(self, host: str) -> dict[str, str]:
        """For a page in Discord's frame; `host` is the own one, with its port."""
        policy = _policy(
            ("default-src", ["'self'"]),
            ("script-src", ["'self'", "blob:"]),
            ("style-src", ["'self'", "'unsafe-inline'"]),
            ("media-src", ["'self'", "blob:"]),
            ("worker-src", ["'self'", "blob:"] if self.workers else ["'none'"]),
            ("connect-src", ["'self'", *_sockets(host), *DISCORD_APIS, *DISCORD_PICTURES]),
            ("img-src", ["'self'", "data:", "blob:", *DISCORD_PICTURES]),
            ("font-src", ["'self'", "data:"]),
        )
        return {"Content-Security-Policy": policy, "Permissions-Policy": PERMISSIONS}

    def in_a_tab(self, host: str) -> dict[str, str]:
        """For the same page by itself, which loads from Kaltura directly."""
        kaltura = self.kaltura_origins
        policy = _policy(
            ("default-src", ["'self'"]),
            ("script-src", ["'self'", "blob:", *kaltura]),
            ("style-src", ["'self'", "'unsafe-inline'"]),
            ("media-src", ["'self'", "blob:", *kaltura]),
            ("worker-src", ["'self'", "blob:"] if self.workers else ["'none'"]),
            ("connect-src", ["'self'", *_sockets(host), *kaltura]),
            ("img-src", ["'self'", "data:", "blob:", *kaltura, *DISCORD_PICTURES]),
            ("font-src", ["'self'", "data:", *kaltura]),
            ("object-src", ["'none'"]),
            ("base-uri", ["'none'"]),
            ("form-action", ["'self'"]),
            ("frame-ancestors", ["'none'"]),
        )
        return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


def _sockets(host: str) -> tuple[str, str]:
    return f"ws://{host}", f"wss://{host}"


def _policy(*directives: tuple[str, Iterable[str]]) -> str:
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives)
