"""What one server sets never acts on another: each setting is set in server A, and both do the same thing."""

from dataclasses import replace

import pytest

from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.starting import AUTO_END
from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.watch.models import NewRoom, RoomId
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.two_servers import TEACHERS, Two, two_servers
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture
async def two(stage: Stage) -> Two:
    return await two_servers(stage)


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
        "meetings.time_zone",
        "features.scheduled_events",
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


async def planned_for(stage: Stage) -> str:
    """What is read by who wants to meet tomorrow at three."""
    options: dict[str, object] = {"type": "room", "title": "Later", "when": "tomorrow 15:00"}
    return text_of(await stage.answer_to(stage.place.command("kaltura-start", options)))


async def test_features_scheduled_events(two: Two) -> None:
    await two.stage.set({"features": {"scheduled_events": True}}, GuildId(two.b.guild_id))
    await two.set_in_a({"features": {"scheduled_events": False}})
    in_a, in_b = await two.each(lambda: planned_for(two.stage))
    assert "can't be scheduled in this server" in in_a
    assert "Later" in in_b


async def test_meetings_time_zone(two: Two) -> None:
    await two.stage.set({"features": {"scheduled_events": True}}, GuildId(two.b.guild_id))
    await two.set_in_a({"features": {"scheduled_events": True}, "meetings": {"time_zone": "Asia/Tokyo"}})
    in_a, in_b = await two.each(lambda: planned_for(two.stage))
    assert "Asia/Tokyo" in in_a
    assert "Asia/Tokyo" not in in_b


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
