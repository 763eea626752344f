"""Changing a server's settings: the one way that all commands, buttons and forms take.

    read ── may they? does it fit? ── save, if nobody has saved since ── tell what changed, with Undo

What somebody decided upon while they saw an older version (a form, a confirmation) is saved only if that version is
still the newest: `seen_version`. Carried out twice, as the queue may do, an edit finds its own entry in the history and
answers what the first time would have.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kaltura_discord.commands.access import CONFIG, may_use
from kaltura_discord.commands.config.existing import DiscordIsNeeded, directory_of, existing_in, not_asked
from kaltura_discord.commands.config.role_effects import effects, is_mapping, mapping_under
from kaltura_discord.commands.config.words import MOST_CHANGES, are_for_later, changes_shown
from kaltura_discord.commands.definitions.settings import CONFIG as COMMAND
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.onboarding.refresh import refresh_greeting_later
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, Component, action_row, button, container, text
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.overlay import Change, Document, difference, merged, with_value, without
from kaltura_discord.server_config.override_store import Author, ChangedMeanwhile, HistoryEntry, Overrides
from kaltura_discord.server_config.quick_settings import QuickSettings

Edit = Callable[[Changes, Document], Document]
"""Makes new overrides of the old ones. Pure: it may be called more than once."""

RIGHTS_ARE_FOR_MANAGERS = (
    "Which role makes somebody what, and who may use `/kaltura-config`, is for those to set who may manage this server "
    "in Discord (Manage Server), so nothing was changed. Ask one of them."
)
LOCKED_OUT = (
    "With that you couldn't use `/kaltura-config` yourself any more, so nothing was changed. "
    "Name one of your own roles too, or ask an administrator to do it."
)
NOTHING_CHANGED = "Nothing changed: it was like that already."
FOR_LATER = "-# Nothing uses this yet; it is kept for when something does."

SHOWN_BY_DISCORD = (
    "Discord still shows `/kaltura-config` only to those who may manage this server. To show it to others as well, "
    "allow it to them in Server Settings → Integrations → Kaltura."
)

_WHO_CONFIGURES = ("commands", "permissions", CONFIG)

# What a change of the mapping means takes the room of the others.
_CHANGES_BESIDE_EFFECTS = 6


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did.

    Attributes:
        before: the server's settings as they were.
        after: as they are.
        changes: what differs; empty where it was like that already.
        entry_id: the entry in the history, to undo it by; empty where nothing changed.
    """

    before: Overrides
    after: Overrides
    changes: tuple[Change, ...] = ()
    entry_id: str = ""


async def edit(
    interaction: Interaction,
    services: Services,
    deadline: Deadline,
    change: Edit,
    *,
    seen_version: int | None = None,
    undoes: str = "",
) -> Edited:
    """Make `change` to the settings of the server where `interaction` comes from, in the name of whoever acted.

    Args:
        interaction: who, where.
        services: the settings, and Discord.
        deadline: for asking Discord, where a role or channel is named.
        change: what to do.
        seen_version: what the person saw when they decided.
        undoes: the entry of the history that this takes back.

    Raises:
        ConfigError: it does not fit, or somebody else was faster; nothing was changed.
        Refusal: they may not change that, or Discord cannot be asked; nothing was changed.
    """
    guild_id = guild_of(interaction)
    author = Author(interaction.caller.user_id, interaction.interaction_id)
    current, own = await asyncio.gather(
        services.overrides.read(guild_id), services.overrides.made_by(guild_id, author.interaction_id)
    )
    if own is not None:
        return Edited(_before(current, [own]), current, own.changes, own.entry_id)
    if seen_version is not None and seen_version != current.version:
        raise ChangedMeanwhile(await as_it_was(guild_id, services, current, seen_version), current)
    document = await changed(guild_id, services, deadline, change, current.document)
    changes = difference(current.document, document)
    if not changes:
        return Edited(current, current)
    check_may_change(interaction, changes)
    _check_stays_in(interaction, services, current.document, document)
    saved = await services.overrides.save(guild_id, current, document, author, undoes)
    services.server_configs.forget(guild_id)
    await refresh_greeting_later(services, guild_id)
    if saved.version != current.version + 1:
        # This is the second time, the first was answered by silence, and somebody else has saved since.
        own = await services.overrides.made_by(guild_id, author.interaction_id)
        return Edited(current, saved, changes, own.entry_id if own is not None else "")
    return Edited(current, saved, changes, saved.entry_id)


async def changed(
    guild_id: GuildId, services: Services, deadline: Deadline, change: Edit, document: Document
) -> Document:
    """What `change` makes of `document`, with every role and channel in it looked up; nothing is saved.

    Raises:
        ConfigError: it does not fit.
        Refusal: Discord cannot be asked.
    """
    try:
        return change(Changes(services.defaults, existing=not_asked()), document)
    except DiscordIsNeeded:
        directory = await directory_of(guild_id, services, deadline)
    try:
        return change(Changes(services.defaults, existing=existing_in(directory)), document)
    except InvalidSetting:
        # A channel or role that is missing from what we remember may have been made since.
        newer = await directory_of(guild_id, services, deadline, now=True)
    return change(Changes(services.defaults, existing=existing_in(newer)), document)


def check_may_change(interaction: Interaction, changes: Iterable[Change]) -> None:
    """Whether whoever acted may make these changes.

    Who may use `/kaltura-config` is itself a setting; so that nobody makes themselves an administrator by it, or keeps
    those out who let them in, this setting and the mapping of roles belong to those who could give themselves any role
    in Discord anyway.

    Raises:
        Refusal: they may not.
    """
    gives_rights = any(is_mapping(change) or change.path == _WHO_CONFIGURES for change in changes)
    if gives_rights and not holds(interaction.caller.permissions, Permission.MANAGE_GUILD):
        raise Refusal(RIGHTS_ARE_FOR_MANAGERS)


def _check_stays_in(interaction: Interaction, services: Services, before: Document, after: Document) -> None:
    """Whether whoever acted can still use the command afterwards.

    Raises:
        Refusal: they could not even undo it.
    """
    settings = [QuickSettings.of(merged(services.written_defaults, document)) for document in (before, after)]
    could, can = (may_use(COMMAND, interaction, each) for each in settings)
    if could and not can:
        raise Refusal(LOCKED_OUT)


async def as_it_was(guild_id: GuildId, services: Services, current: Overrides, version: int) -> Overrides:
    """The settings when there had been `version` changes, as far as the history reaches."""
    since = await services.overrides.history(guild_id, max(current.version - version, 1))
    return _before(current, [entry for entry in since if entry.version > version])


def changed_message(
    edited: Edited,
    interaction: Interaction,
    services: Services,
    heading: str = "Saved for this server.",
    consequences: str = "",
    others: Sequence[Component] = (),
) -> Message:
    """What changed, from what to what, what that means for people, and a button to undo it, with `others` beside."""
    if not edited.changes:
        return note(NOTHING_CHANGED)
    for_people = _effects(edited, interaction, services)
    most = _CHANGES_BESIDE_EFFECTS if for_people else MOST_CHANGES
    parts = [text(heading), *changes_shown(edited.changes, services.defaults, most)]
    elsewhere = SHOWN_BY_DISCORD if any(each.path == _WHO_CONFIGURES and each.after for each in edited.changes) else ""
    parts += [text(words) for words in (for_people, elsewhere, consequences) if words]
    if are_for_later(edited.changes):
        parts.append(text(FOR_LATER))
    if edited.entry_id:
        parts.append(action_row([button("Undo", custom_id("config-undo", edited.entry_id)), *others]))
    return Message((container(parts, Accent.LIVE),))


def _effects(edited: Edited, interaction: Interaction, services: Services) -> str:
    """What a change of the mapping means, whichever way it was made; empty where it is as it was."""
    if not any(is_mapping(change) for change in edited.changes):
        return ""
    before, after = (mapping_under(services.written_defaults, each.document) for each in (edited.before, edited.after))
    return effects(before, after, interaction.caller)


def _before(current: Overrides, entries: Iterable[HistoryEntry]) -> Overrides:
    """The settings before `entries`, newest first, were made."""
    document, version = current.document, current.version
    for entry in entries:
        version = entry.version - 1
        for change in entry.changes:
            document = without(document, change.path)
            if change.before is not None:
                document = with_value(document, change.path, change.before)
    return Overrides(document, version)
