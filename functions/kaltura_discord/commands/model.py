"""What a command is: how Discord is told of it, who may use it, how it is acknowledged, what it does.

Every command declares how its use is acknowledged, because Discord gives three seconds:

    Inline     answered in the same breath; nothing in it calls Kaltura
    Form       answered with a modal
    Deferred   answered "thinking" (or, for a button, silently), then worked off from the queue
    Launch     answered by opening the Activity on a video

An illegal definition is refused when it is made, that is at import, so it can never be deployed. Each is made once and
is like no other (`eq=False`): to compare them would be code that every cold start has to make.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kaltura_discord.commands.options import (
    InvalidDefinition,
    Option,
    check_description,
    check_name,
    check_options,
    option_named,
)
from kaltura_discord.discord.interaction import CommandKind
from kaltura_discord.discord.permissions import Permission
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

# In menus, people read names as they are.
_MENU_NAME = re.compile(r"[A-Za-z0-9][-_ A-Za-z0-9]{0,31}")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_SUBCOMMANDS_LIMIT = 25


class Refusal(Exception):
    """What somebody asks for cannot be done; `sentence` tells them why, in Discord's markdown, escaped."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def always_ephemeral(_: "Interaction") -> bool:
    """Only who asked sees the answer."""
    return True


class Inline(NamedTuple):
    """Answered at once, by `answer`."""

    answer: InlineAnswer


class Form(NamedTuple):
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


class ChosenVideo(NamedTuple):
    """What somebody wants to watch: both empty where the Activity shall open on its search page.

    `title` is a stranger's words, and empty where Kaltura did not say in time.
    """

    entry_id: str = ""
    title: str = ""


class Launch(NamedTuple):
    """Answered by opening the Activity on the video that `choose` finds, by its deadline."""

    choose: Choose


Acknowledgement = Inline | Form | Deferred | Launch


@dataclass(frozen=True, slots=True, eq=False)
class Subcommand:
    """One of several things that a command does: `/kaltura-config set`."""

    name: str
    description: str
    acknowledgement: Acknowledgement
    options: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        check_description(self.name, self.description)
        _check_acknowledgement(self.name, self.acknowledgement)
        check_options(self.name, self.options)

    def option(self, name: str) -> Option | None:
        """The option with this name."""
        return option_named(self.options, name)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A command: typed after a slash, or chosen from a message's menu or the list of Activities.

    Attributes:
        name: as it is typed, without the slash; in a menu, as it is read there.
        version: semantic; raised when options change.
        description: what people read in the picker, 1 to 100 characters; none in a menu.
        acknowledgement: see the module; None where each sub-command has its own.
        options: required ones first.
        permission: the least level that may use it, unless a server's settings say otherwise.
        deprecated_names: former names that still work and tell the new one.
        kind: where people find it.
        stands_for: the command whose permission counts instead, for another way to the same thing.
        subcommands: what it does, by name.
        discord_permission: whoever holds it in Discord may use the command, whatever level their roles give.
    """

    name: str
    version: str
    description: str
    acknowledgement: Acknowledgement | None = None
    options: tuple[Option, ...] = ()
    permission: Level = Level.VIEWER
    deprecated_names: tuple[str, ...] = ()
    kind: CommandKind = CommandKind.CHAT_INPUT
    stands_for: "Command | None" = None
    subcommands: tuple[Subcommand, ...] = ()
    discord_permission: Permission | None = None

    def __post_init__(self) -> None:
        _check_place(self)
        if not _VERSION.fullmatch(self.version):
            raise InvalidDefinition(f"{self.name}: {self.version!r} is no semantic version")
        _check_acknowledgement(self.name, self.acknowledgement)
        check_options(self.name, self.options)
        _check_subcommands(self)

    @property
    def mention(self) -> str:
        """The command in a sentence."""
        return f"`/{self.name}`" if self.kind is CommandKind.CHAT_INPUT else f"**{self.name}**"

    def option(self, name: str) -> Option | None:
        """The option with this name."""
        return option_named(self.options, name)

    def subcommand(self, name: str) -> Subcommand | None:
        """The sub-command with this name."""
        return next((each for each in self.subcommands if each.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """What a button or a modal does; its custom id is `1:{name}:{argument}`.

    Whoever may not use the command that it `stands_for` may not use the action either.
    """

    name: str
    acknowledgement: Acknowledgement
    stands_for: Command | None = None

    def __post_init__(self) -> None:
        check_name(self.name)


def _check_place(command: Command) -> None:
    """Names and description, as the kind of the command allows (Discord docs: Application Commands)."""
    if command.kind is CommandKind.CHAT_INPUT:
        for name in (command.name, *command.deprecated_names):
            check_name(name)
        check_description(command.name, command.description)
        return
    if not _MENU_NAME.fullmatch(command.name):
        raise InvalidDefinition(f"{command.name!r}: a name in a menu is 1 to 32 letters, digits, spaces, - and _")
    if command.options or command.deprecated_names or command.subcommands:
        raise InvalidDefinition(f"{command.name}: only what is typed has options, sub-commands and former names")
    if command.description and command.kind is not CommandKind.ENTRY_POINT:
        raise InvalidDefinition(f"{command.name}: a menu shows no description")


def _check_acknowledgement(name: str, acknowledgement: Acknowledgement | None) -> None:
    if isinstance(acknowledgement, Deferred) and acknowledgement.changes_message:
        raise InvalidDefinition(f"{name}: only a button has a message to change")


def _check_subcommands(command: Command) -> None:
    """Discord takes either options or sub-commands, and who names a command alone must have named one of those."""
    if bool(command.subcommands) == (command.acknowledgement is not None):
        raise InvalidDefinition(f"{command.name}: it is answered either by itself or by its sub-commands")
    if command.subcommands and command.options:
        raise InvalidDefinition(f"{command.name}: a command with sub-commands has no options of its own")
    if len(command.subcommands) > _SUBCOMMANDS_LIMIT:
        raise InvalidDefinition(f"{command.name}: more than 25 sub-commands")
    names = [each.name for each in command.subcommands]
    if len(set(names)) != len(names):
        raise InvalidDefinition(f"{command.name}: two sub-commands have one name")
