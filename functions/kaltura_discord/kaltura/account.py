"""The one Kaltura account of this deployment, and the sessions we act with."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from kaltura_discord.kaltura.session import SessionGrant, SessionType, mint

SERVICE_USER = "kaltura-discord"
"""Whom our own calls are made as."""

_LIFE_SECONDS = 4 * 3600
_RENEWED_BEFORE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class KalturaAccount:
    """An account and the key to it.

    Attributes:
        partner_id: its number.
        admin_secret: signs every session; never shown.
        now: the clock, epoch seconds.
        random: gives so many unpredictable bytes.
    """

    partner_id: int
    admin_secret: str = field(repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False, compare=False)
    random: Callable[[int], bytes] = field(default=os.urandom, repr=False, compare=False)

    def mint(self, grant: SessionGrant) -> str:
        """A session that carries `grant`."""
        return mint(grant, partner_id=self.partner_id, secret=self.admin_secret, random=self.random)

    def seconds_from_now(self, seconds: int) -> int:
        """Epoch seconds, so long from now."""
        return int(self.now()) + seconds


class ServiceSession:
    """The ADMIN session of our own calls: made locally, kept until five minutes before it expires.

    It sees the whole account (`disableentitlement`), whatever entitlement the account enforces: what a Discord server
    may see is decided by the scope that every search carries.
    """

    def __init__(self, account: KalturaAccount) -> None:
        self._account = account
        self._session = ""
        self._expires_at = 0

    def current(self) -> str:
        """The session, made anew where it is about to expire."""
        if self._account.now() >= self._expires_at - _RENEWED_BEFORE_SECONDS:
            self._renew()
        return self._session

    def forget(self, session: str) -> None:
        """Kaltura refused `session`: make another one next time, unless that has happened meanwhile."""
        if session == self._session:
            self._expires_at = 0

    def _renew(self) -> None:
        self._expires_at = self._account.seconds_from_now(_LIFE_SECONDS)
        privileges = {"disableentitlement": "", "appid": SERVICE_USER}
        self._session = self._account.mint(SessionGrant(SERVICE_USER, SessionType.ADMIN, self._expires_at, privileges))
