"""What a digest says: a line for each thing that happened, the first one first, within what Discord takes."""

from collections.abc import Awaitable, Callable, Sequence

from kaltura_discord.discord.components import Accent, container, text
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.notifications.contents import title_of
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.templates.discord_markdown import inline_within
from kaltura_discord.templates.plain_text import utf16_length

HEADING = "### While it was quiet"

# Discord takes 4000 characters in a message of components; the rest is for what may stand below.
_ROOM = 3600
_TITLE_ROOM = 120
_LONGEST_LINK = 300

_MeetingOf = Callable[[Notification], Awaitable[Meeting | None]]


async def digest_message(told: Sequence[Notification], meeting_of: _MeetingOf) -> Message:
    """The message; what does not fit is counted."""
    lines = [HEADING]
    room = _ROOM - utf16_length(HEADING)
    for number, each in enumerate(told):
        line = _line(each, await meeting_of(each))
        room -= utf16_length(line) + 1
        if room < 0:
            lines.append(f"-# and {len(told) - number} more")
            break
        lines.append(line)
    return Message((container([text("\n".join(lines))], Accent.NEUTRAL),), ephemeral=False)


def _line(told: Notification, meeting: Meeting | None) -> str:
    title = inline_within(title_of(told, meeting), _TITLE_ROOM)
    url = told.details.get("url", "")
    # An address of Kaltura's own that we have made ourselves.
    shown = f"[{title}]({url})" if title and url and len(url) <= _LONGEST_LINK else title
    when = f"- <t:{told.created_at}:t> {LOOKS[told.type].name}"
    return f"{when}: **{shown}**" if shown else when
