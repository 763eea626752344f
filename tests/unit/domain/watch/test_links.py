"""Links into a room from a browser tab."""

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.links import LINK_SECONDS, RoomLink, RoomLinks
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage

URL_LIMIT = 512


def a_link(stage: Stage, name: str = "Ann", entry_id: str = "1_ab12cd34") -> RoomLink:
    return RoomLink(
        "5f" * 12,
        stage.guild_id,
        stage.channel_id,
        UserId(ANN.user_id),
        name,
        "a_" + "0" * 32,
        Level.MODERATOR,
        entry_id,
    )


@pytest.fixture
def links(stage: Stage) -> RoomLinks:
    return RoomLinks(stage.services.table, "https://kaltura.example", stage.clock)


async def token_of(links: RoomLinks, link: RoomLink) -> str:
    address = await links.make(link)
    before, _, token = address.partition("#link=")
    assert before == "https://kaltura.example/"
    return token


async def test_a_link_says_what_was_put_into_it_as_often_as_it_is_opened(stage: Stage, links: RoomLinks) -> None:
    token = await token_of(links, a_link(stage))
    assert [await links.read(token) for _ in range(3)] == [a_link(stage)] * 3


async def test_a_link_is_good_for_ten_minutes(stage: Stage, links: RoomLinks) -> None:
    token = await token_of(links, a_link(stage))
    stage.clock.pass_seconds(LINK_SECONDS - 1)
    assert await links.read(token) is not None
    stage.clock.pass_seconds(1)
    assert await links.read(token) is None


@pytest.mark.parametrize("token", ["", "x", "../../", "🎈", "a" * 5000])
async def test_a_token_that_was_never_made_opens_nothing(links: RoomLinks, token: str) -> None:
    assert await links.read(token) is None


async def test_the_table_holds_no_token(stage: Stage, links: RoomLinks) -> None:
    token = await token_of(links, a_link(stage))
    scanned = await stage.dynamodb.inner.call("Scan", {"TableName": stage.services.aws.table_name})
    assert token not in str(scanned)


async def test_two_links_of_one_member_differ(stage: Stage, links: RoomLinks) -> None:
    assert await links.make(a_link(stage)) != await links.make(a_link(stage))


@pytest.mark.parametrize("name", ["x" * 100, "😀" * 100, "'\"<>&\\"])
async def test_the_address_fits_a_button_whatever_the_name(stage: Stage, name: str) -> None:
    link = a_link(stage, name)
    links = RoomLinks(stage.services.table, "https://" + "x" * 240 + ".example", stage.clock)
    address = await links.make(link)
    assert len(address) <= URL_LIMIT
    assert await links.read(address.partition("#link=")[2]) == link
