"""Moments in a video as people write them: `12:04`, `1:02:03`, `90`. Pure."""

import re

# Hours, minutes and seconds, from the right; seconds may have a fraction.
_WRITTEN = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,7}(?:\.\d{1,3})?)", re.ASCII)


def seconds_of(written: str) -> float | None:
    """The moment in seconds; None where it is not written as one. Beside minutes, seconds end at 59."""
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    if (found[2] is not None and seconds >= 60) or (found[1] is not None and minutes >= 60):
        return None
    return hours * 3600 + minutes * 60 + seconds
