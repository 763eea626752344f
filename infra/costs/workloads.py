"""How much happens in the sizes that docs/cost.md shows. All of it is assumed; change it here, and `make costs`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTES_OF_A_MONTH = 30.4 * 24 * 60

# A server that uses all there is: a school or a community with some forty active people, in a month.
OF_A_SERVER: Mapping[str, float] = {
    "meeting_started": 40,
    "meeting_joined": 400,
    "meeting_ended": 40,
    "meetings_listed": 60,
    "letter_typed": 600,
    "videos_searched": 200,
    "setting_changed": 5,
    "video_told": 30,
    "room_opened": 20,
}

# A film in a room of ten: an hour, a host, somebody who pauses or seeks every five minutes.
_VIEWERS = 10
_CHANGES_OF_AN_HOUR = 12
_REPORTS_OF_A_VIEWER = 180
_REPORTS_OF_A_HOST = 360
_CLOCK_MESSAGES = 16 * 2

# With a thousand in a room, processes read its roster every two seconds each; four of them take its reports.
_ROSTER_READERS = 4
_ROSTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Workload:
    """A size: what happens, beside what is there in any case.

    `happenings` go by the names of `flows.json`; `loose_messages` are WebSocket messages without a write (clocks);
    `page_loads` is how often the Activity's files are fetched; `stored_gigabytes` says what the table holds.
    """

    name: str
    span: str
    minutes: float
    happenings: Mapping[str, float] = field(default_factory=dict)
    connection_minutes: float = 0.0
    loose_messages: float = 0.0
    page_loads: float = 0.0
    stored_gigabytes: float = 0.0


def room_hours(rooms: float, viewers: int = _VIEWERS) -> dict[str, float]:
    """What happens in so many rooms in an hour; everybody comes at its beginning and goes at its end."""
    people = rooms * viewers
    size = 1000 if viewers >= 1000 else 10
    happenings: dict[str, float] = {
        "room_entered": people,
        f"socket_opened_{size}": people,
        f"socket_closed_{size}": people,
        f"viewer_reports_{size}": (people - rooms) * _REPORTS_OF_A_VIEWER,
        f"host_reports_{size}": rooms * _REPORTS_OF_A_HOST,
        f"playback_changed_{size}": rooms * _CHANGES_OF_AN_HOUR,
    }
    if size == 1000:
        readings = rooms * _ROSTER_READERS * 3600 / _ROSTER_SECONDS
        happenings["first_report_1000"] = readings
        happenings["viewer_reports_1000"] -= readings
    return happenings


def of_servers(servers: int) -> Workload:
    """A month with so many servers, each of which watches together for twenty hours."""
    rooms = OF_A_SERVER["room_opened"] * servers
    people = rooms * _VIEWERS
    return Workload(
        name=f"{servers:,} servers" if servers else "nobody",
        span="a month",
        minutes=MINUTES_OF_A_MONTH,
        happenings={name: times * servers for name, times in OF_A_SERVER.items()} | room_hours(rooms),
        connection_minutes=people * 60,
        loose_messages=people * _CLOCK_MESSAGES,
        page_loads=people,
        stored_gigabytes=servers * 0.002,
    )


def of_viewers(people: int, viewers: int) -> Workload:
    """An hour in which so many people watch at once, in rooms of so many."""
    rooms = people // viewers
    return Workload(
        name=f"{people:,} viewers in rooms of {viewers:,}",
        span="an hour",
        minutes=60,
        happenings={"room_opened": rooms} | room_hours(rooms, viewers),
        connection_minutes=people * 60,
        loose_messages=people * _CLOCK_MESSAGES,
        page_loads=people,
    )


WORKLOADS = (of_servers(0), of_servers(10), of_servers(1_000), of_viewers(100_000, 10), of_viewers(100_000, 1_000))
