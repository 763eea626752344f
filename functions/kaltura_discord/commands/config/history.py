"""`/kaltura-config history`: who changed what and when, newest first, each with a button to take it back."""

from collections.abc import Sequence

from kaltura_discord.audit.pseudonyms import in_words
from kaltura_discord.commands.config.words import changes_in_words, seen_by_server
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    section,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.override_store import HistoryEntry

ON_A_PAGE = 5
"""With a button each, they and the paging take 30 of the 40 components that Discord allows, and 3000 characters."""

_CHANGES_OF_AN_ENTRY = 2

_OPERATORS = "-# Something that is not for servers to set"


async def show_history(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """The first page, or the page that the pressed button names."""
    return await history_message(interaction, services, page_of(read_custom_id(interaction.custom_id)[1]))


def page_of(argument: str) -> int:
    """The page in a button, counted from 0."""
    return int(argument) if argument.isdecimal() else 0


async def history_message(interaction: Interaction, services: Services, page: int) -> Message:
    """One page of the history."""
    guild_id = guild_of(interaction)
    current = await services.overrides.read(guild_id)
    # Whether an entry was undone stands in later ones, so all from the newest on are read.
    wanted = min((page + 1) * ON_A_PAGE + 1, current.version)
    entries = await services.overrides.history(guild_id, wanted) if wanted else []
    if not entries:
        return note("Nobody has changed the settings of this server yet. They are the defaults.")
    page = min(page, (len(entries) - 1) // ON_A_PAGE)
    first = page * ON_A_PAGE
    shown = entries[first : first + ON_A_PAGE]
    parts: list[Component] = [text("## History of the settings")]
    undone = _undone(entries)
    for entry in shown:
        parts += [separator(), _part(entry, services.defaults, current.document, undone, page)]
    paging = _paging(page, has_more=len(entries) > first + ON_A_PAGE)
    if paging:
        parts += [separator(), action_row(paging)]
    return Message((container(parts, Accent.NEUTRAL),))


def _part(
    entry: HistoryEntry, defaults: ServerConfig, document: Document, undone: frozenset[str], page: int
) -> Component:
    who = in_words(entry.author.user_id)
    what = "undid a change" if entry.undoes else "changed"
    lines = [f"**{who[0].upper()}{who[1:]}** {what} <t:{entry.at_ms // 1000}:R>"]
    lines.append(changes_in_words(entry.changes, defaults, _CHANGES_OF_AN_ENTRY) or _OPERATORS)
    obstacle = "Undone" if entry.entry_id in undone else _obstacle(entry, defaults, document)
    if obstacle:
        return text("\n".join([*lines, f"-# {obstacle}"]))
    undo = button("Undo", custom_id("config-undo", f"{entry.entry_id}@{page}"), ButtonStyle.SECONDARY)
    return section(["\n".join(lines)], undo)


def _obstacle(entry: HistoryEntry, defaults: ServerConfig, document: Document) -> str:
    """Why there is no button to undo it; empty where there is."""
    if len(seen_by_server(entry.changes)) < len(entry.changes):
        return "Only whoever runs this app can change it"
    try:
        Changes(defaults).undo(document, entry.changes)
    except ConfigError:
        return "Changed again since"
    return ""


def _undone(entries: Sequence[HistoryEntry]) -> frozenset[str]:
    """The entries that were taken back, and not by something that was taken back itself; newest first."""
    undone: set[str] = set()
    for entry in entries:
        if entry.undoes and entry.entry_id not in undone:
            undone.add(entry.undoes)
    return frozenset(undone)


def _paging(page: int, *, has_more: bool) -> list[Component]:
    buttons = []
    if page > 0:
        buttons.append(button("Newer", custom_id("config-history", str(page - 1))))
    if has_more:
        buttons.append(button("Older", custom_id("config-history", str(page + 1))))
    return buttons
