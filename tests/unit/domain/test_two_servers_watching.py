"""What one server sets of videos and rooms never acts on another: from the channel, and from the page."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import PlayToken, RoomToken, Viewer
from kaltura_discord.kaltura.session import inspect
from kaltura_discord.server_config.schema_versions import SCHEMA
from kaltura_discord.watch.models import Room, RoomId, WaitFor
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage
from tests.unit.domain.two_servers import FILM, OWN_PLAYER, Json, Two, two_servers
from tests.unit.domain.watch.visitor import CONTEXT, SEARCH, Visitor, library, playable, visiting
from tests.unit.domain.words import buttons_of
from tests.unit.kaltura.scripted_kaltura import SECRET, ScriptedKaltura


@pytest.fixture
async def two(stage: Stage) -> Two:
    return await two_servers(stage)


# --- videos and rooms, from the channel ------------------------------------------------------------------------------


@pytest.fixture
def found(kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, library(FILM))


def watch(two: Two) -> Json:
    return two.stage.place.command("kaltura-watch", {"video": FILM})


@pytest.mark.usefixtures("found")
async def test_features_activities(two: Two) -> None:
    await two.set_in_a({"features": {"activities": False}})
    in_a, in_b = await two.told(lambda: watch(two))
    assert in_a.startswith("Activities are switched off here")
    assert in_b == "202"


@pytest.mark.usefixtures("found")
async def test_features_web_fallback(two: Two) -> None:
    await two.set_in_a({"features": {"activities": False, "web_fallback": False}})
    await two.stage.set({"features": {"activities": False}}, GuildId(two.b.guild_id))
    two.stage.services.kaltura_addresses = two.stage.services.videos.addresses
    in_a, in_b = await two.told(lambda: watch(two))
    assert "can only be watched by yourself" in in_a
    assert "opens in a browser tab" in in_b


async def watch_button(stage: Stage) -> str:
    answer = await stage.answer_to(stage.place.command("kaltura-video-search", {"query": "film"}))
    return buttons_of(answer)["Watch"]


@pytest.mark.usefixtures("found")
async def test_features_decide_whether_results_offer_to_watch_together(two: Two) -> None:
    await two.set_in_a({"features": {"activities": False, "web_fallback": False}})

    async def search() -> bool:
        answer = await two.stage.answer_to(two.stage.place.command("kaltura-video-search", {"query": "film"}))
        return "Watch Together" in buttons_of(answer)

    assert await two.each(search) == (False, True)


@pytest.mark.usefixtures("found")
async def test_kaltura_player_id_of_search_results(two: Two) -> None:
    await two.set_in_a({"kaltura": {"player_id": OWN_PLAYER}})
    addresses = two.stage.services.kaltura_addresses = two.stage.services.videos.addresses
    in_a, in_b = await two.each(lambda: watch_button(two.stage))
    assert in_a == addresses.with_player(OWN_PLAYER).player_page(FILM)
    assert in_b == addresses.player_page(FILM)
    assert in_a != in_b


@pytest.mark.usefixtures("found")
async def test_watch_link_hosts(two: Two) -> None:
    await two.set_in_a({"watch": {"link_hosts": ["video.school.example"]}})
    message = {"content": f"https://video.school.example/media/Film/{FILM}"}
    in_a, in_b = await two.told(lambda: two.stage.place.of_message("Watch together", message))
    assert in_a == "202"
    assert "no link to a Kaltura video" in in_b


# --- rooms, from the page --------------------------------------------------------------------------------------------


@pytest.fixture
async def visitor(two: Two, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(two.stage, kaltura) as visitor:
        yield visitor


async def entered_room(visitor: Visitor) -> tuple[Json, Room]:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    room = await visitor.parts.room_door.rooms.find(RoomId(entered["room"]["room_id"]))
    assert room is not None
    return entered, room


async def test_watch_control_mode_and_wait_for_buffering(two: Two, visitor: Visitor) -> None:
    await two.set_in_a({"watch": {"control_mode": "everyone", "wait_for_buffering": "host"}})

    async def begin() -> tuple[str, str]:
        _, room = await entered_room(visitor)
        return room.control.mode, room.control.wait_for_buffering

    in_a, in_b = await two.each(begin)
    assert in_a == ("everyone", WaitFor.HOST)
    assert in_b == ("host", WaitFor.NOBODY)


async def test_features_as_the_page_is_told_them(two: Two, visitor: Visitor) -> None:
    await two.set_in_a({"features": {"web_fallback": False}})

    async def features() -> Json:
        entered, _ = await entered_room(visitor)
        told: Json = entered["features"]
        return told

    in_a, in_b = await two.each(features)
    assert in_a == {"activities": True, "web_fallback": False}
    assert in_b == {"activities": True, "web_fallback": True}


async def test_roles_mapping_where_people_enter_rooms(two: Two, visitor: Visitor) -> None:
    await two.set_in_a({"roles": {"mapping": {"55": "admin"}}})

    async def level() -> str:
        entered = await visitor.enter(visitor.run(ANN.user_id, roles=("55",)))
        return str(entered["you"]["level"])

    # In B nothing is mapped, and that role may manage events.
    assert await two.each(level) == ("admin", "moderator")


def room_token(visitor: Visitor) -> str:
    viewer = Viewer(UserId(ANN.user_id), "Ann")
    return visitor.parts.tokens.room(RoomToken(viewer, Level.VIEWER, "r", GuildId(visitor.guild_id), "discord"))


async def test_kaltura_player_id_of_playback(two: Two, visitor: Visitor) -> None:
    await two.set_in_a({"kaltura": {"player_id": OWN_PLAYER}})

    async def player() -> Json:
        told: Json = (await visitor.get(f"/videos/{FILM}/playback", room_token(visitor))).json()["player"]
        return told

    in_a, in_b = await two.each(player)
    assert (in_a["ui_conf_id"], in_b["ui_conf_id"]) == (OWN_PLAYER, visitor.stage.services.kaltura_addresses.player_id)
    assert in_a["script"].endswith(f"uiconf_id/{OWN_PLAYER}")


async def test_kaltura_session_privileges_playback(two: Two, visitor: Visitor) -> None:
    await two.set_in_a({"kaltura": {"session_privileges": {"playback": {"restrictexplicitliveview": ""}}}})
    asked: list[set[str]] = []
    manifest = visitor.parts.desks.addresses.hls_manifest(FILM)
    visitor.media[manifest] = httpx.Response(200, content=b"#EXTM3U\n", headers={"Content-Type": "audio/mpegurl"})

    async def play() -> bool:
        """Whether the sessions that Kaltura sees are narrowed, all of them or none."""
        before = len(visitor.kaltura.calls), len(visitor.media_asked)
        play = PlayToken(GuildId(visitor.guild_id), FILM, "discord")
        token = visitor.parts.tokens.play(play, int(visitor.stage.clock()) + 7000)
        assert (await visitor.get(f"/media/{token}/master.m3u8")).status_code == 200
        contexts = [call.parameters["ks"] for call in visitor.kaltura.calls[before[0] :] if call.name == CONTEXT]
        manifests = [request.headers["X-Kaltura-Ks"] for request in visitor.media_asked[before[1] :]]
        asked.append({"contexts"} if contexts else set())
        sessions = [inspect(str(session), SECRET)[1] for session in (*contexts, *manifests)]
        assert all(session.privileges["sview"] == FILM for session in sessions)
        [narrowed] = {"restrictexplicitliveview" in session.privileges for session in sessions} or {True}
        return narrowed

    visitor.kaltura.on(CONTEXT, playable())
    assert await two.each(play) == (True, False)
    # What Kaltura said to one server is not told another whose sessions are different.
    assert asked == [{"contexts"}, {"contexts"}, set()]


async def test_settings_that_cannot_be_read_stop_their_own_server_only(two: Two, visitor: Visitor) -> None:
    config: dict[str, Value] = {"pk": f"SERVER#{two.a.guild_id}", "sk": "CONFIG", "schema": SCHEMA + 1, "overrides": {}}
    await two.stage.services.table.put({**config, "version": 1, "changed_at_ms": 1, "changed_by": "1"})

    async def enter() -> tuple[int, str]:
        instance, session = visitor.run(ANN.user_id), await visitor.session()
        answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
        return answer.status_code, str(answer.json().get("detail", ""))

    in_a, in_b = await two.each(enter)
    assert in_a == (503, "The settings of this server can't be read. Ask whoever runs this app.")
    assert in_b == (200, "")
