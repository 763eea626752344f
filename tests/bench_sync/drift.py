"""How far apart viewers are, from their media clocks read against one wall clock."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from tests.bench_sync.recordings import Frame, Recording, Sample

# Beyond this the page's main thread was busy and nobody knows where the film was.
STALE_MS = 500.0
# As long must a state hold to be called reached.
HELD_MS = 500.0
STEP_MS = 25.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a viewer is at one moment."""

    media_seconds: float
    runs: bool
    rate: float


class Track:
    """One viewer's way through the film."""

    def __init__(self, recording: Recording) -> None:
        self._samples: Sequence[Sample] = recording.samples
        self._times = [one.at for one in recording.samples]
        self._frames: Sequence[Frame] = recording.frames
        self._frame_times = [one.at for one in recording.frames]

    def at(self, moment: float) -> Standing | None:
        """Run on from the last sample; None where there is none that is fresh enough."""
        index = bisect_right(self._times, moment) - 1
        if index < 0:
            return None
        sample = self._samples[index]
        elapsed = moment - sample.at
        if elapsed > STALE_MS:
            return None
        moved = elapsed / 1000 * sample.rate if sample.runs else 0.0
        return Standing(sample.media_seconds + moved, sample.runs, sample.rate)

    def shown_at(self, moment: float) -> float | None:
        """The place in the film of the frame on the screen."""
        index = bisect_right(self._frame_times, moment) - 1
        if index < 0 or moment - self._frame_times[index] > STALE_MS:
            return None
        return self._frames[index].media_seconds


def moments(start: float, end: float, step: float = 100.0) -> Iterator[float]:
    """Evenly spread, `end` excluded."""
    for index in range(int((end - start) / step)):
        yield start + index * step


def pair_drifts(tracks: Sequence[Track], start: float, end: float) -> list[float]:
    """Milliseconds between every two viewers, ten times a second; who stands still is where they stand."""
    drifts: list[float] = []
    for moment in moments(start, end):
        places = [standing.media_seconds for track in tracks if (standing := track.at(moment)) is not None]
        drifts += [abs(one - other) * 1000 for one, other in combinations(places, 2)]
    return drifts


def frame_errors(tracks: Sequence[Track], start: float, end: float) -> list[float]:
    """Milliseconds of film between the frames that every two viewers see."""
    errors: list[float] = []
    for moment in moments(start, end):
        shown = [place for track in tracks if (place := track.shown_at(moment)) is not None]
        errors += [abs(one - other) * 1000 for one, other in combinations(shown, 2)]
    return errors


@dataclass(frozen=True, slots=True)
class Route:
    """Where everybody should be after a seek, roughly: from `media_seconds` at `since` on."""

    media_seconds: float
    since: float

    def leads_by(self, media_seconds: float, moment: float) -> bool:
        """Whether this place at this moment is one after the seek, and not before it."""
        expected = self.media_seconds + (moment - self.since) / 1000
        return abs(media_seconds - expected) < _ROUGHLY_SECONDS


_ROUGHLY_SECONDS = 6.0


def is_together(tracks: Sequence[Track], moment: float, limit_ms: float, route: Route | None = None) -> bool:
    """Whether all run, within `limit_ms` of each other, and (where it matters) after the seek."""
    standings = [track.at(moment) for track in tracks]
    places = [standing.media_seconds for standing in standings if standing is not None and standing.runs]
    if len(places) < len(tracks):
        return False
    if route is not None and not route.leads_by(places[0], moment):
        return False
    return (max(places) - min(places)) * 1000 <= limit_ms


def time_together(
    tracks: Sequence[Track], start: float, end: float, limit_ms: float, route: Route | None = None
) -> float | None:
    """Milliseconds from `start` until all are together, and stay so for half a second; None: not before `end`."""
    together_since: float | None = None
    for moment in moments(start, end, STEP_MS):
        if not is_together(tracks, moment, limit_ms, route):
            together_since = None
        elif together_since is None:
            together_since = moment
        if together_since is not None and moment - together_since >= HELD_MS:
            return together_since - start
    return None


def audible_seconds(tracks: Sequence[Track], start: float, end: float, beyond: float, below_ms: float) -> float:
    """How long anybody's rate was `beyond` off one while they were less than `below_ms` from the others' middle."""
    step = 50.0
    heard = 0.0
    for moment in moments(start, end, step):
        standings = [standing for track in tracks if (standing := track.at(moment)) is not None and standing.runs]
        for standing in standings:
            others = [other.media_seconds for other in standings if other is not standing]
            is_off = abs(standing.rate - 1) > beyond + 1e-6
            if others and is_off and abs(standing.media_seconds - median(others)) * 1000 < below_ms:
                heard += step / 1000
    return heard
