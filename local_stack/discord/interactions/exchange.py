"""One interaction from the click to what Discord shows.

The answer may come as the HTTP response, or through the callback route with the HTTP response an empty 202
(Discord docs: Receiving and Responding). Whichever valid one comes first counts; three seconds after sending, it is
over. What is wrong with an answer is told as the reason, beside the sentence that a real user would see.
"""

import asyncio
import json
import time
from dataclasses import dataclass

from local_stack.discord.errors import Refusal, sentences
from local_stack.discord.interactions.answers import take_answer
from local_stack.discord.interactions.courier import Courier, Delivered
from local_stack.discord.interactions.payload import interaction_json
from local_stack.discord.messages import DID_NOT_RESPOND, FAILED_INTERACTION
from local_stack.discord.rules import responses
from local_stack.discord.tokens import FIRST_ANSWER_SECONDS, Interaction
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

SHOWN_FAILURES = {
    responses.COMMAND: DID_NOT_RESPOND,
    responses.COMPONENT: FAILED_INTERACTION,
    responses.AUTOCOMPLETE: "Loading options failed",
    responses.MODAL_SUBMIT: "Something went wrong. Try again.",
}

OUTCOMES = {
    responses.MESSAGE: "message",
    responses.DEFERRED_MESSAGE: "thinking",
    responses.DEFERRED_UPDATE: "silent",
    responses.UPDATE: "update",
    responses.CHOICES: "choices",
    responses.MODAL: "modal",
    responses.LAUNCH_ACTIVITY: "launch",
}

ACCEPTED = 202


@dataclass(slots=True)
class Exchange:
    """Sends interactions and reports what came of them."""

    world: DiscordWorld
    courier: Courier

    async def run(self, interaction: Interaction, data: Json, option_type: int = 3, wait_seconds: float = 0.0) -> Json:
        """Send an interaction and describe the outcome, as `_sim/interactions` answers.

        Args:
            interaction: already issued.
            data: its `data`.
            option_type: the type of the option in focus, for autocomplete.
            wait_seconds: how long to wait for a promised message.
        """
        self.world.interactions.issue(interaction)
        payload = interaction_json(self.world, interaction, data)
        begun = time.monotonic()
        sending = asyncio.create_task(self.courier.deliver(payload))
        by_callback = asyncio.create_task(interaction.answered.wait())
        await asyncio.wait({sending, by_callback}, return_when=asyncio.FIRST_COMPLETED)
        acknowledged = time.monotonic()
        delivered = await sending
        reason = self._process(interaction, delivered, option_type)
        if delivered.status == ACCEPTED and interaction.answer_type is None and reason is None:
            reason = await _await_callback(by_callback, begun)
            acknowledged = time.monotonic()
        by_callback.cancel()
        if interaction.answer_type is None:
            interaction.expired = True
        elif wait_seconds > 0 and interaction.answer_type in (
            responses.DEFERRED_MESSAGE,
            responses.DEFERRED_UPDATE,
        ):
            await _wait_for(interaction.settled, wait_seconds)
        return self.describe(interaction, reason, (acknowledged - begun) * 1000)

    def _process(self, interaction: Interaction, delivered: Delivered, option_type: int) -> str | None:
        """Take the HTTP answer; returns why it could not be taken."""
        if delivered.trouble is not None:
            return delivered.trouble
        if interaction.answer_type is not None:
            return None
        if delivered.status == ACCEPTED:
            return None if not delivered.body else "202 must have an empty body"
        if delivered.status != 200:
            return f"the endpoint answered {delivered.status}"
        if delivered.content_type != "application/json":
            return f"the answer's Content-Type is {delivered.content_type}, not application/json"
        try:
            answer = json.loads(delivered.body)
        except ValueError:
            return "the answer is not JSON"
        try:
            take_answer(self.world, interaction, answer, [], option_type)
        except Refusal as refusal:
            return sentences(refusal)
        return None

    def describe(self, interaction: Interaction, reason: str | None, acknowledged_in_ms: float) -> Json:
        """What Discord shows now, and what it got; `reason` says why there is no valid answer."""
        answer_type = interaction.answer_type
        data = (interaction.callback_data or {}).get("data") or {}
        message = interaction.original
        failure: Json | None = None
        if answer_type is None:
            failure = {"shown": SHOWN_FAILURES[interaction.type], "reason": reason or "no answer"}
        return {
            "interaction_id": interaction.interaction_id,
            "token": interaction.token,
            "acknowledged_in_ms": round(acknowledged_in_ms, 1),
            "outcome": "failed" if answer_type is None else OUTCOMES[answer_type],
            "message": None if message is None else message.as_json(self.world.now()),
            "follow_ups": [one.as_json(self.world.now()) for one in interaction.follow_ups.values()],
            "modal": data if answer_type == responses.MODAL else None,
            "choices": data["choices"] if answer_type == responses.CHOICES else None,
            "activity_instance_id": interaction.activity_instance_id,
            "failure": failure,
            "response": interaction.callback_data,
        }


async def _await_callback(by_callback: "asyncio.Task[bool]", begun: float) -> str | None:
    """Give the callback the rest of the three seconds; returns why it did not come."""
    left = max(0.0, FIRST_ANSWER_SECONDS - (time.monotonic() - begun))
    await asyncio.wait({by_callback}, timeout=left)
    if by_callback.done():
        return None
    return f"answered 202, but no callback came within {FIRST_ANSWER_SECONDS:g} seconds"


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
