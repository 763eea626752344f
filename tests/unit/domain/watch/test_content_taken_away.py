"""A video that is taken away from a server while it plays there: no further playlist and no key, within a minute."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.tokens import PlayToken
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.test_media_door import KEY_URL, MASTER, MASTER_URL, VARIANT, VARIANT_URL, found, playlist
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import SEARCH, Visitor, library, visiting
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

ENTRY = "1_abcdefgh"


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    """Somebody whose player has the master playlist of a video of the server's."""
    async with visiting(stage, kaltura) as visitor:
        visitor.media.update({MASTER_URL: playlist(MASTER), VARIANT_URL: playlist(VARIANT), KEY_URL: found(bytes(16))})
        yield visitor


async def addresses(visitor: Visitor) -> list[str]:
    """The playlist and the key that a player was given while it might have them."""
    play = PlayToken(GuildId(visitor.guild_id), ENTRY, "discord")
    token = visitor.parts.tokens.play(play, int(visitor.stage.clock()) + 7261)
    master = await visitor.get(f"/media/{token}/master.m3u8")
    variant = master.text.splitlines()[2]
    key = (await visitor.get(variant)).text.split('URI="')[1].split('"')[0]
    return [variant, key]


def a_minute_later(visitor: Visitor) -> None:
    """Nothing that was remembered counts any more."""
    visitor.stage.services.servers._known.clear()
    visitor.parts.shelf._standings._known.clear()


async def test_what_kaltura_has_no_longer_for_this_server_is_not_served(visitor: Visitor) -> None:
    given = await addresses(visitor)
    visitor.kaltura.on(SEARCH, library())
    assert [(await visitor.get(each)).status_code for each in given] == [200, 200], "a minute old at most"
    a_minute_later(visitor)
    assert [slug(await visitor.get(each)) for each in given] == ["video-not-found", "video-not-found"]


async def test_what_the_operator_took_away_is_not_served_once_that_is_seen(visitor: Visitor) -> None:
    given = await addresses(visitor)
    await visitor.stage.services.servers.allow(AllowedServer(visitor.stage.guild_id))
    # What is left to it are recordings of its own meetings, and this is none.
    visitor.kaltura.on(SEARCH, library())
    # Other content is another question, so nothing that Kaltura said before counts; only half a minute does.
    visitor.stage.services.servers._known.clear()
    assert [slug(await visitor.get(each)) for each in given] == ["video-not-found", "video-not-found"]


async def test_while_kaltura_says_nothing_whoever_is_watching_goes_on(visitor: Visitor) -> None:
    given = await addresses(visitor)
    visitor.kaltura.on(SEARCH, httpx.ConnectError("down"))
    a_minute_later(visitor)
    assert [(await visitor.get(each)).status_code for each in given] == [200, 200]


async def test_a_silent_kaltura_is_not_asked_by_every_player_of_a_crowd(visitor: Visitor) -> None:
    given = await addresses(visitor)
    visitor.kaltura.on(SEARCH, httpx.ConnectError("down"))
    a_minute_later(visitor)
    await visitor.get(given[0])
    asked = len(visitor.kaltura.calls)
    for _ in range(5):
        assert (await visitor.get(given[0])).status_code == 200
    assert len(visitor.kaltura.calls) == asked
