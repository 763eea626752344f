"""Which meeting a recording is of.

Kaltura has several ways to say it, and none that it always uses (Kaltura server: RoomService.attachRecordedEntry; older
rooms, whose recordings come by way of newrow, hand on the `referenceId`):

    the recording's rootEntryId     the room
    the room's recordedEntryId      the recording
    the recording's referenceId     our own id of the meeting, by which its room is found
"""

import re
from dataclasses import dataclass

from kaltura_discord.kaltura.entries import EntryDesk, EntryFacts
from kaltura_discord.kaltura.errors import KalturaRefused
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.recordings import Recordings
from kaltura_discord.resilience.deadline import Deadline

# Our ids of meetings are those of Discord's interactions.
_OUR_REFERENCE = re.compile(r"[0-9]{15,20}")


@dataclass(frozen=True, slots=True)
class Origins:
    """Finds the meetings of recordings."""

    entries: EntryDesk
    rooms: MeetingStrategy
    recordings: Recordings

    async def meeting_of(self, entry: EntryFacts, room_id: str, deadline: Deadline) -> Meeting | None:
        """The meeting; None where it is a recording of none of ours, or no recording at all.

        Args:
            entry: the recording.
            room_id: the room that is known to name it as its recording; may be empty.
            deadline: for what Kaltura is asked.

        Raises:
            AwsError, KalturaError: it could not be found out.
        """
        for named in (room_id, entry.root_entry_id):
            meeting = await self.recordings.meeting_in(named) if named else None
            if meeting is not None:
                return meeting
        return await self._by_reference(entry, deadline) or await self._by_its_room(entry, deadline)

    async def _by_reference(self, entry: EntryFacts, deadline: Deadline) -> Meeting | None:
        if not _OUR_REFERENCE.fullmatch(entry.reference_id):
            return None
        try:
            room = await self.rooms.find_by_reference(entry.reference_id, deadline)
        except KalturaRefused:
            return None
        return await self.recordings.meeting_in(room.room_id) if room is not None else None

    async def _by_its_room(self, entry: EntryFacts, deadline: Deadline) -> Meeting | None:
        try:
            room_id = await self.entries.recorded_in(entry.entry_id, deadline)
        except KalturaRefused:
            # Without a search in this account, the other ways have to do.
            return None
        return await self.recordings.meeting_in(room_id) if room_id else None
