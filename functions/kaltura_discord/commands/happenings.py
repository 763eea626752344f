"""What the tasks queue and housekeeping do about events: each is routed, and none is left lying.

The queue tries an event for a minute and a half. Where Kaltura is down for longer, the event goes back into the table,
and housekeeping hands it on again, later each time, for three days.
"""

import logging
from collections.abc import Mapping
from typing import Any

from kaltura_discord.commands.services import Services
from kaltura_discord.resilience.deadline import Deadline

log = logging.getLogger(__name__)


async def route(task: Mapping[str, Any], services: Services, deadline: Deadline) -> None:
    """Route the event that the task names.

    Raises:
        AwsError, KalturaError: it could not be found out who is to be told.
    """
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
