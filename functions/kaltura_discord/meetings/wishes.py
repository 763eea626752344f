"""What somebody may ask for: which kinds of meetings there are, and how much may be typed about one.

No more than that: commands are declared with it, which every cold start pays for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaltura_discord.kaltura.rooms import MeetingKind

TITLE_LIMIT = 300
DESCRIPTION_LIMIT = 1000
WHEN_LIMIT = 100
DURATION_LIMIT = 40

KIND_NAMES: dict["MeetingKind", str] = {
    "webinar": "Webinar",
    "room": "Interactive room",
    "classroom": "Virtual classroom",
}
