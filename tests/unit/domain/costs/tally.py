"""What passes through the doors while something happens, beside what the table's meter shows."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from infra.costs.flows import Flow
from kaltura_discord.commands.due_work import work_off
from kaltura_discord.commands.notifying import tell
from kaltura_discord.commands.work import carry_out
from tests.unit.domain.costs.metered_aws import Meter, MeteredAws
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.stage import Stage, soon

Json = dict[str, Any]

# Longer than any process remembers settings: each happening pays for its own reads, as where little happens.
FORGETTING_SECONDS = 120


@dataclass
class Tally:
    """One happening on a stage, counted: what the doors of `functions/` do, without the doors."""

    stage: Stage
    meter: Meter = field(default_factory=Meter)
    functions: Counter[str] = field(default_factory=Counter)
    http_requests: int = 0
    tasks_sent: int = 0
    notifications_sent: int = 0

    def __post_init__(self) -> None:
        # Kaltura's users are no part of what AWS charges.
        self.stage.services.people.__dict__["kaltura_users"] = UsersDouble()
        self.stage.dynamodb.inner = MeteredAws(self.stage.dynamodb.inner, self.meter)

    def begin(self) -> None:
        """Forget what was counted, and what processes remember."""
        self.stage.clock.pass_seconds(FORGETTING_SECONDS)
        self.meter.reset()
        self.functions = Counter()
        self.http_requests = self.tasks_sent = self.notifications_sent = 0

    def flow(self) -> Flow:
        """What has been counted."""
        return Flow(
            read_units=self.meter.read_units,
            write_units=self.meter.write_units,
            table_calls=self.meter.calls,
            functions=self.functions,
            http_requests=self.http_requests,
            tasks_sent=self.tasks_sent,
            notifications_sent=self.notifications_sent,
        )

    def passes(self, door: str) -> None:
        """An HTTP request goes to a function."""
        self.http_requests += 1
        self.functions[door] += 1

    async def interaction(self, payload: Json) -> Json:
        """Somebody does something in Discord; the message that they read in the end, and all that follows of it."""
        self.passes("interactions")
        answer = await self.stage.acknowledged(payload)
        await self.work()
        if answer.body is not None and answer.body["type"] in (4, 7, 8):
            told: Json = answer.body["data"]
            return told
        return self.stage.discord.answers.get(payload["token"], {})

    async def work(self) -> None:
        """Both queues, until nothing is on them."""
        services, tasks = self.stage.services, self.stage.tasks
        while tasks.sent or tasks.in_order:
            for task in tasks.take_all():
                self.tasks_sent += 1
                self.functions["tasks"] += 1
                await carry_out(task, services, self.stage.registry)
            while tasks.in_order:
                self.notifications_sent += 1
                self.functions["notifier"] += 1
                await tell(tasks.in_order.pop(0), services, 1, soon())

    async def minute(self) -> None:
        """Housekeeping looks at what is due."""
        self.functions["housekeeping"] += 1
        services = self.stage.services
        for note in await services.due.due(services.now()):
            await work_off(note, services, services.now(), soon())
