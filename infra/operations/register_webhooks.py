"""`make register-webhooks`: have Kaltura notify this deployment. Shows what changes first; safe to run again.

Clones Kaltura's templates under names of ours (`DISCORD_…`), points them at `{PUBLIC_BASE_URL}/kaltura/webhooks/…`, and
puts right what is not as it should be. Templates with other names are left alone. The secret at the end of the address
(`KALTURA_WEBHOOK_TOKEN`) is never shown.
"""

import argparse
import asyncio
import sys

from infra.operations.consent import given_without_asking, typed_consent
from infra.operations.environment import operator_services
from infra.operations.register_commands import Agrees
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.kaltura.errors import Forbidden, KalturaError
from kaltura_discord.kaltura.webhook_registration import WANTED, WEBHOOKS_PATH, Plan, Step, WebhookRegistration
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import MissingSetting, webhook_settings

_PATIENCE_SECONDS = 30.0
_SIGNS = {"delete": "-", "clone": "+", "update": "~", "activate": "~"}


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="register-webhooks", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    arguments = parser.parse_args()
    try:
        return asyncio.run(_with_services(_always if arguments.yes else _asked))
    except Forbidden as refusal:
        print(f"Not registered: this account has no event notifications ({refusal.code}).", file=sys.stderr)
        print("Ask Kaltura to enable them (EVENTNOTIFICATION_PLUGIN_PERMISSION).", file=sys.stderr)
        return 1
    except (MissingSetting, AwsError, KalturaError) as error:
        print(f"Not registered: {error}", file=sys.stderr)
        return 1


async def _with_services(agrees: Agrees) -> int:
    services = await operator_services()
    settings = webhook_settings(services.environment)
    url = f"{services.aws.public_base_url}{WEBHOOKS_PATH}{settings.token}"
    async with services.kaltura_transport as transport:
        registration = WebhookRegistration(transport, url, HashAlgorithm(settings.algorithm))
        return await register(registration, agrees)


async def register(registration: WebhookRegistration, agrees: Agrees) -> int:
    """Show the difference, and register if there is one and the operator agrees; the exit status.

    It is 1 where nothing was registered: the operator does not agree, or Kaltura has none of the templates.

    Raises:
        KalturaError: Kaltura did not take part.
    """
    plan = await registration.plan(Deadline.after(_PATIENCE_SECONDS))
    print(_shown(plan))
    if not plan.steps:
        return 1 if _notifies_nobody(plan) else 0
    if not agrees():
        print("Nothing was changed.")
        return 1
    await registration.carry_out(plan, Deadline.after(_PATIENCE_SECONDS))
    print("Registered.")
    return 0


def _notifies_nobody(plan: Plan) -> bool:
    return len(plan.missing) == len(WANTED)


def _shown(plan: Plan) -> str:
    lines = [_line(step) for step in plan.steps]
    without = [
        f"Kaltura has no template {wanted.origin} in this region, so nobody is told by {wanted.system_name}. "
        "Ask Kaltura for it, then run make register-webhooks again."
        for wanted in plan.missing
    ]
    return "\n".join([_head(plan), *lines, *without])


def _head(plan: Plan) -> str:
    if plan.steps:
        return "What changes (+ new, ~ changed, - removed):"
    if _notifies_nobody(plan):
        return "Kaltura can't notify this deployment."
    return "Kaltura notifies this deployment already" + (", as far as it can." if plan.missing else ".")


def _line(step: Step) -> str:
    changes = "; ".join(f"{each.what}: {each.old} → {each.new}" for each in step.differences)
    why = " (one is enough)" if step.kind == "delete" else f"  {changes}"
    return f"  {_SIGNS[step.kind]} {step.wanted.system_name}{why}"


def _always() -> bool:
    return given_without_asking("", ())


def _asked() -> bool:
    return typed_consent("Register? [y/N] ", ("y", "Y"))


if __name__ == "__main__":
    sys.exit(main())
