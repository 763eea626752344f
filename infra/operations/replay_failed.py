"""`make replay-failed`: have done again what failed for good, once its cause is mended.

make replay-failed                                  all dead letters, and what could not be told since yesterday
make replay-failed SINCE=2026-11-20                 the same, told since then
make replay-failed GUILD=123 SINCE=2026-11-20       what one server could not be told; dead letters are left

First it is shown what there is. What was told meanwhile is not told again, nor what a server does not want any more.
In quiet hours what is told again is held, as all else. What may stand in a channel already cannot be, as a digest would
tell it a second time; so it is left, and the operator told when to run this again.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infra.operations.consent import given_without_asking, typed_consent
from infra.operations.dead_letters import DeadLetters
from infra.operations.running import NotAgreed, run
from infra.operations.server_arguments import server_id
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.notifications.models import Delivery
from kaltura_discord.notifications.outbox import Outbox
from kaltura_discord.notifications.quiet_hours import quiet_until
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.server_configs import ServerConfigs
from kaltura_discord.settings import notifications_queue_url

NOTHING = "Nothing has failed."
_QUESTION = "Do all of it again? (yes) "
_REASONS_SHOWN = 20

Asks = Callable[[str, Collection[str]], bool]
"""Shows the operator a question; whether they typed one of the answers."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the command works with; `says` shows the operator a line."""

    store: NotificationStore
    outbox: Outbox
    configs: ServerConfigs
    dead_letters: Sequence[DeadLetters]
    asks: Asks
    says: Callable[[str], None]


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()

    async def command(services: Services) -> str:
        try:
            return await carry_out(arguments, _desk(services, arguments), datetime.now(UTC))
        except AwsError as error:
            raise ValueError(f"not all of it may be on its way again ({error}). To go on, run it again.") from None

    return run(command)


def _desk(services: Services, arguments: argparse.Namespace) -> Desk:
    caller = services.caller_for("sqs")
    dead_letters = (
        DeadLetters(caller, "tasks", services.aws.tasks_queue_url),
        DeadLetters(caller, "notifications", notifications_queue_url(services.environment)),
    )
    asks = given_without_asking if arguments.yes else typed_consent
    telling = services.telling
    return Desk(telling.store, telling.outbox, services.server_configs, dead_letters, asks, print)


async def carry_out(arguments: argparse.Namespace, desk: Desk, now: datetime) -> str:
    """Show what failed, ask, and have it done again; what to tell the operator.

    Raises:
        ValueError: an argument is not what it should be.
        NotAgreed: the operator did not want it after all.
        AwsError: AWS could not be reached; what was not done is still to be done.
    """
    guild_id = server_id(arguments.guild) if arguments.guild else None
    since_ms = _since_ms(arguments.since, now)
    found = [delivery async for delivery in desk.store.failed(since_ms, guild_id)]
    quiet = await _quiet_servers(found, desk, now)
    left = [delivery for delivery in found if _is_left(delivery, quiet)]
    failed = [delivery for delivery in found if not _is_left(delivery, quiet)]
    # A dead letter need not say which server it is about.
    asked = desk.dead_letters if guild_id is None else ()
    counted = [(letters, await letters.waiting()) for letters in asked]
    waiting = [(letters, count) for letters, count in counted if count]
    if not failed and not waiting:
        return _about(left, quiet) if left else NOTHING
    for line in _shown(failed, waiting):
        desk.says(line)
    if not desk.asks(_QUESTION, ("yes", "y")):
        raise NotAgreed
    moved = [await letters.send_again() for letters, _ in waiting]
    revived = [await _tell_again(delivery, desk) for delivery in failed]
    done = f"{sum(moved)} dead letters and {sum(revived)} notifications are on their way again."
    return f"{done} {_about(left, quiet)}" if left else done


async def _quiet_servers(failed: Sequence[Delivery], desk: Desk, now: datetime) -> Mapping[GuildId, int]:
    """Where it is quiet now, of the servers whose settings can be read, and until which epoch second."""
    quiet: dict[GuildId, int] = {}
    for guild_id in {delivery.notification.guild_id for delivery in failed}:
        with suppress(ConfigError):
            config = await desk.configs.whole(guild_id)
            until = quiet_until(config.notifications.quiet_hours, now.timestamp())
            if until is not None:
                quiet[guild_id] = until
    return quiet


def _is_left(delivery: Delivery, quiet: Collection[GuildId]) -> bool:
    return delivery.sending_to is not None and delivery.notification.guild_id in quiet


def _about(left: Sequence[Delivery], quiet: Mapping[GuildId, int]) -> str:
    last = max(quiet[delivery.notification.guild_id] for delivery in left)
    return (
        f"{len(left)} notifications are left: it is quiet in their servers, and they may have been posted before. "
        f"Run it again after {datetime.fromtimestamp(last, UTC):%Y-%m-%d %H:%M} UTC."
    )


async def _tell_again(delivery: Delivery, desk: Desk) -> bool:
    revived = await desk.store.revive(delivery.notification.guild_id, delivery.notification.key)
    if revived is None:
        return False
    try:
        await desk.outbox.send_again(revived.notification)
    except AwsError:
        # As it was, or else nobody would come back to it.
        await desk.store.finish_failed(revived, delivery.reason)
        raise
    return True


def _shown(failed: Sequence[Delivery], waiting: Sequence[tuple[DeadLetters, int]]) -> list[str]:
    lines = [f"{count} dead letters of the queue {letters.name}" for letters, count in waiting]
    reasons = Counter(
        f"{delivery.notification.guild_id}: {LOOKS[delivery.notification.type].name}: {delivery.reason}"
        for delivery in failed
    )
    if reasons:
        lines.append(f"{len(failed)} notifications that could not be told:")
    lines += [f"  {count} × server {reason}" for reason, count in reasons.most_common(_REASONS_SHOWN)]
    if len(reasons) > _REASONS_SHOWN:
        lines.append(f"  and {len(reasons) - _REASONS_SHOWN} more kinds")
    return lines


def _since_ms(text: str, now: datetime) -> int:
    """A moment in epoch milliseconds; a day ago where nothing is said, as older news is none any more."""
    if not text:
        return int((now - timedelta(days=1)).timestamp() * 1000)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("SINCE is a day, such as 2026-11-20, or a moment, such as 2026-11-20T12:00:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make replay-failed", description="Have done again what failed for good.")
    parser.add_argument("--guild", default="", help="one server only")
    parser.add_argument("--since", default="", help="the first day, or moment (UTC)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
