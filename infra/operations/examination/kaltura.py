"""Does the Kaltura account do what meetings and video search need?"""

from collections.abc import Mapping

import httpx

from infra.operations.examination.observations import Observation, from_finding, not_looked_at
from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.errors import Forbidden, KalturaError
from kaltura_discord.kaltura.probe import probe_account
from kaltura_discord.kaltura.room_entry import RoomEntryStrategy
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.kaltura.schedule_resource import ScheduleResourceStrategy
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.webhook_registration import WEBHOOKS_PATH, WebhookRegistration, shown
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.defaults import load_defaults
from kaltura_discord.server_config.models import KalturaSection
from kaltura_discord.server_config.written_defaults import InvalidConfig, default_config_file
from kaltura_discord.settings import MissingSetting, kaltura_settings, webhook_settings


async def examine_kaltura(
    environment: Mapping[str, str], deadline: Deadline, network: httpx.AsyncBaseTransport | None = None
) -> list[Observation]:
    """What works with the account and what is missing.

    Args:
        environment: the settings, secrets included.
        deadline: for everything together.
        network: stands in for the network in tests.
    """
    try:
        transport = _transport(environment, network)
        chosen = load_defaults(default_config_file().read_text(encoding="utf-8"), environment).kaltura
    except MissingSetting as missing:
        return [not_looked_at("account", missing.name)]
    except InvalidConfig:
        return [Observation("account", "warning", "Not looked at, because the defaults are not valid.")]
    async with transport:
        strategy, other = _strategies(transport, chosen.meeting_strategy)
        findings = await probe_account(transport, [strategy], _template_ids(chosen), deadline)
        seen = [from_finding(finding) for finding in findings]
        if _has_a_working_secret(seen):
            seen.append(await _other_way(other, deadline))
            seen.append(await _webhooks(transport, environment, deadline))
    return [*seen, _templates(chosen)]


def _transport(environment: Mapping[str, str], network: httpx.AsyncBaseTransport | None) -> KalturaTransport:
    settings = kaltura_settings(environment)
    addresses = KalturaAddresses.of_account(
        settings.service_url, settings.cdn_url, settings.kaf_url, settings.partner_id, settings.player_id
    )
    account = KalturaAccount(settings.partner_id, settings.admin_secret)
    return KalturaTransport(account, addresses, http_transport=network)


def _strategies(transport: KalturaTransport, chosen: str) -> tuple[MeetingStrategy, MeetingStrategy]:
    """The one that meetings are held with, and the other."""
    room_entry = RoomEntryStrategy(transport)
    schedule_resource = ScheduleResourceStrategy(transport)
    if chosen == room_entry.name:
        return room_entry, schedule_resource
    return schedule_resource, room_entry


def _has_a_working_secret(seen: list[Observation]) -> bool:
    return any(each.area == "secret" and each.status == "ok" for each in seen)


async def _other_way(other: MeetingStrategy, deadline: Deadline) -> Observation:
    findings = await other.probe(deadline)
    if all(finding.status == "ok" for finding in findings):
        setting = f"CONFIG__KALTURA__MEETING_STRATEGY={other.name}"
        return Observation("other way to meet", "note", f"{other.name} would work too ({setting}).")
    reason = next(finding.sentence for finding in findings if finding.status != "ok")
    return Observation("other way to meet", "note", f"{other.name} would not work, and is not used: {reason}")


async def _webhooks(transport: KalturaTransport, environment: Mapping[str, str], deadline: Deadline) -> Observation:
    area = "webhooks"
    try:
        settings = webhook_settings(environment)
    except MissingSetting as missing:
        return not_looked_at(area, missing.name)
    base_url = environment.get("PUBLIC_BASE_URL", "").rstrip("/")
    if not base_url:
        return not_looked_at(area, "PUBLIC_BASE_URL")
    url = f"{base_url}{WEBHOOKS_PATH}{settings.token}"
    registration = WebhookRegistration(transport, url, HashAlgorithm(settings.algorithm))
    try:
        plan = await registration.plan(deadline)
    except Forbidden as refusal:
        sentence = f"This account has no event notifications ({refusal.code}): nobody is told of recordings and videos."
        return Observation(area, "warning", sentence, "Ask Kaltura to enable them for the account.")
    except KalturaError as failure:
        return Observation(area, "warning", f"They could not be looked at ({failure.code}).", "Try again.")
    if plan.steps:
        sentence = f"Kaltura does not notify {shown(url)} as it should."
        return Observation(area, "warning", sentence, "make register-webhooks shows what is missing, and does it.")
    if plan.missing:
        names = ", ".join(wanted.origin for wanted in plan.missing)
        return Observation(area, "warning", f"Kaltura has no template {names} here.", "Ask Kaltura for it.")
    return Observation(area, "ok", f"Kaltura notifies {shown(url)}.")


def _template_ids(chosen: KalturaSection) -> list[str]:
    configured = chosen.room_templates.model_dump().values()
    return list(dict.fromkeys(entry_id for entry_id in configured if entry_id))


def _templates(chosen: KalturaSection) -> Observation:
    area = "room templates"
    if chosen.meeting_strategy != "room_entry":
        return Observation(area, "note", f"The strategy {chosen.meeting_strategy} uses none.")
    configured = chosen.room_templates.model_dump()
    missing = [kind for kind in KIND_NAMES if not configured.get(kind)]
    if not missing:
        return Observation(area, "ok", "Each type of meeting has one.")
    names = ", ".join(f"CONFIG__KALTURA__ROOM_TEMPLATES__{kind.upper()}" for kind in missing)
    advice = f"Make a room as it should look in Kaltura, and set its entry id as {names}."
    if len(missing) == len(KIND_NAMES):
        sentence = "None is configured, so rooms of every type are alike: Kaltura's plain room."
        return Observation(area, "warning", sentence, advice)
    kinds = ", ".join(KIND_NAMES[kind] for kind in missing)
    return Observation(area, "warning", f"Without one, and so Kaltura's plain room: {kinds}.", advice)
