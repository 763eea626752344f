"""On a schedule: what is due, events that nobody handed on, and whether live streams have started or stopped.

A note whose work fails stays on the list and is tried again a minute later.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Iterable
from typing import Any

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.commands.due_work import work_off
from kaltura_discord.commands.happenings import hand_on_what_was_left, watch_live_streams
from kaltura_discord.commands.services import Services, ServicesOnDemand
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.observation.correlation import follow
from kaltura_discord.resilience.deadline import Deadline

# Within the function's own time limit (infra/functions.json), so that no note is begun that cannot be finished.
_RUN_SECONDS = 90.0
_NOTE_SECONDS = 25.0
_LOOK_SECONDS = 40.0

# Side by side, so that one slow call to Kaltura does not hold up all that is due.
_AT_ONCE = 8

start_logging(os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("kaltura_discord.housekeeping")

_loop = asyncio.new_event_loop()
asyncio.set_event_loop(_loop)
_services = ServicesOnDemand(os.environ, boto_caller)


def handler(_: dict[str, Any], __: object) -> dict[str, Any]:
    """Work off what is due; how many notes were."""
    return _loop.run_until_complete(_work_off())


async def _work_off() -> dict[str, Any]:
    services = await _services.ready()
    run = Deadline.after(_RUN_SECONDS)
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(note: DueNote) -> bool:
        async with places:
            follow(f"{note.kind}:{note.subject}")
            return run.remaining_seconds() >= _NOTE_SECONDS and await _is_done(note, services, run)

    notes = await services.due.due(services.now())
    done, _, _ = await asyncio.gather(
        _sum_of(one(note) for note in notes),
        _alone("events", hand_on_what_was_left(services)),
        _alone("live streams", watch_live_streams(services, run.sooner(_LOOK_SECONDS))),
    )
    log.info("housekeeping", extra={"done": done, "due": len(notes)})
    return {"done": done}


async def _sum_of(works: Iterable[Awaitable[bool]]) -> int:
    return sum(await asyncio.gather(*works))


async def _alone(what: str, chore: Awaitable[object]) -> None:
    """Do what has nothing to do with all else, and must not stop it."""
    try:
        await chore
    except AwsError as error:
        log.warning("chore not done", extra={"chore": what, "reason": str(error)})
    except Exception:
        log.exception("chore not done", extra={"chore": what})


async def _is_done(note: DueNote, services: Services, run: Deadline) -> bool:
    try:
        await work_off(note, services, services.now(), run.sooner(_NOTE_SECONDS))
    except (AwsError, DiscordError) as error:
        log.warning("note not worked off", extra={"kind": note.kind, "reason": str(error)})
        return False
    except Exception:  # a mistake of ours in one note must not keep all others waiting
        log.exception("note not worked off", extra={"kind": note.kind, "subject": note.subject})
        return False
    return True
