"""Every setting there is, by its key, as far as people need to know about it. Made from the model."""

import difflib
from dataclasses import dataclass
from functools import cache
from typing import Any

from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.kinds import Kind, quoted
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Path
from kaltura_discord.server_config.section import OPERATOR, SET_BY, UPCOMING, fields_of


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or a map of them.

    Attributes:
        path: where it stands: `("meetings", "auto_end_hours")`.
        sentence: what it does.
        kind: what it takes.
        default: what holds where neither the operator nor the server says anything, as JSON.
        is_operators: a server may neither set nor see it.
        is_upcoming: nothing reads it yet.
    """

    path: Path
    sentence: str
    kind: Kind
    default: Any
    is_operators: bool
    is_upcoming: bool

    @property
    def key(self) -> str:
        """How people write it; a map's entry has its name after one more dot."""
        return ".".join(self.path)

    @property
    def variables(self) -> tuple[str, ...]:
        """Of a message template: what may stand in it."""
        return ALLOWED_VARIABLES[self.path[-1]] if self.path[:2] == ("notifications", "templates") else ()

    @property
    def example(self) -> str:
        """A right way to set it, as it is typed: key and value."""
        name = f".{self.kind.name_example}" if self.kind.is_map else ""
        return f"{self.key}{name} {self.kind.example}"


@cache
def settings() -> tuple[Setting, ...]:
    """All settings, in the order of the model."""
    defaults = ServerConfig().model_dump(mode="json")
    return tuple(_setting(path, field, _at(defaults, path)) for path, field in fields_of(ServerConfig))


@cache
def section_names() -> tuple[str, ...]:
    """All sections, outer ones first, such as `notifications` and `notifications.types`."""
    names = [".".join(setting.path[:depth]) for setting in settings() for depth in range(1, len(setting.path))]
    return tuple(dict.fromkeys(sorted(names, key=lambda name: name.count("."))))


def setting_at(path: Path) -> Setting | None:
    """The setting that `path` leads to, or into."""
    for setting in settings():
        if path[: len(setting.path)] == setting.path:
            return setting
    return None


def find_setting(key: str) -> tuple[Setting, Path]:
    """What a typed key means: the setting, and the path of its value; a map's entry is named after one more dot.

    Raises:
        InvalidSetting: there is no such setting; a near one is offered.
    """
    wanted = key.strip().strip(".")
    for setting in settings():
        if wanted.lower() == setting.key and not setting.kind.is_map:
            return setting, setting.path
        if setting.kind.is_map and wanted.lower().startswith(f"{setting.key}."):
            name = setting.kind.read_name(wanted[len(setting.key) + 1 :])
            if name:
                return setting, (*setting.path, name)
        if setting.kind.is_map and wanted.lower() == setting.key:
            raise InvalidSetting(
                f"`{setting.key}` needs {setting.kind.named_by} behind it, "
                f"for example `{setting.key}.{setting.kind.name_example}`."
            )
    raise InvalidSetting(no_such_setting(wanted))


def no_such_setting(key: str) -> str:
    """The sentence for a key that is none; names the nearest there is, or of a section what could be meant in it."""
    inside = _servers_own_in(key.lower())
    if inside:
        return f"{quoted(key)} is a section, and one of its settings has to be named, such as `{inside}`."
    known = [name for name in (*(setting.key for setting in settings()), *section_names()) if name != key.lower()]
    near = difflib.get_close_matches(key.lower(), known, n=1)
    if near:
        return f"There is no setting {quoted(key)}. Did you mean `{near[0]}`?"
    return f"There is no setting {quoted(key)}. For example, there is `{settings()[0].key}`."


def _servers_own_in(section: str) -> str:
    """The first setting of a section that a server may set; empty where there is none, or no such section."""
    inside = (each.key for each in settings() if each.key.startswith(f"{section}.") and not each.is_operators)
    return next(inside, "")


def _setting(path: Path, field: Any, default: Any) -> Setting:
    kind = next(mark for mark in field.metadata if isinstance(mark, Kind))
    marks = field.json_schema_extra
    return Setting(path, field.description, kind, default, marks[SET_BY] == OPERATOR, bool(marks.get(UPCOMING)))


def _at(document: Any, path: Path) -> Any:
    for name in path:
        document = document[name]
    return document
