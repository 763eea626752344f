"""What the doctor saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kaltura_discord.kaltura.findings import Finding

Status = Literal["ok", "note", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was looked at.

    Attributes:
        area: what it is about, in a word or a few: "bot token".
        status: `ok`; `note`, worth knowing, nothing to do; `warning`, works with a drawback or could not be found
            out; `failed`, will not work.
        sentence: what was seen.
        advice: what to do about it; empty where there is nothing to do.
    """

    area: str
    status: Status
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together, under one heading."""

    title: str
    observations: tuple[Observation, ...]


def any_failed(groups: Iterable[Group]) -> bool:
    """Whether something will not work."""
    return any(seen.status == "failed" for group in groups for seen in group.observations)


def from_finding(finding: Finding) -> Observation:
    """What the Kaltura client found, in the doctor's words."""
    return Observation(finding.area, finding.status, finding.sentence, finding.advice)


def not_looked_at(area: str, missing: str) -> Observation:
    """A thing that cannot be looked at without a setting, whose absence is reported among the settings."""
    return Observation(
        area, "warning", f"Not looked at, because {missing} is not set.", "Set it in .env, and look again."
    )
