"""Roles and channels as people type them: by mention, by id, or by name, with or without `@` and `#`.

Discord sends a mention where somebody has chosen one from its list while typing. Who types on gets no list, and means
what is called so; where several are, or none is, they are told. A channel that they can't see is called nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaltura_discord.commands.config.existing import directory_of
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import is_snowflake
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.server_directory import ServerDirectory
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.kinds import NONE_WORDS, Kind
from kaltura_discord.server_config.quick_settings import EVERYONE, LEVEL_WORDS
from kaltura_discord.templates.discord_markdown import inline

_MENTION = re.compile(r"<(@&|#)\d+>")
# Names may hold spaces.
_BETWEEN = re.compile(r",|\s(?=<?@)")
_LEVELS = frozenset(LEVEL_WORDS) | {f"{word}s" for word in LEVEL_WORDS}


async def with_ids(
    interaction: Interaction, services: Services, deadline: Deadline, key: str, value: str
) -> tuple[str, str]:
    """The typed key and value with mentions where there were names. Discord is asked only where there are some.

    Raises:
        Refusal: a name means nothing, or several things, or Discord cannot be asked.
    """
    setting, name = setting_of(key)
    # A map without the name of an entry is refused as such, whatever its value says.
    if setting is None or (setting.kind.is_map and not name) or not _has_names(setting.kind, name, value):
        return key, value
    guild_id = guild_of(interaction)
    typed = _Typed(setting.kind, key[: len(key) - len(name)], name, value)
    caller = interaction.caller
    directory = await directory_of(guild_id, services, deadline)
    try:
        return typed.meaning(directory.seen_by(caller.user_id, caller.roles))
    except _NotOne:
        # What is missing from what we remember may have been made since.
        directory = await directory_of(guild_id, services, deadline, now=True)
    return typed.meaning(directory.seen_by(caller.user_id, caller.roles))


@dataclass(frozen=True, slots=True)
class _Typed:
    """A key and a value in which there are names; of a map's key, `name` is the last part."""

    kind: Kind
    key: str
    name: str
    value: str

    def meaning(self, directory: ServerDirectory) -> tuple[str, str]:
        """The same with mentions.

        Raises:
            Refusal: a name means nothing, or several things.
        """
        name, value = self.name, self.value
        if self.kind.name_refers == "role" and name:
            name = _role(name, directory)
        if self.kind.refers == "channel" and _is_name(value):
            value = _channel(value, directory)
        if self.kind.refers == "role":
            value = ", ".join(_who(part, directory) for part in _parts(value))
        return f"{self.key}{name}", value


class _NotOne(Refusal):
    """Nothing is called so, or several things are."""


def setting_of(key: str) -> tuple[Setting | None, str]:
    """Which setting a typed key means, and of a map's entry the typed name."""
    for setting in settings():
        if setting.kind.is_map and key.lower().startswith(f"{setting.key}."):
            return setting, key[len(setting.key) + 1 :]
        if setting.key == key.lower():
            return setting, ""
    return None, ""


def _has_names(kind: Kind, name: str, value: str) -> bool:
    if kind.name_refers == "role" and _is_name(name):
        return True
    if kind.refers == "channel":
        return value.lower() not in NONE_WORDS and _is_name(value)
    return kind.refers == "role" and any(not _is_level(part) and _is_name(part) for part in _parts(value))


def _parts(value: str) -> list[str]:
    """What is listed: between commas, or before each `@`. Only where there are no names, spaces divide too."""
    if "," not in value and all(_is_level(word) or not _is_name(word) for word in value.split()):
        return value.split()
    return [part.strip() for part in _BETWEEN.split(value) if part.strip()]


def _is_level(word: str) -> bool:
    return word.lower() in _LEVELS or word.lower() == EVERYONE


def _is_name(text: str) -> bool:
    return bool(text) and not _MENTION.fullmatch(text) and not is_snowflake(text)


def _who(part: str, directory: ServerDirectory) -> str:
    return part.lower() if _is_level(part) else _role(part, directory)


def _role(typed: str, directory: ServerDirectory) -> str:
    if not _is_name(typed):
        return typed
    names = {str(role.role_id): role.name for role in directory.roles.values()}
    return f"<@&{_one(typed, '@', names, 'role')}>"


def _channel(typed: str, directory: ServerDirectory) -> str:
    names = {str(channel.channel_id): channel.name for channel in directory.channels.values()}
    return f"<#{_one(typed, '#', names, 'channel')}>"


def _one(typed: str, sign: str, names: Mapping[str, str], what: str) -> str:
    """The id of the one thing that is called as `typed`, as it is written or else in whatever case.

    Raises:
        _NotOne: none is, or several are.
    """
    wanted = typed.strip().removeprefix(sign).strip()
    for found in (_called(wanted, names.items()), _called_nearly(wanted, names.items())):
        if len(found) == 1:
            return found[0]
        if found:
            raise _NotOne(
                f"Several {what}s are called “{inline(wanted, 60)}”. "
                f"Choose one from the list that opens when you type {sign}."
            )
    raise _NotOne(
        f"There is no {what} called “{inline(wanted, 60)}” in this server. "
        f"Choose one from the list that opens when you type {sign}."
    )


def _called(wanted: str, names: Iterable[tuple[str, str]]) -> list[str]:
    return [each for each, name in names if name == wanted]


def _called_nearly(wanted: str, names: Iterable[tuple[str, str]]) -> list[str]:
    return [each for each, name in names if name.casefold() == wanted.casefold()]
