"""Nights in which a server is told nothing, and the mornings after them."""

from contextlib import suppress
from zoneinfo import ZoneInfo

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.models import Delivery, Notification
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

NEWS, STAFF = ChannelId("400000000000000071"), ChannelId("400000000000000072")
HOUR = 3600
BERLIN = ZoneInfo("Europe/Berlin")


def nights(**others: object) -> dict[str, object]:
    quiet_hours = {"hours": "22:00-07:00", "time_zone": "Europe/Berlin"}
    return {"notifications": {"channels": {"default": NEWS}, "quiet_hours": quiet_hours, **others}}


async def a_video(stage: Stage, title: str = "How cells divide") -> Notification:
    entry_id = f"1_{snowflake()}"
    details = {"title": title, "id": entry_id}
    told = Notification(f"video_ready#{entry_id}", stage.guild_id, "video_ready", entry_id, details)
    await stage.services.telling.outbox.tell(told)
    await stage.tell()
    return told


async def videos(stage: Stage, count: int, more: str = "") -> list[Notification]:
    """So many, a second apart, called V000 and so on."""
    told = []
    for number in range(count):
        told.append(await a_video(stage, f"V{number:03d} {more}"))
        stage.clock.pass_seconds(1)
    return told


async def state(stage: Stage, told: Notification) -> Delivery:
    found = await stage.services.telling.store.find(told.guild_id, told.key)
    assert found is not None
    return found


async def morning(stage: Stage, hours: int = 8) -> None:
    """Housekeeping comes by when the quiet hours are over."""
    stage.clock.pass_seconds(hours * HOUR)
    await stage.housekeeping(stage.guild_id)


async def dying_at(stage: Stage, step: int, later: int = 1) -> None:
    """Morning comes, whoever tells of the night dies at a step, and so many seconds later another one goes on."""
    stage.clock.pass_seconds(8 * HOUR)
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash):
        await stage.housekeeping(stage.guild_id)
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(later)
    await stage.housekeeping(stage.guild_id)
    await stage.tell()


def said_in(stage: Stage, channel_id: ChannelId) -> list[str]:
    return [text_of(posted.body) for posted in stage.discord.in_channel(channel_id)]
