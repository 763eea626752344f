"""For whoever has just changed something that a greeting tells: have the queue bring it up to date, if there is one."""

import logging
from typing import TYPE_CHECKING

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.onboarding.greeting_store import GreetingStore
from kaltura_discord.discord.identifiers import GuildId

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services

REFRESH = "refresh_greeting"

log = logging.getLogger(__name__)


async def refresh_greeting_later(services: "Services", guild_id: GuildId) -> None:
    """Put it on the queue. Never raises: the change itself is done, and the server's next use makes up for it."""
    try:
        greeting = await GreetingStore(services.table, services.now).find(guild_id)
        if greeting is not None and greeting.may_change:
            await services.tasks.send({"kind": REFRESH, "guild_id": guild_id})
    except AwsError as error:
        log.warning("greeting not refreshed", extra={"guild_id": guild_id, "reason": type(error).__name__})
