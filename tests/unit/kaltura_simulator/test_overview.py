"""The account's overview page, for people."""

from aiohttp.test_utils import TestClient, TestServer

from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places


async def test_the_overview_names_rooms_and_videos_and_escapes_what_people_wrote() -> None:
    world = KalturaWorld.seeded(Places())
    async with TestClient(TestServer(create_kaltura_app(world, FaultTable()))) as client:
        before = await (await client.get("/")).text()
        entry = next(iter(world.library.entries.values()))
        entry.record["name"] = "<b>bold</b>"
        after = await (await client.get("/")).text()

    assert "No room yet" in before
    assert "mitosis" in before
    assert "&lt;b&gt;bold&lt;/b&gt;" in after
    assert "<b>bold</b>" not in after
