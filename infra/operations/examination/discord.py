"""Does Discord know our application as we think it does?

Source of the fields (`id`, `verify_key`, `interactions_endpoint_url`, `event_webhooks_url` and its like, `flags`):
Discord docs, Application Resource, "Get Current Application" and "Application Flags". Discord itself checks an address
whenever it is saved, so what stands there has answered rightly once; whether it still does, a look at our own health
page tells.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from infra.operations.examination.observations import Observation, not_looked_at
from infra.operations.examination.settings import PORTAL, WHERE_TO_FIND
from infra.operations.subscribe_events import EVENTS_PATH, HEARD, SWITCHED_OFF_BY_DISCORD, SWITCHED_ON, Subscription
from kaltura_discord.commands.registration import all_payloads, difference
from kaltura_discord.commands.registry import REGISTRY
from kaltura_discord.discord.errors import DiscordError, DiscordRefused
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import DiscordSettings, MissingSetting, discord_settings

INTERACTIONS_PATH = "/discord/interactions"
HEALTH_PATH = "/api/v1/health"
PRIVACY_PATH = "/privacy"
TERMS_PATH = "/terms"

_LONGEST_VISIT_SECONDS = 5.0

# EMBEDDED, "Indicates the app has Activities" (Discord docs: Application Flags).
_HAS_ACTIVITIES = 1 << 17

Application = dict[str, Any]


async def examine_discord(
    environment: Mapping[str, str], http: httpx.AsyncClient, deadline: Deadline
) -> list[Observation]:
    """What works with Discord and what is missing.

    Args:
        environment: the settings, secrets included.
        http: how everything is reached.
        deadline: for everything together.
    """
    base_url = environment.get("PUBLIC_BASE_URL", "").strip().rstrip("/")
    address = await _public_address(base_url, http, deadline) if base_url else None
    seen = [address] if address else []
    try:
        settings = discord_settings(environment)
    except MissingSetting as missing:
        return [not_looked_at("application", missing.name), *seen]
    rest = DiscordRest(settings.api_url, settings.application_id, settings.bot_token, http)
    application, of_application = await examine_application(rest, settings, deadline)
    if not application:
        return [*of_application, *seen]
    seen = [
        *of_application,
        _endpoint(application, base_url),
        _events(Subscription.of(application), base_url),
        await _pages(application, base_url, http, deadline),
        *seen,
    ]
    if str(application.get("id")) == settings.application_id:
        seen += [await _commands(rest, deadline), *_activities(application)]
    return seen


async def examine_application(
    rest: DiscordRest, settings: DiscordSettings, deadline: Deadline
) -> tuple[Application, list[Observation]]:
    """The application as Discord knows it, and whether token and key are its own; empty where it tells nothing."""
    try:
        application = await rest.own_application(deadline)
    except DiscordRefused as refused:
        return {}, _refused(settings.api_url, refused)
    except DiscordError as failure:
        advice = "Check the network; leave DISCORD_API_URL out unless you know why it is there."
        return {}, [Observation("API", "failed", f"{settings.api_url} does not answer ({failure}).", advice)]
    if not isinstance(application, dict):
        sentence = f"{settings.api_url} answers, but not as Discord does."
        return {}, [Observation("API", "failed", sentence, "Leave DISCORD_API_URL out.")]
    return application, [
        Observation("API", "ok", f"{settings.api_url} answers."),
        _token(application, settings.application_id),
        _public_key(application, settings.public_key),
    ]


def _refused(api_url: str, refused: DiscordRefused) -> list[Observation]:
    answers = Observation("API", "ok", f"{api_url} answers.")
    if refused.status == 401:
        sentence = "Discord does not accept DISCORD_BOT_TOKEN."
        return [answers, Observation("bot token", "failed", sentence, WHERE_TO_FIND["DISCORD_BOT_TOKEN"])]
    sentence = f"Discord does not tell about the application ({refused})."
    return [answers, Observation("application", "failed", sentence, f"Look whether it is in order: {PORTAL}")]


def _token(application: Application, application_id: str) -> Observation:
    if str(application.get("id")) == application_id:
        return Observation("bot token", "ok", f"It belongs to the application {application.get('name')}.")
    sentence = (
        f"It belongs to another application: {application.get('name')} ({application.get('id')}), and "
        f"DISCORD_APPLICATION_ID is {application_id}."
    )
    return Observation("bot token", "failed", sentence, "Take both from one application in the portal.")


def _public_key(application: Application, public_key: str) -> Observation:
    if str(application.get("verify_key", "")).lower() == public_key.lower():
        return Observation("public key", "ok", "It is the application's own.")
    sentence = "DISCORD_PUBLIC_KEY is not the application's, so every interaction would be refused."
    return Observation("public key", "failed", sentence, WHERE_TO_FIND["DISCORD_PUBLIC_KEY"])


def _endpoint(application: Application, base_url: str) -> Observation:
    area = "interactions endpoint"
    known = application.get("interactions_endpoint_url")
    if not base_url:
        return Observation(area, "note", f"Discord sends interactions to {known or 'no address'}.")
    wanted = base_url + INTERACTIONS_PATH
    advice = f"{PORTAL}, General Information, Interactions Endpoint URL: {wanted} (while it runs)."
    if not known:
        return Observation(area, "failed", "None is set, so Discord sends interactions nowhere.", advice)
    if known != wanted:
        return Observation(area, "failed", f"Discord sends interactions to {known}.", advice)
    return Observation(area, "ok", f"Discord sends interactions to {known}.")


def _events(known: Subscription, base_url: str) -> Observation:
    """Who installs the app, and who takes it back, is told only where somebody subscribed to it."""
    area = "webhook events"
    if not base_url:
        return Observation(area, "note", f"Discord tells who installs the app to {known.url or 'no address'}.")
    wanted = base_url + EVENTS_PATH
    advice = f"Run: make subscribe-events (or {PORTAL}, Webhooks, Endpoint URL: {wanted})"
    if known.url != wanted:
        sentence = f"Discord tells who installs the app to {known.url or 'no address'}, not to {wanted}."
        return Observation(area, "failed", sentence, advice)
    if known.status == SWITCHED_OFF_BY_DISCORD:
        return Observation(area, "failed", "Discord switched them off: too many could not be delivered.", advice)
    if known.status != SWITCHED_ON:
        return Observation(area, "failed", "They are switched off.", advice)
    missing = [kind for kind in HEARD if kind not in known.kinds]
    if missing:
        return Observation(area, "failed", f"Not subscribed to: {', '.join(missing)}.", advice)
    return Observation(area, "ok", f"Discord tells who installs the app to {known.url}.")


async def _pages(application: Application, base_url: str, http: httpx.AsyncClient, deadline: Deadline) -> Observation:
    """Discord's verification asks for both links, and people see them at the app."""
    area = "privacy and terms"
    fields = {
        "Privacy Policy URL": (application.get("privacy_policy_url"), PRIVACY_PATH),
        "Terms of Service URL": (application.get("terms_of_service_url"), TERMS_PATH),
    }
    missing = {field: path for field, (known, path) in fields.items() if not known}
    if missing:
        address = base_url or "{PUBLIC_BASE_URL}"
        pasted = "; ".join(f"{field}: {address}{path}" for field, path in missing.items())
        sentence = f"Discord knows no {' and no '.join(missing)}, and its verification asks for both."
        return Observation(area, "warning", sentence, f"{PORTAL}, General Information, {pasted}")
    for known, _ in fields.values():
        trouble = await _trouble_with(str(known), http, deadline)
        if trouble:
            advice = f"Deploy them (make deploy), or correct the address: {PORTAL}, General Information."
            return Observation(area, "failed", f"{known} {trouble}.", advice)
    return Observation(area, "ok", "Discord knows both addresses, and both answer.")


async def _trouble_with(address: str, http: httpx.AsyncClient, deadline: Deadline) -> str:
    """What is wrong with a page; empty where it answers."""
    try:
        answer = await http.get(address, timeout=deadline.at_most(_LONGEST_VISIT_SECONDS), follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as broken:
        return f"does not answer ({type(broken).__name__})"
    return "" if answer.status_code == 200 else f"answers HTTP {answer.status_code}"


async def _public_address(base_url: str, http: httpx.AsyncClient, deadline: Deadline) -> Observation:
    area = "public address"
    advice = "Start what answers there (for a tunnel: make run, and the tunnel itself), or correct PUBLIC_BASE_URL."
    trouble = await _trouble_with(base_url + HEALTH_PATH, http, deadline)
    if trouble:
        return Observation(area, "failed", f"{base_url}{HEALTH_PATH} {trouble}.", advice)
    return Observation(area, "ok", f"{base_url} answers.")


async def _commands(rest: DiscordRest, deadline: Deadline) -> Observation:
    try:
        registered = await rest.registered_commands(deadline)
    except DiscordError as failure:
        return Observation("commands", "failed", f"They could not be read ({failure}).", "Try again.")
    changes = difference(all_payloads(REGISTRY.commands, registered), registered)
    if changes.is_empty:
        return Observation("commands", "ok", f"All {len(changes.unchanged)} are registered and current.")
    parts = (("new", changes.added), ("changed", changes.changed), ("gone", changes.removed))
    listed = "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)
    return Observation("commands", "failed", f"Discord does not know them as they are ({listed}).", _REGISTER)


_REGISTER = "Run: make register-commands"


def _activities(application: Application) -> list[Observation]:
    flags = application.get("flags")
    if not isinstance(flags, int) or not flags & _HAS_ACTIVITIES:
        sentence = "They are switched off, so Watch Together opens in browser tabs only."
        advice = f"To open it inside Discord: {PORTAL}, Activities, Settings."
        return [Observation("Activities", "note", sentence, advice)]
    seen = [Observation("Activities", "ok", "They are switched on, so Watch Together opens inside Discord.")]
    if application.get("redirect_uris") == []:
        sentence = "None is set, so nobody can sign in to Watch Together inside Discord."
        advice = f"{PORTAL}, OAuth2, Redirects: https://127.0.0.1 (one has to be there; it is never used)."
        seen.append(Observation("redirects", "failed", sentence, advice))
    return seen
