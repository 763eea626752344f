"""The Activity's built files at `/`, as CloudFront would serve them from a bucket."""

import mimetypes
from pathlib import Path

from aiohttp import web

NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Kaltura for Discord</title>"
    "<p>The Activity is not built yet: run <code>npm ci &amp;&amp; npm run build</code> in activity_client.</p>"
)

# The machine's own tables differ (Windows knows no .mjs); a script of a wrong type does not run.
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class StaticFiles:
    """One folder of files; `/` is its `index.html`, and `/name` its `name.html`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def answer(self, path: str) -> web.StreamResponse | None:
        """The file at a percent-decoded path; None where there is none."""
        wanted = _name(path)
        file = self._find(wanted)
        if file is None:
            if wanted == "index.html":
                return web.Response(text=NOT_BUILT, content_type="text/html", status=503)
            return None
        return web.FileResponse(file, headers={"Content-Type": _type(file), "Cache-Control": _cache_rule(file)})

    def page(self, path: str) -> str | None:
        """The text of an HTML file; None for anything else."""
        file = self._find(_name(path))
        return file.read_text(encoding="utf-8") if file is not None and file.suffix == ".html" else None

    def _find(self, wanted: str) -> Path | None:
        if "\0" in wanted or "\\" in wanted:
            return None
        # As in the bucket, a page's address has no ending.
        named = wanted if "." in wanted or "/" in wanted else f"{wanted}.html"
        file = (self._folder / named).resolve()
        return file if file.is_relative_to(self._folder) and file.is_file() else None


def _name(path: str) -> str:
    return path.removeprefix("/") or "index.html"


def _type(file: Path) -> str:
    known = _TYPES.get(file.suffix.lower()) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{known}; charset=utf-8" if known.startswith("text/") else known


def _cache_rule(file: Path) -> str:
    # Vite puts a hash into the names below assets/, so these never change.
    return "public, max-age=31536000, immutable" if file.parent.name == "assets" else "no-cache"
