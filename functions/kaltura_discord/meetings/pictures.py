"""The picture beside a meeting that is live or was recorded: Kaltura's CDN makes it, public and without a session."""

from dataclasses import dataclass

from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.meetings.models import Meeting, MeetingState


@dataclass(frozen=True, slots=True)
class Pictures:
    """Knows where pictures are, and where recordings are played."""

    addresses: KalturaAddresses

    def of(self, meeting: Meeting) -> str:
        """The picture's address; empty where there is no entry to make one of."""
        entry_id = _entry_of(meeting)
        return self.addresses.thumbnail(entry_id, width=320, height=180) if entry_id else ""

    def page_of(self, meeting: Meeting) -> str:
        """The page that plays the last recording; empty where there is none."""
        return self.addresses.player_page(meeting.recordings[-1].entry_id) if meeting.recordings else ""


def _entry_of(meeting: Meeting) -> str:
    if meeting.state is MeetingState.ENDED and meeting.recordings:
        return meeting.recordings[-1].entry_id
    is_entry = meeting.room is not None and meeting.room.strategy == "room_entry"
    return meeting.room.room_id if meeting.room is not None and is_entry else ""
