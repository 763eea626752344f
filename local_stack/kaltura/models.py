"""What the simulated Kaltura keeps, beside the records that the API shows."""

from dataclasses import dataclass, field

from .objects import Record

STATUS_READY = "2"
STATUS_DELETED = "3"
STATUS_NO_CONTENT = "7"

TYPE_MEDIA = "1"
TYPE_LIVE = "7"
TYPE_ROOM = "room.room"


@dataclass(slots=True)
class StoredEntry:
    """An entry: its API record, and what the API does not show.

    Attributes:
        record: the fields, as `baseEntry.get` answers them.
        clip: the folder of media/ that plays; None where there is nothing to play.
        poster: the picture of media/posters that stands for it.
        access_controlled: playable only with a KS that has `sview` for it.
        is_live: whether a live entry is on air.
    """

    record: Record
    clip: str | None = None
    poster: str = "library"
    access_controlled: bool = False
    is_live: bool = False

    @property
    def id(self) -> str:
        """The entry id."""
        return str(self.record["id"])

    @property
    def deleted(self) -> bool:
        """Whether it was deleted; it stays in the table, unseen."""
        return str(self.record["status"]) == STATUS_DELETED

    @property
    def category_ids(self) -> list[int]:
        """The categories it stands in."""
        return [int(number) for number in (self.record.get("categoriesIds") or "").split(",") if number]


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line of captions; times in milliseconds from the start."""

    starts_at: int
    ends_at: int
    text: str


@dataclass(slots=True)
class StoredCaption:
    """A caption asset and its lines."""

    record: Record
    lines: list[CaptionLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call of an API action, for tests; `at` is epoch milliseconds, `error` None where it succeeded."""

    service: str
    action: str
    client_tag: str
    error: str | None
    at: int


@dataclass(slots=True)
class Join:
    """A person who came into a room; `at` is epoch milliseconds of the last time."""

    room_id: str
    user_id: str
    name: str
    role: str
    moderator: bool
    at: int
    times: int = 1
