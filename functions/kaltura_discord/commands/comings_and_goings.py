"""What the tasks queue brings about servers and people as such: they come, are seen, change, and go.

    discord_event         Discord told of it (the door `discord_events`)
    first_use             a server uses the app (`onboarding.first_use`)
    refresh_greeting      something changed that a greeting tells
    suspected_departure   Discord refused something as it does where we are not in a server

Each of these may be done twice without harm. An event is done once more where Discord repeats it before the first one
was done, and not afterwards.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.departures import SUSPECTED
from kaltura_discord.commands.onboarding.first_use import FIRST_USE, FirstUse
from kaltura_discord.commands.onboarding.greeter import greet_installer, refresh_greeting, welcome
from kaltura_discord.commands.onboarding.refresh import REFRESH
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.resilience.deadline import Deadline

DISCORD_EVENT = "discord_event"
KINDS = frozenset({DISCORD_EVENT, FIRST_USE, REFRESH, SUSPECTED})

# Discord repeats an event for ten minutes, and our queue for less than an hour.
_DONE_SECONDS = 24 * 3600

log = logging.getLogger(__name__)


async def take_note(task: Mapping[str, Any], services: Services, deadline: Deadline) -> None:
    """Do what one of `KINDS` asks for.

    Raises:
        AwsError, DiscordError, ConfigError, NotYet: it did not work, and may be tried again.
    """
    match task["kind"]:
        case "discord_event":
            await _event(task, services, deadline)
        case "first_use":
            use = FirstUse(**{each.name: task[each.name] for each in fields(FirstUse)})
            await services.departures.returned(use.guild_id)
            await welcome(services, use, deadline)
        case "refresh_greeting":
            await refresh_greeting(services, GuildId(task["guild_id"]), deadline)
        case "suspected_departure":
            await services.departures.noticed(GuildId(task["guild_id"]), deadline)


async def _event(task: Mapping[str, Any], services: Services, deadline: Deadline) -> None:
    key = _event_key(task)
    if await services.table.get(key, consistent=True) is not None:
        return
    user_id = UserId(task["user_id"])
    match task["event"]:
        case "authorized":
            await _installed(GuildId(task["guild_id"]), user_id, services, deadline)
        case "deauthorized":
            await services.people.forgetting.forget(user_id, deadline)
    await services.table.put({"pk": key.pk, "sk": key.sk, "expires_at": int(services.now()) + _DONE_SECONDS})


async def _installed(guild_id: GuildId, user_id: UserId, services: Services, deadline: Deadline) -> None:
    if not guild_id:
        # Our commands work in servers, so there is nothing to say to somebody who has the app for themselves.
        log.info("installed for a person")
        return
    is_anew = await services.departures.returned(guild_id)
    await greet_installer(services, guild_id, user_id, deadline, is_anew=is_anew)


def _event_key(task: Mapping[str, Any]) -> Key:
    """Discord numbers no events: what it is about and when it happened is what identifies one.

    Hashed, so that what is left of somebody who took their authorisation back is not their id.
    """
    about = "#".join(str(task.get(name, "")) for name in ("event", "guild_id", "user_id", "happened_at"))
    return Key(f"EVENT#discord#{hashlib.sha256(about.encode()).hexdigest()}", "EVENT")
