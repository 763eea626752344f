"""What can go wrong with Kaltura.

    KalturaError
    ├── KalturaUnavailable        no usable answer: time-out, connection, HTTP 5xx, garbage, an internal error
    │   └── KalturaCircuitOpen    not asked, because the last calls all failed
    ├── KalturaBusy               asked to slow down: ACTION_BLOCKED, rate limits, LOCK_TIMED_OUT
    └── KalturaRefused            Kaltura understood and said no (KalturaAPIException)
        ├── NotFound              the object does not exist, or may not be seen
        ├── Forbidden             this account or session may not do that
        └── SessionRefused        the session (KS) is invalid, expired or revoked

Kaltura's own messages are not safe to show or log: INVALID_KS repeats the whole session in its message and its
arguments. So a message passes through `scrubbed` before it becomes part of an exception, and arguments are
kept only as scrubbed, shortened text.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

_SESSION_LIKE = re.compile(r"djJ8[A-Za-z0-9_\-+/=%]*|[A-Za-z0-9_\-+/]{80,}={0,2}")
"""A KS of version 2 begins with `djJ8` (base64 of `v2|`); any other long base64 run is suspect as well."""

_SCRUBBED = "[session]"
_LONGEST_TEXT = 300


def scrubbed(text: str) -> str:
    """`text` without anything that looks like a Kaltura session, and not longer than 300 characters."""
    return _SESSION_LIKE.sub(_SCRUBBED, text)[:_LONGEST_TEXT]


class KalturaError(Exception):
    """Anything that went wrong with Kaltura.

    Attributes:
        code: Kaltura's error code, or a name of ours for what never reached Kaltura; safe to log.
        retry_safe: trying again may help, and it is certain that the failed try changed nothing.
        http_status: what our own API answers when this stops it.
        user_sentence: what the person who asked may read; nothing internal in it.
    """

    http_status: ClassVar[int] = 502
    user_sentence: ClassVar[str] = "Kaltura could not do that. Please try again in a minute."

    def __init__(self, code: str, message: str = "", *, retry_safe: bool = False) -> None:
        self.code = scrubbed(code)
        self.message = scrubbed(message)
        self.retry_safe = retry_safe
        super().__init__(f"{self.code}: {self.message}" if self.message else self.code)


class KalturaUnavailable(KalturaError):
    """No usable answer came. Unless `retry_safe`, the call may have been carried out all the same."""

    http_status = 503
    user_sentence = "Kaltura does not answer at the moment. Please try again in a minute."


class KalturaCircuitOpen(KalturaUnavailable):
    """Kaltura was not asked, because the last calls failed; `retry_after_seconds` until it is asked again."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__("CIRCUIT_OPEN", f"asked again in {retry_after_seconds:.0f} s", retry_safe=True)
        self.retry_after_seconds = retry_after_seconds


class KalturaBusy(KalturaError):
    """Kaltura wants fewer calls, or another call holds what this one needs."""

    http_status = 503
    user_sentence = "Kaltura is busy at the moment. Please try again in a minute."

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code, message, retry_safe=True)


class KalturaRefused(KalturaError):
    """Kaltura understood the call and refused it; repeating it would not help.

    Attributes:
        arguments: the error's arguments by name, scrubbed.
    """

    user_sentence = "Kaltura refused that. Please tell the person who runs this app."

    def __init__(self, code: str, message: str = "", arguments: Mapping[str, str] | None = None) -> None:
        super().__init__(code, message)
        self.arguments = {scrubbed(name): scrubbed(value) for name, value in (arguments or {}).items()}


class NotFound(KalturaRefused):
    """The object does not exist, was deleted, or may not be seen."""

    http_status = 404
    user_sentence = "Kaltura does not know that any more. It may have been deleted."


class Forbidden(KalturaRefused):
    """This account, or the session used, may not do that (SERVICE_FORBIDDEN, FEATURE_FORBIDDEN, ...)."""

    user_sentence = "This Kaltura account may not do that. Please tell the person who runs this app."


class SessionRefused(KalturaRefused):
    """The session is not accepted.

    Attributes:
        number: Kaltura's ERR_CODE, such as `-5` (expired) or `-6` (revoked); empty where it gave none.
        renewable: it was good once (expired, revoked, used up), so a new one may be accepted; otherwise the
            partner id, the secret or the restrictions are wrong.
    """

    def __init__(self, code: str, reason: str = "", *, number: str = "", renewable: bool = False) -> None:
        super().__init__(code, reason)
        self.number = scrubbed(number)
        self.renewable = renewable
