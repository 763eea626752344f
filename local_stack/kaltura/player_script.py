"""The player's script, as `embedPlaykitJs/uiconf_id/{player}` answers it where no iframe is asked for.

It is Kaltura's own bundle from the npm package `@playkit-js/kaltura-player-js` (AGPL-3.0), which `make setup` puts
into player/node_modules. It is for development only: never copied, never bundled, never deployed. The script makes
the global `KalturaPlayer`; of what a real account's bundle has beyond it (analytics, configured plugins), nothing.
"""

from pathlib import Path
from typing import Final

from aiohttp import web

BUNDLE: Final = (
    Path(__file__).with_name("player")
    / "node_modules"
    / "@playkit-js"
    / "kaltura-player-js"
    / "dist"
    / "kaltura-ovp-player.js"
)
NOT_INSTALLED: Final = "Kaltura's player is not installed: run `make setup`.\n"
_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Content-Type": "application/javascript; charset=utf-8",
    "Cache-Control": "public, max-age=3600",
}


def player_script(bundle: Path) -> web.StreamResponse:
    """The script, or 503 with a sentence where it is not installed."""
    if not bundle.is_file():
        return web.Response(status=503, text=NOT_INSTALLED, headers={"Access-Control-Allow-Origin": "*"})
    return web.FileResponse(bundle, headers=_HEADERS)
