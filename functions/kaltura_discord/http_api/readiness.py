"""Whether all that we depend on answers: the table, the queues, Discord, Kaltura.

Anyone may ask, so what is found is remembered: however often it is asked, a process asks each of them once in ten
seconds, and everyone who comes meanwhile waits for that one look. Each has two seconds. Of a failure only the word is
told; the reason is in the log.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.services import Services
from kaltura_discord.resilience.deadline import Deadline

REMEMBERED_SECONDS = 10.0
PATIENCE_SECONDS = 2.0

_NOWHERE = Key("HEALTH", "HEALTH")

log = logging.getLogger(__name__)

Look = Callable[[Deadline], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Dependency:
    """How one of them is asked, and where its circuit breaker stands; None where it has none."""

    look: Look
    circuit: Callable[[], str | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one look; `milliseconds` is how long it took."""

    is_ok: bool
    milliseconds: int
    circuit: str | None


class Readiness:
    """Looks, and remembers what it saw. `clock` is monotonic seconds."""

    def __init__(
        self,
        dependencies: Mapping[str, Dependency],
        patience_seconds: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dependencies = dependencies
        self._patience_seconds = patience_seconds
        self._clock = clock
        self._found: dict[str, Found] = {}
        self._good_until = float("-inf")
        self._looking = asyncio.Lock()

    async def found(self) -> Mapping[str, Found]:
        """Each dependency, as it was at most ten seconds ago."""
        async with self._looking:
            if self._clock() >= self._good_until:
                looks = [self._look(name, each) for name, each in self._dependencies.items()]
                self._found = dict(zip(self._dependencies, await asyncio.gather(*looks), strict=True))
                self._good_until = self._clock() + REMEMBERED_SECONDS
            return self._found

    async def _look(self, name: str, dependency: Dependency) -> Found:
        started = self._clock()
        is_ok = True
        try:
            async with asyncio.timeout(self._patience_seconds):
                await dependency.look(Deadline.after(self._patience_seconds))
        except Exception as error:
            is_ok = False
            log.warning("dependency not ready", extra={"dependency": name, "reason": type(error).__name__})
        return Found(is_ok, round((self._clock() - started) * 1000), dependency.circuit())


def dependencies_of(services: Services) -> dict[str, Dependency]:
    """What this deployment depends on."""

    async def kaltura(deadline: Deadline) -> object:
        return await services.kaltura_transport.call("system", "ping", {}, deadline=deadline, repeatable=False)

    return {
        "table": Dependency(lambda _: services.table.get(_NOWHERE)),
        "tasks_queue": Dependency(lambda _: services.tasks.look()),
        "notifications_queue": Dependency(lambda _: services.telling.queue.look()),
        "discord": Dependency(services.rest.own_application, lambda: services.rest.circuit),
        "kaltura": Dependency(kaltura, lambda: services.kaltura_transport.circuit),
    }
