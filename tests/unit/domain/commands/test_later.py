"""What commands do is named and imported later: every name leads to a function that fits where it is named."""

import inspect
from collections.abc import Iterator

import pytest

from kaltura_discord.commands.later import Later, answer
from kaltura_discord.commands.model import Acknowledgement, Deferred, Launch
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.registry import REGISTRY
from local_stack.places import REPOSITORY

QUICK = ("Interaction", "Services")
IN_TIME = (*QUICK, "Deadline")


def named_in(acknowledgement: Acknowledgement | None) -> Iterator[tuple[object, tuple[str, ...]]]:
    """The functions of an acknowledgement, each with what it is given."""
    match acknowledgement:
        case Deferred():
            yield acknowledgement.work, IN_TIME
        case Launch():
            yield acknowledgement.choose, IN_TIME
        case None:
            return
        case _:
            yield acknowledgement.answer, QUICK


def suggested_by(options: tuple[Option, ...]) -> Iterator[tuple[object, tuple[str, ...]]]:
    for option in options:
        if option.suggest is not None:
            yield option.suggest, IN_TIME


def all_named() -> Iterator[tuple[object, tuple[str, ...]]]:
    for action in REGISTRY.actions:
        yield from named_in(action.acknowledgement)
    for command in REGISTRY.commands:
        yield from named_in(command.acknowledgement)
        yield from suggested_by(command.options)
        for subcommand in command.subcommands:
            yield from named_in(subcommand.acknowledgement)
            yield from suggested_by(subcommand.options)


NAMED = {each.place: (each, given) for each, given in all_named() if isinstance(each, Later)}


def test_all_that_commands_do_is_named_and_nothing_is_imported_for_it() -> None:
    assert all(isinstance(each, Later) for each, _ in all_named())


@pytest.mark.parametrize("place", NAMED)
def test_each_name_leads_to_a_function_that_fits(place: str) -> None:
    later, given = NAMED[place]
    function = later.function
    assert inspect.iscoroutinefunction(function)
    written = [str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()]
    assert tuple(each.strip("'").rpartition(".")[2].removesuffix("'>") for each in written) == given


async def test_it_is_imported_when_it_is_called() -> None:
    nowhere = answer("kaltura_discord.commands.nowhere:dance")
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        await nowhere(*(None, None))  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="dance"):
        await answer("kaltura_discord.commands.join:dance")(*(None, None))  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", ["interactions", "tasks"])
def test_the_packages_of_both_halves_hold_every_module_that_is_named(entry: str) -> None:
    # The quick half answers some of them itself, and finds out about the others from the same declarations.
    from infra.packaging.tracing import ImportTracer

    held = ImportTracer(REPOSITORY / "functions", None).trace(entry).own
    assert {place.partition(":")[0] for place in NAMED} <= held.keys()
