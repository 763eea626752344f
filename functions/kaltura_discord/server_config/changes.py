"""Changes of a server's overrides. Pure: what is given is never changed, and what is refused changes nothing.

Overrides hold only what differs from the defaults, so setting a value to its default is the same as resetting it.
Setting, resetting and importing all end in `canonical`, so that equal settings are equal documents.
"""

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kaltura_discord.server_config.catalogue import (
    Setting,
    find_setting,
    no_such_setting,
    section_names,
    setting_at,
    settings,
)
from kaltura_discord.server_config.errors import CannotUndo, InvalidSetting
from kaltura_discord.server_config.kinds import quoted
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import (
    Change,
    Document,
    Path,
    leaves,
    same,
    value_at,
    with_value,
    without,
)
from kaltura_discord.server_config.validation import canonical

LARGEST_DOCUMENT = 64 * 1024
"""Bytes of all overrides of a server as JSON: a sixth of what an item of DynamoDB may have (400 KB)."""


class Editor(StrEnum):
    """On whose behalf a change is made."""

    SERVER = "server"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Existing:
    """What there is for settings to refer to, by id or name; None for what is not known, which is then not checked.

    Attributes:
        channels: those where our bot may write.
        roles: those of the server that people may have.
        commands: ours, without the slash.
        app_roles: the server's other roles, each of which an app has and nobody else (Discord docs: Role Tags).
    """

    channels: Set[str] | None = None
    roles: Set[str] | None = None
    commands: Set[str] | None = None
    app_roles: Set[str] | None = None


ANYTHING = Existing()


class Changes:
    """What can be done to overrides that stand on these defaults.

    Args:
        defaults: the operator's, checked.
        editor: whether a server or the operator makes the changes.
        existing: what values may refer to.
    """

    def __init__(self, defaults: ServerConfig, editor: Editor = Editor.SERVER, existing: Existing = ANYTHING) -> None:
        self._defaults = defaults.model_dump(mode="json")
        self._editor = editor
        self._existing = existing

    def set_text(self, overrides: Mapping[str, Any], key: str, text: str) -> Document:
        """`key` set to what somebody typed.

        Raises:
            InvalidSetting: no such key, not theirs to set, or not a value for it.
        """
        setting, path = find_setting(key)
        return self._with(overrides, with_value({}, path, setting.kind.read(text)))

    def set_value(self, overrides: Mapping[str, Any], path: Path, value: Any) -> Document:
        """The setting at `path` set to a value of the model.

        Raises:
            InvalidSetting: no such setting, not theirs to set, or not a value for it.
        """
        return self._with(overrides, with_value({}, path, value))

    def reset(self, overrides: Mapping[str, Any], key: str) -> Document:
        """Back to the defaults: a setting, an entry of a map, a section, or with an empty key everything.

        What is the operator's stays as it is when a server resets more than that.

        Raises:
            InvalidSetting: no such setting or section, or not theirs to set.
        """
        above = self._path_to_reset(key)
        for path, _ in leaves(overrides):
            if path[: len(above)] == above and self._is_theirs(path):
                overrides = without(overrides, path)
        return dict(overrides)

    def undo(self, overrides: Mapping[str, Any], changes: Iterable[Change]) -> Document:
        """What `changes` did, taken back.

        Raises:
            CannotUndo: something of it has been set again since.
            InvalidSetting: what was there before does not fit any more, or is not theirs to set.
        """
        result, restored = dict(overrides), Document()
        for change in changes:
            self._check_theirs(change.path)
            if not same(value_at(overrides, change.path), change.after):
                raise CannotUndo(
                    f"`{change.key}` has been changed again since, so this change can't be undone any more."
                )
            result = without(result, change.path)
            if change.before is not None:
                restored = with_value(restored, change.path, change.before)
        return self._with(result, restored)

    def replace(self, overrides: Mapping[str, Any], document: Mapping[str, Any]) -> Document:
        """All that the editor may set, replaced by `document`; everything else stays as it is.

        What stands there already may name a role or a channel that has been deleted since.

        Raises:
            InvalidSetting: something in `document` does not fit, or is not theirs to set.
        """
        return self._with(self.reset(overrides, ""), document, standing=overrides)

    def visible(self, overrides: Mapping[str, Any]) -> Document:
        """The overrides that the editor may see."""
        result = Document()
        for path, value in leaves(overrides):
            if self._is_theirs(path):
                result = with_value(result, path, value)
        return result

    def rows(self, overrides: Mapping[str, Any], section: str = "") -> tuple["Row", ...]:
        """The settings of a section (empty: all) that the editor may see, each with its default and its value."""
        above = tuple(section.split(".")) if section else ()
        shown = [each for each in settings() if each.path[: len(above)] == above and self._is_theirs(each.path)]
        return tuple(row for setting in shown for row in self._rows_of(setting, overrides))

    def _rows_of(self, setting: Setting, overrides: Mapping[str, Any]) -> Iterable["Row"]:
        if not setting.kind.is_map:
            default, value = value_at(self._defaults, setting.path), value_at(overrides, setting.path)
            return [Row(setting, setting.path, default, value)]
        default, given = value_at(self._defaults, setting.path) or {}, value_at(overrides, setting.path) or {}
        names = sorted(default.keys() | given.keys())
        return [Row(setting, (*setting.path, name), default.get(name), given.get(name)) for name in names]

    def _with(
        self, overrides: Mapping[str, Any], given: Mapping[str, Any], standing: Mapping[str, Any] | None = None
    ) -> Document:
        """`given` checked and laid over `overrides`; what is `standing` already need not exist any more."""
        wanted = canonical(given)
        result = dict(overrides)
        for path, value in leaves(wanted):
            self._check_theirs(path)
            if not same(value, value_at(standing or {}, path)):
                self._check_existing(path, value)
            result = without(result, path)
            if not same(value, value_at(self._defaults, path)):
                result = with_value(result, path, value)
        _check_size(result)
        return result

    def _path_to_reset(self, key: str) -> Path:
        wanted = key.strip().strip(".")
        path = tuple(wanted.lower().split(".")) if wanted else ()
        if wanted.lower() in section_names() or not wanted:
            return path
        setting = setting_at(path)
        if setting is not None and setting.path == path:
            self._check_theirs(path)
            return path
        _, path = find_setting(key)
        self._check_theirs(path)
        return path

    def _is_theirs(self, path: Path) -> bool:
        setting = setting_at(path)
        # What no version of ours knows is left to the operator.
        return self._editor is Editor.OPERATOR or (setting is not None and not setting.is_operators)

    def _check_theirs(self, path: Path) -> None:
        if setting_at(path) is None:
            raise InvalidSetting(no_such_setting(".".join(path)))
        if not self._is_theirs(path):
            raise InvalidSetting(f"`{'.'.join(path)}` is set by whoever runs this app, for all its servers.")

    def _check_existing(self, path: Path, value: Any) -> None:
        setting = setting_at(path)
        if setting is None:
            return
        key, kind = ".".join(path), setting.kind
        if kind.name_refers == "command" and _is_missing(path[-1], self._existing.commands):
            raise InvalidSetting(
                f"There is no command {quoted(path[-1])} that could be restricted. For example: `{setting.example}`."
            )
        if kind.name_refers == "role":
            self._check_not_of_app(path[-1])
        if kind.name_refers == "role" and _is_missing(path[-1], self._existing.roles):
            raise InvalidSetting(f"There is no role {quoted(path[-1])} in this server; choose one that is there.")
        if kind.refers == "channel" and value and _is_missing(value, self._existing.channels):
            raise InvalidSetting(
                f"`{key}`: I can't write in <#{value}>, or it is gone. "
                "Choose one where I may see the channel and send messages."
            )
        for each in value if kind.refers == "role" else ():
            self._check_not_of_app(each)
            if each.isdecimal() and _is_missing(each, self._existing.roles):
                raise InvalidSetting(
                    f"`{key}`: there is no role {quoted(each)} in this server; choose one that is there."
                )

    def _check_not_of_app(self, role: str) -> None:
        if role.isdecimal() and self._existing.app_roles is not None and role in self._existing.app_roles:
            raise InvalidSetting(role_of_an_app(role))


def role_of_an_app(role: str) -> str:
    """Why a role that belongs to an app is not taken."""
    return f"<@&{role}> is the role of an app, and apps join no meetings. Choose a role that members have."


@dataclass(frozen=True, slots=True)
class Row:
    """A setting as it stands; `default` and `override` are None where there is none."""

    setting: Setting
    path: Path
    default: Any
    override: Any

    @property
    def key(self) -> str:
        """As people write it."""
        return ".".join(self.path)

    @property
    def is_overridden(self) -> bool:
        """Whether the server has its own value."""
        return self.override is not None

    @property
    def value(self) -> Any:
        """What holds."""
        return self.override if self.is_overridden else self.default


def in_words(change: Change, defaults: ServerConfig) -> str:
    """A change as people read it: `meetings.auto_end_hours`: 4 (default) → 6."""
    setting = setting_at(change.path)
    default = value_at(defaults.model_dump(mode="json"), change.path)

    def shown(value: Any) -> str:
        effective = default if value is None else value
        words = "nothing" if effective is None else setting.kind.show(effective) if setting else quoted(effective)
        return f"{words} (default)" if value is None and effective is not None else words

    return f"`{change.key}`: {shown(change.before)} → {shown(change.after)}"


def _is_missing(name: str, known: Set[str] | None) -> bool:
    return known is not None and name not in known


def _check_size(overrides: Document) -> None:
    size = len(json.dumps(overrides, ensure_ascii=False).encode())
    if size > LARGEST_DOCUMENT:
        raise InvalidSetting(
            f"That is too much: all settings of a server together may have {LARGEST_DOCUMENT:,} bytes, "
            f"and these would have {size:,}. Shorten templates or lists."
        )
