"""Where an Activity's instance runs and whether somebody is in it: by Discord's word, never by the page's.

Right after a launch Discord's answer lags behind (facts: up to a second or two), so somebody who is not in it yet is
looked for again, four times within two and a half seconds:

    page    opens ─────── asks us
    we                    Discord: no such instance ── 0.4 s ── not in it ── 0.7 s ── in it
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import DiscordError, Unknown
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.refusals import NoServer, NotInInstance, discord_says_nothing

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import ActivityInstance, DiscordRest

PAUSES_SECONDS = (0.4, 0.7, 1.2)

# When a class comes in at once, one answer of Discord's serves all whom it names.
REMEMBERED_SECONDS = 3.0

_LONGEST_ID = 200


class Instances:
    """Asks Discord about instances; `sleep` waits so many seconds, `clock` is in seconds and only moves forward."""

    def __init__(
        self,
        rest: "DiscordRest",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rest = rest
        self._sleep = sleep
        self._clock = clock
        self._latest: tuple[float, str, ActivityInstance] | None = None

    async def with_user(self, instance_id: str, user_id: UserId, deadline: Deadline) -> "ActivityInstance":
        """The instance, which runs in a server and has this user in it.

        Raises:
            NotInInstance: it does not run, or they are not in it.
            NoServer: it runs in direct messages.
            NotNow: Discord does not say.
        """
        if not _could_be_one(instance_id):
            raise NotInInstance
        instance = self._remembered(instance_id)
        if instance is None or user_id not in instance.users:
            instance = await self._waited_for(instance_id, user_id, deadline)
            self._latest = self._clock() + REMEMBERED_SECONDS, instance_id, instance
        if not instance.guild_id:
            raise NoServer
        return instance

    def _remembered(self, instance_id: str) -> "ActivityInstance | None":
        if self._latest is None or self._latest[0] <= self._clock() or self._latest[1] != instance_id:
            return None
        return self._latest[2]

    async def _waited_for(self, instance_id: str, user_id: UserId, deadline: Deadline) -> "ActivityInstance":
        for pause in (*PAUSES_SECONDS, None):
            instance = await self._asked(instance_id, deadline)
            if instance is not None and user_id in instance.users:
                return instance
            if pause is None or deadline.remaining_seconds() <= pause:
                break
            await self._sleep(pause)
        raise NotInInstance

    async def _asked(self, instance_id: str, deadline: Deadline) -> "ActivityInstance | None":
        try:
            return await self._rest.activity_instance(instance_id, deadline)
        except Unknown:
            return None
        except DiscordError as error:
            raise discord_says_nothing(error) from None


def _could_be_one(instance_id: str) -> bool:
    return 0 < len(instance_id) <= _LONGEST_ID and instance_id.isascii() and instance_id.replace("-", "").isalnum()
