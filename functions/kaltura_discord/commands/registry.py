"""All commands and all actions of buttons and forms, by name; and the layer that keeps old names working."""

from dataclasses import dataclass, field, replace
from typing import Any

from kaltura_discord.commands import (
    end,
    help_overview,
    join,
    list_meetings,
    share,
    start,
    video_search,
    watch,
    watch_control,
)
from kaltura_discord.commands.model import Action, Command, InvalidDefinition, Option
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction, OptionValue


@dataclass(frozen=True, slots=True)
class Found:
    """What an interaction asks for, in today's names.

    `notice` tells the person the new name where they used an old one, else it is empty.
    """

    target: Command | Action
    interaction: Interaction
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """Commands and actions.

    Raises:
        InvalidDefinition: two of them have one name.
    """

    commands: tuple[Command, ...]
    actions: tuple[Action, ...]
    _by_name: dict[tuple[int, str], Command] = field(init=False, default_factory=dict)
    _actions_by_name: dict[str, Action] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for command in self.commands:
            for name in (command.name, *command.deprecated_names):
                _enter(self._by_name, (command.kind, name), command)
        for action in self.actions:
            _enter(self._actions_by_name, action.name, action)

    def find(self, interaction: Interaction) -> Found | None:
        """What `interaction` asks for; None where we do not know it (any more)."""
        if interaction.custom_id:
            name, _ = read_custom_id(interaction.custom_id)
            action = self._actions_by_name.get(name)
            return Found(action, interaction) if action else None
        command = self._by_name.get((interaction.command_kind, interaction.command))
        return _modernised(command, interaction) if command else None


def _enter(names: dict[Any, Any], name: object, thing: Command | Action) -> None:
    if name in names:
        raise InvalidDefinition(f"{thing.name} is there twice")
    names[name] = thing


def _modernised(command: Command, interaction: Interaction) -> Found:
    old_names = []
    if interaction.command != command.name:
        old_names.append(f"`/{interaction.command}` is now `/{command.name}`")
    options: dict[str, OptionValue] = {}
    for name, value in interaction.options.items():
        option = _option(command, name)
        if option is None:
            continue
        if name != option.name:
            old_names.append(f"`{name}` is now `{option.name}`")
        modern_value = _modern_value(option, value)
        if modern_value != value:
            old_names.append(f"`{value}` is now `{modern_value}`")
        options[option.name] = modern_value
    if not old_names and options == interaction.options:
        return Found(command, interaction)
    focused = _option(command, interaction.focused)
    modern = replace(interaction, command=command.name, options=options, focused=focused.name if focused else "")
    notice = f"-# {'; '.join(old_names)}." if old_names else ""
    return Found(command, modern, notice)


def _option(command: Command, name: str) -> Option | None:
    return next((o for o in command.options if name == o.name or name in o.deprecated_names), None)


def _modern_value(option: Option, value: OptionValue) -> OptionValue:
    return option.deprecated_values.get(value, value) if isinstance(value, str) else value


REGISTRY = Registry(
    commands=(
        start.COMMAND,
        join.COMMAND,
        list_meetings.COMMAND,
        end.COMMAND,
        video_search.COMMAND,
        watch.COMMAND,
        watch_control.COMMAND,
        watch.OF_A_MESSAGE,
        watch.ENTRY_POINT,
        help_overview.COMMAND,
    ),
    actions=(
        *start.ACTIONS,
        *join.ACTIONS,
        *list_meetings.ACTIONS,
        *end.ACTIONS,
        *share.ACTIONS,
        *video_search.ACTIONS,
        *watch.ACTIONS,
    ),
)
