"""What one server sets never acts on another: each setting is set in server A, and both do the same thing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import httpx
import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import PlayToken, RoomToken, Viewer
from kaltura_discord.kaltura.session import inspect
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.starting import AUTO_END
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.server_config.schema_versions import SCHEMA
from kaltura_discord.watch.models import NewRoom, Room, RoomId, WaitFor
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, Member, Place, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.watch.visitor import CONTEXT, SEARCH, Visitor, library, playable, visiting
from tests.unit.domain.words import buttons_of, text_of
from tests.unit.kaltura.scripted_kaltura import SECRET, ScriptedKaltura

Json = dict[str, Any]
Result = TypeVar("Result")

FILM = "1_abcdefgh"
TEACHERS = "5000000000000000001"
OWN_PLAYER = 51234567


@dataclass
class Two:
    """A stage with two servers that may see the same content."""

    stage: Stage
    a: Place
    b: Place

    async def set_in_a(self, document: Json) -> None:
        await self.stage.set(document, GuildId(self.a.guild_id))

    async def each(self, act: Callable[[], Awaitable[Result]]) -> tuple[Result, Result]:
        """What comes of `act` in A and in B; in A again at last, after B was looked up."""
        results = []
        for place in (self.a, self.b, self.a):
            self.stage.place = place
            results.append(await act())
        assert results[0] == results[2]
        return results[0], results[1]

    async def told(self, payload: Callable[[], Json]) -> tuple[str, str]:
        """What people read in A and in B."""

        async def read() -> str:
            answer = await self.stage.acknowledged(payload())
            return text_of(answer.body["data"]) if answer.body is not None else str(answer.status)

        return await self.each(read)


@pytest.fixture
async def two(stage: Stage) -> Two:
    # Kaltura's users are another story.
    stage.services.environment = {**stage.services.environment, "CONFIG__FEATURES__USER_SYNC": "false"}
    other = Place(snowflake(), snowflake())
    await stage.services.servers.allow(AllowedServer(GuildId(other.guild_id), (7,), ("biology",)))
    return Two(stage, stage.place, other)


def test_every_setting_that_is_read_is_here() -> None:
    """A setting that something reads from now on has to be added here, with its test."""
    tested = {
        "commands.enabled",
        "commands.permissions",
        "roles.mapping",
        "kaltura.meeting_strategy",
        "kaltura.room_templates.webinar",
        "kaltura.room_templates.room",
        "kaltura.room_templates.classroom",
        "kaltura.session_privileges.join",
        "kaltura.session_privileges.playback",
        "kaltura.player_id",
        "meetings.auto_end_hours",
        "features.activities",
        "features.web_fallback",
        "watch.control_mode",
        "watch.wait_for_buffering",
        "watch.link_hosts",
        "notifications.templates.meeting_share",
    }
    sections = ("commands", "roles", "kaltura", "meetings", "features", "watch")
    elsewhere = {"features.recording", "features.user_sync", "kaltura.user_group", "kaltura.delete_forgotten_users"}
    read = {each.key for each in settings() if not each.is_upcoming and each.path[0] in sections}
    assert read - elsewhere == tested - {"notifications.templates.meeting_share"}


# --- commands and roles ----------------------------------------------------------------------------------------------


async def test_commands_enabled(two: Two) -> None:
    await two.set_in_a({"commands": {"enabled": False}})
    in_a, in_b = await two.told(lambda: two.stage.place.command("kaltura-list"))
    assert "switched off in this server" in in_a
    assert "No meeting is running" in in_b


async def test_commands_permissions(two: Two) -> None:
    await two.set_in_a({"commands": {"permissions": {"kaltura-list": [TEACHERS]}}})
    in_a, in_b = await two.told(lambda: two.stage.place.command("kaltura-list", by=BO))
    assert f"Only <@&{TEACHERS}>" in in_a
    assert "No meeting is running" in in_b


async def test_roles_mapping_where_meetings_are_ended(two: Two) -> None:
    await two.set_in_a({"roles": {"mapping": {TEACHERS: "moderator"}}})
    teacher = Member(BO.user_id, "Bo", (TEACHERS,))

    async def end() -> str:
        meeting = await two.stage.start()
        return text_of(await two.stage.answer_to(two.stage.place.press(f"1:end:{meeting.meeting_id}", teacher)))

    in_a, in_b = await two.each(end)
    assert "has ended" in in_a
    assert "moderators can do that" in in_b


async def test_roles_mapping_where_people_come_in(two: Two) -> None:
    await two.set_in_a({"roles": {"mapping": {TEACHERS: "moderator"}}})
    two.stage.discord.member_roles[BO.user_id] = [TEACHERS]
    in_a, in_b = await two.each(lambda: level_of_guest(two.stage))
    assert (in_a, in_b) == ("moderator", "viewer")


async def test_roles_mapping_where_rooms_are_controlled(two: Two) -> None:
    await two.set_in_a({"roles": {"mapping": {TEACHERS: "moderator"}}})
    teacher = Member(BO.user_id, "Bo", (TEACHERS,))

    async def pause() -> str:
        place, store = two.stage.place, two.stage.services.watch.store
        room = NewRoom(RoomId(snowflake()), two.stage.guild_id, two.stage.channel_id, UserId(ANN.user_id))
        await store.create(room)
        answer = await two.stage.answer_to(place.command("kaltura-watch-control", {"action": "pause"}, teacher))
        two.stage.place = replace(place, channel_id=snowflake())
        return text_of(answer)

    for place, told in ((two.a, "Nothing is on in this room yet"), (two.b, "has the remote of")):
        two.stage.place = place
        assert told in await pause()


# --- meetings --------------------------------------------------------------------------------------------------------


async def level_of_guest(stage: Stage) -> str:
    meeting = await stage.start()
    await come_in(stage, meeting)
    return stage.rooms.guests[-1].level


async def come_in(stage: Stage, meeting: Meeting, by: Member = BO) -> None:
    answer = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", by))
    await stage.services.join_door.open(buttons_of(answer)["Open the meeting"].rpartition("/")[2], soon())


async def hours_until_looked_at(stage: Stage, meeting: Meeting) -> float:
    notes = [note for note in await stage.notes(meeting.meeting_id) if note.kind == AUTO_END]
    return (max(note.at for note in notes) - stage.clock()) / 3600


async def test_meetings_auto_end_hours(two: Two) -> None:
    await two.set_in_a({"meetings": {"auto_end_hours": 9}})

    async def start() -> float:
        return await hours_until_looked_at(two.stage, await two.stage.start())

    assert await two.each(start) == (9, 4)


async def test_meetings_auto_end_hours_of_one_that_is_opened_again(two: Two) -> None:
    await two.set_in_a({"meetings": {"auto_end_hours": 9}})

    async def reopen() -> float:
        meeting = await two.stage.start()
        for button in ("end", "reopen"):
            await two.stage.answer_to(two.stage.place.press(f"1:{button}:{meeting.meeting_id}"))
        return await hours_until_looked_at(two.stage, meeting)

    assert await two.each(reopen) == (9, 4)


async def test_kaltura_meeting_strategy_and_room_templates(two: Two) -> None:
    templates = {"room": "1_roomroom", "webinar": "1_webinars", "classroom": "1_classess"}
    await two.set_in_a({"kaltura": {"meeting_strategy": "schedule_resource", "room_templates": templates}})

    async def start() -> list[tuple[str | None, str | None]]:
        for number, kind in enumerate(templates):
            await two.stage.start(kind=kind, by=Member(f"20{number}", "Guest"))
        return [(each.strategy, each.template_room_entry_id) for each in two.stage.rooms.requests[-3:]]

    in_a, in_b = await two.each(start)
    assert in_a == [("schedule_resource", template) for template in templates.values()]
    assert in_b == [("room_entry", None)] * 3


async def test_kaltura_session_privileges_join(two: Two) -> None:
    await two.set_in_a({"kaltura": {"session_privileges": {"join": {"privacycontext": "school"}}}})

    async def join() -> dict[str, str]:
        await come_in(two.stage, await two.stage.start())
        return dict(two.stage.rooms.guests[-1].privileges)

    assert await two.each(join) == ({"privacycontext": "school"}, {})


async def test_notifications_templates_meeting_share(two: Two) -> None:
    await two.set_in_a({"notifications": {"templates": {"meeting_share": "Come to {{title}}"}}})

    async def share() -> str:
        meeting = await two.stage.start()
        return text_of(await two.stage.answer_to(two.stage.place.press(f"1:share:{meeting.meeting_id}")))

    in_a, in_b = await two.each(share)
    assert in_a == "Come to Weekly review"
    assert in_b == "**Ann** invites you to **Weekly review**."


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


# --- whoever may shape one server may not shape another --------------------------------------------------------------


async def test_an_administrator_of_one_server_sets_nothing_in_another(two: Two) -> None:
    two.stage.place = two.b
    await two.stage.answer_to(
        two.stage.place.subcommand(
            "kaltura-config", "set", {"key": "meetings.auto_end_hours", "value": "9"}, ADMINISTRATOR
        )
    )
    configs = two.stage.services.server_configs
    assert (await configs.whole(GuildId(two.b.guild_id), now=True)).meetings.auto_end_hours == 9
    assert (await configs.whole(GuildId(two.a.guild_id), now=True)).meetings.auto_end_hours == 4
