"""Dispatching: what happens to entries becomes signed requests, sent again where they are not taken.

    happening ── active templates ── conditions ── a job each ── request ── 200 or 204, and something said: done
                                                                    └ anything else: again, a minute later

Source: Kaltura's server (kEventNotificationFlowManager, KDispatchHttpNotificationEngine); three tries, a minute apart,
are its public configuration. A job keeps its number however often it is sent. At Kaltura it takes some seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import aiohttp

from .errors import ApiError
from .notification_templates import Happening, StoredTemplate, content_values
from .webhook_bodies import body_of, filled, headers_of

TRIES: Final = 3
RETRY_SECONDS: Final = 60.0
_FIRST_JOB: Final = 33_578_094_000
_TIMEOUT_SECONDS: Final = 30.0
_METHODS: Final = {1: "GET", 2: "POST", 3: "PUT", 4: "DELETE"}
_TAKEN: Final = (200, 204)
_MOST_JOBS: Final = 2_000


@dataclass(slots=True)
class Job:
    """One notification on its way.

    Attributes:
        statuses: what each try was answered; 0 where nothing answered.
    """

    id: int
    template: str
    entry_id: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    state: Literal["pending", "retry", "finished", "failed"] = "pending"
    statuses: list[int] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        """For tests: everything but the address, which holds a secret of its receiver's."""
        return {
            "id": self.id,
            "template": self.template,
            "entry_id": self.entry_id,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "state": self.state,
            "statuses": self.statuses,
        }


class WebhookSender:
    """Sends notifications; `start` and `stop` it with the application that it belongs to.

    Args:
        secret: the account's admin secret.
        templates: those that are active.
        retry_seconds: between two tries.
    """

    def __init__(
        self,
        secret: Callable[[], str],
        templates: Callable[[], list[StoredTemplate]],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self.retry_seconds = retry_seconds
        self.jobs: list[Job] = []
        self._secret = secret
        self._templates = templates
        self._last_job = _FIRST_JOB
        self._sending: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """From now on, things are sent."""
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS))

    async def stop(self) -> None:
        """What is on its way is given up."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        await asyncio.gather(*self._sending)

    def happened(self, happening: Happening) -> None:
        """Notify whoever is to be notified."""
        for template in self._templates():
            record = template.record
            fits = (str(record["eventType"]), str(record["eventObjectType"])) == (
                str(happening.event_type),
                str(happening.object_type),
            )
            if fits and template.condition(happening, template.user_values):
                self.dispatch(template, happening)

    def dispatch(self, template: StoredTemplate, happening: Happening) -> Job:
        """Send one notification, and again where it is not taken."""
        self._last_job += 1
        body, content_type = body_of(template, happening, self._last_job)
        record = template.record
        url = filled(str(record.get("url") or ""), content_values(template, happening))
        headers = headers_of(template, happening, body, content_type, self._secret())
        method = _METHODS.get(int(record.get("method") or 2), "POST")
        job = Job(self._last_job, str(record["systemName"]), happening.entry.id, method, url, headers, body)
        self.jobs.append(job)
        del self.jobs[:-_MOST_JOBS]
        self.send(job)
        return job

    def send(self, job: Job) -> None:
        """Send a job, also one that was taken before, as if Kaltura had not heard that."""
        task = asyncio.get_running_loop().create_task(self._until_taken(job))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _until_taken(self, job: Job) -> None:
        for tries_left in reversed(range(TRIES)):
            if await self._is_taken(job):
                job.state = "finished"
                return
            job.state = "retry" if tries_left else "failed"
            if tries_left:
                await asyncio.sleep(self.retry_seconds)

    async def _is_taken(self, job: Job) -> bool:
        if self._http is None:
            raise ApiError("EVENT_NOTIFICATION_DISPATCH_FAILED")
        # aiohttp would add a type of its own to a body without one.
        skipped = () if "Content-Type" in job.headers else ("Content-Type",)
        try:
            async with self._http.request(
                job.method,
                job.url,
                data=job.body,
                headers=job.headers,
                allow_redirects=False,
                skip_auto_headers=skipped,
            ) as answer:
                said = await answer.read()
                job.statuses.append(answer.status)
                return answer.status in _TAKEN and bool(said)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            job.statuses.append(0)
            return False
