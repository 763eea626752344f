"""`python -m local_stack.kaltura`: the simulated Kaltura alone, on its usual ports."""

import asyncio
import sys

from aiohttp import web

from local_stack.faults import FaultTable
from local_stack.places import Places

from .server import create_kaltura_app, create_media_app
from .world import KalturaWorld


async def serve(places: Places) -> None:
    """Serve both applications until cancelled."""
    world = KalturaWorld.seeded(places)
    served = (
        (create_kaltura_app(world, FaultTable()), places.kaltura_port),
        (create_media_app(world), places.media_port),
    )
    runners = []
    for application, port in served:
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        runners.append(runner)
    sys.stdout.write(f"Kaltura {places.kaltura_url}  media {places.media_url}\n")
    sys.stdout.write(f"partner {world.partner_id}  player {world.player_id}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        for runner in runners:
            await runner.cleanup()


if __name__ == "__main__":
    try:
        asyncio.run(serve(Places(port_offset=int(sys.argv[1]) if len(sys.argv) > 1 else 0)))
    except KeyboardInterrupt:
        sys.exit(0)
