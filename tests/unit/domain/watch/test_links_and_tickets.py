"""Coming into rooms by a link, and once more by a ticket."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.watch.links import RoomLink
from tests.unit.domain.doors.door import lines
from tests.unit.domain.sent_by_discord import ANN, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.entering import refused
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import Visitor, visiting
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(stage, kaltura) as visitor:
        yield visitor


# --- by a link -------------------------------------------------------------------------------------------------------


async def link_token(visitor: Visitor, entry_id: str = "", room_id: str = "", user: str = ANN.user_id) -> str:
    link = RoomLink(
        room_id or snowflake(),
        visitor.stage.guild_id,
        visitor.stage.channel_id,
        UserId(user),
        "Ann",
        "a1b2",
        Level.ADMIN,
        entry_id,
    )
    visitor.discord.members.setdefault(user, [])
    return (await visitor.stage.services.room_links.make(link)).partition("#link=")[2]


async def test_a_link_leads_into_its_room_more_than_once(visitor: Visitor) -> None:
    token = await link_token(visitor, "1_abcdefgh", "room-of-the-link")
    for _ in range(2):
        answer = await visitor.post("/rooms/session", {"link_token": token})
        assert answer.status_code == 200
        entered = answer.json()
        assert entered["room"]["room_id"] == "room-of-the-link"
        assert entered["you"]["level"] == "viewer"  # asked anew, whatever the link was made with
        assert entered["bound_video"]["thumbnail"].startswith("https://cdn.test/p/12345/thumbnail/")
        read = visitor.parts.tokens.read_room(entered["room_token"])
        assert read.via == "browser"


async def test_the_session_of_a_link_leads_in_again_after_the_link_has_expired(visitor: Visitor) -> None:
    token = await link_token(visitor, "1_abcdefgh")
    entered = (await visitor.post("/rooms/session", {"link_token": token})).json()
    visitor.stage.clock.pass_seconds(700)
    assert await refused(visitor, {"link_token": token}) == (404, "link-expired")
    answer = await visitor.post("/rooms/session", {}, entered["session_token"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["room"] == entered["room"]
    visitor.discord.members.clear()
    assert await refused(visitor, {}, entered["session_token"]) == (403, "not-in-server")


async def test_a_session_of_discord_leads_nowhere_by_itself(visitor: Visitor) -> None:
    assert await refused(visitor, {}, await visitor.session()) == (400, "bad-request")


@pytest.mark.parametrize("token", ["never-made", "x" * 32, "x" * 2000, "../x", "ä" * 32])
async def test_a_link_that_was_never_made(visitor: Visitor, token: str) -> None:
    assert await refused(visitor, {"link_token": token}) == (404, "link-expired")


async def test_a_link_of_half_a_character_is_none_and_no_mistake_of_ours(visitor: Visitor) -> None:
    answer = await visitor.http.post("/api/v1/rooms/session", content=b'{"link_token": "\\ud800"}')
    assert (answer.status_code, slug(answer)) == (404, "link-expired")


async def test_a_link_stands_alone(visitor: Visitor) -> None:
    token = await link_token(visitor)
    session = await visitor.session()
    assert await refused(visitor, {"link_token": token}, session) == (400, "bad-request")
    assert await refused(visitor, {"link_token": token, "instance_id": "i-1"}) == (400, "bad-request")
    assert await refused(visitor, {}) == (401, "signed-out")


async def test_a_link_of_a_server_that_is_allowed_no_longer(visitor: Visitor) -> None:
    token = await link_token(visitor)
    await visitor.stage.services.servers.revoke(visitor.stage.guild_id)
    assert await refused(visitor, {"link_token": token}) == (403, "server-not-allowed")


async def test_a_link_into_a_room_of_another_server_is_refused(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    foreign = GuildId(snowflake())
    await visitor.stage.services.servers.allow(AllowedServer(foreign, (7,)))
    link = RoomLink(entered["room"]["room_id"], foreign, ChannelId("1"), UserId(ANN.user_id), "Ann", "", Level.VIEWER)
    token = (await visitor.stage.services.room_links.make(link)).partition("#link=")[2]
    assert await refused(visitor, {"link_token": token}) == (403, "other-room")


# --- tickets ---------------------------------------------------------------------------------------------------------


async def test_another_ticket(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    path = f"/rooms/{entered['room']['room_id']}/ticket"
    answer = await visitor.post(path, {}, entered["room_token"])
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 60
    assert answer.json()["ticket"] != entered["ticket"]
    assert await visitor.parts.room_door.tickets.redeem(answer.json()["ticket"]) is not None
    assert slug(await visitor.post("/rooms/another/ticket", {}, entered["room_token"])) == "other-room"
    assert slug(await visitor.post(path, {}, await visitor.session())) == "signed-out"
    assert slug(await visitor.post(path, {})) == "signed-out"
    assert slug(await visitor.post(path, {"user_id": "1"}, entered["room_token"])) == "bad-request"


async def test_a_server_that_is_allowed_no_longer_gets_no_tickets(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    await visitor.stage.services.servers.revoke(visitor.stage.guild_id)
    await visitor.stage.services.servers.find_now(visitor.stage.guild_id)  # half a minute later
    answer = await visitor.post(f"/rooms/{entered['room']['room_id']}/ticket", {}, entered["room_token"])
    assert (answer.status_code, slug(answer)) == (403, "server-not-allowed")


async def test_tickets_are_not_given_without_end(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    path = f"/rooms/{entered['room']['room_id']}/ticket"
    statuses = [(await visitor.post(path, {}, entered["room_token"])).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]


async def test_what_a_link_gave_opens_no_room_but_the_links(visitor: Visitor) -> None:
    # Whoever was sent the link is taken for its owner; that must not reach into rooms where its owner is.
    owners = await visitor.launched("1_abcdefgh")
    by_link = (await visitor.post("/rooms/session", {"link_token": await link_token(visitor)})).json()
    assert await refused(visitor, {"instance_id": owners}, by_link["session_token"]) == (401, "signed-out")
    await visitor.enter(owners)


async def test_no_token_or_ticket_is_in_a_log_or_in_the_table(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entered = await visitor.enter(await visitor.launched("1_abcdefgh"))
    link = await link_token(visitor)
    by_link = (await visitor.post("/rooms/session", {"link_token": link})).json()
    await visitor.post("/rooms/session", {"instance_id": "i-1"}, "stolen.session.token")
    kept = json.dumps(await everything(visitor), default=str)
    secrets = [entered["room_token"], entered["ticket"], link, by_link["session_token"], by_link["ticket"]]
    for secret in [*secrets, "stolen.session.token"]:
        assert secret not in lines(caplog)
        assert secret not in kept


async def everything(visitor: Visitor) -> Any:
    services = visitor.stage.services
    return await visitor.stage.dynamodb.call("Scan", {"TableName": services.aws.table_name})
