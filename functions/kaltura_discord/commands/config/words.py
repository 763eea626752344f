"""Settings and their changes in words, for Discord: roles and channels as mentions, people's own text escaped."""

from collections.abc import Iterable, Sequence
from typing import Any

from kaltura_discord.discord.components import Component, text
from kaltura_discord.server_config.catalogue import Setting, setting_at
from kaltura_discord.server_config.kinds import quoted
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Change, Path, value_at
from kaltura_discord.templates.discord_markdown import inline_within
from kaltura_discord.templates.plain_text import utf16_length

MOST_CHANGES = 12
"""Changes that one message lists; they take at most 12 × 280 of Discord's 4000 characters, and 13 of 40 components."""

NOT_SET = "not set"
"""In the place of a value of a map: neither the server nor its operator says anything, so it is as the app has it."""

_ROOM_FOR_VALUE = 80
_LONGEST_MENTION = len("<@&12345678901234567890>, ")
# Longer than this, before and after stand below each other.
_ONE_LINE = 60


def key_in_words(path: Path) -> str:
    """Which setting: `meetings.auto_end_hours`, or `roles.mapping` for a role."""
    setting = setting_at(path)
    if setting is not None and setting.kind.is_map and setting.kind.name_refers == "role":
        return f"`{setting.key}` for <@&{path[-1]}>"
    return quoted(".".join(path))


def value_in_words(setting: Setting | None, value: Any, room: int = _ROOM_FOR_VALUE) -> str:
    """A value in about `room` UTF-16 units."""
    if value is None:
        return NOT_SET
    if setting is None:
        return quoted(value)
    try:
        return _shown(setting, value, room)
    except (TypeError, AttributeError):
        # An older version may have stored another kind of value; whoever wants to reset it has to see it.
        return quoted(value)


def _shown(setting: Setting, value: Any, room: int) -> str:
    most = room // _LONGEST_MENTION
    if setting.kind.refers == "role" and isinstance(value, Sequence) and len(value) > most:
        return f"{setting.kind.show(value[:most])} and {len(value) - most} more"
    shown = setting.kind.show(value)
    return shown if setting.kind.refers else inline_within(shown, room)


def change_in_words(change: Change, defaults: ServerConfig) -> str:
    """What it was and what it is: on one line, or where that would be long on three."""
    setting = setting_at(change.path)
    default = value_at(defaults.model_dump(mode="json"), change.path)

    def shown(value: Any) -> str:
        words = value_in_words(setting, default if value is None else value)
        return f"{words} (default)" if value is None and default is not None else words

    before, after = shown(change.before), shown(change.after)
    if utf16_length(before) + utf16_length(after) > _ONE_LINE:
        return f"{key_in_words(change.path)}\n-# Before: {before}\nNow: {after}"
    return f"{key_in_words(change.path)}: {before} → **{after}**"


def changes_in_words(changes: Iterable[Change], defaults: ServerConfig, most: int) -> str:
    """All that a server may see, a line or more each; what is more than `most` is counted."""
    seen = seen_by_server(changes)
    lines = [change_in_words(change, defaults) for change in seen[:most]]
    if len(seen) > most:
        lines.append(f"-# and {len(seen) - most} more")
    return "\n".join(lines)


def changes_shown(changes: Iterable[Change], defaults: ServerConfig, most: int = MOST_CHANGES) -> list[Component]:
    """The same as parts of a message: long ones keep their distance."""
    seen = seen_by_server(changes)
    paragraphs = [change_in_words(change, defaults) for change in seen[:most]]
    if len(seen) > most:
        paragraphs.append(f"-# and {len(seen) - most} more")
    return [text(paragraph) for paragraph in paragraphs]


def seen_by_server(changes: Iterable[Change]) -> list[Change]:
    """Those of settings that are the server's own, and not its operator's."""
    return [each for each in changes if (setting := setting_at(each.path)) is not None and not setting.is_operators]


def are_for_later(changes: Iterable[Change]) -> bool:
    """Whether nothing uses any of the changed settings yet."""
    changed = [setting_at(change.path) for change in changes]
    return bool(changed) and all(setting is not None and setting.is_upcoming for setting in changed)
