"""Meetings: to start, plan, join, list, share and end them."""

from kaltura_discord.commands.later import answer, suggestions, work
from kaltura_discord.commands.model import Action, Command, Deferred, Form, Inline
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.posting import bot_may_post
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.meetings.wishes import DESCRIPTION_LIMIT, DURATION_LIMIT, KIND_NAMES, TITLE_LIMIT, WHEN_LIMIT


def is_answered_privately(interaction: Interaction) -> bool:
    """Whether only who starts a meeting sees the answer: a preview, or that its card is in the channel."""
    return bot_may_post(interaction) or bool(interaction.text_option("when"))


_RUNNING = Option(
    "meeting",
    "Which one",
    required=True,
    suggest=suggestions("kaltura_discord.commands.meeting_choices:suggest_running"),
    maximum=TITLE_LIMIT,
    deprecated_names=("meeting-id",),
)

START = Command(
    name="kaltura-start",
    version="1.1.0",
    description="Start a Kaltura meeting in this channel",
    acknowledgement=Deferred(work("kaltura_discord.commands.start:start"), is_ephemeral=is_answered_privately),
    options=(
        Option(
            "type",
            "What kind of meeting",
            required=True,
            choices=tuple((name, kind) for kind, name in KIND_NAMES.items()),
            deprecated_values={"meeting": "room", "interactive_room": "room"},
        ),
        Option("title", "What it is called", required=True, minimum=1, maximum=TITLE_LIMIT),
        Option("description", "What it is about", maximum=DESCRIPTION_LIMIT),
        Option("when", "For later: tomorrow 15:00, Friday 3pm Europe/Berlin, 2026-12-05 15:00", maximum=WHEN_LIMIT),
        Option("duration", "How long, for later: 45 min, 1h30; an hour if you don't say", maximum=DURATION_LIMIT),
    ),
)

JOIN = Command(
    name="kaltura-join",
    version="1.0.0",
    description="Join a meeting that is running in this server",
    acknowledgement=Inline(answer("kaltura_discord.commands.join:join")),
    options=(_RUNNING,),
)

LIST = Command(
    name="kaltura-list",
    version="1.0.0",
    description="Show the meetings that are running in this server",
    acknowledgement=Inline(answer("kaltura_discord.commands.list_meetings:list_meetings")),
)

END = Command(
    name="kaltura-end",
    version="1.0.0",
    description="End a meeting: for who started it, moderators and administrators",
    acknowledgement=Deferred(work("kaltura_discord.commands.end:end")),
    options=(_RUNNING,),
)

COMMANDS = (START, JOIN, LIST, END)

_STARTING = (
    Action("again", Form(answer("kaltura_discord.commands.start:ask_again")), START),
    Action(
        "start-form",
        Deferred(work("kaltura_discord.commands.start:start_from_form"), is_ephemeral=bot_may_post),
        START,
    ),
    Action("setup-meeting", Form(answer("kaltura_discord.commands.onboarding.steps:ask_for_a_meeting")), START),
)

_PLANNING = (
    Action("schedule-change", Form(answer("kaltura_discord.commands.schedule:ask_again")), START),
    Action(
        "schedule-form", Deferred(work("kaltura_discord.commands.schedule:preview_again"), changes_message=True), START
    ),
    Action("schedule-make", Deferred(work("kaltura_discord.commands.schedule:make"), changes_message=True), START),
    Action("schedule-drop", Inline(answer("kaltura_discord.commands.schedule:drop")), START),
    Action("plan-edit", Form(answer("kaltura_discord.commands.schedule:ask_for_change")), START),
    Action("plan-form", Deferred(work("kaltura_discord.commands.schedule:change")), START),
    Action("plan-cancel", Inline(answer("kaltura_discord.commands.schedule:ask_for_cancelling")), START),
    Action("plan-cancel-now", Deferred(work("kaltura_discord.commands.schedule:cancel"), changes_message=True), START),
    Action("plan-keep", Inline(answer("kaltura_discord.commands.schedule:leave")), START),
    Action("plan-restore", Deferred(work("kaltura_discord.commands.schedule:restore"), changes_message=True), START),
)

ACTIONS = (
    *_STARTING,
    *_PLANNING,
    Action("join", Inline(answer("kaltura_discord.commands.join:join")), JOIN),
    # Whoever may come in may invite others to.
    Action("share", Inline(answer("kaltura_discord.commands.share:share")), JOIN),
    Action("list", Inline(answer("kaltura_discord.commands.list_meetings:turn_page")), LIST),
    Action("end", Deferred(work("kaltura_discord.commands.end:end")), END),
    Action("reopen", Deferred(work("kaltura_discord.commands.end:reopen")), END),
)
