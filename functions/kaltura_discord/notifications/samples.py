"""What a message of each type could be about: made-up values for previews and tests, as of a given moment."""

from collections.abc import Mapping

from kaltura_discord.notifications.words import moment
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.server_config.template_rules import VARIABLES

_MEETING_SECONDS = 48 * 60
"""How long the meeting of the samples took; their `duration` says the same."""

_JUST_BEGAN = frozenset({"meeting_start", "live_start"})

_TITLES: Mapping[str, str] = {
    "live_start": "Open day, live from the assembly hall",
    "live_end": "Open day, live from the assembly hall",
    "video_ready": "How cells divide",
}


def samples(message_type: str, now: int) -> dict[str, str]:
    """Values for all variables of a type; `now` in epoch seconds."""
    values = {name: VARIABLES[name].sample for name in ALLOWED_VARIABLES[message_type]}
    began = now if message_type in _JUST_BEGAN else now - _MEETING_SECONDS
    # Somebody comes a few minutes after the beginning.
    others = {
        "title": _TITLES.get(message_type, values["title"]),
        "start_time": moment(now - 300 if message_type == "user_join" else began),
        "end_time": moment(now),
        "join_time": moment(now, "t"),
    }
    return {**values, **{name: value for name, value in others.items() if name in values}}
