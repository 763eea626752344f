"""Greets a server, once, and keeps the greeting true.

It stands in the server's system channel, where Discord itself writes who has come; else in the direct messages of
whoever installed the app; else it is shown to the first who may set the server up, as a further answer to what they
did. Whoever edits it looks how far the server is, and looks again afterwards, as with meeting cards: the last edit
shows the last state.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.table import Key
from kaltura_discord.commands.onboarding.first_use import FirstUse
from kaltura_discord.commands.onboarding.greeting import Place, greeting
from kaltura_discord.commands.onboarding.greeting_store import Greeting, GreetingLease, GreetingStore
from kaltura_discord.commands.onboarding.progress import look
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.errors import (
    UNKNOWN_WEBHOOK,
    DiscordError,
    DiscordRefused,
    DiscordSilent,
    DiscordUnavailable,
    NotPermitted,
    Unknown,
)
from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId, UserId, is_snowflake
from kaltura_discord.discord.markers import mark_of
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.single_messages import SingleMessages
from kaltura_discord.resilience.deadline import Deadline

_EDITS_AT_MOST = 4

log = logging.getLogger(__name__)


class NotYet(Exception):
    """It cannot be done now, and should be tried again in a moment."""


async def greet(services: Services, guild_id: GuildId, installer: UserId | None, deadline: Deadline) -> bool:
    """Greet the server; False where it has been greeted, or somebody is about to.

    `installer` is None where it is not known who that was.

    Raises:
        AwsError, DiscordError, ConfigError: it did not work, and may be tried again.
    """
    store = _store(services)
    lease = await store.lease(guild_id)
    if lease is None:
        return False
    try:
        placed = await _posted(services, guild_id, installer, lease, deadline)
        if placed is None:
            await store.wait(guild_id)
        else:
            await store.place(guild_id, placed)
    except Exception:
        with suppress(AwsError):
            await store.give_back(guild_id, lease)
        raise
    return True


async def greet_installer(
    services: Services, guild_id: GuildId, installer: UserId, deadline: Deadline, *, is_anew: bool = False
) -> None:
    """Somebody has just installed the app; `is_anew` where the server is known to have been without it.

    Raises:
        AwsError, DiscordError, ConfigError, NotYet: it did not work, and may be tried again.
    """
    store = _store(services)
    if is_anew:
        await store.begin_anew(guild_id)
    known = await store.find(guild_id)
    if known is not None and known.is_placed:
        try:
            await _edit(services, guild_id, known, deadline)
            return
        except DiscordRefused:
            await store.lose(guild_id, known)
    if not await greet(services, guild_id, installer, deadline):
        known = await store.find(guild_id)
        if known is None or not (known.is_placed or known.told):
            # Whoever is at it may not know the installer, and find no place for it.
            raise NotYet("somebody else is greeting the server")


async def welcome(services: Services, use: FirstUse, deadline: Deadline) -> None:
    """A server uses the app: greet it where nobody has, show the greeting to whom it waits for, or bring it up to date.

    Raises:
        AwsError, DiscordError, ConfigError, NotYet: it did not work, and may be tried again.
    """
    store = _store(services)
    known = await store.find(use.guild_id)
    if known is None or not (known.is_placed or known.is_waiting):
        await greet(services, use.guild_id, None, deadline)
        known = await store.find(use.guild_id)
    if known is None:
        return
    if known.is_waiting and not known.told:
        await _tell_privately(services, use, deadline)
    elif known.may_change:
        progress = await look(services, use.guild_id)
        if progress.mark != known.shown:
            await refresh_greeting(services, use.guild_id, deadline)


async def refresh_greeting(services: Services, guild_id: GuildId, deadline: Deadline) -> None:
    """Make the greeting say how far the server is now. One that is finished stays as it is, and a deleted one deleted.

    Raises:
        AwsError, DiscordError, ConfigError: it did not work, and may be tried again.
    """
    store = _store(services)
    known = await store.find(guild_id)
    if known is None or not known.may_change:
        return
    try:
        await _edit(services, guild_id, known, deadline)
    except Unknown:
        await store.show(guild_id, known, known.shown, int(services.now()))
    except DiscordRefused as refused:
        log.info("greeting not changed", extra={"guild_id": guild_id, "code": refused.code})


async def _posted(
    services: Services, guild_id: GuildId, installer: UserId | None, lease: GreetingLease, deadline: Deadline
) -> Greeting | None:
    """The greeting where it stands now; None where there is no place for it."""
    progress = await look(services, guild_id)
    system_channel, server_name = await _about_server(services, guild_id, deadline)
    unplaced = Greeting(server_name=server_name, shown=progress.mark)
    if system_channel is not None:
        message = greeting(progress, guild_id, Place.CHANNEL)
        message_id = await _post(services, guild_id, system_channel, message, lease, deadline)
        if message_id is not None:
            return replace(unplaced, channel_id=system_channel, message_id=message_id)
    if installer is None:
        return None
    try:
        direct = await services.rest.direct_channel(installer, deadline)
    except DiscordRefused as refused:
        log.info("no direct messages", extra={"guild_id": guild_id, "code": refused.code})
        return None
    message = greeting(progress, guild_id, Place.DIRECT, server_name)
    message_id = await _post(services, guild_id, direct, message, lease, deadline)
    if message_id is None:
        return None
    return replace(unplaced, channel_id=direct, message_id=message_id, is_direct=True)


async def _about_server(services: Services, guild_id: GuildId, deadline: Deadline) -> tuple[ChannelId | None, str]:
    """The system channel, where there is one that we know of, and the server's name."""
    try:
        server: Any = await services.rest.look_up(f"/guilds/{guild_id}", deadline)
    except (NotPermitted, Unknown):
        # Installed with commands and without a bot: there is nowhere that we could write.
        return None, ""
    if not isinstance(server, dict):
        raise DiscordUnavailable("not a server")
    channel_id, name = server.get("system_channel_id"), server.get("name")
    return ChannelId(str(channel_id)) if is_snowflake(channel_id) else None, str(name or "")


async def _post(
    services: Services,
    guild_id: GuildId,
    channel_id: ChannelId,
    message: Message,
    lease: GreetingLease,
    deadline: Deadline,
) -> MessageId | None:
    """The message's id, however often it is tried; None where Discord does not take it there."""

    async def begin() -> None:
        await _store(services).begin(guild_id)

    messages, mark = SingleMessages(services.rest, services.now), mark_of(f"{guild_id}#greeting {lease.greeting}")
    try:
        return await messages.post(channel_id, message, mark, lease.since, deadline, begin=begin)
    except DiscordRefused as refused:
        log.info("not greeted there", extra={"channel_id": channel_id, "code": refused.code})
        return None


async def _edit(services: Services, guild_id: GuildId, known: Greeting, deadline: Deadline) -> None:
    """Make a greeting that stands somewhere say how far the server is.

    Raises:
        DiscordRefused: it is not there any more, or may not be changed.
    """
    if known.channel_id is None or known.message_id is None:
        return
    place = Place.DIRECT if known.is_direct else Place.CHANNEL
    for _ in range(_EDITS_AT_MOST):
        progress = await look(services, guild_id)
        message = greeting(progress, guild_id, place, known.server_name)
        await services.rest.edit_message(known.channel_id, known.message_id, message, deadline)
        finished_at = int(services.now()) if progress.is_complete else 0
        await _store(services).show(guild_id, known, progress.mark, finished_at)
        if (await look(services, guild_id)).mark == progress.mark:
            return


async def _tell_privately(services: Services, use: FirstUse, deadline: Deadline) -> None:
    if not (use.may_configure and use.token):
        return
    # Discord takes the first further answer after "thinking" for the answer itself, so that one has to be there.
    if use.is_answered_later and not await _has_answer(services, use):
        raise NotYet("their own answer comes first")
    progress = await look(services, use.guild_id)
    if not progress.is_allowed:
        # Their own answer has said so, and there is nothing else to do until then.
        return
    store = _store(services)
    if not await store.claim_telling(use.guild_id, use.user_id):
        return
    message = greeting(progress, use.guild_id, Place.PRIVATE)
    try:
        await services.rest.follow_up(use.token, message, deadline)
    except DiscordSilent:
        log.warning("greeting may have been shown", extra={"guild_id": use.guild_id})
    except DiscordError as error:
        await store.give_up_telling(use.guild_id, use.user_id)
        if isinstance(error, DiscordRefused) and error.code != UNKNOWN_WEBHOOK:
            log.info("greeting not shown", extra={"guild_id": use.guild_id, "code": error.code})
            return
        # An unknown token may be one whose first answer Discord has not taken yet.
        raise NotYet(str(error)) from error


async def _has_answer(services: Services, use: FirstUse) -> bool:
    """Whether the slow half of the use is done (`work`)."""
    item = await services.table.get(Key(f"INTERACTION#{use.interaction_id}", "INTERACTION"), consistent=True)
    return item is not None and "work_done" in item


def _store(services: Services) -> GreetingStore:
    return GreetingStore(services.table, services.now)
