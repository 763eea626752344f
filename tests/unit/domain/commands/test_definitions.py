"""What is no legal command is refused when it is made, so that it can never be deployed."""

from collections.abc import Callable
from typing import Any

import pytest

from kaltura_discord.commands.model import Action, Body, Command, Deferred, Inline, Subcommand
from kaltura_discord.commands.options import InvalidDefinition, Option, OptionType
from kaltura_discord.commands.registry import Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import CommandKind, Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline


async def answer(_: Interaction, __: Services) -> Body:
    return {}


async def work(_: Interaction, __: Services, ___: Deadline) -> Message | None:
    return None


async def suggest(_: Interaction, __: Services, ___: Deadline) -> list[tuple[str, str]]:
    return []


def command(
    name: str = "start",
    version: str = "1.0.0",
    description: str = "Start",
    options: tuple[Option, ...] = (),
    deprecated_names: tuple[str, ...] = (),
) -> Command:
    return Command(name, version, description, Inline(answer), options, deprecated_names=deprecated_names)


def in_a_menu(
    name: str = "Watch together",
    description: str = "",
    kind: CommandKind = CommandKind.MESSAGE,
    options: tuple[Option, ...] = (),
    deprecated_names: tuple[str, ...] = (),
) -> Command:
    return Command(name, "1.0.0", description, Inline(answer), options, deprecated_names=deprecated_names, kind=kind)


def with_subcommands(*names: str, **others: Any) -> Command:
    subcommands = tuple(Subcommand(name, "One", Inline(answer)) for name in names or ("set", "view"))
    return Command("config", "1.0.0", "Settings", subcommands=subcommands, **others)


def many(number: int) -> tuple[Option, ...]:
    return tuple(Option(f"option{index}", "One") for index in range(number))


def choices(*pairs: tuple[str, str]) -> Option:
    return Option("type", "What", choices=pairs)


LEGAL: dict[str, Callable[[], object]] = {
    "the least": command,
    "25 options": lambda: command(options=many(25)),
    "required ones first": lambda: command(options=(Option("a", "A", required=True), Option("b", "B"))),
    "a name of 32": lambda: command("x" * 32),
    "a description of 100": lambda: command(description="x" * 100),
    "a message's menu": lambda: in_a_menu(),
    "the Entry Point, described": lambda: in_a_menu(kind=CommandKind.ENTRY_POINT, description="Watch videos"),
    "sub-commands": lambda: with_subcommands(),
    "channels of some types": lambda: Option("where", "Where", OptionType.CHANNEL, channel_types=(0, 5)),
    "bounds": lambda: Option("limit", "How many", OptionType.WHOLE_NUMBER, minimum=-5, maximum=99_999),
}


@pytest.mark.parametrize("make", LEGAL.values(), ids=LEGAL.keys())
def test_legal(make: Callable[[], object]) -> None:
    assert make() is not None


ILLEGAL: dict[str, Callable[[], object]] = {
    "no name": lambda: command(""),
    "a name with a space": lambda: command("start now"),
    "a name in capitals": lambda: command("Start"),
    "a name with a slash": lambda: command("/start"),
    "a name of 33": lambda: command("x" * 33),
    "a bad former name": lambda: command(deprecated_names=("Start",)),
    "no description": lambda: command(description=""),
    "a description of 101": lambda: command(description="x" * 101),
    "half a version": lambda: command(version="1.0"),
    "no version": lambda: command(version=""),
    "26 options": lambda: command(options=many(26)),
    "required after optional": lambda: command(options=(Option("a", "A"), Option("b", "B", required=True))),
    "two options of one name": lambda: command(options=(Option("a", "A"), Option("a", "B"))),
    "an option with the former name of another": lambda: command(
        options=(Option("a", "A", deprecated_names=("b",)), Option("b", "B"))
    ),
    "an option with a bad name": lambda: Option("Title", "What"),
    "an option with a bad former name": lambda: Option("title", "What", deprecated_names=("The title",)),
    "an option without description": lambda: Option("title", ""),
    "choices and autocomplete": lambda: Option("type", "What", choices=(("A", "a"),), suggest=suggest),
    "26 choices": lambda: choices(*((f"{number}", f"v{number}") for number in range(26))),
    "a choice without a name": lambda: choices(("", "a")),
    "a choice without a value": lambda: choices(("A", "")),
    "a choice with a name of 101": lambda: choices(("A" * 101, "a")),
    "a choice with a value of 101": lambda: choices(("A", "a" * 101)),
    "two choices of one name": lambda: choices(("A", "a"), ("A", "b")),
    "two choices of one value": lambda: choices(("A", "a"), ("B", "a")),
    "a former value of no choice": lambda: Option(
        "type", "What", choices=(("A", "a"),), deprecated_values={"old": "gone"}
    ),
    "the least above the most": lambda: Option("title", "What", minimum=5, maximum=4),
    "a negative length": lambda: Option("title", "What", minimum=-1),
    "a text of 6001": lambda: Option("title", "What", maximum=6001),
    "a menu's name of 33": lambda: in_a_menu("x" * 33),
    "a menu's name with a slash": lambda: in_a_menu("/watch"),
    "a menu's name of nothing": lambda: in_a_menu(" "),
    "a menu with a description": lambda: in_a_menu(description="Watch"),
    "a menu with options": lambda: in_a_menu(options=many(1)),
    "a menu with a former name": lambda: in_a_menu(deprecated_names=("watch",)),
    "two of one kind and name": lambda: Registry((in_a_menu(), in_a_menu()), ()),
    "a command that changes a message": lambda: Command("start", "1.0.0", "S", Deferred(work, changes_message=True)),
    "an action with a colon": lambda: Action("start:again", Inline(answer)),
    "two commands of one name": lambda: Registry((command(), command()), ()),
    "a command with another's former name": lambda: Registry(
        (command(), command("go", deprecated_names=("start",))), ()
    ),
    "neither an answer nor sub-commands": lambda: Command("start", "1.0.0", "Start"),
    "an answer and sub-commands": lambda: with_subcommands(acknowledgement=Inline(answer)),
    "options beside sub-commands": lambda: with_subcommands(options=many(1)),
    "26 sub-commands": lambda: with_subcommands(*(f"s{number}" for number in range(26))),
    "two sub-commands of one name": lambda: with_subcommands("set", "set"),
    "a sub-command in capitals": lambda: with_subcommands("Set"),
    "a sub-command that changes a message": lambda: Subcommand("set", "Set", Deferred(work, changes_message=True)),
    "a sub-command with two options of one name": lambda: Subcommand(
        "set", "Set", Inline(answer), (Option("a", "A"), Option("a", "B"))
    ),
    "a menu with sub-commands": lambda: with_subcommands(kind=CommandKind.MESSAGE, deprecated_names=()),
    "choices of roles": lambda: Option("role", "Who", OptionType.ROLE, choices=(("A", "a"),)),
    "a channel's types on a text": lambda: Option("where", "Where", channel_types=(0,)),
    "two actions of one name": lambda: Registry((), (Action("go", Inline(answer)), Action("go", Inline(answer)))),
}


@pytest.mark.parametrize("make", ILLEGAL.values(), ids=ILLEGAL.keys())
def test_illegal(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidDefinition, match=r"\w"):
        make()


def test_commands_of_two_kinds_may_have_one_name() -> None:
    assert Registry((in_a_menu("watch"), in_a_menu("watch", kind=CommandKind.ENTRY_POINT), command("watch")), ())


def test_a_custom_id_is_read_as_it_was_written() -> None:
    assert custom_id("search", "0:5:a: b") == "1:search:0:5:a: b"
    assert read_custom_id("1:search:0:5:a: b") == ("search", "0:5:a: b")


@pytest.mark.parametrize("text", ["", "join:5", "2:join:5", "start", ":::"])
def test_a_custom_id_that_is_not_ours_names_nothing(text: str) -> None:
    assert read_custom_id(text) == ("", "")
