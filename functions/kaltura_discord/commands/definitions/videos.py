"""Videos: to find them, and the ways to watch together: a command, buttons, a message's menu, Discord's Activities."""

from kaltura_discord.commands.later import choice, suggestions, work
from kaltura_discord.commands.model import Action, Command, Deferred, Launch
from kaltura_discord.commands.options import Option, OptionType
from kaltura_discord.discord.interaction import CommandKind

# The query travels in the paging buttons' custom id, which holds 100 characters.
QUERY_LIMIT = 80
RESULTS_DEFAULT = 5
RESULTS_LIMIT = 10

SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "2")

# An entry id or a title; a link may be long.
_LONGEST_NAMED = 1000

SEARCH = Command(
    name="kaltura-video-search",
    version="1.0.0",
    description="Find videos by title, description, tags and what is said in them",
    acknowledgement=Deferred(work("kaltura_discord.commands.video_search:search")),
    options=(
        Option(
            "query",
            "What to look for",
            required=True,
            suggest=suggestions("kaltura_discord.commands.video_search:suggest"),
            minimum=1,
            maximum=QUERY_LIMIT,
        ),
        Option(
            "limit",
            "How many results on a page (5 if you leave it out)",
            type=OptionType.WHOLE_NUMBER,
            minimum=1,
            maximum=RESULTS_LIMIT,
        ),
    ),
)

WATCH = Command(
    name="kaltura-watch",
    version="1.0.0",
    description="Watch a video together, everybody at the same moment",
    acknowledgement=Launch(choice("kaltura_discord.commands.video_choice:typed_video")),
    options=(
        Option(
            "video",
            "Its title, entry id or Kaltura link; leave it out to choose inside",
            suggest=suggestions("kaltura_discord.commands.video_choice:suggest_videos"),
            maximum=_LONGEST_NAMED,
        ),
    ),
)

WATCH_CONTROL = Command(
    name="kaltura-watch-control",
    version="1.0.0",
    description="Play, pause, seek or speed up what is watched together here, or see what is on",
    acknowledgement=Deferred(work("kaltura_discord.commands.watch_control:control")),
    options=(
        Option(
            "action",
            "What to do",
            required=True,
            choices=(
                ("Play", "play"),
                ("Pause", "pause"),
                ("Seek to a position", "seek"),
                ("Change the speed", "speed"),
                ("What is on now", "now"),
            ),
        ),
        Option("position", "Where to, such as 12:04, 1:02:03 or 90 seconds", maximum=12),
        Option("speed", "How fast", choices=tuple((f"{speed}×", speed) for speed in SPEEDS)),
    ),
)

OF_A_MESSAGE = Command(
    name="Watch together",
    version="1.0.0",
    description="",
    acknowledgement=Launch(choice("kaltura_discord.commands.watch:video_of_message")),
    kind=CommandKind.MESSAGE,
    stands_for=WATCH,
)

ENTRY_POINT = Command(
    name="Watch Together",
    version="1.0.0",
    description="Watch Kaltura videos together, everybody at the same moment",
    acknowledgement=Launch(choice("kaltura_discord.commands.watch:no_video")),
    kind=CommandKind.ENTRY_POINT,
    stands_for=WATCH,
)

COMMANDS = (SEARCH, WATCH, WATCH_CONTROL, OF_A_MESSAGE, ENTRY_POINT)

ACTIONS = (
    Action("search", Deferred(work("kaltura_discord.commands.video_search:turn_page"), changes_message=True), SEARCH),
    Action("share-video", Deferred(work("kaltura_discord.commands.video_search:share"), changes_message=True), SEARCH),
    Action("watch", Launch(choice("kaltura_discord.commands.watch:pressed_video")), WATCH),
)
