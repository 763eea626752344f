"""From Kaltura's error objects to our exceptions.

An error is an object with `objectType: KalturaAPIException` at HTTP 200 (Kaltura server: KalturaFrontController);
its codes come from `KalturaErrors.php` and `APIErrors.class.php`.
"""

import re

from kaltura_discord.kaltura.answers import Answer, Fields, text
from kaltura_discord.kaltura.errors import (
    Forbidden,
    KalturaBusy,
    KalturaError,
    KalturaRefused,
    KalturaUnavailable,
    NotFound,
    SessionRefused,
)

_BUSY = frozenset({"ACTION_BLOCKED", "LOCK_TIMED_OUT", "DRUID_QUERY_TIMED_OUT"})
_RATE_LIMITED = re.compile(r"rate.?limit", re.IGNORECASE)
_BROKEN = frozenset({"INTERNAL_SERVERL_ERROR", "INTERNAL_DATABASE_ERROR", "SEARCH_ENGINE_QUERY_FAILED"})
"""Kaltura's own trouble; the first one is spelt so."""

_FORBIDDEN = frozenset(
    {
        "SERVICE_FORBIDDEN",
        "SERVICE_FORBIDDEN_CONTENT_BLOCKED",
        "SERVICE_DOES_NOT_EXISTS",
        "ACTION_DOES_NOT_EXISTS",
        "ACTION_FORBIDDEN",
        "FEATURE_FORBIDDEN",
        "PLUGIN_NOT_AVAILABLE_FOR_PARTNER",
        "PARTNER_ACCESS_FORBIDDEN",
        "UNKNOWN_PARTNER_ID",
        "USER_NOT_ADMIN",
    }
)
_NOT_FOUND = frozenset({"INVALID_ENTRY_ID", "INVALID_OBJECT_ID", "INVALID_OBJECT_NOT_FOUND", "INVALID_USER_ID"})
_SESSION = frozenset({"INVALID_KS", "MISSING_KS", "START_SESSION_ERROR"})
_RENEWABLE = frozenset({"-5", "-6", "-8"})
"""INVALID_KS: expired, logged out, used up. Any other number means a wrong secret, type or restriction."""

_SESSION_REASONS = {
    "-1": "malformed, or made with another secret",
    "-2": "of another account",
    "-3": "of another user",
    "-4": "of the wrong type",
    "-5": "expired",
    "-6": "revoked",
    "-8": "used up",
    "-9": "not from this address",
    "-11": "not for this URI",
}


def refusal_in(answer: Answer) -> KalturaError | None:
    """The error that `answer` is; None where it is a result.

    Detected by its object type, or by having both a code and a message and no other type.
    """
    if not isinstance(answer, dict):
        return None
    object_type = answer.get("objectType")
    untyped = object_type is None and "code" in answer and "message" in answer
    if object_type == "KalturaAPIException" or untyped:
        return _error_of(answer)
    return None


def _error_of(fields: Fields) -> KalturaError:
    code = text(fields, "code") or "UNKNOWN"
    message = text(fields, "message")
    arguments = _arguments(fields)
    if code in _SESSION:
        return _session_error(code, arguments)
    if code in _BUSY or _RATE_LIMITED.search(message):
        return KalturaBusy(code, message)
    if code in _BROKEN:
        return KalturaUnavailable(code, message)
    if code in _FORBIDDEN:
        return Forbidden(code, message, arguments)
    if code in _NOT_FOUND or code.endswith("_NOT_FOUND"):
        return NotFound(code, message, arguments)
    return KalturaRefused(code, message, arguments)


def _session_error(code: str, arguments: dict[str, str]) -> SessionRefused:
    """Kaltura's own text is left out: for INVALID_KS it contains the session."""
    number = arguments.get("ERR_CODE", "")
    reason = _SESSION_REASONS.get(number, "")
    return SessionRefused(code, reason, number=number, renewable=number in _RENEWABLE)


def _arguments(fields: Fields) -> dict[str, str]:
    """The arguments by name; Kaltura sends an empty list where there are none."""
    arguments = fields.get("args")
    if not isinstance(arguments, dict):
        return {}
    return {str(name): text(arguments, name) for name in arguments}
