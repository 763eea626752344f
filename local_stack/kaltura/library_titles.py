"""The seeded library as tables: two customers' videos, with the titles that real people give.

The videos stand in library_videos.tsv. The `*_ID` constants are a contract: tests and documentation name them.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .clips import CLIPS

_TABLE = Path(__file__).with_name("library_videos.tsv")

RIVERSIDE_CATEGORY_ID: Final = 100
BIOLOGY_CATEGORY_ID: Final = 101
HISTORY_CATEGORY_ID: Final = 102
MATHEMATICS_CATEGORY_ID: Final = 103
MUSIC_CATEGORY_ID: Final = 104
NORTHWIND_CATEGORY_ID: Final = 200
PRODUCT_CATEGORY_ID: Final = 201
ENGINEERING_CATEGORY_ID: Final = 202
ALL_HANDS_CATEGORY_ID: Final = 203

CAPTIONED_ENTRY_ID: Final = "1_bio00001"
TWO_RENDITIONS_ENTRY_ID: Final = "1_bio00001"
LIVE_ENTRY_ID: Final = "1_live0001"
ACCESS_CONTROLLED_ENTRY_ID: Final = "1_lock0001"
NOT_READY_ENTRY_ID: Final = "1_wait0001"
AUDIO_ENTRY_ID: Final = "1_audio001"
LONG_TITLE_ENTRY_ID: Final = "1_long0001"
MENTION_ENTRY_ID: Final = "1_ping0001"
RECORDING_ENTRY_ID: Final = "1_rec00001"
LONG_FILM_ENTRY_ID: Final = "1_film0001"
ENCRYPTED_ENTRY_ID: Final = "1_safe0001"

PUBLIC_PROFILE_ID: Final = 8001
RESTRICTED_PROFILE_ID: Final = 8002

CLIP_SECONDS: Final = {name: clip.seconds * clip.rounds for name, clip in CLIPS.items()}
"""The clips and how long each runs, in seconds."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category; `poster` is the picture of its videos."""

    id: int
    name: str
    parent_id: int
    poster: str = "library"


CATEGORIES: Final = (
    Category(RIVERSIDE_CATEGORY_ID, "Riverside School", 0),
    Category(BIOLOGY_CATEGORY_ID, "Biology", RIVERSIDE_CATEGORY_ID, "biology"),
    Category(HISTORY_CATEGORY_ID, "History", RIVERSIDE_CATEGORY_ID, "history"),
    Category(MATHEMATICS_CATEGORY_ID, "Mathematics", RIVERSIDE_CATEGORY_ID, "mathematics"),
    Category(MUSIC_CATEGORY_ID, "Music", RIVERSIDE_CATEGORY_ID, "music"),
    Category(NORTHWIND_CATEGORY_ID, "Northwind Labs", 0),
    Category(PRODUCT_CATEGORY_ID, "Product", NORTHWIND_CATEGORY_ID, "product"),
    Category(ENGINEERING_CATEGORY_ID, "Engineering", NORTHWIND_CATEGORY_ID, "engineering"),
    Category(ALL_HANDS_CATEGORY_ID, "All hands", NORTHWIND_CATEGORY_ID, "allhands"),
)


@dataclass(frozen=True, slots=True)
class Video:
    """One row of the library; `days_old` from the moment of seeding."""

    id: str
    name: str
    category_id: int
    clip: str
    owner: str
    tags: str
    plays: int
    days_old: int
    description: str = ""


def _read_videos() -> tuple[Video, ...]:
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(
            Video(
                id=row["id"],
                name=row["name"],
                category_id=int(row["category_id"]),
                clip=row["clip"],
                owner=row["owner"],
                tags=row["tags"],
                plays=int(row["plays"]),
                days_old=int(row["days_old"]),
                description=row["description"],
            )
            for row in rows
        )


VIDEOS: Final = _read_videos()

USERS: Final = (
    ("ms.alvarez", "Elena", "Alvarez"),
    ("mr.okafor", "Chidi", "Okafor"),
    ("dr.petrov", "Irina", "Petrov"),
    ("mrs.lindqvist", "Maja", "Lindqvist"),
    ("ms.nakamura", "Yuki", "Nakamura"),
    ("ana.costa", "Ana", "Costa"),
    ("liam.byrne", "Liam", "Byrne"),
    ("priya.raman", "Priya", "Raman"),
    ("tomasz.k", "Tomasz", "Kowalski"),
    ("ceo.office", "Office of", "the CEO"),
    ("people.team", "People", "Team"),
)

ROLES: Final = ((3001, "Publisher Administrator", "PARTNER_ADMIN_ROLE"), (3002, "Playback Base", "PLAYBACK_BASE_ROLE"))

CAPTIONS: Final = {
    "1_bio00001": (
        "Every one of us began as a single cell.",
        "Before a cell divides, it copies its chromosomes.",
        "In prophase the chromosomes condense and become visible.",
        "In metaphase they line up along the middle of the cell.",
        "In anaphase the spindle fibres pull the sister chromatids apart.",
        "Telophase: two new nuclei form, and cytokinesis finishes the job.",
    ),
    LONG_FILM_ENTRY_ID: (
        "It begins as a trickle between two stones.",
        "Every bend was once a straight line that met something harder.",
        "The mill took the water, and the town took the mill.",
        "Where it meets the tide, it runs both ways.",
    ),
    "1_mat00002": (
        "Imagine standing on the number line, at one.",
        "Multiplying by i turns you by ninety degrees.",
        "So e to the i pi walks half a circle, and lands at minus one.",
    ),
    "1_eng00001": (
        "At nine minutes past two the first alert fired.",
        "The cache answered with yesterday's prices.",
        "Nobody had thought of the leap second in the expiry.",
        "The fix was one line; finding it took four hours.",
    ),
    "1_hnd00003": (
        "Welcome, and breathe: nobody remembers everything on day one.",
        "Your badge opens the second floor and the kitchen.",
        "If in doubt, ask in the newcomers channel.",
    ),
}
