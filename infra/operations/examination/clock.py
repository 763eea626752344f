"""Is this machine's clock right? Held against what others say: the `Date` of their answers (RFC 9110, 6.6.1).

AWS refuses what was signed more than five minutes before or after its own time, we ourselves what Discord signed
(`discord/signature`), and Kaltura's sessions run out too early or begin too late.
"""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx

from infra.operations.examination.observations import Observation

_REFUSED_SECONDS = 240
"""A minute below what is refused, as clocks that run wrong go on doing so."""

_NOTICED_SECONDS = 30
"""An answer's date is rounded down to a second, and answers may take some."""

_ADVICE = "Let it be set by itself (Linux: timedatectl set-ntp true; macOS and Windows: the settings of date and time)."


class Clock:
    """Notices what time others have; one for each examination.

    Args:
        now: epoch seconds, as this machine has them.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ahead: list[tuple[float, str]] = []

    async def notice(self, answer: httpx.Response) -> None:
        """For every answer (httpx: Event Hooks)."""
        try:
            theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        except ValueError:
            return
        self._ahead.append((self._now() - theirs.timestamp(), answer.request.url.host))

    def seen(self) -> list[Observation]:
        """What is to be said of it; nothing where nobody told the time."""
        if not self._ahead:
            return []
        # Another's clock may be wrong; where ours is, it differs from all.
        seconds, host = min(self._ahead, key=lambda each: abs(each[0]))
        if abs(seconds) <= _NOTICED_SECONDS:
            return [Observation("clock", "ok", f"This machine has the time of {host}.")]
        where = "ahead of" if seconds > 0 else "behind"
        sentence = f"This machine's clock is {abs(seconds):.0f} s {where} that of {host}"
        if abs(seconds) >= _REFUSED_SECONDS:
            return [Observation("clock", "failed", f"{sentence}: what it signs is refused.", _ADVICE)]
        return [Observation("clock", "warning", f"{sentence}.", _ADVICE)]
