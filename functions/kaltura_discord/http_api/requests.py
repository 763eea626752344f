"""What a request brings along, read strictly: a bearer token, a JSON object, numbers and words of a query."""

import json
from collections.abc import Collection
from typing import Any

from starlette.requests import Request

from kaltura_discord.http_api.problems import BadRequest, TooLarge
from kaltura_discord.watch.refusals import SignedOut

LARGEST_BODY_BYTES = 64 * 1024
LONGEST_TEXT = 4096


def bearer(request: Request) -> str:
    """The token of the header `Authorization: Bearer …` (RFC 6750, 2.1).

    Raises:
        SignedOut: there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignedOut
    return token.strip()


def has_bearer(request: Request) -> bool:
    """Whether the request bears a token at all."""
    return "authorization" in request.headers


async def texts(request: Request, allowed: Collection[str]) -> dict[str, str]:
    """The request's JSON object, in which every field is a text; an empty body is an empty object.

    Raises:
        TooLarge: it has more than 64 KB.
        BadRequest: it is no JSON object, or has a field that is not `allowed`, empty, or no text.
    """
    body = await request.body()
    if len(body) > LARGEST_BODY_BYTES:
        raise TooLarge
    try:
        decoded: Any = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise BadRequest("The request's body is no JSON.") from None
    if not isinstance(decoded, dict):
        raise BadRequest("The request's body is no JSON object.")
    for name, value in decoded.items():
        if name not in allowed:
            raise BadRequest(f"This address takes {_listed(allowed)} and nothing else.")
        if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT:
            raise BadRequest(f"“{name}” has to be a text of 1 to {LONGEST_TEXT} characters.")
    return decoded


async def exactly_one(request: Request, allowed: Collection[str]) -> tuple[str, str]:
    """The one field of the request's JSON object, by name.

    Raises:
        TooLarge, BadRequest: see `texts`; also where there are more or none.
    """
    given = await texts(request, allowed)
    if len(given) != 1:
        raise BadRequest(f"Exactly one of {_listed(allowed)} is needed.")
    return next(iter(given.items()))


def whole_number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A number of the query.

    Raises:
        BadRequest: it is no whole number from `least` to `most`.
    """
    written = request.query_params.get(name, "")
    if not written:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= 9 and least <= int(written) <= most):
        raise BadRequest(f"“{name}” has to be a whole number from {least} to {most}.")
    return int(written)


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "no fields"
