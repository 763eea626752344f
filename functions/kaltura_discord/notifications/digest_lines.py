"""The lines of a digest, from what was held: of many who joined one meeting there is one line.

Meetings, and who joined them, are read when it is told; what one look at a digest has read, it reads once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kaltura_discord.aws.attributes import Item
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.digest_words import Line
from kaltura_discord.notifications.held import Held
from kaltura_discord.notifications.join_lines import JoinLines, marked_with
from kaltura_discord.notifications.line_words import names_in_words
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.reasons import about_meetings


def in_lines(held: Iterable[Held]) -> list[list[Held]]:
    """What is one line each; what is in a digest already is in no line with what is not."""
    lines: dict[tuple[str, bool, str], list[Held]] = {}
    for each in held:
        told = each.notification
        what = f"user_join#{told.subject}" if told.type == "user_join" else told.key
        lines.setdefault((each.digest, each.is_counted, what), []).append(each)
    return list(lines.values())


@dataclass(frozen=True, slots=True)
class DigestLines:
    """Makes the lines of one digest."""

    meetings: MeetingStore
    joins: JoinLines
    _meetings_seen: dict[MeetingId, Meeting | None] = field(default_factory=dict)
    _participants_seen: dict[str, list[Item]] = field(default_factory=dict)

    async def meeting_of(self, told: Notification) -> Meeting | None:
        """The meeting that it is about; None where it is about none, or that is not kept any more."""
        if not about_meetings(told):
            return None
        meeting_id = MeetingId(told.details.get("meeting_id", told.subject))
        if meeting_id not in self._meetings_seen:
            self._meetings_seen[meeting_id] = await self.meetings.find(told.guild_id, meeting_id)
        return self._meetings_seen[meeting_id]

    async def line_of(self, held: Sequence[Held]) -> Line | None:
        """The line that these are; None where nothing is left to tell of."""
        told = held[0].notification
        meeting = await self.meeting_of(told)
        if meeting is None and about_meetings(told):
            return None
        if told.type != "user_join":
            return Line(told, meeting)
        # They were marked when they were held.
        participants = await self._participants(told)
        people = [person for each in held for person in marked_with(each.notification, participants)]
        return Line(told, meeting, names_in_words([person.name for person in people])) if people else None

    async def _participants(self, told: Notification) -> list[Item]:
        if told.subject not in self._participants_seen:
            self._participants_seen[told.subject] = await self.joins.participants(told)
        return self._participants_seen[told.subject]
