"""aiohttp applications on the sockets that `ports.listen` opened."""

import socket

from aiohttp import web

# The gateway refuses long heads itself (431), so aiohttp has to let them through.
_LONGEST_FIELD = 64 * 1024
_SHUTDOWN_SECONDS = 0.5


async def serve(app: web.Application, sockets: list[socket.socket]) -> web.AppRunner:
    """Serve `app` on `sockets`; the runner's `cleanup` ends it."""
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_SHUTDOWN_SECONDS,
        keepalive_timeout=75.0,
        max_line_size=_LONGEST_FIELD,
        max_field_size=_LONGEST_FIELD,
        # Functions get compressed bodies as they came.
        auto_decompress=False,
    )
    await runner.setup()
    for listener in sockets:
        await web.SockSite(runner, listener).start()
    return runner
