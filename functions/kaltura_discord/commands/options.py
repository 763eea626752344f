"""What a person may give with a command: its options, checked as Discord checks them (Application Commands)."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.interaction import Interaction
    from kaltura_discord.resilience.deadline import Deadline

Suggest = Callable[["Interaction", "Services", "Deadline"], Awaitable[list[tuple[str, str]]]]

# Discord docs: Application Commands, Naming. Its pattern also takes other alphabets; our own names need none.
_NAME = re.compile(r"[-_a-z0-9]{1,32}")
_OPTIONS_LIMIT = 25
_DESCRIPTION_LIMIT = 100
_CHOICE_LIMIT = 100
_LONGEST_TEXT = 6000


class InvalidDefinition(ValueError):
    """Discord would refuse this command, or we could not answer it; the message says why."""


class OptionType(IntEnum):
    """What a person may give (Discord docs: Application Command Option Type)."""

    TEXT = 3
    WHOLE_NUMBER = 4
    MEMBER = 6
    CHANNEL = 7
    ROLE = 8
    FILE = 11


_TYPED = (OptionType.TEXT, OptionType.WHOLE_NUMBER)


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """An option of a command.

    `choices` are pairs of what is shown and what is sent. `channel_types` are those that may be picked (Discord docs:
    Channel Types), empty for all. `deprecated_names` and `deprecated_values` (old → new) keep what people and clients
    remember working.
    """

    name: str
    description: str
    type: OptionType = OptionType.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    suggest: Suggest | None = None
    minimum: int | None = None
    maximum: int | None = None
    deprecated_names: tuple[str, ...] = ()
    deprecated_values: Mapping[str, str] = field(default_factory=dict)
    channel_types: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        check_description(self.name, self.description)
        if self.choices and self.suggest:
            raise InvalidDefinition(f"{self.name}: choices and autocomplete exclude each other")
        for name in self.deprecated_names:
            check_name(name)
        _check_kind(self)
        _check_choices(self)
        _check_bounds(self)


def option_named(options: Iterable[Option], name: str) -> Option | None:
    """The option with this name."""
    return next((option for option in options if option.name == name), None)


def check_name(name: str) -> None:
    """Whether Discord takes it for a command, an option or a choice of ours.

    Raises:
        InvalidDefinition: it does not.
    """
    if not _NAME.fullmatch(name):
        raise InvalidDefinition(f"{name!r}: a name is 1 to 32 of a-z, 0-9, - and _")


def check_description(name: str, description: str) -> None:
    """Whether Discord takes it.

    Raises:
        InvalidDefinition: it does not.
    """
    if not 1 <= len(description) <= _DESCRIPTION_LIMIT:
        raise InvalidDefinition(f"{name}: a description has 1 to 100 characters")


def check_options(name: str, options: tuple[Option, ...]) -> None:
    """Whether the options of one command fit together.

    Raises:
        InvalidDefinition: they do not.
    """
    if len(options) > _OPTIONS_LIMIT:
        raise InvalidDefinition(f"{name}: more than 25 options")
    names = [each for option in options for each in (option.name, *option.deprecated_names)]
    if len(set(names)) != len(names):
        raise InvalidDefinition(f"{name}: two options have one name")
    required = [option.required for option in options]
    if required != sorted(required, reverse=True):
        raise InvalidDefinition(f"{name}: required options come before optional ones")


def _check_kind(option: Option) -> None:
    given = bool(option.choices or option.suggest) or option.minimum is not None or option.maximum is not None
    if given and option.type not in _TYPED:
        raise InvalidDefinition(f"{option.name}: only what is typed has choices, suggestions or bounds")
    if option.channel_types and option.type is not OptionType.CHANNEL:
        raise InvalidDefinition(f"{option.name}: only a channel has types of channels")


def _check_choices(option: Option) -> None:
    if len(option.choices) > _OPTIONS_LIMIT:
        raise InvalidDefinition(f"{option.name}: more than 25 choices")
    for part in (part for choice in option.choices for part in choice):
        if not 1 <= len(part) <= _CHOICE_LIMIT:
            raise InvalidDefinition(f"{option.name}: a choice's name and value have 1 to 100 characters")
    for parts in zip(*option.choices, strict=True):
        if len(set(parts)) != len(parts):
            raise InvalidDefinition(f"{option.name}: two choices have one name or value")
    if option.choices and not set(option.deprecated_values.values()) <= {value for _, value in option.choices}:
        raise InvalidDefinition(f"{option.name}: a deprecated value stands for none of the choices")


def _check_bounds(option: Option) -> None:
    bounds = [bound for bound in (option.minimum, option.maximum) if bound is not None]
    if bounds != sorted(bounds):
        raise InvalidDefinition(f"{option.name}: the least is more than the most")
    if option.type is OptionType.TEXT and any(not 0 <= bound <= _LONGEST_TEXT for bound in bounds):
        raise InvalidDefinition(f"{option.name}: a text has at most 6000 characters")
