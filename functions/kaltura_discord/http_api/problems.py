"""Errors as problem details (RFC 9457): `application/problem+json`.

`type` is `/problems/{slug}`, `detail` a sentence that a viewer may read. Nothing internal is in it, whatever happened:
no exception's text, no path, no token.
"""

import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.kaltura.errors import KalturaCircuitOpen, KalturaError
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.settings import MissingSetting
from kaltura_discord.watch.refusals import NotNow, SignedOut, TooOften, WatchRefusal

MEDIA_TYPE = "application/problem+json"

# Answers bear tokens and names: nobody may keep them, and no page may pass their address on.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_RETRY_SECONDS = 5
log = logging.getLogger(__name__)


class BadRequest(WatchRefusal):
    """The request is not of the form that the route takes."""

    slug, status, title = "bad-request", 400, "Bad request"


class TooLarge(WatchRefusal):
    """The body is longer than any that makes sense."""

    slug, status, title = "too-large", 413, "Too large"
    sentence_by_default = "That is too long."


def problem(slug: str, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an answer."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers={**HEADERS, **(headers or {})}, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Response:
    """The answer for anything that went wrong; what is our fault, or that of those we ask, is logged by its kind."""
    match error:
        case WatchRefusal():
            return _refused(error)
        case KalturaError():
            log.warning("kaltura stopped a request", extra={"code": error.code})
            wait = error.retry_after_seconds if isinstance(error, KalturaCircuitOpen) else _RETRY_SECONDS
            headers = {"Retry-After": str(int(wait) + 1)} if error.http_status == HTTPStatus.SERVICE_UNAVAILABLE else {}
            return problem("kaltura", error.http_status, "Kaltura", error.user_sentence, headers)
        case AwsError() | DiscordError() | TimeoutError():
            log.error("request not answered", extra={"reason": type(error).__name__})
            return _refused(NotNow())
        case ConfigError():
            log.error("a server's settings cannot be read", extra={"reason": type(error).__name__})
            return _refused(NotNow("The settings of this server can't be read. Ask whoever runs this app."))
        case MissingSetting():
            log.error("a setting is missing", extra={"setting": error.name})
            return _refused(NotNow("This app is not set up for that yet. Ask whoever runs it."))
        case _:
            log.error("request failed", extra={"reason": type(error).__name__, "where": _where(error)})
            return problem("internal", 500, "Internal error", "Something went wrong here. Try again in a minute.")


def not_found() -> Response:
    """The answer where there is no such route."""
    return problem("not-found", 404, "Not found", "There is nothing at this address.")


def method_not_allowed(headers: Mapping[str, str] | None) -> Response:
    """The answer where the route takes other methods; `headers` say which."""
    detail = "This address can't be used in that way."
    return problem("method-not-allowed", 405, "Method not allowed", detail, headers)


def _refused(refusal: WatchRefusal) -> Response:
    headers: dict[str, str] = {}
    if isinstance(refusal, TooOften):
        headers["Retry-After"] = str(refusal.retry_after)
    elif isinstance(refusal, NotNow):
        headers["Retry-After"] = str(_RETRY_SECONDS)
    elif isinstance(refusal, SignedOut):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(refusal.slug, refusal.status, refusal.title, refusal.sentence, headers)


def _where(error: Exception) -> str:
    """The line where it happened. Never the text of the error, which may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
