"""What the settings look like. Pure: settings in, a message out.

Discord allows 4000 characters of text and 40 components in a message, so a page ends before it would hold more than six
settings or 3400 characters. A map, such as the one of roles, is one setting with a line for each of its entries; where
it is long it goes on on the next page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from kaltura_discord.commands.config.sections import SECTIONS, title_of
from kaltura_discord.commands.config.words import value_in_words
from kaltura_discord.discord.components import (
    Accent,
    Component,
    action_row,
    button,
    choose_one,
    container,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.messages import Message
from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.changes import Changes, Row
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.section import Section
from kaltura_discord.templates.plain_text import utf16_length

OVERVIEW = "overview"
"""The page without a section: what the server has changed."""

UNCHANGED = (
    "Nothing is changed in this server: everything is as it is by default. "
    "Choose a section to see it, or change a setting with `/kaltura-config set`."
)

_HOW_TO_CHANGE = "`/kaltura-config set` changes each of these."

_MOST_ON_A_PAGE = 6
_LONGEST_PAGE = 3400
_ROOM_FOR_VALUE = 400
_ENTRIES_TOGETHER = 12
_LONGEST_LIST = 1500
_ROOM_FOR_ENTRY = 120
_ONE_LINE = 60


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """Which settings are on display: a section, or the overview, and the page of it, counted from 0."""

    section: str = OVERVIEW
    page: int = 0

    def argument(self) -> str:
        """As it stands in a button."""
        return f"{self.section}:{self.page}"

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Read it back from a button."""
        section, _, page = argument.partition(":")
        return cls(section or OVERVIEW, int(page) if page.isdecimal() else 0)


def settings_page(shown: SettingsShown, changes: Changes, overrides: Document) -> Message:
    """The settings of a section, or what the server has changed of all, with ways to the rest."""
    rows = changes.rows(overrides, "" if shown.section == OVERVIEW else shown.section)
    blocks = list(_changed(rows) if shown.section == OVERVIEW else _all_of(shown.section, rows))
    pages = _together(blocks, _MOST_ON_A_PAGE, _LONGEST_PAGE)
    page = min(shown.page, len(pages) - 1)
    parts: list[Component] = [text(_heading(shown.section, rows, page, len(pages)))]
    for block in pages[page]:
        parts += [separator(), text(block)]
    parts += [separator(), _ways(shown.section)]
    paging = _paging(replace(shown, page=page), len(pages))
    if paging:
        parts.append(action_row(paging))
    return Message((container(parts, Accent.NEUTRAL),))


def _heading(section: str, rows: Sequence[Row], page: int, pages: int) -> str:
    position = f" · page {page + 1} of {pages}" if pages > 1 else ""
    if section != OVERVIEW:
        return f"## {title_of(section)}\n-# {_sentence_of(section)} {_HOW_TO_CHANGE}{position}"
    own = sum(row.is_overridden for row in rows)
    if not own:
        return f"## Settings\n-# {UNCHANGED}"
    what = "1 setting is" if own == 1 else f"{own} settings are"
    return f"## Settings\n-# {what} changed in this server; everything else is as it is by default.{position}"


def _changed(rows: Sequence[Row]) -> Iterator[str]:
    """The server's own settings."""
    for setting in settings():
        own = [row for row in rows if row.setting is setting and row.is_overridden]
        if own:
            yield from _blocks(setting, own)


def _all_of(section: str, rows: Sequence[Row]) -> Iterator[str]:
    """All settings of a section; maps without entries too."""
    above = tuple(section.split("."))
    for setting in settings():
        if setting.path[: len(above)] == above and not setting.is_operators:
            yield from _blocks(setting, [row for row in rows if row.setting is setting])


def _blocks(setting: Setting, rows: Sequence[Row]) -> Iterator[str]:
    about = f"-# {setting.sentence}{' Not in use yet.' if setting.is_upcoming else ''}"
    if not setting.kind.is_map:
        yield f"{_value(f'`{setting.key}`', rows[0])}\n{about}"
        return
    if not rows:
        yield f"`{setting.key}` · **nothing is listed**\n{about}"
        return
    for lines in _together([_value(_name(row), row) for row in rows], _ENTRIES_TOGETHER, _LONGEST_LIST):
        yield "\n".join([f"`{setting.key}`", *lines, about])


def _name(row: Row) -> str:
    return f"<@&{row.path[-1]}>" if row.setting.kind.name_refers == "role" else f"`{row.path[-1]}`"


def _value(name: str, row: Row) -> str:
    """What holds, and where that is the server's own, what the default is. Long texts stand below, as quotations."""
    room = _ROOM_FOR_ENTRY if row.setting.kind.is_map else _ROOM_FOR_VALUE
    value, default = (value_in_words(row.setting, each, room) for each in (row.value, row.default))
    if not row.is_overridden:
        return f"{name} · **{value}**" if utf16_length(value) <= _ONE_LINE else f"{name}\n> {value}"
    if row.default is None:
        return f"{name} · **{value}** · added here"
    if utf16_length(value) + utf16_length(default) <= _ONE_LINE:
        return f"{name} · **{value}** · changed, by default {default}"
    return f"{name} · changed\n> {value}\n-# By default: {default}"


def _together(texts: Sequence[str], most: int, longest: int) -> list[list[str]]:
    """The texts in groups of at most `most`, which end before they would have more than `longest` units."""
    groups: list[list[str]] = [[]]
    for each in texts:
        length = sum(utf16_length(other) for other in groups[-1])
        if len(groups[-1]) == most or (groups[-1] and length + utf16_length(each) > longest):
            groups.append([])
        groups[-1].append(each)
    return groups


def _ways(section: str) -> Component:
    """The list of sections, with the one that is shown chosen."""
    options = [("All that is changed here", OVERVIEW), *SECTIONS]
    return choose_one(custom_id("config-view"), "Go to a section", options, chosen=section)


def _paging(shown: SettingsShown, pages: int) -> list[Component]:
    buttons = []
    if shown.page > 0:
        buttons.append(button("Back", custom_id("config-view", replace(shown, page=shown.page - 1).argument())))
    if shown.page + 1 < pages:
        buttons.append(button("More", custom_id("config-view", replace(shown, page=shown.page + 1).argument())))
    return buttons


def _sentence_of(section: str) -> str:
    """What a section is about, as it says itself."""
    model: type[Section] = ServerConfig
    for name in section.split("."):
        inner = model.model_fields[name].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, Section) else model
    return (model.__doc__ or "").strip()
