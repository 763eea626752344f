"""What a part of a digest says: a line for each thing that happened, the first one first, within what Discord takes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kaltura_discord.discord.components import Accent, container, text
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.notifications.contents import title_of
from kaltura_discord.notifications.digest_parts import LINES_ROOM
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.templates.discord_markdown import inline_within
from kaltura_discord.templates.plain_text import utf16_length

HEADING = "### While it was quiet"

_POST_NAME = "What happened while it was quiet"
_WHERE_THE_REST_IS = "Whoever manages this server finds each of them in `/kaltura-config notifications`."


@dataclass(frozen=True, slots=True)
class _Measure:
    """How much of a line there is: its title and its link in UTF-16 units, and whether those who joined are named."""

    title: int = 120
    link: int = 300
    names: bool = True


_WHOLE = _Measure()
# A line may have become longer since it got its place, as when its meeting has another title now.
_MEASURES = (_WHOLE, _Measure(link=0), _Measure(title=40, link=0, names=False))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; or all who joined a meeting, which is told as of the first of them.

    Attributes:
        told: what happened.
        meeting: the one that it is about.
        names: who joined it, in words.
    """

    told: Notification
    meeting: Meeting | None = None
    names: str = ""

    @property
    def length(self) -> int:
        """How many UTF-16 units it takes, with what separates it from others."""
        return utf16_length(self.words()) + 1

    def words(self, measure: _Measure = _WHOLE) -> str:
        """The line."""
        title = inline_within(title_of(self.told, self.meeting), measure.title)
        url = self.told.details.get("url", "")
        # An address of Kaltura's own that we have made ourselves.
        shown = f"[{title}]({url})" if title and url and len(url) <= measure.link else title
        names = f" · {self.names}" if self.names and measure.names else ""
        when = f"- <t:{self.told.created_at}:t> {LOOKS[self.told.type].name}"
        return f"{when}: **{shown}**{names}" if shown else f"{when}{names}"


def digest_message(lines: Sequence[Line], counted: Sequence[Notification], number: int) -> Message:
    """The message that is a digest's part of this number; what is `counted` is not named."""
    heading = HEADING if number == 1 else f"{HEADING}, part {number}"
    parts = [heading, *_fitting(lines), *([_count_of(counted)] if counted else [])]
    return Message((container([text("\n".join(parts))], Accent.NEUTRAL),), ephemeral=False)


def post_name_of(number: int) -> str:
    """What a digest's part of this number is called where it begins a post in a forum."""
    return _POST_NAME if number == 1 else f"{_POST_NAME}, part {number}"


def _fitting(lines: Sequence[Line]) -> list[str]:
    shown: list[str] = []
    for measure in _MEASURES:
        shown = [line.words(measure) for line in lines]
        if utf16_length("\n".join(shown)) <= LINES_ROOM:
            break
    return shown


def _count_of(counted: Sequence[Notification]) -> str:
    kinds = Counter(LOOKS[told.type].name for told in counted)
    kinds_in_words = ", ".join(f"{name} ({count})" for name, count in kinds.most_common())
    return f"-# and {len(counted)} more: {kinds_in_words}. {_WHERE_THE_REST_IS}"
