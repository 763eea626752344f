"""Which messages have words of the server's own, what may stand in them, and what they say by default.

Nothing but that: commands are declared with it, which every cold start pays for. What makes words right is in
`template_rules`.
"""

from collections.abc import Mapping

NOTIFICATION_TYPES = (
    "meeting_start",
    "meeting_end",
    "user_join",
    "recording_ready",
    "live_start",
    "live_end",
    "video_ready",
)

MESSAGE_NAMES: Mapping[str, str] = {
    "meeting_start": "A meeting starts",
    "meeting_end": "A meeting has ended",
    "user_join": "Somebody joins a meeting",
    "recording_ready": "A recording is ready",
    "live_start": "A live stream starts",
    "live_end": "A live stream is over",
    "video_ready": "A new video is ready",
    "meeting_share": "Somebody shares a meeting",
}
"""What happens, as it stands in lists and sentences."""

_MEETING = ("title", "type", "id", "creator", "start_time", "url")
_BROADCAST = ("title", "id", "creator", "start_time", "url")

ALLOWED_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "meeting_start": _MEETING,
    "meeting_end": (*_MEETING, "end_time", "duration"),
    "user_join": (*_MEETING, "username", "user_id", "roles", "join_time"),
    "recording_ready": (*_MEETING, "end_time", "duration", "size", "format"),
    "live_start": _BROADCAST,
    "live_end": (*_BROADCAST, "end_time", "duration"),
    "video_ready": ("title", "id", "creator", "duration", "url", "size", "format"),
    "meeting_share": ("username", "title", "type"),
}

DEFAULT_TEMPLATES: Mapping[str, str] = {
    "meeting_start": "A new {{type}} has started: **{{title}}**",
    "meeting_end": "**{{title}}** has ended after {{duration}}.",
    "user_join": "{{username}} joined **{{title}}**.",
    "recording_ready": "The recording of **{{title}}** is ready ({{duration}}).",
    "live_start": "**{{title}}** is live now.",
    "live_end": "**{{title}}** is over.",
    "video_ready": "A new video is ready: **{{title}}** ({{duration}})",
    "meeting_share": "**{{username}}** invites you to **{{title}}**.",
}
