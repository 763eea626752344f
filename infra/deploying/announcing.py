"""Discord and Kaltura are told where a deployment is: what changes is shown, and agreed to, before it is told.

    commands · events of installing · Kaltura's notifications · interactions endpoint · what only a person can set

The endpoint comes last of what is told, as from then on people's commands come here. Where one of the addresses is
another deployment's, or a tunnel's, a person has to agree to move it here, whatever `YES=1` says: dev and prod with one
Discord application or one Kaltura account would take them from each other with every deployment.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from infra.deploying.portal import by_hand
from infra.deploying.variables import NotDeployable
from infra.operations import register_webhooks
from infra.operations.examination.discord import INTERACTIONS_PATH
from infra.operations.register_commands import register
from infra.operations.subscribe_events import EVENTS_PATH, Subscription, subscribe
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.kaltura.errors import Forbidden, KalturaError
from kaltura_discord.kaltura.webhook_registration import WEBHOOKS_PATH, Plan, WebhookRegistration
from kaltura_discord.resilience.deadline import Deadline

_PATIENCE_SECONDS = 30.0

Asks = Callable[[str], bool]
"""Whether the operator agrees to what was shown."""

_LEFT_ALONE = "It was left as it is. To move it here, run make deploy where somebody can answer."


class Agreement(Protocol):
    """Who is asked."""

    def to_changes(self, question: str) -> bool:
        """Whether what was shown may be done; `YES=1` agrees."""

    def to_taking_over(self, question: str) -> bool:
        """Whether something may be taken from another address; only a person agrees."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells them.

    Attributes:
        rest: Discord, as the application.
        registration: Kaltura's notifications; None where no `KALTURA_WEBHOOK_TOKEN` is set.
        agreement: the operator.
        settings: what stands in `.env`, for the portal's fields.
    """

    rest: DiscordRest
    registration: WebhookRegistration | None
    agreement: Agreement
    settings: Mapping[str, str]
    say: Callable[[str], None] = print

    async def announce(self, base_url: str, own: Collection[str] = ()) -> None:
        """All of it; `own` are addresses that were this deployment's before, or still lead to it.

        Raises:
            NotDeployable: the operator did not agree, and Discord's endpoint was left as it was.
            DiscordError: Discord did not take part.
        """
        self.say("Commands:")
        if await register(self.rest, lambda: self.agreement.to_changes("Register?"), dry=False) != 0:
            raise NotDeployable("The commands were not registered, and Discord's endpoint was left as it is.")
        addresses = {base_url, *own}
        await self._subscribe(base_url, addresses)
        await self._register_webhooks(addresses)
        await self._set_endpoint(base_url, addresses)
        self.say(by_hand(base_url, self.settings))

    async def _subscribe(self, base_url: str, own: Collection[str]) -> None:
        self.say("Who installs the app:")
        known = Subscription.of(await self._application()).url
        asks = self._asks(known, EVENTS_PATH, own)
        await subscribe(self.rest, base_url, lambda: asks("Subscribe?"))

    async def _register_webhooks(self, own: Collection[str]) -> None:
        self.say("Kaltura's notifications:")
        if self.registration is None:
            self.say("KALTURA_WEBHOOK_TOKEN is not set, so nobody is told of recordings and videos (docs/setup.md, 2).")
            return
        try:
            plan = await self.registration.plan(Deadline.after(_PATIENCE_SECONDS))
            asks = self.agreement.to_taking_over if _takes_over(plan, own) else self.agreement.to_changes
            await register_webhooks.register(self.registration, lambda: asks("Register?"))
        except Forbidden as refusal:
            self.say(f"This account has no event notifications ({refusal.code}). Ask Kaltura to enable them.")
        except KalturaError as failure:
            self.say(f"Kaltura did not take part ({failure.code}). It goes on; later: make register-webhooks")

    async def _set_endpoint(self, base_url: str, own: Collection[str]) -> None:
        """Discord sends a PING to the address first, and refuses it without its answer."""
        wanted = base_url + INTERACTIONS_PATH
        known = str((await self._application()).get("interactions_endpoint_url") or "")
        if known == wanted:
            self.say(f"Commands come here already, to {wanted}.")
            return
        self.say(f"Commands: {known or 'to no address'} → {wanted}")
        if not self._asks(known, INTERACTIONS_PATH, own)("Have Discord send them here?"):
            raise NotDeployable(f"Discord sends commands to {known or 'no address'}. {_LEFT_ALONE}")
        await self.rest.change_application({"interactions_endpoint_url": wanted}, Deadline.after(_PATIENCE_SECONDS))

    def _asks(self, known: str, path: str, own: Collection[str]) -> Asks:
        is_own = known in {"", *(address + path for address in own)}
        return self.agreement.to_changes if is_own else self.agreement.to_taking_over

    async def _application(self) -> dict[str, Any]:
        return await self.rest.own_application(Deadline.after(_PATIENCE_SECONDS))


async def look_before(
    rest: DiscordRest, agreement: Agreement, base_url: str, environment: str, own: Collection[str] = ()
) -> None:
    """Before anything is changed: does another deployment have this application? Its settings are then another's, too.

    Args:
        rest: Discord, as the application.
        agreement: the operator.
        base_url: this deployment's address; empty where it has none yet.
        environment: its name.
        own: other addresses of this deployment's.

    Raises:
        NotDeployable: another address is told of commands, and nobody agreed to move them here.
        DiscordError: Discord did not take part.
    """
    application = await rest.own_application(Deadline.after(_PATIENCE_SECONDS))
    known = str(application.get("interactions_endpoint_url") or "")
    if known in {"", *(address + INTERACTIONS_PATH for address in (base_url, *own))}:
        return
    here = f"{environment} is at {base_url}" if base_url else f"{environment} has no address yet"
    if not agreement.to_taking_over(
        f"Discord sends this application's commands to {known}, and {here}. Deploy, to move them here at the end?"
    ):
        raise NotDeployable(
            f"Discord sends this application's commands to {known}, and {here}. Nothing was changed. Another "
            f"deployment's file? make deploy ENV={environment} ENV_FILE=.env.{environment}. To move the commands here, "
            "run make deploy where somebody can answer."
        )


def _takes_over(plan: Plan, own: Collection[str]) -> bool:
    """Whether the account notifies another address now that is not this deployment's."""
    places = {address + WEBHOOKS_PATH for address in own}
    return any(
        step.kind == "update" and difference.what == "address" and difference.old not in places
        for step in plan.steps
        for difference in step.differences
    )
