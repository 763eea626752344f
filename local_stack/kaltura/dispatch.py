"""From parameters to an answer: which action, whose session, one call or many.

Order of refusals as in Kaltura's dispatcher: the service, the action, the session, the right to call, the parameters.
Multirequests run their parts in order; a failed part does not stop the others.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any, Final

from . import session as ks
from .calls import NO_SESSION, ActionTable, ApiAction, Audience, Call
from .errors import ApiError
from .parameters import Parameters, refuse_control_characters
from .response_profile import trimmed
from .services import (
    captions,
    catalogue,
    entries,
    event_notifications,
    flavors,
    groups,
    playback,
    rooms,
    schedule,
    search,
    sessions,
    users,
)
from .world import KalturaWorld

TABLES: Final[tuple[ActionTable, ...]] = (
    sessions.SESSION,
    sessions.APP_TOKEN,
    sessions.SYSTEM,
    sessions.PARTNER,
    entries.BASE_ENTRY,
    entries.MEDIA,
    entries.LIVE_STREAM,
    playback.BASE_ENTRY,
    rooms.ROOM,
    schedule.EVENT,
    schedule.RESOURCE,
    schedule.EVENT_RESOURCE,
    search.ESEARCH,
    catalogue.CATEGORY,
    catalogue.CATEGORY_ENTRY,
    catalogue.PLAYER,
    catalogue.ACCESS_CONTROL,
    users.USER,
    users.ROLE,
    groups.GROUP,
    groups.GROUP_USER,
    captions.CAPTION_ASSET,
    flavors.FLAVOR_ASSET,
    event_notifications.TEMPLATES,
)

LOGGER = logging.getLogger(__name__)

_INHERITED: Final = ("ks", "partnerId", "clientTag")
_REFERENCE: Final = re.compile(r"\{(\d+):result(?::(.*))?\}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request came from, for sessions that are restricted: an IP address and the path that was called."""

    address: str
    path: str


def run(world: KalturaWorld, parameters: Parameters, caller: Caller) -> Any:
    """The answer to a request; an ApiError (or a list with some, for a multirequest) is an answer too."""
    if str(parameters.get("service", "")).lower() == "multirequest":
        return _run_many(world, parameters, caller)
    return _run_logged(world, parameters, caller)


def _run_logged(world: KalturaWorld, parameters: Parameters, caller: Caller) -> Any:
    service = str(parameters.get("service", "")).lower()
    action = str(parameters.get("action", "")).lower()
    answer: Any
    try:
        answer = _run_one(world, service, action, parameters, caller)
    except ApiError as error:
        answer = error
    except Exception:
        # Kaltura answers its own bugs with HTTP 200 too; ours are at least to be found in the log.
        LOGGER.exception("%s.%s broke", service, action)
        answer = ApiError("INTERNAL_SERVERL_ERROR")
    code = answer.code if isinstance(answer, ApiError) else None
    world.log_call(service, action, str(parameters.get("clientTag", "")), code)
    return answer


def _run_one(world: KalturaWorld, service: str, action: str, parameters: Parameters, caller: Caller) -> Any:
    found = _find(service, action)
    refuse_control_characters(parameters)
    session = _session(world, parameters, caller)
    if found.audience is not Audience.ANYONE and session is NO_SESSION:
        raise ApiError("MISSING_KS")
    if not found.audience.admits(session):
        raise ApiError("SERVICE_FORBIDDEN", SERVICE=f"{service}->{action}")
    return trimmed(found.handler(Call(world, parameters, session)), parameters.get("responseProfile"))


def _find(service: str, action: str) -> ApiAction:
    if not service:
        raise ApiError("SERVICE_NOT_SPECIFIED")
    tables = [table for table in TABLES if table.service == service]
    if not tables:
        raise ApiError("SERVICE_DOES_NOT_EXISTS", SERVICE_NAME=service)
    if not action:
        raise ApiError("ACTION_NOT_SPECIFIED")
    for table in tables:
        if action in table.actions:
            return table.actions[action]
    raise ApiError("ACTION_DOES_NOT_EXISTS", ACTION_NAME=action, SERVICE_NAME=service)


def _session(world: KalturaWorld, parameters: Parameters, caller: Caller) -> ks.Session:
    text = parameters.get("ks")
    if not text:
        return NO_SESSION
    try:
        session = world.read_session(str(text))
        _check_restrictions(world, session, caller)
    except ks.KsRefused as refused:
        raise ApiError("INVALID_KS", KSID=refused.text, ERR_CODE=refused.number, ERR_DESC=refused.word) from refused
    given_partner = parameters.get("partnerId")
    if given_partner not in (None, "") and str(given_partner) != str(session.partner_id):
        raise ApiError("PARTNER_ACCESS_FORBIDDEN", PARTNER_ID=session.partner_id, OTHER_PARTNER=given_partner)
    return session


def _check_restrictions(world: KalturaWorld, session: ks.Session, caller: Caller) -> None:
    privileges = session.privileges
    if "iprestrict" in privileges and caller.address not in privileges["iprestrict"].split("/"):
        raise ks.KsRefused(session.text, ks.EXCEEDED_RESTRICTED_IP)
    if "urirestrict" in privileges and not _uri_allowed(privileges["urirestrict"], caller.path):
        raise ks.KsRefused(session.text, ks.EXCEEDED_RESTRICTED_URI)
    if "actionslimit" in privileges:
        spent = world.sessions.spent_actions
        spent[session.fingerprint] += 1
        limit = privileges["actionslimit"]
        if not limit.isdigit() or spent[session.fingerprint] > int(limit):
            raise ks.KsRefused(session.text, ks.EXCEEDED_ACTIONS_LIMIT)


def _uri_allowed(restriction: str, path: str) -> bool:
    for pattern in restriction.split("|"):
        is_prefix = pattern.endswith("*") and path.startswith(pattern[:-1])
        if is_prefix or path == pattern:
            return True
    return False


def _run_many(world: KalturaWorld, parameters: Parameters, caller: Caller) -> list[Any]:
    """Parts are numbered from 1 (0 is accepted, as the official Python client counts) until the first gap.

    References count results, so `{1:result:id}` is the first part's whatever its own number.
    """
    numbered = {int(name): part for name, part in parameters.items() if name.isdigit() and isinstance(part, dict)}
    inherited = {name: parameters[name] for name in _INHERITED if name in parameters}
    results: list[Any] = []
    number = min([1, *numbered])
    while number in numbered and {"service", "action"} <= numbered[number].keys():
        try:
            part = {**inherited, **_filled_in(numbered[number], results)}
        except ApiError as error:
            results.append(error)
        else:
            results.append(_run_logged(world, part, caller))
        number += 1
    return results


def _filled_in(value: Any, results: list[Any]) -> Any:
    """The parameters with every `{N:result:path}` replaced by what it refers to."""
    if isinstance(value, dict):
        return {name: _filled_in(item, results) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled_in(item, results) for item in value]
    reference = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if reference is None:
        return value
    number = int(reference.group(1))
    if not 1 <= number <= len(results):
        return value
    return _follow(results[number - 1], reference.group(2) or "", value)


def _follow(result: Any, path: str, reference: str) -> Any:
    if isinstance(result, ApiError):
        raise ApiError("MISSING_MANDATORY_PARAMETER", PARAM_NAME=reference)
    for step in [step for step in path.split(":") if step]:
        if isinstance(result, dict):
            result = result.get(step)
        elif isinstance(result, list) and step.isdigit() and int(step) < len(result):
            result = result[int(step)]
        else:
            result = None
    return "" if result is None else result
