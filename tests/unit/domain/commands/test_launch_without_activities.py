"""Where the Activity cannot be opened, there is a link into a browser tab, or the video alone."""

from dataclasses import replace

import httpx
import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.links import RoomLink
from tests.unit.domain.commands.opening import CELLS, SEARCH, found, link_in, told, watch
from tests.unit.domain.sent_by_discord import BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura


@pytest.fixture
def kaltura(kaltura: ScriptedKaltura) -> ScriptedKaltura:
    kaltura.on(SEARCH, found())
    return kaltura


def switched(stage: Stage, **features: bool) -> None:
    settings = {f"CONFIG__FEATURES__{name.upper()}": str(is_on).lower() for name, is_on in features.items()}
    stage.services.environment = {**stage.services.environment, **settings}


async def test_where_activities_are_off_a_link_leads_into_a_room_in_a_browser_tab(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    switched(stage, activities=False)
    message = await told(stage, watch(stage, by=MODERATOR))
    assert text_of(message) == (
        "Activities are switched off here, so **Cells** opens in a browser tab, in step with everybody who watches "
        "from this channel. The link is yours alone and works for 10 minutes."
    )
    link = await link_in(stage, message)
    assert link == RoomLink(
        link.room_id,
        stage.guild_id,
        stage.channel_id,
        UserId(MODERATOR.user_id),
        "Mo",
        "",
        Level.MODERATOR,
        CELLS,
    )
    assert stage.discord.requests == []


async def test_the_links_of_a_channel_lead_into_one_room(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False)
    of_ann = await link_in(stage, await told(stage, watch(stage)))
    of_bo = await link_in(stage, await told(stage, watch(stage, "", BO)))
    assert (of_bo.room_id, of_bo.entry_id) == (of_ann.room_id, "")
    stage.place = replace(stage.place, channel_id=snowflake())
    elsewhere = await link_in(stage, await told(stage, watch(stage)))
    assert elsewhere.room_id != of_ann.room_id


REFUSALS = {
    "no Activities": (400, 50035),
    "an interaction it does not know any more": (404, 10062),
    "no access": (403, 50001),
}


@pytest.mark.parametrize(("status", "code"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_where_discord_refuses_there_is_the_link(
    stage: Stage, kaltura: ScriptedKaltura, status: int, code: int
) -> None:
    stage.discord.replies = [httpx.Response(status, json={"code": code, "message": "no"})]
    message = await told(stage, watch(stage))
    assert text_of(message).startswith("Discord can't open the Activity here, so **Cells** opens in a browser tab")
    assert (await link_in(stage, message)).entry_id == CELLS


async def test_who_may_not_use_activities_gets_the_link_and_discord_is_not_asked(
    stage: Stage, kaltura: ScriptedKaltura
) -> None:
    message = await told(stage, watch(stage, by=Member("200000000000000009", "Cy")))
    assert text_of(message).startswith("You may not use Activities in this channel, so **Cells** opens")
    assert stage.discord.requests == []


async def test_where_tabs_are_off_too_the_video_can_be_watched_alone(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False, web_fallback=False)
    stage.services.kaltura_addresses = ADDRESSES
    message = await told(stage, watch(stage))
    assert text_of(message) == "Activities are switched off here, so **Cells** can only be watched by yourself."
    assert buttons_of(message) == {"Watch": ADDRESSES.player_page(CELLS)}
    without = await told(stage, watch(stage, ""))
    assert "`/kaltura-video-search`" in text_of(without)
    assert buttons_of(without) == {}


async def test_a_video_that_kaltura_did_not_vouch_for_is_not_linked_to(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False, web_fallback=False)
    stage.services.kaltura_addresses = ADDRESSES
    kaltura.on(SEARCH, httpx.ConnectError("down"))
    message = await told(stage, watch(stage))
    assert "Kaltura didn't answer in time" in text_of(message)
    assert buttons_of(message) == {}


async def test_a_video_whose_title_is_not_known_is_called_the_video(stage: Stage, kaltura: ScriptedKaltura) -> None:
    switched(stage, activities=False)
    kaltura.on(SEARCH, httpx.ConnectError("down"))
    assert "so the video opens in a browser tab" in text_of(await told(stage, watch(stage)))
