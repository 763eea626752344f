"""What the tasks queue and housekeeping do about what happened: events are routed, and none is left lying.

The queue tries an event three times within seconds. Where Kaltura is down for longer, it goes back into the table,
and housekeeping hands it on again, later each time, for three days.
"""

import logging
from collections.abc import Mapping
from typing import Any

from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.join_lines import tell_line
from kaltura_discord.resilience.deadline import Deadline

log = logging.getLogger(__name__)


async def pass_on(task: Mapping[str, Any], services: Services, deadline: Deadline) -> None:
    """Have told what the task is about: an event, a line of those who joined, or how a meeting is on its card.

    Raises:
        AwsError, KalturaError: it could not be found out who is to be told, or not be put on its way.
    """
    outbox = services.telling.outbox
    match task["kind"]:
        case "refresh_card":
            await outbox.refresh_card(GuildId(task["guild_id"]), MeetingId(task["meeting_id"]))
        case "join_lines":
            await tell_line(GuildId(task["guild_id"]), MeetingId(task["meeting_id"]), int(task["at"]), outbox)
        case _:
            await _route(task, services, deadline)


async def _route(task: Mapping[str, Any], services: Services, deadline: Deadline) -> None:
    event = await services.events.find(task["key"])
    if event is None:
        log.error("no such event", extra={"event": task["key"]})
        return
    await services.telling.router.route(event, deadline)


async def hand_on_what_was_left(services: Services) -> int:
    """Put events on the queue that stayed in the table; how many there were.

    Raises:
        AwsError: not all of them are on their way.
    """
    keys = await services.events.left_lying()
    for key in keys:
        await services.events.hand_on(key)
    if keys:
        log.warning("events were left lying", extra={"events": len(keys)})
    return len(keys)


async def watch_live_streams(services: Services, deadline: Deadline) -> int:
    """Look whether streams that somebody waits for have started or stopped; how many were looked at.

    Raises:
        AwsError: not all that was seen could be written.
    """
    return await services.telling.live_watch.look(deadline)
