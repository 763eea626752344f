"""What a trial cost, in figures for people."""

from collections import Counter
from typing import Any

from tests.unit.domain.notifications.chaos.laws import Findings
from tests.unit.domain.notifications.chaos.trial import Trial

_OF_SQS = ("SendMessage", "ChangeMessageVisibility")
_OF_DISCORD = ("GET", "POST", "PATCH")


def figures(trial: Trial, found: Findings) -> str:
    """A few lines."""
    world = trial.world
    told = sum(found.told.values())
    lines = len(_messages(trial))
    discord = sum(world.discord.calls[name] for name in _OF_DISCORD)
    sqs = sum(world.calls[name] for name in _OF_SQS)
    dynamodb = sum(world.calls.values()) - sqs
    calls = f"DynamoDB {dynamodb / lines:.1f}, SQS {sqs / lines:.1f}, Discord {discord / lines:.1f}"
    moods = ", ".join(f"{name} {count}" for name, count in world.discord.calls.items() if name not in _OF_DISCORD)
    return "\n".join(
        (
            f"seed {world.seed}: {trial.size.events} events, {trial.sent} webhooks, {trial.seconds:,.0f} s simulated",
            f"  told {told} things in {lines} messages, each once; {found.cards} cards",
            f"  {found.digests} of them after quiet hours, where {sum(found.counted.values())} things are counted only",
            f"  {len(trial.hopeless)} that no channel takes, and are listed as failed",
            f"  calls for each message: {calls}",
            f"  died: {_in_words(world.deaths)}; Discord: {moods}",
            f"  failed attempts of a notification: {_in_words(_attempts(trial))}",
            f"  receives of a message: {_in_words(world.sqs.notifications.receives)}",
            f"  from event to message, simulated seconds: {_delays(trial)}",
        )
    )


def _notifications(trial: Trial) -> list[dict[str, Any]]:
    everything = trial.world.table.everything()
    return [item for item in everything if item["pk"].startswith("EVENT#") and item["sk"].startswith("SERVER#")]


def _messages(trial: Trial) -> set[tuple[str, str]]:
    """Where what was told stands; a part of a digest tells of many."""
    sent = [item for item in _notifications(trial) if item["state"] == "sent"]
    return {(item["channel_id"], item["message_id"]) for item in sent}


def _attempts(trial: Trial) -> Counter[int]:
    return Counter(int(item["attempts"]) for item in _notifications(trial))


def _delays(trial: Trial) -> str:
    sent = [item for item in _notifications(trial) if item["state"] == "sent" and "held_until" not in item]
    delays = sorted(int(item["finished_at"]) - int(item["created_at"]) for item in sent)
    at = {"median": 0.5, "95 of 100": 0.95, "longest": 1.0}
    return ", ".join(f"{name} {delays[min(int(len(delays) * part), len(delays) - 1)]}" for name, part in at.items())


def _in_words(counts: Counter[Any]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
