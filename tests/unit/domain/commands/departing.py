"""A server in which things have happened, and its departure."""

from kaltura_discord.audit.models import AuditEntry
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.meetings.models import Person
from kaltura_discord.server_config.override_store import Author
from local_stack.discord.errors import Refusal, unknown
from tests.unit.domain.commands.newcomer import Newcomer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, snowflake
from tests.unit.domain.stage import Stage, soon

DAY = 24 * 3600

UNCLEAR = {
    "a bad token": lambda: Refusal(401, 0, "401: Unauthorized"),
    "an address that is blocked": lambda: Refusal(403, 0, "error code: 1015"),
}


async def lived_in(stage: Stage) -> None:
    """A server with settings, a meeting that ended, people in it, and a greeting."""
    newcomer = Newcomer(stage)
    await newcomer.installed()
    meeting = await stage.start()
    for member in (ANN, BO):
        person = Person(UserId(member.user_id), member.name)
        await stage.services.meetings.record_join(meeting, person, int(stage.clock.seconds))
    await stage.services.ender.end_by_itself(meeting, soon())
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    current = await stage.services.overrides.read(stage.guild_id)
    await stage.services.overrides.save(stage.guild_id, current, {"watch": {"control_mode": "everyone"}}, author)
    elevated = AuditEntry("elevated", "", "", {"from": "viewer", "to": "moderator"}, subject=ANN.user_id)
    await stage.services.audit.record(stage.guild_id, elevated)
    await stage.work()


async def left(stage: Stage, guild_id: GuildId | None = None) -> list[str]:
    """The sort keys of all that is kept of the server."""
    items = await stage.services.table.query(f"SERVER#{guild_id or stage.guild_id}", consistent=True)
    return [item["sk"] for item in items]


async def lasting(stage: Stage) -> set[str]:
    """The same without what is there for the departure, and what ends after 30 days by itself."""
    return {key for key in await left(stage) if key.split("#")[0] not in ("DEPARTURE", "DELIVERY")}


async def noticed(stage: Stage) -> None:
    """Look whether the server is gone, as the queue says."""
    task = {"kind": "suspected_departure", "guild_id": stage.guild_id}
    await carry_out(task, stage.services)


async def removed(stage: Stage) -> Stage:
    """A server that removed the app, which has been noticed."""
    await lived_in(stage)
    stage.discord.server_trouble = unknown("Guild", 10004)
    await noticed(stage)
    return stage
