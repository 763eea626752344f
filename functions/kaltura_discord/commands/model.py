"""What a command is: how Discord is told of it, who may use it, how it is acknowledged, what it does.

Every command declares how its use is acknowledged, because Discord gives three seconds:

    Inline     answered in the same breath; nothing in it calls Kaltura
    Form       answered with a modal
    Deferred   answered "thinking" (or, for a button, silently), then worked off from the queue
    Launch     answered by opening the Activity on a video

An illegal definition is refused when it is made, that is at import, so it can never be deployed.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.interaction import CommandKind
from kaltura_discord.identity.levels import Level

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.interaction import Interaction
    from kaltura_discord.discord.messages import Message
    from kaltura_discord.resilience.deadline import Deadline

Body = dict[str, Any]
InlineAnswer = Callable[["Interaction", "Services"], Awaitable[Body]]
Work = Callable[["Interaction", "Services", "Deadline"], Awaitable["Message | None"]]
Choose = Callable[["Interaction", "Services", "Deadline"], Awaitable["ChosenVideo"]]
Suggest = Callable[["Interaction", "Services", "Deadline"], Awaitable[list[tuple[str, str]]]]

# Discord docs: Application Commands, Naming. Its pattern also takes other alphabets; our own names need none.
_NAME = re.compile(r"[-_a-z0-9]{1,32}")
# In menus, people read names as they are.
_MENU_NAME = re.compile(r"[A-Za-z0-9][-_ A-Za-z0-9]{0,31}")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_OPTIONS_LIMIT = 25
_DESCRIPTION_LIMIT = 100
_CHOICE_LIMIT = 100
_LONGEST_TEXT = 6000


class InvalidDefinition(ValueError):
    """Discord would refuse this command, or we could not answer it; the message says why."""


class Refusal(Exception):
    """What somebody asks for cannot be done; `sentence` tells them why, in Discord's markdown, escaped."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class OptionType(IntEnum):
    """What a person may give (Discord docs: Application Command Option Type)."""

    TEXT = 3
    WHOLE_NUMBER = 4


def always_ephemeral(_: "Interaction") -> bool:
    """Only who asked sees the answer."""
    return True


@dataclass(frozen=True, slots=True)
class Inline:
    """Answered at once, by `answer`."""

    answer: InlineAnswer


@dataclass(frozen=True, slots=True)
class Form:
    """Answered with the modal that `answer` makes."""

    answer: InlineAnswer


@dataclass(frozen=True, slots=True)
class Deferred:
    """Worked off from the queue by `work`, whose message becomes the answer.

    With `changes_message` (buttons only) the message that bears the button is changed instead.
    """

    work: Work
    is_ephemeral: Callable[["Interaction"], bool] = always_ephemeral
    changes_message: bool = False


@dataclass(frozen=True, slots=True)
class ChosenVideo:
    """What somebody wants to watch: both empty where the Activity shall open on its search page.

    `title` is a stranger's words, and empty where Kaltura did not say in time.
    """

    entry_id: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Launch:
    """Answered by opening the Activity on the video that `choose` finds, by its deadline."""

    choose: Choose


Acknowledgement = Inline | Form | Deferred | Launch


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command.

    `choices` are pairs of what is shown and what is sent. `deprecated_names` and `deprecated_values` (old → new)
    keep what people and clients remember working.
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

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_description(self.name, self.description)
        if self.choices and self.suggest:
            raise InvalidDefinition(f"{self.name}: choices and autocomplete exclude each other")
        for name in self.deprecated_names:
            _check_name(name)
        _check_choices(self)
        _check_bounds(self)


@dataclass(frozen=True, slots=True)
class Command:
    """A command: typed after a slash, or chosen from a message's menu or the list of Activities.

    Attributes:
        name: as it is typed, without the slash; in a menu, as it is read there.
        version: semantic; raised when options change.
        description: what people read in the picker, 1 to 100 characters; none in a menu.
        acknowledgement: see the module.
        options: required ones first.
        permission: the least level that may use it, unless a server's settings say otherwise.
        deprecated_names: former names that still work and tell the new one.
        kind: where people find it.
        stands_for: the command whose permission counts instead, for another way to the same thing.
    """

    name: str
    version: str
    description: str
    acknowledgement: Acknowledgement
    options: tuple[Option, ...] = ()
    permission: Level = Level.VIEWER
    deprecated_names: tuple[str, ...] = ()
    kind: CommandKind = CommandKind.CHAT_INPUT
    stands_for: "Command | None" = None

    def __post_init__(self) -> None:
        _check_place(self)
        if not _VERSION.fullmatch(self.version):
            raise InvalidDefinition(f"{self.name}: {self.version!r} is no semantic version")
        if isinstance(self.acknowledgement, Deferred) and self.acknowledgement.changes_message:
            raise InvalidDefinition(f"{self.name}: only a button has a message to change")
        _check_options(self)

    @property
    def mention(self) -> str:
        """The command in a sentence."""
        return f"`/{self.name}`" if self.kind is CommandKind.CHAT_INPUT else f"**{self.name}**"

    def option(self, name: str) -> Option | None:
        """The option with this name."""
        return next((option for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a modal does; its custom id is `1:{name}:{argument}`.

    Whoever may not use the command that it `stands_for` may not use the action either.
    """

    name: str
    acknowledgement: Acknowledgement
    stands_for: Command | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidDefinition(f"{name!r}: a name is 1 to 32 of a-z, 0-9, - and _")


def _check_place(command: Command) -> None:
    """Names and description, as the kind of the command allows (Discord docs: Application Commands)."""
    if command.kind is CommandKind.CHAT_INPUT:
        for name in (command.name, *command.deprecated_names):
            _check_name(name)
        _check_description(command.name, command.description)
        return
    if not _MENU_NAME.fullmatch(command.name):
        raise InvalidDefinition(f"{command.name!r}: a name in a menu is 1 to 32 letters, digits, spaces, - and _")
    if command.options or command.deprecated_names:
        raise InvalidDefinition(f"{command.name}: only what is typed has options and former names")
    if command.description and command.kind is not CommandKind.ENTRY_POINT:
        raise InvalidDefinition(f"{command.name}: a menu shows no description")


def _check_description(name: str, description: str) -> None:
    if not 1 <= len(description) <= _DESCRIPTION_LIMIT:
        raise InvalidDefinition(f"{name}: a description has 1 to 100 characters")


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


def _check_options(command: Command) -> None:
    if len(command.options) > _OPTIONS_LIMIT:
        raise InvalidDefinition(f"{command.name}: more than 25 options")
    names = [name for option in command.options for name in (option.name, *option.deprecated_names)]
    if len(set(names)) != len(names):
        raise InvalidDefinition(f"{command.name}: two options have one name")
    required = [option.required for option in command.options]
    if required != sorted(required, reverse=True):
        raise InvalidDefinition(f"{command.name}: required options come before optional ones")
