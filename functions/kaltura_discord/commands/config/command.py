"""`/kaltura-config`: what it consists of. Each part is imported when it is first used, since most need pydantic."""

from importlib import import_module

from kaltura_discord.commands.config.message_choice import EVERYTHING_ELSE, TOLD, WRITTEN, message_option
from kaltura_discord.commands.config.sections import SECTIONS
from kaltura_discord.commands.model import (
    Action,
    Body,
    Command,
    Deferred,
    Form,
    Inline,
    InlineAnswer,
    Subcommand,
    Work,
)
from kaltura_discord.commands.options import Option, OptionType, Suggest
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

# Text, announcements, the three kinds of threads, and forums, where each message is a post (Discord docs: Channel
# Types). Media channels are for pictures and films.
_CHANNELS_FOR_MESSAGES = (0, 5, 10, 11, 12, 15)

_LEVELS = (("Admin", "admin"), ("Moderator", "moderator"), ("Viewer", "viewer"), ("None: off the list", "none"))


def _work(module: str, name: str) -> Work:
    """The work `name` of a module of this package."""

    async def work(interaction: Interaction, services: Services, deadline: Deadline) -> Message | None:
        found: Work = getattr(import_module(f"{__package__}.{module}"), name)
        return await found(interaction, services, deadline)

    return work


def _answer(module: str, name: str) -> InlineAnswer:
    """The quick answer `name` of a module of this package."""

    async def answer(interaction: Interaction, services: Services) -> Body:
        found: InlineAnswer = getattr(import_module(f"{__package__}.{module}"), name)
        return await found(interaction, services)

    return answer


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
        Subcommand(
            "channel",
            "Choose the channel that a message is posted in",
            Deferred(_work("channel", "choose_channel")),
            (
                message_option(TOLD, ("Everything without a channel of its own", EVERYTHING_ELSE)),
                Option(
                    "channel",
                    "Where (back to the default if you leave it out)",
                    OptionType.CHANNEL,
                    channel_types=_CHANNELS_FOR_MESSAGES,
                ),
            ),
        ),
        Subcommand(
            "role",
            "Choose what a role makes its members in Kaltura",
            Deferred(_work("role", "give_level")),
            (
                Option("role", "Which role", OptionType.ROLE, required=True),
                Option("level", "The highest of a member's roles counts", required=True, choices=_LEVELS),
            ),
        ),
        Subcommand(
            "template",
            "Change the words of a message, and see it before you save",
            Form(_answer("template", "ask_for_words")),
            (message_option(WRITTEN),),
        ),
        Subcommand(
            "test",
            "Post a made-up message where the real one would be",
            Deferred(_work("sample_message", "post_sample")),
            (message_option(TOLD),),
        ),
        Subcommand(
            "notifications",
            "What was told, what was not and why, and try again",
            Deferred(_work("deliveries", "show_deliveries")),
        ),
        Subcommand("history", "Who changed what and when, and undo", Deferred(_work("history", "show_history"))),
        Subcommand("export", "The settings of this server as a file", Deferred(_work("file_exchange", "export"))),
        Subcommand(
            "import",
            "The settings from a file, after a look at what that changes",
            Deferred(_work("file_exchange", "ask_to_import")),
            (Option("file", "A file that export made", type=OptionType.FILE, required=True),),
        ),
    ),
)

ACTIONS = (
    Action("config-view", Deferred(_work("view", "view"), changes_message=True), stands_for=COMMAND),
    Action("config-again", Deferred(_work("set_value", "set_again"), changes_message=True), stands_for=COMMAND),
    Action("config-reset", Deferred(_work("reset", "reset"), changes_message=True), stands_for=COMMAND),
    Action("config-history", Deferred(_work("history", "show_history"), changes_message=True), stands_for=COMMAND),
    Action("config-undo", Deferred(_work("undo", "undo"), changes_message=True), stands_for=COMMAND),
    Action("config-channel", Deferred(_work("channel", "choose_channel")), stands_for=COMMAND),
    Action("config-role", Deferred(_work("role", "give_level")), stands_for=COMMAND),
    Action("config-template", Form(_answer("template", "ask_for_words")), stands_for=COMMAND),
    Action("config-template-form", Inline(_answer("template", "show_words")), stands_for=COMMAND),
    Action("config-template-edit", Form(_answer("template", "ask_again")), stands_for=COMMAND),
    Action(
        "config-template-save", Deferred(_work("template_saving", "save"), changes_message=True), stands_for=COMMAND
    ),
    Action("config-test", Deferred(_work("sample_message", "post_sample")), stands_for=COMMAND),
    Action("config-import", Deferred(_work("file_exchange", "apply_import"), changes_message=True), stands_for=COMMAND),
    Action(
        "config-notifications",
        Deferred(_work("deliveries", "show_deliveries"), changes_message=True),
        stands_for=COMMAND,
    ),
    Action("config-retry", Deferred(_work("deliveries", "try_again"), changes_message=True), stands_for=COMMAND),
    Action("config-leave", Inline(_leave), stands_for=COMMAND),
)
