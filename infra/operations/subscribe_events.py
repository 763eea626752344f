"""`make subscribe-events`: have Discord tell us who installs the app and who takes it back. Shows what changes first.

Sets the application's Webhook Events URL, switches events on, and subscribes to the two kinds that we hear (Discord
docs: Application Resource, Edit Current Application; Webhook Events). Others that are subscribed to stay. Discord asks
at the URL before it takes it, so what answers there must be running.
"""

import argparse
import asyncio
import sys
from dataclasses import dataclass
from typing import Any

from infra.operations.consent import given_without_asking, typed_consent
from infra.operations.environment import operator_services
from infra.operations.register_commands import Agrees
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.discord.webhook_event import AUTHORIZED, DEAUTHORIZED
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import MissingSetting

EVENTS_PATH = "/discord/events"
HEARD = (AUTHORIZED, DEAUTHORIZED)

# Values of `event_webhooks_status` (Discord docs: Application Event Webhook Status).
SWITCHED_OFF, SWITCHED_ON, SWITCHED_OFF_BY_DISCORD = 1, 2, 3

_PATIENCE_SECONDS = 30.0
_STATUS_WORDS = {SWITCHED_OFF: "off", SWITCHED_ON: "on", SWITCHED_OFF_BY_DISCORD: "switched off by Discord"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """What Discord tells, and where to."""

    url: str
    status: int
    kinds: frozenset[str]

    @classmethod
    def of(cls, application: dict[str, Any]) -> "Subscription":
        """As Discord knows it."""
        status = application.get("event_webhooks_status")
        kinds = frozenset(application.get("event_webhooks_types") or ())
        return cls(
            str(application.get("event_webhooks_url") or ""), status if status in _STATUS_WORDS else SWITCHED_OFF, kinds
        )

    def as_fields(self) -> dict[str, Any]:
        """For Discord."""
        return {
            "event_webhooks_url": self.url,
            "event_webhooks_status": self.status,
            "event_webhooks_types": sorted(self.kinds),
        }


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="subscribe-events", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    arguments = parser.parse_args()
    try:
        return asyncio.run(_with_services(_always if arguments.yes else _asked))
    except (MissingSetting, AwsError, DiscordError) as error:
        print(f"Not subscribed: {error}", file=sys.stderr)
        return 1


async def _with_services(agrees: Agrees) -> int:
    services = await operator_services()
    async with services.http:
        return await subscribe(services.rest, services.aws.public_base_url, agrees)


async def subscribe(rest: DiscordRest, base_url: str, agrees: Agrees) -> int:
    """Show the difference, and subscribe if there is one and the operator agrees; the exit status.

    Raises:
        DiscordError: Discord did not take part, or nothing that it takes answers at the URL.
    """
    known = Subscription.of(await rest.own_application(Deadline.after(_PATIENCE_SECONDS)))
    wanted = Subscription(base_url + EVENTS_PATH, SWITCHED_ON, known.kinds | set(HEARD))
    print(_shown(known, wanted))
    if wanted == known:
        return 0
    if not agrees():
        print("Nothing was changed.")
        return 1
    await rest.change_application(wanted.as_fields(), Deadline.after(_PATIENCE_SECONDS))
    print("Subscribed.")
    return 0


def _shown(known: Subscription, wanted: Subscription) -> str:
    if wanted == known:
        return f"Discord tells it already, to {known.url}."
    rows = (
        ("address", known.url or "none", wanted.url),
        ("events", _STATUS_WORDS[known.status], _STATUS_WORDS[wanted.status]),
    )
    lines = [f"  ~ {what}: {old} → {new}" for what, old, new in rows if old != new]
    lines += [f"  + {kind}" for kind in sorted(wanted.kinds - known.kinds)]
    return "\n".join(["What changes (+ new, ~ changed):", *lines])


def _always() -> bool:
    return given_without_asking("", ())


def _asked() -> bool:
    return typed_consent("Subscribe? [y/N] ", ("y", "Y"))


if __name__ == "__main__":
    sys.exit(main())
