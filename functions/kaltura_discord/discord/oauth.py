"""Who is there: Discord's sign-in for Activities (Discord docs: OAuth2; Activities, "Building an Activity").

The page asks Discord's client for a code and gives it to us; only we can exchange it, since only we have the client
secret. The code comes from the embedded client, so the exchange names no redirect address.

A token is believed only after Discord has said whose it is and for which application it was made: a page of another
application could otherwise pass its visitors' tokens on to us.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from kaltura_discord.discord.errors import DiscordRateLimited, DiscordSilent, DiscordUnavailable
from kaltura_discord.discord.identifiers import UserId, is_snowflake
from kaltura_discord.discord.rest_answers import error_in
from kaltura_discord.discord.user_agent import USER_AGENT
from kaltura_discord.resilience.deadline import Deadline

_LONGEST_TRY_SECONDS = 5.0
_LONGEST_CREDENTIAL = 512
# 403 and others come from what stands before Discord's API, and say nothing about the visitor.
_REFUSED = (400, 401)
log = logging.getLogger(__name__)


class NotSignedIn(Exception):
    """Discord does not accept the code or token, or it was made for another application."""


@dataclass(frozen=True, slots=True)
class DiscordUser:
    """Who somebody is in Discord; `avatar` is the hash of their picture, empty where there is none."""

    user_id: UserId
    name: str
    avatar: str


@dataclass(frozen=True, slots=True)
class DiscordSignIn:
    """Exchanges codes and looks tokens up, as our application."""

    api_url: str
    application_id: str
    client_secret: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)

    async def exchange(self, code: str, deadline: Deadline) -> str:
        """The access token for a code, which is used up by it; never repeated, as a second try would be refused.

        Raises:
            NotSignedIn: Discord does not accept the code.
            DiscordUnavailable, DiscordRateLimited: Discord did not answer.
        """
        form = {
            "client_id": self.application_id,
            "client_secret": self.client_secret,
            "grant_type": "authorization_code",
            "code": _credential(code),
        }
        answer = await self._asked("POST", "/oauth2/token", deadline, form=form)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise DiscordSilent("no access token in the answer")
        return token

    async def user_of(self, access_token: str, deadline: Deadline) -> DiscordUser:
        """Whose token it is.

        Raises:
            NotSignedIn: nobody's, or it was made for another application, or without the scope `identify`.
            DiscordUnavailable, DiscordRateLimited: Discord did not answer.
        """
        headers = {"Authorization": f"Bearer {_credential(access_token)}"}
        answer = await self._asked("GET", "/oauth2/@me", deadline, headers=headers)
        application, user = answer.get("application"), answer.get("user")
        if not isinstance(application, dict) or application.get("id") != self.application_id:
            log.warning("a token of another application was refused")
            raise NotSignedIn
        if not isinstance(user, dict) or not is_snowflake(user.get("id")):
            raise NotSignedIn
        return DiscordUser(UserId(user["id"]), _name(user), _text(user, "avatar"))

    async def _asked(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        timeout = deadline.at_most(_LONGEST_TRY_SECONDS)
        try:
            # httpx's own time-out is for each read; an answer that drips in must not outlive the deadline.
            async with asyncio.timeout(timeout):
                response = await self.http.request(
                    method,
                    self.api_url + path,
                    data=form,
                    headers={"User-Agent": USER_AGENT, **(headers or {})},
                    timeout=timeout,
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as broken:
            # Not chained: the text of such an error may hold what was sent.
            raise DiscordUnavailable(type(broken).__name__) from None
        if response.status_code != 200:
            log.warning("sign-in not accepted", extra={"path": path, "status": response.status_code})
            if response.status_code in _REFUSED:
                raise _not_accepted(response)
            limited = error_in(response)
            if isinstance(limited, DiscordRateLimited):
                raise limited
            raise DiscordUnavailable(f"HTTP {response.status_code}")
        return _object(response)


def _not_accepted(response: httpx.Response) -> Exception:
    """Why a 4xx was answered: our own client id or secret being wrong is not the visitor's fault."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("error") == "invalid_client":
        log.error("Discord does not accept our client id and secret")
        return DiscordUnavailable("invalid_client")
    return NotSignedIn()


def _credential(text: str) -> str:
    """A code or token that can stand in a header or form."""
    if not text or len(text) > _LONGEST_CREDENTIAL or not text.isascii() or not text.isprintable() or " " in text:
        raise NotSignedIn
    return text


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        raise DiscordSilent("not JSON") from None
    if not isinstance(answer, dict):
        raise DiscordSilent("not an object")
    return answer


def _name(user: Mapping[str, Any]) -> str:
    """How somebody calls themselves, else their unique name."""
    return _text(user, "global_name") or _text(user, "username")


def _text(user: Mapping[str, Any], name: str) -> str:
    value = user.get(name)
    return value if isinstance(value, str) else ""
