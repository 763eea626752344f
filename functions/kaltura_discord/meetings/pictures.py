"""The picture beside a live meeting: the room's thumbnail as Kaltura's CDN makes it, public and without a session."""

from dataclasses import dataclass

from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class Pictures:
    """Knows where pictures are."""

    addresses: KalturaAddresses

    def of(self, meeting: Meeting) -> str:
        """The picture's address; empty where there is no room entry to make one of."""
        if meeting.room is None or meeting.room.strategy != "room_entry":
            return ""
        return self.addresses.thumbnail(meeting.room.room_id, width=320, height=180)
