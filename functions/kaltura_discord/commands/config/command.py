"""`/kaltura-config`: what it consists of. Each part is imported when it is first used, since most need pydantic."""

from importlib import import_module

from kaltura_discord.commands.config.sections import SECTIONS
from kaltura_discord.commands.model import Action, Body, Command, Deferred, Inline, Subcommand, Work
from kaltura_discord.commands.options import Option, Suggest
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note, update
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.identity.levels import Level
from kaltura_discord.resilience.deadline import Deadline

LEFT = "Nothing was changed."

# The longest key: an entry of a map, which is named by a role's mention or a command.
_LONGEST_KEY = 100
# Message templates have at most 1,500 characters; whoever types more is told so in words.
_LONGEST_VALUE = 3000


def _work(module: str, name: str) -> Work:
    """The work `name` of a module of this package."""

    async def work(interaction: Interaction, services: Services, deadline: Deadline) -> Message | None:
        found: Work = getattr(import_module(f"{__package__}.{module}"), name)
        return await found(interaction, services, deadline)

    return work


def _suggest(module: str, name: str) -> Suggest:
    """The suggestions `name` of a module of this package."""

    async def suggest(interaction: Interaction, services: Services, deadline: Deadline) -> list[tuple[str, str]]:
        found: Suggest = getattr(import_module(f"{__package__}.{module}"), name)
        return await found(interaction, services, deadline)

    return suggest


async def _leave(_: Interaction, __: Services) -> Body:
    """The message that asked says that nothing was changed, and asks no more."""
    return update(note(LEFT))


COMMAND = Command(
    name="kaltura-config",
    version="1.0.0",
    description="See and change how Kaltura works in this server",
    permission=Level.ADMIN,
    discord_permission=Permission.MANAGE_GUILD,
    subcommands=(
        Subcommand(
            "view",
            "The settings of this server, and the defaults beside what is changed",
            Deferred(_work("view", "view")),
            (Option("section", "Which part (what is changed here if you leave it out)", choices=SECTIONS),),
        ),
        Subcommand(
            "set",
            "Change one setting",
            Deferred(_work("set_value", "set_value")),
            (
                Option(
                    "key",
                    "Which setting",
                    required=True,
                    suggest=_suggest("suggestions", "suggest_key"),
                    minimum=1,
                    maximum=_LONGEST_KEY,
                ),
                Option(
                    "value",
                    "What it shall be",
                    required=True,
                    suggest=_suggest("value_suggestions", "suggest_value"),
                    minimum=1,
                    maximum=_LONGEST_VALUE,
                ),
            ),
        ),
        Subcommand(
            "reset",
            "Back to the defaults, after a look at what that changes",
            Deferred(_work("reset", "ask_to_reset")),
            (
                Option(
                    "section",
                    "A section, a single setting, or everything",
                    required=True,
                    suggest=_suggest("suggestions", "suggest_section"),
                    minimum=1,
                    maximum=_LONGEST_KEY,
                ),
            ),
        ),
        Subcommand("history", "Who changed what and when, and undo", Deferred(_work("history", "show_history"))),
    ),
)

ACTIONS = (
    Action("config-view", Deferred(_work("view", "view"), changes_message=True), stands_for=COMMAND),
    Action("config-again", Deferred(_work("set_value", "set_again"), changes_message=True), stands_for=COMMAND),
    Action("config-reset", Deferred(_work("reset", "reset"), changes_message=True), stands_for=COMMAND),
    Action("config-history", Deferred(_work("history", "show_history"), changes_message=True), stands_for=COMMAND),
    Action("config-undo", Deferred(_work("undo", "undo"), changes_message=True), stands_for=COMMAND),
    Action("config-leave", Inline(_leave), stands_for=COMMAND),
)
