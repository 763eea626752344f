"""One of Discord's rate-limit buckets as one process knows it, so that no call is made that would be refused.

The theory (Discord docs: Rate Limits). A bucket holds `limit` calls and is full again some seconds after the first of
them. Every answer says how much is left and for how long; `Reset-After` counts seconds, so that clocks that are apart
do no harm (`Reset` is a time of day, and is not used).

    call ── a window is known? ── no ──────────────────────────► goes, at most `limit` of them at the same time
                │ yes
                └ left, less those under way ── none ──► held back until the window is over
                                             └─ some ──► goes

Calls that are under way may be counted in an answer already or not; they are held to be not, which is never too
little, and exact once they are home. A call without an answer may have been counted, so it is. An answer tells the end
of its window within what it was on its way: not before the call began, not after the answer came.

    began ──────────── counted by Discord ─────────── came
      │← reset after →│        │← reset after →│        │← reset after →│
                     at least                                           at most

So an answer about a later window is known from one that was slow, and where that cannot be told, less is believed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

CONTENDED_SECONDS = 60.0
"""How long others are expected at a bucket after they were noticed."""

_ALMOST_NOTHING = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of its bucket; `reset_after` in seconds."""

    bucket: str
    limit: int
    remaining: int
    reset_after: float


def told_in(headers: Mapping[str, str]) -> Told | None:
    """What the headers of an answer say; None where they do not, or nothing that makes sense."""
    try:
        told = Told(
            headers["X-RateLimit-Bucket"],
            int(headers["X-RateLimit-Limit"]),
            int(headers["X-RateLimit-Remaining"]),
            float(headers["X-RateLimit-Reset-After"]),
        )
    except (KeyError, ValueError):
        return None
    return told if told.bucket and told.limit > 0 and math.isfinite(told.reset_after) else None


@dataclass(slots=True)
class Bucket:
    """A bucket of one resource; moments are seconds of the process's clock.

    Attributes:
        limit: how much it holds; 0 as long as that is not known.
        left: what was told to be left in the last known window.
        ends_at_least, ends_at: between these, that window ends.
        window: the longest time to an end that was ever told.
        under_way: calls without an answer yet.
        sent: ours, in this window.
        contended_until: until when others are expected here, who may leave nothing.
        heard_free_at: when another process was last known not to wait here (`turns`).
    """

    limit: int = 0
    left: int = 0
    ends_at_least: float = -math.inf
    ends_at: float = -math.inf
    window: float = 0.0
    under_way: int = 0
    sent: int = 0
    contended_until: float = -math.inf
    heard_free_at: float = -math.inf

    def seconds_until_free(self, now: float) -> float:
        """0 where a call may go."""
        if now < self.ends_at:
            return 0.0 if self.left > self.under_way else self.ends_at - now
        # Of a window that is not known yet, those that are under way may have taken all.
        return self.window if self.limit and self.under_way >= self.limit else 0.0

    def pace(self) -> float:
        """So many seconds apart, calls leave one in each window to others; 0 where it is not known."""
        return self.window / max(1, self.limit - 1) if self.limit else 0.0

    def begin(self, now: float) -> None:
        """A call goes."""
        if now >= self.ends_at:
            self.sent = self.under_way
        self.under_way += 1
        self.sent += 1

    def hear(self, told: Told, began: float, now: float) -> None:
        """The answer to a call of ours came, which is not under way any more."""
        at_least, at_most = began + told.reset_after, now + told.reset_after
        if at_most < self.ends_at_least:
            return
        if at_least > self.ends_at or now >= self.ends_at:
            self.left, self.sent, self.ends_at_least = told.remaining, self.under_way + 1, at_least
        else:
            self.left, self.ends_at_least = min(self.left, told.remaining), max(self.ends_at_least, at_least)
        self.ends_at = max(self.ends_at, at_most)
        self.limit = told.limit
        self.window = max(self.window, told.reset_after)
        # More is gone than we have sent: there are others. Noticing them costs nothing.
        if told.remaining <= _ALMOST_NOTHING and told.limit - told.remaining > self.sent:
            self.contended_until = now + CONTENDED_SECONDS

    def miss(self) -> None:
        """No answer came that says anything; the call may have been counted."""
        self.left = max(0, self.left - 1)

    def close(self, seconds: float, now: float) -> None:
        """A call was refused for so many seconds."""
        self.left = 0
        self.ends_at = max(self.ends_at, now + seconds)
        self.contended_until = now + CONTENDED_SECONDS
