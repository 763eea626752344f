"""How a digest is divided: into as many messages as it takes, each a notification of its own. Pure.

    digest#{end of the quiet hours}#{channel}        the first part for a channel
    digest#{end}#{channel}#2                         the next one, where the first has no room any more
    digest#{end}#{channel}#2>{another}               what of it goes on to another channel, as none before takes it

Everything that was held has its part before the first one is posted, so a part that may stand in a channel is never
added to. There are `MOST_PARTS` for a channel; what does not fit into these is counted in the last.
"""

from dataclasses import dataclass, field, replace
from typing import Self

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.models import DIGEST

MOST_PARTS = 10
"""For each channel and end of quiet hours. With ordinary titles and links they name some 160 things."""

LINES_ROOM = 3400
"""Discord takes 4000 characters in all texts of a message; the rest is for what is counted, and for a footnote."""

MOST_LINES = 40
"""So many fit, without links, whatever their titles have become since (`digest_words`)."""


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One message of a digest.

    Attributes:
        until: the end of the quiet hours, epoch seconds.
        channel_id: which channel it is meant for.
        number: from 1.
        further: to which channels it goes on where those that all of the part has in common are closed.
    """

    until: int
    channel_id: ChannelId
    number: int = 1
    further: tuple[ChannelId, ...] = ()

    @property
    def key(self) -> str:
        """The key of its notification."""
        number = f"#{self.number}" if self.number > 1 else ""
        return ">".join((f"{DIGEST}#{self.until}#{self.channel_id}{number}", *self.further))

    @property
    def before(self) -> Self:
        """The part of which this one is what has gone on."""
        return replace(self, further=self.further[:-1])

    @classmethod
    def of(cls, key: str) -> Self:
        """The part that has this key."""
        meant, *further = key.split(">")
        _, until, channel_id, *number = meant.split("#")
        numbered = int(number[0]) if number else 1
        return cls(int(until), ChannelId(channel_id), numbered, tuple(ChannelId(name) for name in further))


@dataclass(slots=True)
class _Filling:
    """The last part for a channel, and what it has room for still."""

    number: int
    lines: int
    room: int = LINES_ROOM


@dataclass(slots=True)
class Division:
    """Divides what was held until an epoch second, in the order in which it is asked."""

    until: int
    most_parts: int = MOST_PARTS
    most_lines: int = MOST_LINES
    _last: dict[ChannelId, _Filling] = field(default_factory=dict)

    def place(self, channel_id: ChannelId, length: int) -> tuple[DigestPart, bool]:
        """Where a line of so many UTF-16 units stands, and whether it is only counted there."""
        last = self._last_of(channel_id)
        is_full = last.lines < 1 or last.room < length
        if is_full and last.number == self.most_parts:
            # Nothing short comes after what was too long: of a list that breaks off, everybody knows where.
            last.lines = 0
            return DigestPart(self.until, channel_id, last.number), True
        if is_full:
            last = self._begin(channel_id, last.number + 1)
        last.lines -= 1
        last.room -= length
        return DigestPart(self.until, channel_id, last.number), False

    def take_up(self, part: DigestPart, length: int, *, is_counted: bool) -> None:
        """A line stands there since an earlier try."""
        last = self._last_of(part.channel_id)
        if part.until != self.until or part.further or part.number < last.number:
            return
        if part.number > last.number:
            last = self._begin(part.channel_id, part.number)
        last.lines = 0 if is_counted else last.lines - 1
        last.room -= length

    def _last_of(self, channel_id: ChannelId) -> _Filling:
        return self._last.get(channel_id) or self._begin(channel_id, 1)

    def _begin(self, channel_id: ChannelId, number: int) -> _Filling:
        filling = self._last[channel_id] = _Filling(number, self.most_lines)
        return filling
