"""Looking at a Kaltura account without changing it, for `make doctor`.

Each check looks at one thing and ends in findings, never in an exception. When the secret is wrong, nothing after it
can succeed, so the rest is left out rather than reported as a dozen failures with one cause.

Whether KAF takes our sessions (`authMethod=ks`) cannot be found out without letting somebody in: KAF answers an error
page either way. Asked is whether KAF exists and whether it knows the address, with a session that has already expired.
"""

import time
from collections.abc import Callable, Sequence

from kaltura_discord.kaltura.answers import fields_of, number
from kaltura_discord.kaltura.errors import KalturaError, KalturaRefused, KalturaUnavailable, NotFound, SessionRefused
from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.kaltura.search_terms import EXACT, field_item, operator
from kaltura_discord.kaltura.session import SessionGrant, SessionType
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

_SLOW_MILLISECONDS = 1500


async def probe_account(
    transport: KalturaTransport,
    strategies: Sequence[MeetingStrategy],
    template_room_entry_ids: Sequence[str],
    deadline: Deadline,
    clock: Callable[[], float] = time.monotonic,
) -> list[Finding]:
    """What works with this account and what is missing; only reads.

    Args:
        transport: how the account is reached.
        strategies: the ways of meeting to look at.
        template_room_entry_ids: the configured templates.
        deadline: for everything together.
        clock: monotonic seconds, for the latency.
    """
    findings = [await _reachable(transport, deadline, clock)]
    if findings[0].status == "failed":
        return findings
    findings.append(await _secret(transport, deadline))
    if findings[-1].status == "failed":
        return findings
    for strategy in strategies:
        findings += await strategy.probe(deadline)
    findings += await _kaf(transport, deadline)
    findings.append(await _search(transport, deadline))
    findings.append(await _player(transport, deadline))
    for entry_id in template_room_entry_ids:
        findings.append(await _template(transport, entry_id, deadline))
    return findings


async def _reachable(transport: KalturaTransport, deadline: Deadline, clock: Callable[[], float]) -> Finding:
    address = transport.addresses.service_url
    started = clock()
    try:
        await transport.call("system", "ping", {}, deadline=deadline, repeatable=True)
    except SessionRefused:
        pass  # refused is answered; the secret is the next check's matter
    except KalturaError as failure:
        advice = "Check KALTURA_SERVICE_URL (your region's address, without /api_v3) and the network."
        return Finding("API", "failed", f"{address} does not answer as Kaltura does ({failure.code}).", advice)
    milliseconds = round((clock() - started) * 1000)
    if milliseconds > _SLOW_MILLISECONDS:
        advice = "Check that KALTURA_SERVICE_URL names your account's region."
        return Finding("API", "warning", f"{address} answers, but slowly: {milliseconds} ms.", advice)
    return Finding("API", "ok", f"{address} answers in {milliseconds} ms.")


async def _secret(transport: KalturaTransport, deadline: Deadline) -> Finding:
    partner_id = transport.account.partner_id
    try:
        answer = await transport.call("session", "get", {}, deadline=deadline, repeatable=True)
        accepted = number(fields_of(answer), "partnerId") == partner_id
    except KalturaRefused as refusal:
        advice = "Compare KALTURA_PARTNER_ID and KALTURA_ADMIN_SECRET with KMC > Settings > Integration settings."
        reason = f"{refusal.code} {refusal.message}".strip()
        return Finding("secret", "failed", f"Kaltura does not accept sessions made with it ({reason}).", advice)
    except KalturaError as failure:
        return Finding("secret", "failed", f"It could not be checked ({failure.code}).", "Try again.")
    if not accepted:
        return Finding("secret", "failed", "Kaltura takes it for another account's.", "Check KALTURA_PARTNER_ID.")
    return Finding("secret", "ok", f"Kaltura accepts sessions of account {partner_id}.")


async def _kaf(transport: KalturaTransport, deadline: Deadline) -> list[Finding]:
    addresses = transport.addresses
    advice = "Ask Kaltura for a KAF instance with authMethod=ks, and set KALTURA_KAF_URL to its address."
    try:
        version = await transport.status_of(addresses.kaf_version, deadline=deadline)
        expired = SessionGrant("doctor", SessionType.USER, transport.account.seconds_from_now(-60))
        room = await transport.status_of(addresses.view_room(transport.account.mint(expired)), deadline=deadline)
    except KalturaUnavailable as failure:
        return [Finding("KAF", "failed", f"{addresses.kaf_url} does not answer ({failure.message}).", advice)]
    if version != 200:
        return [Finding("KAF", "failed", f"{addresses.kaf_url} has no version page (HTTP {version}).", advice)]
    if room == 404:
        return [Finding("KAF", "warning", "KAF has no page for room entries.", advice)]
    return [Finding("KAF", "ok", "KAF answers; whether it takes our sessions shows with the first join.")]


async def _search(transport: KalturaTransport, deadline: Deadline) -> Finding:
    search = {
        "objectType": "KalturaESearchEntryParams",
        "objectStatuses": "2",
        "searchOperator": operator(1, [field_item("entry_type", "1", EXACT)]),
    }
    pager = {"objectType": "KalturaPager", "pageSize": 1, "pageIndex": 1}
    parameters = {"searchParams": search, "pager": pager}
    try:
        answer = await transport.call(
            "elasticsearch_esearch", "searchEntry", parameters, deadline=deadline, repeatable=True
        )
        total = number(fields_of(answer), "totalCount")
    except KalturaRefused as refusal:
        advice = "Ask Kaltura to enable eSearch for the account."
        return Finding("search", "failed", f"This account may not search ({refusal.code}).", advice)
    except KalturaError as failure:
        return Finding("search", "failed", f"Searching failed ({failure.code}).", "Try again.")
    return Finding("search", "ok", f"Search works: {total} ready media entries in the account.")


async def _player(transport: KalturaTransport, deadline: Deadline) -> Finding:
    player_id = transport.addresses.player_id
    advice = "Take the id of a player from KMC > Studio, and set KALTURA_PLAYER_ID."
    if player_id <= 0:
        return Finding("player", "failed", "No player is set: videos have no page to open.", advice)
    try:
        await transport.call("uiconf", "get", {"id": player_id}, deadline=deadline, repeatable=True)
    except KalturaRefused as refusal:
        return Finding("player", "failed", f"There is no player {player_id} ({refusal.code}).", advice)
    except KalturaError as failure:
        return Finding("player", "warning", f"The player could not be checked ({failure.code}).", "Try again.")
    return Finding("player", "ok", f"Player {player_id} exists.")


async def _template(transport: KalturaTransport, entry_id: str, deadline: Deadline) -> Finding:
    try:
        await transport.call("room_room", "get", {"roomId": entry_id}, deadline=deadline, repeatable=True)
    except NotFound:
        advice = "Check the id; a template of Kaltura's own account may work although it cannot be seen."
        return Finding("room template", "warning", f"{entry_id} is not in this account.", advice)
    except KalturaError as failure:
        return Finding("room template", "warning", f"{entry_id} could not be read ({failure.code}).", "Check the id.")
    return Finding("room template", "ok", f"{entry_id} exists.")
