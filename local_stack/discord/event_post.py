"""Carries webhook events to the application.

An event is delivered when it was answered 204 with an empty body within three seconds. What was not is tried again,
later each time and for up to ten minutes (Discord docs: Webhook Events - Responding to Events); then it is given up,
and where that happens again and again, nothing is sent any more until the application's owner switches it on.
The body stays the same to the last byte, and nothing in it numbers the event: who hears it twice has to notice.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from local_stack.discord.interactions.courier import Courier, Delivered
from local_stack.discord.subscription import DISABLED_BY_DISCORD, EVENT, PING, Delivery
from local_stack.discord.wire import Json, timestamp
from local_stack.discord.world import DiscordWorld

PAUSES_SECONDS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Nine repetitions, the last one eight and a half minutes after the first try."""

MOST_GIVEN_UP_IN_A_ROW = 3
"""Discord does not say how many are too many."""

NO_CONTENT = 204
UNAUTHORIZED = 401


@dataclass(slots=True)
class EventPost:
    """Sends events in the background; `sleep` waits so many seconds."""

    world: DiscordWorld
    courier: Courier
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, kind: str, data: Json) -> Delivery:
        """Something happened that the application may have asked to hear of."""
        body: Json = {
            "version": 1,
            "application_id": self.world.application_id,
            "type": EVENT,
            "event": {"type": kind, "timestamp": timestamp(self.world.now()), "data": data},
        }
        return self._send(kind, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())

    def repeat(self, earlier: Delivery) -> Delivery:
        """Send an event once more, as happens where an answer is lost on its way."""
        return self._send(earlier.kind, earlier.body)

    async def close(self) -> None:
        """Drop what is under way, as the stack stops."""
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)

    def _send(self, kind: str, body: bytes) -> Delivery:
        delivery = self.world.subscription.note(kind, body)
        if delivery.state == "sending":
            task = asyncio.get_running_loop().create_task(self._deliver(delivery))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)
        return delivery

    async def _deliver(self, delivery: Delivery) -> None:
        for pause in (*PAUSES_SECONDS, None):
            headers = self.courier.headers(delivery.body)
            answer = await self.courier.post(self.world.subscription.url, delivery.body, headers)
            fault = fault_of_answer(answer)
            delivery.attempts.append(fault or "204")
            if fault is None:
                delivery.state = "delivered"
                self.world.subscription.given_up_in_a_row = 0
                return
            if pause is not None:
                await self.sleep(pause)
        self._give_up(delivery)

    def _give_up(self, delivery: Delivery) -> None:
        delivery.state = "given up"
        subscription = self.world.subscription
        subscription.given_up_in_a_row += 1
        if subscription.given_up_in_a_row >= MOST_GIVEN_UP_IN_A_ROW:
            subscription.status = DISABLED_BY_DISCORD


def fault_of_answer(answer: Delivered) -> str | None:
    """Why an answer to an event or its PING does not count; None where it does."""
    if answer.trouble is not None:
        return answer.trouble
    if answer.status != NO_CONTENT:
        return f"answered {answer.status}, not 204"
    return None


async def find_fault_of_events_url(world: DiscordWorld, courier: Courier, url: str) -> str | None:
    """What Discord finds wrong with an events URL before it takes it: PING (204, not 200), then a wrong signature."""
    ping: Json = {"version": 1, "application_id": world.application_id, "type": PING}
    good, bad = await courier.try_out(url, ping)
    fault = fault_of_answer(good)
    if fault is not None:
        return f"PING: {fault}."
    if bad.status != UNAUTHORIZED:
        return f"A wrong signature was answered {bad.trouble or bad.status}, not 401."
    return None
