"""Recordings find their meetings here, and meetings remember them.

A meeting is in the index under the id of its room (`KALTURA#{room}`), so a recording that names the room leads to it.
The meeting bears its recordings, as its card shows them; whichever of many workers learns of one, it is there once.
"""

from dataclasses import dataclass

from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import Meeting, MeetingId, Recording
from kaltura_discord.meetings.store import MeetingStore


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings of all meetings."""

    table: Table
    meetings: MeetingStore

    async def meeting_in(self, room_id: str) -> Meeting | None:
        """The meeting that was held in this room of Kaltura's; None where it was none of ours, or is forgotten."""
        for item in await self.table.query_index(f"KALTURA#{room_id}", limit=1):
            guild_id = GuildId(item["pk"].removeprefix("SERVER#"))
            return await self.meetings.find(guild_id, MeetingId(item["sk"].removeprefix("MEETING#")))
        return None

    async def note(self, meeting: Meeting, recording: Recording) -> bool:
        """Have the meeting remember it; False where it does already, or is forgotten itself."""
        update = Update(
            Key(f"SERVER#{meeting.guild_id}", f"MEETING#{meeting.meeting_id}"),
            "SET recordings = list_append(if_not_exists(recordings, :none), :new), "
            "recording_ids = list_append(if_not_exists(recording_ids, :none), :id)",
            condition="attribute_exists(pk) AND NOT contains(recording_ids, :entry_id)",
            values={
                ":none": [],
                ":new": [{"entry_id": recording.entry_id, "seconds": recording.duration_seconds}],
                ":id": [recording.entry_id],
                ":entry_id": recording.entry_id,
            },
        )
        try:
            await self.table.update(update)
        except ConditionNotMet:
            return False
        return True
