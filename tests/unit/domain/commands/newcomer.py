"""A server that the app has just come to: what Discord tells of it, and what its greeting says."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from kaltura_discord.commands.onboarding.first_use import REMEMBERED_SECONDS, FirstUses
from kaltura_discord.commands.onboarding.greeter import refresh_greeting
from kaltura_discord.commands.told_lately import ToldLately
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.discord_double import DIRECT, Posted
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, Member, snowflake
from tests.unit.domain.stage import Stage, soon

Json = dict[str, Any]

LEADS, TEACHERS = "330000000000000001", "330000000000000002"
CHANNEL = {"channels": {"default": "440000000000000001"}}

INSTALLER = Member("200000000000000009", "Ina", permissions=1 << 5)


@dataclass
class Newcomer:
    """A server, and what happens to it."""

    stage: Stage
    system_channel: str = field(default_factory=snowflake)
    moments: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.stage.discord.system_channel = self.system_channel
        self.as_another_process()

    def as_another_process(self) -> None:
        """A process that has told the queue of nothing yet."""
        services = self.stage.services
        services.first_uses = FirstUses(services.tasks, services.servers, ToldLately(REMEMBERED_SECONDS))

    def event(self, by: Member = INSTALLER, **changed: Any) -> Json:
        """An installation, as the door puts it onto the queue."""
        return {
            "kind": "discord_event",
            "event": "authorized",
            "guild_id": self.stage.guild_id,
            "user_id": by.user_id,
            "happened_at": f"2026-11-20T14:00:{next(self.moments):02}+00:00",
            **changed,
        }

    async def installed(self, by: Member = INSTALLER) -> None:
        await self.carry_out(self.event(by))

    async def carry_out(self, task: Json) -> None:
        await carry_out(task, self.stage.services, self.stage.registry)

    async def used(self, by: Member = ADMINISTRATOR, command: str = "kaltura-help") -> Json:
        """Somebody uses a command in a process that was not used before; what they are answered."""
        self.as_another_process()
        payload = self.stage.place.command(command, by=by)
        answer = await self.stage.acknowledged(payload)
        await self.stage.work()
        assert answer.body is not None
        return answer.body

    @property
    def greetings(self) -> list[Posted]:
        return self.stage.discord.in_channel(self.system_channel)

    @property
    def greeting(self) -> Json:
        """What the one greeting in the system channel says."""
        (posted,) = self.greetings
        return posted.body

    def direct_messages(self, member: Member = INSTALLER) -> list[Posted]:
        return self.stage.discord.in_channel(DIRECT + member.user_id)


async def set_up(stage: Stage, **sections: object) -> None:
    """Somebody sets this for the server, and the queue hears of it."""
    current = await stage.services.overrides.read(stage.guild_id)
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    await stage.services.overrides.save(stage.guild_id, current, {**current.document, **sections}, author)
    await refresh_greeting(stage.services, stage.guild_id, soon())
