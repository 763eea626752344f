"""The servers of the trial: each gets and wants something else, and has its own channels, open and closed ones."""

from dataclasses import dataclass
from typing import Any

SEEN_BY_ALL = (1, 2, 3, 4)
OF_ORDINARY = 5
"""A category that one server is told of alone; nothing of it happens in the trial (`tests/bench`)."""

TEMPLATES = {
    "meeting_start": "START {{title}}",
    "meeting_end": "END {{title}}",
    "user_join": "JOIN {{title}}: {{username}}",
    "recording_ready": "RECORDED {{title}}",
    "live_start": "LIVE {{title}}",
    "live_end": "OVER {{title}}",
    "video_ready": "VIDEO {{title}}",
}


@dataclass(frozen=True)
class Server:
    """One server.

    Attributes:
        meetings: the channel in which its meetings are started.
        told: the channel that it is told in; empty where it has set none.
        gets: the categories that the operator gave it.
        wants, except_for: those that it has subscribed to, and excluded.
        closed: a channel of its own for videos that does not take them.
        quiet: its quiet hours; the trial begins at 20:00.
    """

    guild_id: str
    meetings: str
    told: str
    gets: tuple[int, ...]
    wants: tuple[int, ...]
    except_for: tuple[int, ...] = ()
    closed: str = ""
    quiet: str = ""

    def settings(self) -> dict[str, Any]:
        """What it has set for itself."""
        return {
            "notifications": {
                "types": dict.fromkeys(TEMPLATES, True),
                "templates": TEMPLATES,
                "channels": {"default": self.told, **({"video_ready": self.closed} if self.closed else {})},
                "subscriptions": {"categories": list(self.wants), "except_categories": list(self.except_for)},
                "quiet_hours": {"hours": self.quiet, "time_zone": "UTC"},
            }
        }

    def is_told_of(self, categories: frozenset[int]) -> bool:
        """Whether it is told of an entry in these categories."""
        here = categories.intersection(self.gets) and categories.intersection(self.wants)
        return bool(here) and not categories.intersection(self.except_for)


ORDINARY = Server(
    "310000000000000001", "410000000000000011", "410000000000000012", (*SEEN_BY_ALL, OF_ORDINARY), (1, 2, OF_ORDINARY)
)
CHOOSY = Server("310000000000000002", "410000000000000021", "410000000000000022", (2, 3, 4), (1, 2, 3), (4,))
QUIET = Server(
    "310000000000000003",
    "410000000000000031",
    "410000000000000032",
    SEEN_BY_ALL,
    (1,),
    closed="410000000000000039",
    quiet="20:00-20:20",
)
CROWDED = Server(
    "310000000000000006",
    "410000000000000061",
    "410000000000000062",
    SEEN_BY_ALL,
    (2, 4),
    (1, 3),
    quiet="20:10-20:50",
)
"""In its night so much happens that a digest does not name it all."""

CLOSED = Server(
    "310000000000000004", "410000000000000041", "410000000000000042", SEEN_BY_ALL, (3,), closed="410000000000000049"
)
NOWHERE = Server("310000000000000005", "410000000000000051", "", SEEN_BY_ALL, (4,), closed="410000000000000059")
"""Has set nothing but a channel that is closed: what is told of videos there can truly not be delivered."""

SERVERS = (ORDINARY, CHOOSY, QUIET, CLOSED, NOWHERE, CROWDED)


def server_of(meeting: int) -> Server:
    """Whose the meeting of a number is."""
    return SERVERS[meeting % len(SERVERS)]
