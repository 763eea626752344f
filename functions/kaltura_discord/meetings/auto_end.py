"""How long after the last join a meeting ends by itself: the server's own setting.

It is read when a meeting starts or is opened again, to note when to look, and again at each look:

    made longer while a meeting runs ──── at the look it is not over yet, and noted for later
    made shorter ──────────────────────── it is looked at when it was noted for: the new time holds from the next start

What was planned ends as planned, however long ago anybody joined; by itself only where it still runs after that.
"""

import logging
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.server_configs import ServerConfigs

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AutoEnd:
    """Knows it for every server; `default_hours` holds where a server's settings cannot be read."""

    configs: ServerConfigs
    default_hours: int

    async def seconds(self, guild_id: GuildId) -> int:
        """How long; possibly half a minute old."""
        try:
            hours = (await self.configs.whole(guild_id)).meetings.auto_end_hours
        except ConfigError as error:
            # No meeting is to run for ever because of what somebody wrote into settings.
            log.warning("settings not read", extra={"guild_id": guild_id, "reason": type(error).__name__})
            hours = self.default_hours
        return hours * 3600


def idle_at(meeting: Meeting, after: int) -> int:
    """When a meeting that nobody joins any more ends by itself, `after` so many seconds; epoch seconds."""
    planned = meeting.schedule.overdue_at if meeting.schedule is not None else 0
    return max(meeting.last_sign_of_life + after, planned)
