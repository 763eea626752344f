"""A conversation with every kind of message in it, for people who work on the page (`--demo`)."""

from local_stack.discord.files import MESSAGES, attachment_json
from local_stack.discord.mentions import EVERYTHING_PARSED, mentions_in
from local_stack.discord.messages import EPHEMERAL, IS_COMPONENTS_V2, LOADING, Message, Origin
from local_stack.discord.permissions import Permission
from local_stack.discord.seed import ANN, BO, CHEN, DANA, EMIL, FATIMA
from local_stack.discord.society import Channel, Person
from local_stack.discord.stored_components import resolve_files, stored
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

GENERAL = "1340000000000000001"

PICTURE = "/discord-sim/cdn/icons/1320000000000000001/icon.svg"

MARKDOWN_SAMPLE = """# Heading one
## Heading two
### Heading three
-# Small print below the headings
**bold** *italic* __underlined__ ~~struck~~ ||spoiler|| `code` ***all three***
> A quote
> of two lines
- a list
  - with a deeper point
1. and numbers
```python
def greet(name: str) -> str:
    return f"Hello {name}"
```
[A masked link](https://example.com/a?b=1) and a bare https://example.com/path_with_underscores, \\*not italic\\*"""

LONG_RTL_TITLE = "مراجعة التصميم الأسبوعية 🎓 " * 12


def meeting_card(now: int, title: str, accent: int = 0x23A55A) -> list[Json]:
    """A card such as our product posts, as Components V2."""
    head = f"● LIVE · Interactive room\n**{title}**\nStarted by <@{ANN.user_id}> · <t:{now - 240}:R> · 3 here now"
    buttons: list[Json] = [
        {"type": 2, "id": 7, "style": 1, "label": "Join", "custom_id": "demo:join"},
        {"type": 2, "id": 8, "style": 2, "label": "Share", "custom_id": "demo:share"},
        {"type": 2, "id": 9, "style": 4, "label": "End", "custom_id": "demo:end"},
        {"type": 2, "id": 10, "style": 5, "label": "Open", "url": "https://example.com/"},
        {"type": 2, "id": 11, "style": 3, "label": "Recording", "custom_id": "demo:recording", "disabled": True},
    ]
    section: Json = {
        "type": 9,
        "id": 2,
        "components": [{"type": 10, "id": 3, "content": head}],
        "accessory": {"type": 11, "id": 4, "media": {"url": PICTURE}, "description": "The room"},
    }
    separator: Json = {"type": 14, "id": 5, "divider": True, "spacing": 1}
    row: Json = {"type": 1, "id": 6, "components": buttons}
    return [{"type": 17, "id": 1, "accent_color": accent, "components": [section, separator, row]}]


def _embed() -> Json:
    return {
        "type": "rich",
        "title": "Timetable of the week",
        "url": "https://example.com/timetable",
        "description": "What is **on** this week, and `where`.",
        "color": 0x5865F2,
        "author": {"name": "Riverside School", "icon_url": PICTURE},
        "thumbnail": {"url": PICTURE},
        "fields": [
            {"name": "Monday", "value": "Physics", "inline": True},
            {"name": "Tuesday", "value": "Choir", "inline": True},
            {"name": "Friday", "value": "Everybody meets in the assembly hall", "inline": False},
        ],
        "footer": {"text": "Updated daily"},
        "timestamp": "2026-11-20T08:00:00.000000+00:00",
    }


def _select_rows() -> list[Json]:
    options = [
        {"label": "Webinar", "value": "webinar", "description": "One speaks, many listen"},
        {"label": "Meeting room", "value": "room", "description": "Everybody speaks", "default": True},
        {"label": "Classroom", "value": "classroom"},
    ]
    kinds: Json = {"type": 3, "id": 2, "custom_id": "demo:kind", "placeholder": "Which kind?", "options": options}
    people: Json = {"type": 5, "id": 4, "custom_id": "demo:person", "placeholder": "Who moderates?"}
    staff = [{"id": "1330000000000000002", "type": "role"}, {"id": "1330000000000000003", "type": "role"}]
    roles: Json = {"type": 6, "id": 6, "custom_id": "demo:roles", "max_values": 10, "default_values": staff}
    lessons = [{"id": "1340000000000000002", "type": "channel"}]
    where: Json = {"type": 8, "id": 8, "custom_id": "demo:where", "channel_types": [0, 5], "default_values": lessons}
    selects = (kinds, people, roles, where)
    return [{"type": 1, "id": 2 * n + 1, "components": [select]} for n, select in enumerate(selects)]


def _file_message(world: DiscordWorld) -> Json:
    """What a message with a file is made of."""
    content = b'{"notifications": {"enabled": true}}'
    file = world.files.put(MESSAGES, GENERAL, "kaltura-config.json", content)
    attachment = attachment_json(file, world.files.address(file, world.cdn_url))
    head: Json = {"type": 10, "content": "**Settings of Riverside School**"}
    card: Json = {"type": 13, "file": {"url": f"attachment://{file.name}"}}
    components = stored([{"type": 17, "accent_color": 0x5865F2, "components": [head, card]}], world.mint)
    resolve_files(components, [attachment])
    return {"components": components, "attachments": [attachment]}


class _Conversation:
    """Writes messages a minute apart, the last one just now."""

    def __init__(self, world: DiscordWorld, channel: Channel, length: int) -> None:
        self.world = world
        self.channel = channel
        self.at = world.now() - 60 * length

    def say(self, author: Person, content: str, **details: object) -> Message:
        message = Message(self.world.mint.next(), self.channel.channel_id, author, self.at, content)
        for name, value in details.items():
            setattr(message, name, value)
        server = self.world.server_of(self.channel)
        if server is not None:
            permissions = self.world.permissions(author.user_id, self.channel)
            message.mentions = mentions_in(content, message.components, EVERYTHING_PARSED, server, permissions)
        self.world.post(message)
        self.at += 60
        return message

    def answer(self, asker: Person, command: str, content: str = "", **details: object) -> Message:
        origin = Origin(self.world.mint.next(), 2, asker, {"0": self.channel.guild_id or "0"}, command)
        application_id = self.world.application_id
        message = self.say(self.world.bot, content, origin=origin, type=20, **details)
        message.webhook_id = message.application_id = application_id
        return message


def tell_demo(world: DiscordWorld) -> None:
    """Fill #general of Riverside School with one message of each kind."""
    now = int(world.now())
    talk = _Conversation(world, world.channels[GENERAL], length=18)
    talk.say(ANN, "Good morning. Who is in for the design review today?")
    talk.say(BO, "I am.")
    talk.say(BO, "Ten minutes late, though.", edited_at=world.now())
    talk.say(FATIMA, "سأكون هناك أيضًا، شكرًا لكم 🎉")
    talk.say(CHEN, MARKDOWN_SAMPLE)
    talk.say(
        EMIL, f"<@{BO.user_id}> see <#1340000000000000002>, <@&1330000000000000004> too; starts <t:{now + 3600}:R>"
    )
    talk.say(ANN, "@everyone the hall is open, or use </kaltura-start:1350000000000000001>")
    talk.say(DANA, "@everyone this one pings nobody, I have no permission")
    talk.answer(BO, "timetable", embeds=[_embed()])
    card = meeting_card(now, "Weekly design review")
    talk.answer(ANN, "kaltura-start", components=card, flags=IS_COMPONENTS_V2)
    talk.answer(EMIL, "kaltura-start", components=meeting_card(now, LONG_RTL_TITLE, 0xF0B232), flags=IS_COMPONENTS_V2)
    talk.answer(ANN, "kaltura-start", "Which room shall it be?", components=_select_rows())
    talk.answer(ANN, "kaltura-config export", flags=IS_COMPONENTS_V2, **_file_message(world))
    for person in (ANN, BO, DANA):
        private = "Only you can read this. [Open the meeting](https://example.com/j/abc)"
        talk.answer(person, "kaltura-join", private, flags=EPHEMERAL, ephemeral_for=person.user_id)
    talk.answer(BO, "kaltura-list", flags=LOADING, state="thinking")
    talk.answer(CHEN, "kaltura-end", state="failed", failure="The application did not respond")
    _offer_commands(world)


def _offer_commands(world: DiscordWorld) -> None:
    """Commands to try the composer with, where the product has registered none yet."""
    kinds = ["Webinar", "Meeting room", "Classroom"]
    choices = [{"name": kind, "value": kind.lower()} for kind in kinds]
    title = {"type": 3, "name": "title", "description": "What it is called", "required": True, "max_length": 100}
    kind = {"type": 3, "name": "type", "description": "Which kind of room", "required": True, "choices": choices}
    about = {"type": 3, "name": "description", "description": "What it is about"}
    meeting = {"type": 3, "name": "meeting", "description": "Which one", "required": True, "autocomplete": True}
    query = {"type": 3, "name": "query", "description": "Words to look for", "required": True}
    limit = {"type": 4, "name": "limit", "description": "How many", "min_value": 1, "max_value": 25}
    whom = {"type": 6, "name": "member", "description": "Somebody"}
    where = {"type": 7, "name": "channel", "description": "Some channel", "channel_types": [0]}
    loud = {"type": 5, "name": "public", "description": "Show everybody"}
    commands: list[Json] = [
        {"name": "kaltura-start", "description": "Start a meeting", "options": [kind, title, about]},
        {"name": "kaltura-join", "description": "Join a running meeting", "options": [meeting]},
        {"name": "kaltura-list", "description": "List running meetings"},
        {"name": "kaltura-invite", "description": "Invite somebody", "options": [_required(whom), where, loud]},
        {"name": "kaltura-video-search", "description": "Find a video", "options": [query, limit]},
    ]
    commands.append(_settings_command())
    for command in commands:
        world.commands.upsert("", command)


def _settings_command() -> Json:
    """Sub-commands with an option of each kind."""
    key = {"type": 3, "name": "key", "description": "Which setting", "autocomplete": True}
    value = {"type": 3, "name": "value", "description": "What it shall be"}
    kind = {"type": 3, "name": "type", "description": "Of which messages"}
    channel = {"type": 7, "name": "channel", "description": "Where they go", "channel_types": [0, 5]}
    role = {"type": 8, "name": "role", "description": "Which role"}
    level = {"type": 3, "name": "level", "description": "What it may do in Kaltura"}
    file = {"type": 11, "name": "file", "description": "A file that export made", "file_types": [".json"]}
    loud = {"type": 5, "name": "public", "description": "Show everybody"}
    forms: list[tuple[str, str, list[Json]]] = [
        ("view", "See the settings of this server", []),
        ("set", "Change one setting", [_required(key), _required(value)]),
        ("channel", "Choose where messages go", [_required(kind), _required(channel)]),
        ("role", "Say what a role may do", [_required(role), _required(level)]),
        ("template", "Change the words of a message", [_required(kind)]),
        ("import", "Take settings over from a file", [_required(file), loud]),
    ]
    subcommands = [{"type": 1, "name": name, "description": what, "options": more} for name, what, more in forms]
    may_manage = str(int(Permission.MANAGE_GUILD))
    return {
        "name": "kaltura-config",
        "description": "Settings of this server",
        "default_member_permissions": may_manage,
        "options": subcommands,
    }


def _required(option: Json) -> Json:
    """The same option, required."""
    return {**option, "required": True}
