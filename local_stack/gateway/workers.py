"""The execution environments of one function: a pool with an upper bound.

The first environment starts with the stack, further ones when they are needed. When all `local_workers` are busy
an event waits its turn; AWS would start more environments instead, which one machine can't.
"""

import asyncio
import json
from collections import deque
from typing import Any

from local_stack.gateway.function_log import FunctionLog
from local_stack.gateway.worker_process import FunctionError, Outcome, WorkerPlan, WorkerProcess

# AWS Lambda quotas: 6 MB for the event of a synchronous invocation, and for its response.
LARGEST_EVENT = 6 * 1024 * 1024
_CERTAINLY_SMALL = 1024 * 1024
STOPPED = FunctionError("Runtime.Stopped", "the local stack is stopping")


class EventTooLarge(Exception):
    """Lambda refuses the event: RequestTooLargeException, HTTP 413."""


class WorkerPool:
    """All environments of one function."""

    def __init__(self, name: str, plan: WorkerPlan, most: int, log: FunctionLog) -> None:
        self.name = name
        self.log = log
        self._plan = plan
        self._turns = asyncio.Semaphore(most)
        self._idle: deque[WorkerProcess] = deque()
        self._all: set[WorkerProcess] = set()
        self._starting: set[asyncio.Task[WorkerProcess]] = set()
        self._stopped = False

    async def warm_up(self) -> FunctionError | None:
        """Start the first environment; returns what went wrong at its import."""
        worker = await self._start_worker()
        if worker.initialisation_error is not None:
            return worker.initialisation_error
        self._idle.append(worker)
        return None

    @property
    def process_ids(self) -> list[int]:
        """The processes that run now."""
        return [worker.pid for worker in self._all if worker.alive]

    async def invoke(self, event: dict[str, Any], body_size: int = 0) -> Outcome:
        """Run the function on `event` as soon as an environment is free.

        Args:
            event: the event, JSON.
            body_size: bytes of the largest part of the event; only large ones are measured exactly.

        Raises:
            EventTooLarge: more than 6 MB of JSON.
        """
        if body_size > _CERTAINLY_SMALL and len(json.dumps(event, ensure_ascii=False).encode()) > LARGEST_EVENT:
            raise EventTooLarge
        async with self._turns:
            if self._stopped:
                return Outcome("", error=STOPPED)
            worker = await self._take()
            if worker.initialisation_error is not None:
                return Outcome("", error=worker.initialisation_error)
            try:
                return await worker.invoke(event)
            finally:
                self._give_back(worker)

    async def _take(self) -> WorkerProcess:
        """An idle environment; the one used last, so that seldom needed ones grow cold as in AWS."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._all.discard(worker)
        return await self._start_worker()

    async def _start_worker(self) -> WorkerProcess:
        """Start one more; `stop` finds the process even when whoever waited for it has given up."""
        start = asyncio.create_task(WorkerProcess.start(self._plan, self.log.write))
        self._starting.add(start)
        worker = await asyncio.shield(start)
        self._starting.discard(start)
        if worker.initialisation_error is None:
            self._all.add(worker)
        else:
            error = worker.initialisation_error
            self.log.write(f"[ERROR] {error.error_type}: {error.message}")
        return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        if worker.alive and not self._stopped:
            self._idle.append(worker)
        else:
            self._all.discard(worker)

    async def stop(self) -> None:
        """End every environment: idle ones by a closed socket, busy ones by a kill."""
        self._stopped = True
        for started in await asyncio.gather(*self._starting, return_exceptions=True):
            if isinstance(started, WorkerProcess):
                self._all.add(started)
        idle = set(self._idle)
        endings = [worker.stop() if worker in idle else worker.kill() for worker in self._all]
        await asyncio.gather(*endings)
        self._all.clear()
        self._idle.clear()
        self.log.close()
