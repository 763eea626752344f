"""The slow half: what the tasks queue brings.

A queue delivers at least once, so the work of one interaction is claimed with a lease before it begins:

    worker A   claim (lease until +65 s) ── work ── done
    worker B            claim: taken, comes back later ─────────────── claim: done, dropped
    worker C                               (A died) … lease over ── claim ── work ── done

A lease bears a mark of its worker's, so that a worker whose claim was answered by silence, and sent again, does not
take itself for a rival and leave the person waiting until the lease is over.

What fails because AWS or Discord is unwell goes back to the queue for another try; after the last one the person is
told that it did not work. Where only the answer could not be delivered, it is kept with the claim, and the next try
delivers it: to end a meeting a second time would say that it is not running. What fails otherwise is told to the
person in one sentence, and written to the log with the interaction's id.
"""

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.table import Key, Update
from kaltura_discord.commands import canary
from kaltura_discord.commands.dispatch import CLAIM_SECONDS, NOT_NOW, OUR_MISTAKE
from kaltura_discord.commands.model import Deferred, Refusal
from kaltura_discord.commands.registry import REGISTRY, Found, Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.undelivered import kept, restored
from kaltura_discord.discord.components import text
from kaltura_discord.discord.errors import DiscordError, DiscordRateLimited, DiscordUnavailable, Unknown
from kaltura_discord.discord.interaction import Interaction, parse_interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.identity.user_sync import arrival_of
from kaltura_discord.kaltura.errors import KalturaBusy, KalturaError, KalturaUnavailable
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.observation.metrics import count
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError

# Discord's tokens live 15 minutes; an answer later than this would not arrive.
TOKEN_SECONDS = 14 * 60 + 30

# One try, well within what the door `tasks` gives it; the lease outlives the function's time limit.
WORK_SECONDS = 45.0
LEASE_SECONDS = 65
_TELLING_SECONDS = 8.0

log = logging.getLogger(__name__)


class TryAgain(Exception):
    """The work could not be done now and should come back from the queue."""


class _Undelivered(Exception):
    """The work is done, and Discord did not take the answer."""

    def __init__(self, answer: Message, reason: DiscordError) -> None:
        super().__init__(str(reason))
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to do the work, and the answer that an earlier try did the work for and could not deliver."""

    mark: str
    undelivered: Message | None = None


async def carry_out(task: Mapping[str, Any], services: Services, registry: Registry = REGISTRY) -> None:
    """Do what a message of the tasks queue asks for.

    Raises:
        TryAgain: the message should be delivered again.
    """
    match task.get("kind"):
        case "interaction":
            await _work_off(task, services, registry)
        case "discord_event" | "first_use" | "refresh_greeting" | "suspected_departure":
            await _take_note(task, services)
        case "sync_user":
            await _sync_user(task, services)
        case "canary":
            await _finish_canary(task, services)
        case "event" | "join_lines" | "refresh_card":
            await _pass_on(task, services)
        case other:
            log.error("unknown task", extra={"kind": other})


async def give_up(task: Mapping[str, Any], services: Services, registry: Registry = REGISTRY) -> bool:
    """After the last try, tell the person that it did not work. Whether it is taken care of in another way."""
    if task.get("kind") == "event":
        return await services.events.put_back(task["key"])
    if task.get("kind") != "interaction":
        return False
    interaction = parse_interaction(task["interaction"])
    found = registry.find(interaction)
    if found is None or not isinstance(found.acknowledgement, Deferred):
        return False
    try:
        count("CommandFailures")
        await _send(note(NOT_NOW), interaction.token, found.acknowledgement, services)
    except DiscordError as error:
        log.error("not told", extra={"interaction_id": interaction.interaction_id, "reason": str(error)})
    return False


async def _work_off(task: Mapping[str, Any], services: Services, registry: Registry) -> None:
    interaction = parse_interaction(task["interaction"])
    age = services.now() - int(task["received_at"])
    if age > TOKEN_SECONDS:
        log.error("too late to answer", extra={"interaction_id": interaction.interaction_id})
        return
    lease = await _take(interaction, services)
    if lease is None:
        return
    found = registry.find(interaction)
    if found is None or not isinstance(found.acknowledgement, Deferred):
        log.error("nothing to do", extra={"interaction_id": interaction.interaction_id})
        return
    deadline = Deadline.after(min(WORK_SECONDS, TOKEN_SECONDS - age))
    try:
        await _answer(found, found.acknowledgement, services, deadline, lease.undelivered)
    except _Undelivered as undelivered:
        await _give_back(interaction, services, lease, undelivered.answer)
        raise TryAgain(str(undelivered)) from undelivered
    except (AwsError, DiscordUnavailable, DiscordRateLimited) as error:
        await _give_back(interaction, services, lease)
        raise TryAgain(str(error)) from error
    except DiscordError as error:
        log.error("answer refused", extra={"interaction_id": interaction.interaction_id, "reason": str(error)})
        await _tell_of_refusal(error, found, found.acknowledgement, services)
    await _finish(interaction, services)


async def _answer(
    found: Found, acknowledgement: Deferred, services: Services, deadline: Deadline, undelivered: Message | None
) -> None:
    message = undelivered or await _result(found, acknowledgement, services, deadline)
    if message is None:
        return
    try:
        await services.rest.edit_answer(found.interaction.token, message, deadline)
    except (DiscordUnavailable, DiscordRateLimited) as error:
        raise _Undelivered(message, error) from error


async def _result(found: Found, acknowledgement: Deferred, services: Services, deadline: Deadline) -> Message | None:
    """What the work answers; None where the person has been told already."""
    try:
        message = await acknowledgement.work(found.interaction, services, deadline)
    except (MeetingError, KalturaError, Refusal, ConfigError) as error:
        await _tell(error, found, acknowledgement, services)
        return None
    except (AwsError, DiscordError):
        raise
    except Exception as error:  # a mistake of ours: the person must not wait for ever
        count("CommandFailures")
        log.exception("command failed", extra={"interaction_id": found.interaction.interaction_id})
        await _tell(error, found, acknowledgement, services)
        return None
    return _with_notice(message, found.notice) if message is not None else None


async def _tell(error: Exception, found: Found, acknowledgement: Deferred, services: Services) -> None:
    await _send(note(_sentence_for(error, found.interaction)), found.interaction.token, acknowledgement, services)


async def _tell_of_refusal(error: DiscordError, found: Found, acknowledgement: Deferred, services: Services) -> None:
    """An answer that Discord does not take is a mistake of ours, unless the person deleted it or the token is dead."""
    if isinstance(error, Unknown):
        return
    with suppress(DiscordError):
        await _tell(error, found, acknowledgement, services)


async def _send(message: Message, token: str, acknowledgement: Deferred, services: Services) -> None:
    patience = Deadline.after(_TELLING_SECONDS)
    if acknowledgement.changes_message:
        await services.rest.follow_up(token, message, patience)
    else:
        await services.rest.edit_answer(token, message, patience)


def _sentence_for(error: Exception, interaction: Interaction) -> str:
    if isinstance(error, MeetingError | Refusal | ConfigError):
        return error.sentence
    if isinstance(error, KalturaError):
        return error.user_sentence
    return OUR_MISTAKE.format(interaction_id=interaction.interaction_id)


async def _take(interaction: Interaction, services: Services) -> _Lease | None:
    """A lease on the work; None where it is done already."""
    now = int(services.now())
    mark = secrets.token_hex(8)
    update = Update(
        _key(interaction),
        "SET work_until = :until, worked_by = :mark, expires_at = :expires",
        condition="attribute_not_exists(work_done) AND "
        "(attribute_not_exists(work_until) OR work_until < :now OR worked_by = :mark)",
        values={":until": now + LEASE_SECONDS, ":mark": mark, ":now": now, ":expires": now + CLAIM_SECONDS},
    )
    try:
        item = await services.table.update(update)
    except ConditionNotMet:
        if await _is_finished(interaction, services):
            return None
        raise TryAgain("somebody is at work on it") from None
    except AwsError as error:
        raise TryAgain(str(error)) from error
    waiting = item.get("undelivered")
    return _Lease(mark, restored(waiting) if waiting else None)


async def _is_finished(interaction: Interaction, services: Services) -> bool:
    try:
        item = await services.table.get(_key(interaction), consistent=True)
    except AwsError as error:
        raise TryAgain(str(error)) from error
    return item is not None and "work_done" in item


async def _finish(interaction: Interaction, services: Services) -> None:
    try:
        await services.table.update(Update(_key(interaction), "SET work_done = :yes", values={":yes": True}))
    except AwsError:
        log.warning("not marked as done", extra={"interaction_id": interaction.interaction_id})


async def _give_back(
    interaction: Interaction, services: Services, lease: _Lease, undelivered: Message | None = None
) -> None:
    values: dict[str, Value] = {":mark": lease.mark}
    keeping = ""
    answer = kept(undelivered) if undelivered is not None else None
    if answer is not None:
        keeping = "SET undelivered = :answer "
        values[":answer"] = answer
    update = Update(_key(interaction), f"{keeping}REMOVE work_until", condition="worked_by = :mark", values=values)
    try:
        await services.table.update(update)
    except AwsError:
        log.warning("lease not given back", extra={"interaction_id": interaction.interaction_id})


async def _finish_canary(task: Mapping[str, Any], services: Services) -> None:
    try:
        await canary.finish(task["mark"], services.table)
    except AwsError as error:
        raise TryAgain(str(error)) from error


async def _take_note(task: Mapping[str, Any], services: Services) -> None:
    # Imported here, as the commands that its messages lead to are in the registry, too.
    from kaltura_discord.commands.comings_and_goings import take_note
    from kaltura_discord.commands.onboarding.greeter import NotYet

    try:
        await take_note(task, services, Deadline.after(WORK_SECONDS))
    except (AwsError, DiscordUnavailable, DiscordRateLimited, NotYet) as error:
        raise TryAgain(str(error)) from error
    except (ConfigError, DiscordError) as error:
        log.error("not taken note of", extra={"kind": task["kind"], "reason": str(error)})


async def _sync_user(task: Mapping[str, Any], services: Services) -> None:
    try:
        await services.people.sync.sync(arrival_of(task), Deadline.after(WORK_SECONDS))
    except (AwsError, KalturaUnavailable, KalturaBusy) as error:
        raise TryAgain(str(error)) from error
    except (ConfigError, KalturaError) as error:
        # Whoever comes in again is noticed again; the person is in, and has nothing to be told.
        log.error("member not written to Kaltura", extra={"guild_id": task["guild_id"], "reason": str(error)})


async def _pass_on(task: Mapping[str, Any], services: Services) -> None:
    from kaltura_discord.commands.happenings import pass_on

    try:
        await pass_on(task, services, Deadline.after(WORK_SECONDS))
    except (AwsError, KalturaError) as error:
        raise TryAgain(str(error)) from error


def _with_notice(message: Message, notice: str) -> Message:
    return replace(message, components=(*message.components, text(notice))) if notice else message


def _key(interaction: Interaction) -> Key:
    return Key(f"INTERACTION#{interaction.interaction_id}", "INTERACTION")
