"""All commands and all actions of buttons and forms, by name; and the layer that keeps old names working."""

from dataclasses import dataclass, field, replace
from typing import Any

from kaltura_discord.commands.definitions import meetings, people, settings, videos
from kaltura_discord.commands.model import Acknowledgement, Action, Command, Subcommand
from kaltura_discord.commands.options import InvalidDefinition, Option
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction, OptionValue


@dataclass(frozen=True, slots=True)
class Found:
    """What an interaction asks for, in today's names.

    Attributes:
        target: the command, its sub-command, or the action of a button or form.
        acknowledgement: how it is answered.
        command: whose permission counts; None for a button that checks for itself whom it concerns.
        interaction: what was sent.
        notice: tells the person the new name where they used an old one, else empty.
    """

    target: Command | Subcommand | Action
    acknowledgement: Acknowledgement
    command: Command | None
    interaction: Interaction
    notice: str = ""

    @property
    def name(self) -> str:
        """For the log: `kaltura-config set`."""
        if isinstance(self.target, Subcommand):
            return f"{self.interaction.command} {self.target.name}"
        return self.target.name

    def option(self, name: str) -> Option | None:
        """The option with this name."""
        return None if isinstance(self.target, Action) else self.target.option(name)


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
            return Found(action, action.acknowledgement, action.stands_for, interaction) if action else None
        command = self._by_name.get((interaction.command_kind, interaction.command))
        return _found(command, interaction) if command else None


def _enter(names: dict[Any, Any], name: object, thing: Command | Action) -> None:
    if name in names:
        raise InvalidDefinition(f"{thing.name} is there twice")
    names[name] = thing


def _found(command: Command, interaction: Interaction) -> Found | None:
    target = command.subcommand(interaction.subcommand) if command.subcommands else command
    if target is None or target.acknowledgement is None:
        return None
    modern, old_names = _modernised(command, target, interaction)
    notice = f"-# {'; '.join(old_names)}." if old_names else ""
    return Found(target, target.acknowledgement, command.stands_for or command, modern, notice)


def _modernised(
    command: Command, target: Command | Subcommand, interaction: Interaction
) -> tuple[Interaction, list[str]]:
    """The interaction in today's names, and what is to be said about yesterday's."""
    old_names = []
    if interaction.command != command.name:
        old_names.append(f"`/{interaction.command}` is now `/{command.name}`")
    options: dict[str, OptionValue] = {}
    for name, value in interaction.options.items():
        option = _option(target, name)
        if option is None:
            continue
        if name != option.name:
            old_names.append(f"`{name}` is now `{option.name}`")
        modern_value = _modern_value(option, value)
        if modern_value != value:
            old_names.append(f"`{value}` is now `{modern_value}`")
        options[option.name] = modern_value
    if not old_names and options == interaction.options:
        return interaction, old_names
    focused = _option(target, interaction.focused)
    modern = replace(interaction, command=command.name, options=options, focused=focused.name if focused else "")
    return modern, old_names


def _option(target: Command | Subcommand, name: str) -> Option | None:
    return next((o for o in target.options if name == o.name or name in o.deprecated_names), None)


def _modern_value(option: Option, value: OptionValue) -> OptionValue:
    return option.deprecated_values.get(value, value) if isinstance(value, str) else value


REGISTRY = Registry(
    commands=(*meetings.COMMANDS, *videos.COMMANDS, *settings.COMMANDS, *people.COMMANDS),
    actions=(*meetings.ACTIONS, *videos.ACTIONS, *settings.ACTIONS, *people.ACTIONS),
)
