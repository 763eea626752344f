"""The slow half: what the tasks queue brings.

A queue delivers at least once, so the work of one interaction is claimed with a lease before it begins:

    worker A   claim (lease until +90 s) ── work ── done
    worker B            claim: taken, dropped
    worker C                               (A died) … lease over ── claim ── work ── done

What fails because AWS or Discord is unwell goes back to the queue for another try. What fails otherwise is told
to the person in one sentence, and written to the log with the interaction's id.
"""

import logging
from collections.abc import Mapping
from typing import Any

from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.table import Key, Update
from kaltura_discord.commands.dispatch import CLAIM_SECONDS
from kaltura_discord.commands.model import Deferred
from kaltura_discord.commands.registry import REGISTRY, Found, Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import text
from kaltura_discord.discord.errors import DiscordError, DiscordRateLimited, DiscordUnavailable
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.interaction import Interaction, parse_interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.resilience.deadline import Deadline

# Discord's tokens live 15 minutes; an answer later than this would not arrive.
TOKEN_SECONDS = 14 * 60 + 30

# One try, well within the function's own time limit (infra/functions.json).
WORK_SECONDS = 50.0
LEASE_SECONDS = 90

log = logging.getLogger(__name__)


class TryAgain(Exception):
    """The work could not be done now and should come back from the queue."""


async def carry_out(task: Mapping[str, Any], services: Services, registry: Registry = REGISTRY) -> None:
    """Do what a message of the tasks queue asks for.

    Raises:
        TryAgain: the message should be delivered again.
    """
    match task.get("kind"):
        case "interaction":
            await _work_off(task, services, registry)
        case "refresh_card":
            await _refresh_card(task, services)
        case other:
            log.error("unknown task", extra={"kind": other})


async def _work_off(task: Mapping[str, Any], services: Services, registry: Registry) -> None:
    interaction = parse_interaction(task["interaction"])
    age = services.now() - int(task["received_at"])
    if age > TOKEN_SECONDS:
        log.error("too late to answer", extra={"interaction_id": interaction.interaction_id})
        return
    if not await _take(interaction, services):
        return
    found = registry.find(interaction)
    if found is None or not isinstance(found.target.acknowledgement, Deferred):
        log.error("nothing to do", extra={"interaction_id": interaction.interaction_id})
        return
    deadline = Deadline.after(min(WORK_SECONDS, TOKEN_SECONDS - age))
    try:
        await _answer(found, found.target.acknowledgement, services, deadline)
    except (AwsError, DiscordUnavailable, DiscordRateLimited) as error:
        await _give_back(interaction, services)
        raise TryAgain(str(error)) from error
    except DiscordError as error:
        # Discord refused the answer itself (the person deleted it, the token is dead): nobody is left to tell.
        log.error("answer refused", extra={"interaction_id": interaction.interaction_id, "reason": str(error)})


async def _answer(found: Found, acknowledgement: Deferred, services: Services, deadline: Deadline) -> None:
    token = found.interaction.token
    try:
        message = await acknowledgement.work(found.interaction, services, deadline)
    except (MeetingError, KalturaError) as error:
        await _tell(error, found, acknowledgement, services)
        return
    except (AwsError, DiscordError):
        raise
    except Exception as error:  # a mistake of ours: the person must not wait for ever
        log.exception("command failed", extra={"interaction_id": found.interaction.interaction_id})
        await _tell(error, found, acknowledgement, services)
        return
    if message is not None:
        await services.rest.edit_answer(token, _with_notice(message, found.notice), deadline)


async def _tell(error: Exception, found: Found, acknowledgement: Deferred, services: Services) -> None:
    message = note(_sentence_for(error, found.interaction))
    patience = Deadline.after(10)
    if acknowledgement.changes_message:
        await services.rest.follow_up(found.interaction.token, message, patience)
    else:
        await services.rest.edit_answer(found.interaction.token, message, patience)


def _sentence_for(error: Exception, interaction: Interaction) -> str:
    if isinstance(error, MeetingError):
        return error.sentence
    if isinstance(error, KalturaError):
        return error.user_sentence
    return (
        "Something went wrong on our side, and it has been noted. Try again in a minute.\n"
        f"-# If it happens again, tell whoever runs this app: `{interaction.interaction_id}`"
    )


async def _take(interaction: Interaction, services: Services) -> bool:
    now = int(services.now())
    update = Update(
        _key(interaction),
        "SET work_until = :until, expires_at = :expires",
        condition="attribute_not_exists(work_until) OR work_until < :now",
        values={":until": now + LEASE_SECONDS, ":now": now, ":expires": now + CLAIM_SECONDS},
    )
    try:
        await services.table.update(update)
    except ConditionNotMet:
        return False
    except AwsError as error:
        raise TryAgain(str(error)) from error
    return True


async def _give_back(interaction: Interaction, services: Services) -> None:
    try:
        await services.table.update(Update(_key(interaction), "REMOVE work_until"))
    except AwsError:
        log.warning("lease not given back", extra={"interaction_id": interaction.interaction_id})


async def _refresh_card(task: Mapping[str, Any], services: Services) -> None:
    meeting = await services.meetings.find(GuildId(task["guild_id"]), MeetingId(task["meeting_id"]))
    if meeting is not None:
        await services.cards.refresh(meeting, Deadline.after(WORK_SECONDS))


def _with_notice(message: Message, notice: str) -> Message:
    return Message((*message.components, text(notice)), message.ephemeral) if notice else message


def _key(interaction: Interaction) -> Key:
    return Key(f"INTERACTION#{interaction.interaction_id}", "INTERACTION")
