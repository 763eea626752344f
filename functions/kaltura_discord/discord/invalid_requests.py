"""Keeps us from being barred: Discord shuts out an address that is answered 401, 403 or 429 too often.

10,000 such answers in ten minutes are too many (Discord docs, Rate Limits: Invalid Request Limit). Each process counts
its own, and several may share an address, so each may have a twentieth of that. Beyond it, whatever can wait does until
its ten minutes are over; answers to people, which bear a token of their own and no credential, go on.
"""

import logging
import time
from collections.abc import Callable

import httpx

from kaltura_discord.discord.errors import DiscordHeldBack
from kaltura_discord.observation.metrics import count

WINDOW_SECONDS = 600.0
MOST_OF_A_PROCESS = 10_000 // 20

log = logging.getLogger(__name__)


class InvalidRequests:
    """Counts them for one process; `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = 0.0
        self._count = 0

    def note(self, answer: httpx.Response) -> None:
        """Count an answer, if it is one of those."""
        if not is_invalid(answer):
            return
        count("DiscordInvalidRequests")
        if not self._count or self._clock() >= self._since + WINDOW_SECONDS:
            self._since, self._count = self._clock(), 0
        self._count += 1
        if self._count == MOST_OF_A_PROCESS:
            count("DiscordCallsHeldBack")
            log.error("too many invalid requests: what can wait is not asked", extra={"seconds": self._left()})

    def check(self) -> None:
        """Let what can wait be asked, or not.

        Raises:
            DiscordHeldBack: it has to wait.
        """
        if self.is_exhausted:
            raise DiscordHeldBack(self._left())

    @property
    def is_exhausted(self) -> bool:
        """Whether what can wait has to."""
        return self._count >= MOST_OF_A_PROCESS and self._left() > 0

    def _left(self) -> float:
        return self._since + WINDOW_SECONDS - self._clock()


def is_invalid(answer: httpx.Response) -> bool:
    """Whether Discord counts it. A 429 with the scope `shared` is nobody's fault, and is not counted."""
    is_shared = answer.headers.get("X-RateLimit-Scope") == "shared"
    return answer.status_code in (401, 403) or (answer.status_code == 429 and not is_shared)
