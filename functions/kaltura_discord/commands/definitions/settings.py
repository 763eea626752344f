"""A server's settings: `/kaltura-config`, and the buttons of the greeting that lead to them."""

from kaltura_discord.commands.config.message_choice import EVERYTHING_ELSE, TOLD, WRITTEN, message_option
from kaltura_discord.commands.config.sections import SECTIONS
from kaltura_discord.commands.later import answer, suggestions, work
from kaltura_discord.commands.model import Action, Command, Deferred, Form, Inline, Subcommand
from kaltura_discord.commands.options import Option, OptionType
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.identity.levels import Level

# The longest key: an entry of a map, which is named by a role's mention or a command.
_LONGEST_KEY = 100
# Message templates have at most 1,500 characters; whoever types more is told so in words.
_LONGEST_VALUE = 3000

# Text, announcements, the three kinds of threads, and forums, where each message is a post (Discord docs: Channel
# Types). Media channels are for pictures and films.
_CHANNELS_FOR_MESSAGES = (0, 5, 10, 11, 12, 15)

_LEVELS = (("Admin", "admin"), ("Moderator", "moderator"), ("Viewer", "viewer"), ("None: off the list", "none"))


CONFIG = Command(
    name="kaltura-config",
    version="1.0.0",
    description="See and change how Kaltura works in this server",
    permission=Level.ADMIN,
    discord_permission=Permission.MANAGE_GUILD,
    subcommands=(
        Subcommand(
            "view",
            "The settings of this server, and the defaults beside what is changed",
            Deferred(work("kaltura_discord.commands.config.view:view")),
            (Option("section", "Which part (what is changed here if you leave it out)", choices=SECTIONS),),
        ),
        Subcommand(
            "set",
            "Change one setting",
            Deferred(work("kaltura_discord.commands.config.set_value:set_value")),
            (
                Option(
                    "key",
                    "Which setting",
                    required=True,
                    suggest=suggestions("kaltura_discord.commands.config.suggestions:suggest_key"),
                    minimum=1,
                    maximum=_LONGEST_KEY,
                ),
                Option(
                    "value",
                    "What it shall be",
                    required=True,
                    suggest=suggestions("kaltura_discord.commands.config.value_suggestions:suggest_value"),
                    minimum=1,
                    maximum=_LONGEST_VALUE,
                ),
            ),
        ),
        Subcommand(
            "reset",
            "Back to the defaults, after a look at what that changes",
            Deferred(work("kaltura_discord.commands.config.reset:ask_to_reset")),
            (
                Option(
                    "section",
                    "A section, a single setting, or everything",
                    required=True,
                    suggest=suggestions("kaltura_discord.commands.config.suggestions:suggest_section"),
                    minimum=1,
                    maximum=_LONGEST_KEY,
                ),
            ),
        ),
        Subcommand(
            "channel",
            "Choose the channel that a message is posted in",
            Deferred(work("kaltura_discord.commands.config.channel:choose_channel")),
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
            Deferred(work("kaltura_discord.commands.config.role:give_level")),
            (
                Option("role", "Which role", OptionType.ROLE, required=True),
                Option("level", "The highest of a member's roles counts", required=True, choices=_LEVELS),
            ),
        ),
        Subcommand(
            "template",
            "Change the words of a message, and see it before you save",
            Form(answer("kaltura_discord.commands.config.template:ask_for_words")),
            (message_option(WRITTEN),),
        ),
        Subcommand(
            "test",
            "Post a made-up message where the real one would be",
            Deferred(work("kaltura_discord.commands.config.sample_message:post_sample")),
            (message_option(TOLD),),
        ),
        Subcommand(
            "notifications",
            "What was told, what was not and why, and try again",
            Deferred(work("kaltura_discord.commands.config.deliveries:show_deliveries")),
        ),
        Subcommand(
            "history",
            "Who changed what and when, and undo",
            Deferred(work("kaltura_discord.commands.config.history:show_history")),
        ),
        Subcommand(
            "export",
            "The settings of this server as a file",
            Deferred(work("kaltura_discord.commands.config.file_exchange:export")),
        ),
        Subcommand(
            "import",
            "The settings from a file, after a look at what that changes",
            Deferred(work("kaltura_discord.commands.config.file_exchange:ask_to_import")),
            (Option("file", "A file that export made", type=OptionType.FILE, required=True),),
        ),
    ),
)

COMMANDS = (CONFIG,)

ACTIONS = (
    Action("config-view", Deferred(work("kaltura_discord.commands.config.view:view"), changes_message=True), CONFIG),
    Action(
        "config-again",
        Deferred(work("kaltura_discord.commands.config.set_value:set_again"), changes_message=True),
        CONFIG,
    ),
    Action("config-reset", Deferred(work("kaltura_discord.commands.config.reset:reset"), changes_message=True), CONFIG),
    Action(
        "config-history",
        Deferred(work("kaltura_discord.commands.config.history:show_history"), changes_message=True),
        CONFIG,
    ),
    Action("config-undo", Deferred(work("kaltura_discord.commands.config.undo:undo"), changes_message=True), CONFIG),
    Action("config-channel", Deferred(work("kaltura_discord.commands.config.channel:choose_channel")), CONFIG),
    Action("config-role", Deferred(work("kaltura_discord.commands.config.role:give_level")), CONFIG),
    Action("config-template", Form(answer("kaltura_discord.commands.config.template:ask_for_words")), CONFIG),
    Action("config-template-form", Inline(answer("kaltura_discord.commands.config.template:show_words")), CONFIG),
    Action("config-template-edit", Form(answer("kaltura_discord.commands.config.template:ask_again")), CONFIG),
    Action(
        "config-template-save",
        Deferred(work("kaltura_discord.commands.config.template_saving:save"), changes_message=True),
        CONFIG,
    ),
    Action("config-test", Deferred(work("kaltura_discord.commands.config.sample_message:post_sample")), CONFIG),
    Action(
        "config-import",
        Deferred(work("kaltura_discord.commands.config.file_exchange:apply_import"), changes_message=True),
        CONFIG,
    ),
    Action(
        "config-notifications",
        Deferred(work("kaltura_discord.commands.config.deliveries:show_deliveries"), changes_message=True),
        CONFIG,
    ),
    Action(
        "config-retry",
        Deferred(work("kaltura_discord.commands.config.deliveries:try_again"), changes_message=True),
        CONFIG,
    ),
    Action("config-leave", Inline(answer("kaltura_discord.commands.config.leaving:leave")), CONFIG),
    Action("setup", Deferred(work("kaltura_discord.commands.onboarding.steps:ask")), CONFIG),
    Action(
        "setup-look",
        Deferred(work("kaltura_discord.commands.onboarding.steps:look_again"), changes_message=True),
        CONFIG,
    ),
)
