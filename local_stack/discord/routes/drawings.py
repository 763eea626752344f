"""The simulated CDN: avatars and server icons drawn on the fly, and the files that were uploaded."""

from xml.sax.saxutils import escape

from aiohttp import web

from local_stack.discord.files import HANDED_OVER, MESSAGES
from local_stack.discord.world import DiscordWorld

NO_LONGER_AVAILABLE = "This content is no longer available."
"""What Discord says, at status 404, to an address that was changed or has expired."""

HUES = (235, 145, 25, 340, 195, 275, 55, 5)


def add_drawing_routes(app: web.Application, world: DiscordWorld) -> None:
    """Serve `/cdn/...` below the application's mount point."""

    async def avatar(request: web.Request) -> web.Response:
        person = world.people.get(request.match_info["user_id"])
        if person is None:
            raise web.HTTPNotFound
        return _drawing(_letters(person.display_name or person.username), int(person.user_id), radius=64)

    async def icon(request: web.Request) -> web.Response:
        server = world.servers.get(request.match_info["guild_id"])
        if server is None:
            raise web.HTTPNotFound
        return _drawing(_letters(server.name), int(server.guild_id) + 3, radius=36)

    async def attachment(request: web.Request) -> web.Response:
        path = request.rel_url.raw_path.partition("/cdn/")[2]
        file = world.files.opened_by(path, request.query)
        if file is None:
            return web.Response(status=404, text=NO_LONGER_AVAILABLE)
        headers = {
            "Content-Type": file.content_type,
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.content, headers=headers)

    app.router.add_get("/cdn/avatars/{user_id}/{name}", avatar)
    app.router.add_get("/cdn/icons/{guild_id}/{name}", icon)
    for shelf in (MESSAGES, HANDED_OVER):
        app.router.add_get(f"/cdn/{shelf}/{{folder}}/{{file_id}}/{{name}}", attachment)


def _letters(name: str) -> str:
    words = [word for word in name.split() if any(letter.isalnum() for letter in word)] or [name]
    initials = [next((letter for letter in word if letter.isalnum()), word[0]) for word in words]
    return "".join(initials[:2]).upper()


def _drawing(letters: str, number: int, radius: int) -> web.Response:
    hue = HUES[number % len(HUES)]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">'
        f'<rect width="128" height="128" rx="{radius}" fill="hsl({hue} 55% 42%)"/>'
        '<text x="64" y="66" text-anchor="middle" dominant-baseline="central" fill="#fff" font-weight="600" '
        f'font-family="system-ui, sans-serif" font-size="52">{escape(letters)}</text></svg>'
    )
    headers = {"Cache-Control": "max-age=3600"}
    return web.Response(text=picture, content_type="image/svg+xml", headers=headers)
