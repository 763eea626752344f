"""What commands do, named where they are declared: `kaltura_discord.commands.start:start`, imported when first done.

A command is declared whole and at once (`definitions`), so that Discord can be told of it, and that a wrong declaration
is never deployed. What it does is another matter: a function is used for one thing after its cold start, and pays for
the modules of that thing only. For what is deferred, the quick half pays for none.

Packages are made of what a function imports (`infra/packaging/tracing.py`), and these names count as imports there.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from kaltura_discord.commands.model import Body, Choose, ChosenVideo, InlineAnswer, Work
    from kaltura_discord.commands.options import Suggest
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.interaction import Interaction
    from kaltura_discord.discord.messages import Message
    from kaltura_discord.resilience.deadline import Deadline

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Later(Generic[Parameters, Result]):
    """A function that is imported when it is called.

    Args:
        place: its module and its name, with a colon between them.
    """

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        self.place = place

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        """Call it."""
        return self.function(*args, **kwargs)

    @property
    def function(self) -> Callable[Parameters, Result]:
        """The function itself.

        Raises:
            ImportError, AttributeError: there is none of that name.
        """
        module, _, name = self.place.partition(":")
        found: Callable[Parameters, Result] = getattr(import_module(module), name)
        return found


def work(place: str) -> "Work":
    """What a deferred command does."""
    later: Later[[Interaction, Services, Deadline], Awaitable[Message | None]] = Later(place)
    return later


def answer(place: str) -> "InlineAnswer":
    """What answers at once, with a message or a form."""
    later: Later[[Interaction, Services], Awaitable[Body]] = Later(place)
    return later


def suggestions(place: str) -> "Suggest":
    """What completes an option while it is typed."""
    later: Later[[Interaction, Services, Deadline], Awaitable[list[tuple[str, str]]]] = Later(place)
    return later


def choice(place: str) -> "Choose":
    """What finds the video that is to be watched."""
    later: Later[[Interaction, Services, Deadline], Awaitable[ChosenVideo]] = Later(place)
    return later
