"""What `make doctor` found out about a Kaltura account."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        area: what it is about, in a word or two: "API", "secret", "rooms".
        status: `ok`; `warning`, works with a drawback or could not be found out; `failed`, will not work.
        sentence: what was found.
        advice: what to do about it; empty where there is nothing to do.
    """

    area: str
    status: Literal["ok", "warning", "failed"]
    sentence: str
    advice: str = ""
