"""Limits against abuse, each told with the moment from which it goes on."""

from typing import Any

from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import ANN, BO, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of


async def started(stage: Stage, by: Member = ANN) -> str:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Review"}, by)
    return text_of(await stage.answer_to(payload))


def newcomer() -> Member:
    return Member(snowflake(), "Guest")


async def test_a_member_starts_five_meetings_in_ten_minutes(stage: Stage) -> None:
    first_at = int(stage.clock())
    for _ in range(5):
        assert "is live" in await started(stage)
        stage.clock.pass_seconds(60)
    refusal = await started(stage)
    assert refusal.startswith("You have started 5 meetings in 10 minutes.")
    assert f"<t:{first_at + 600}:R>" in refusal
    assert "is live" in await started(stage, BO)
    stage.clock.pass_seconds(5 * 60)
    assert "is live" in await started(stage)


async def test_a_refused_start_leaves_nothing_behind(stage: Stage) -> None:
    for _ in range(5):
        await started(stage)
    cards = len(stage.discord.messages)
    await started(stage)
    assert len(stage.discord.messages) == cards
    assert len(stage.rooms.rooms) == 5


async def test_a_server_starts_thirty_in_an_hour(stage: Stage) -> None:
    for _ in range(30):
        assert "is live" in await started(stage, newcomer())
    assert (await started(stage, newcomer())).startswith("This server has started 30 meetings in an hour.")
    stage.clock.pass_seconds(3600)
    assert "is live" in await started(stage, newcomer())


async def test_another_server_has_its_own(stage: Stage) -> None:
    for _ in range(5):
        await started(stage)
    stage.place.guild_id = snowflake()
    await stage.services.servers.allow(AllowedServer(GuildId(stage.place.guild_id)))
    assert "is live" in await started(stage)


async def test_the_same_start_carried_out_again_counts_once(stage: Stage) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Review"})
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    await _again_and_again(stage, task)
    for _ in range(4):
        assert "is live" in await started(stage)


async def _again_and_again(stage: Stage, task: dict[str, Any]) -> None:
    stage.dynamodb.fails_on = "SET work_done = :yes"
    for _ in range(5):
        await carry_out(task, stage.services)
        stage.clock.pass_seconds(70)
    stage.dynamodb.fails_on = ""


async def test_links_are_bounded_too(stage: Stage) -> None:
    meeting = await stage.start()
    press = f"1:join:{meeting.meeting_id}"
    for _ in range(20):
        assert "Your way into" in text_of(await stage.answer_to(stage.place.press(press, BO)))
    refusal = text_of(await stage.answer_to(stage.place.press(press, BO)))
    assert refusal.startswith("That was a little too often. You can join again <t:")
    assert "Your way into" in text_of(await stage.answer_to(stage.place.press(press, ANN)))


async def test_invitations_are_bounded_too(stage: Stage) -> None:
    meeting = await stage.start()
    press = f"1:share:{meeting.meeting_id}"
    for _ in range(5):
        assert "invites you" in text_of(await stage.answer_to(stage.place.press(press)))
    assert "You can share again" in text_of(await stage.answer_to(stage.place.press(press)))
