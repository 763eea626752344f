"""Any valid setting, any valid overrides: what the laws are tried on."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.changes import Changes, Editor
from kaltura_discord.server_config.models import PRIVILEGE_NAMES, ServerConfig
from kaltura_discord.server_config.overlay import Document, Path, with_value
from kaltura_discord.server_config.template_rules import check_template
from kaltura_discord.templates.message_template import InvalidTemplate

SNOWFLAKES = st.integers(10**16, 10**19).map(str)
LEVELS = st.sampled_from(["viewer", "moderator", "admin"])
COMMANDS = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8}){0,2}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["C"], exclude_characters=","), min_size=1, max_size=30)

# By the beginning of the key; the longest that fits counts.
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "commands.permissions": st.lists(st.one_of(LEVELS, SNOWFLAKES, st.just("@everyone")), min_size=1, max_size=3),
    "roles.mapping": LEVELS,
    "kaltura.room_templates": st.one_of(st.just(""), st.from_regex(r"[0-9]_[a-z0-9]{8}", fullmatch=True)),
    "kaltura.session_privileges": st.from_regex(r"[a-z0-9]{0,10}", fullmatch=True),
    "kaltura.player_id": st.integers(0, 2**31 - 1),
    "kaltura.user_group": st.sampled_from(["", "staff", "discord_{server}", "discord_{server}_{level}"]),
    "meetings.auto_end_hours": st.integers(1, 72),
    "meetings.time_zone": st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Etc/GMT+5"]),
    "watch.link_hosts": st.lists(st.from_regex(r"[a-z]{1,9}\.example", fullmatch=True), max_size=3),
    "notifications.channels": st.one_of(st.just(""), SNOWFLAKES),
    "notifications.subscriptions.categories": st.lists(st.integers(1, 2**31 - 1), max_size=4),
    "notifications.subscriptions.tags": st.lists(WORDS, max_size=4),
    "notifications.subscriptions.except_categories": st.lists(st.integers(1, 2**31 - 1), max_size=4),
    "notifications.subscriptions.except_tags": st.lists(WORDS, max_size=4),
    "notifications.quiet_hours.hours": st.sampled_from(["", "22:00-07:00", "00:00-23:59", "12:30-12:31"]),
    "notifications.quiet_hours.time_zone": st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Etc/GMT+5"]),
}

_NAMES: dict[str, st.SearchStrategy[str]] = {
    "commands.permissions": COMMANDS,
    "roles.mapping": SNOWFLAKES,
    "kaltura.session_privileges.join": st.sampled_from(PRIVILEGE_NAMES),
    "kaltura.session_privileges.playback": st.sampled_from(PRIVILEGE_NAMES),
}


def _is_fine(text: str, name: str) -> bool:
    try:
        check_template(text, name)
    except InvalidTemplate:
        return False
    return True


def _templates(setting: Setting) -> st.SearchStrategy[str]:
    variables = [f"{{{{{name}}}}}" for name in setting.variables]
    parts = st.lists(st.one_of(st.sampled_from([*variables, "\n", "**", " "]), WORDS), min_size=1, max_size=6)
    return parts.map("".join).filter(lambda text: _is_fine(text, setting.path[-1]))


@cache
def values_of(key: str) -> st.SearchStrategy[Any]:
    """Any value that a setting takes; of a map, one entry's."""
    setting = next(each for each in settings() if each.key == key)
    if setting.kind.choices == ("on", "off"):
        return st.booleans()
    if setting.variables:
        return _templates(setting)
    fitting = [key for key in _VALUES if setting.key.startswith(key)]
    if fitting:
        return _VALUES[max(fitting, key=len)]
    return st.sampled_from(setting.kind.choices)


@st.composite
def rivals(draw: st.DrawFn, count: int, editor: Editor = Editor.OPERATOR) -> tuple[Path, list[Any]]:
    """A path and several values that fit there."""
    theirs = [each for each in settings() if editor is Editor.OPERATOR or not each.is_operators]
    setting = draw(st.sampled_from(theirs))
    path = (*setting.path, draw(_NAMES[setting.key])) if setting.kind.is_map else setting.path
    return path, [draw(values_of(setting.key)) for _ in range(count)]


def placed_values(editor: Editor = Editor.OPERATOR) -> st.SearchStrategy[tuple[Path, Any]]:
    """A path and a value that fits there."""
    return rivals(1, editor).map(lambda placed: (placed[0], placed[1][0]))


@st.composite
def documents(draw: st.DrawFn, editor: Editor = Editor.OPERATOR, most: int = 4) -> Document:
    """Any valid settings, as somebody may write them."""
    document = Document()
    for path, value in draw(st.lists(placed_values(editor), max_size=most)):
        document = with_value(document, path, value)
    return document


@st.composite
def overrides_over(draw: st.DrawFn, defaults: ServerConfig, editor: Editor = Editor.OPERATOR) -> Document:
    """Overrides as they are stored: only what differs from `defaults`."""
    return Changes(defaults, editor).replace({}, draw(documents(editor)))
