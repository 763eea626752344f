"""The state of the simulated Kaltura: one partner with its library, rooms, users, sessions and joins."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from local_stack.places import Places

from . import session as ks
from .addresses import Addresses
from .errors import ApiError
from .library import Library, build_library
from .models import Join, LoggedCall, StoredEntry
from .notification_templates import Happening, NotificationBook, StoredTemplate, system_templates
from .objects import Record
from .webhooks import WebhookSender

PARTNER_ID: Final = 1234567
ADMIN_SECRET: Final = "5d41402abc4b2a76b9719d911017c592"
PLAYER_ID: Final = 45678901
MAX_SESSION_SECONDS: Final = 86_400

_ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST_CALL_LOG = 20_000


@dataclass(slots=True)
class Sessions:
    """What the server remembers of sessions: revoked ones, revoked groups, and actions spent of limited ones."""

    revoked: set[str] = field(default_factory=set)
    revoked_groups: set[str] = field(default_factory=set)
    spent_actions: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class KalturaWorld:
    """Everything that the simulated Kaltura knows; `reset` makes it new.

    Attributes:
        now: epoch seconds.
        dice: what new ids are thrown with.
    """

    places: Places
    now: Callable[[], float]
    dice: random.Random
    partner_id: int = PARTNER_ID
    admin_secret: str = ADMIN_SECRET
    player_id: int = PLAYER_ID
    library: Library = field(default_factory=Library)
    app_tokens: dict[str, Record] = field(default_factory=dict)
    schedule_events: dict[int, Record] = field(default_factory=dict)
    schedule_resources: dict[int, Record] = field(default_factory=dict)
    event_resources: dict[tuple[int, int], Record] = field(default_factory=dict)
    sessions: Sessions = field(default_factory=Sessions)
    calls: list[LoggedCall] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    last_number: int = 48_000_000
    notifications: NotificationBook = field(default_factory=NotificationBook)
    webhooks: WebhookSender = field(init=False)

    def __post_init__(self) -> None:
        """The sender signs with the secret of the moment."""
        self.webhooks = WebhookSender(lambda: self.admin_secret, self._active_templates)

    @classmethod
    def seeded(
        cls,
        places: Places,
        now: Callable[[], float] = time.time,
        dice: random.Random | None = None,
    ) -> Self:
        """A partner with the library of two customers in it."""
        world = cls(places=places, now=now, dice=dice or random.Random(20261120))
        world.reset()
        return world

    def reset(self) -> None:
        """Back to the seeded library; sessions, rooms, joins and the log of calls are gone."""
        self.library = build_library(self.addresses, self.player_id, int(self.now()))
        self.app_tokens.clear()
        self.schedule_events.clear()
        self.schedule_resources.clear()
        self.event_resources.clear()
        self.sessions = Sessions()
        self.calls.clear()
        self.joins.clear()
        self.notifications = NotificationBook(system_templates(int(self.now())))
        self.webhooks.jobs.clear()

    @property
    def addresses(self) -> Addresses:
        """The addresses that it hands out."""
        return Addresses(self.places, self.partner_id)

    def tell(self, happening: Happening) -> None:
        """Something happened: notify whoever is to be notified."""
        self.webhooks.happened(happening)

    def _active_templates(self) -> list[StoredTemplate]:
        own = [each for each in self.notifications.templates.values() if each.record["partnerId"] == self.partner_id]
        return [each for each in own if each.is_active and each.record.get("automaticDispatchEnabled")]

    def seconds(self) -> int:
        """Now, in epoch seconds."""
        return int(self.now())

    def new_text_id(self) -> str:
        """A fresh id such as `1_ab12cd34`, as entries, caption assets and app tokens have."""
        while True:
            candidate = "1_" + "".join(self.dice.choices(_ID_CHARACTERS, k=8))
            if candidate not in self.library.entries and candidate not in self.app_tokens:
                return candidate

    def new_number(self) -> int:
        """A fresh id such as 48000001, as schedule objects and categories have."""
        self.last_number += 1
        return self.last_number

    def entry(self, entry_id: str) -> StoredEntry:
        """An entry that is not deleted.

        Raises:
            ApiError: ENTRY_ID_NOT_FOUND.
        """
        entry = self.library.entries.get(entry_id)
        if entry is None or entry.deleted:
            raise ApiError("ENTRY_ID_NOT_FOUND", ENTRY_ID=entry_id)
        return entry

    def random_bytes(self, count: int) -> bytes:
        """Randomness for new sessions and tokens."""
        return self.dice.randbytes(count)

    def mint(self, type_: int, user_id: str, expires_at: int, privileges: str) -> str:
        """A KS of this partner; `expires_at` in epoch seconds."""
        random_bytes = self.random_bytes(16)
        return ks.write(self.admin_secret, self.partner_id, type_, user_id, expires_at, privileges, random_bytes)

    def read_session(self, text: str) -> ks.Session:
        """A KS that is valid now: written with our secret, not expired, not revoked.

        Raises:
            ks.KsRefused: it is not.
        """
        session = ks.read(text, self.partner_id, (self.admin_secret,))
        if session.expires_at <= self.now():
            raise ks.KsRefused(text, ks.EXPIRED)
        group = session.privileges.get("sessionid")
        if session.fingerprint in self.sessions.revoked or group in self.sessions.revoked_groups:
            raise ks.KsRefused(text, ks.LOGOUT)
        return session

    def log_call(self, service: str, action: str, client_tag: str, error: str | None) -> None:
        """Remember a call for `_sim/calls`; the oldest are forgotten."""
        self.calls.append(LoggedCall(service, action, client_tag, error, int(self.now() * 1000)))
        if len(self.calls) > _LONGEST_CALL_LOG:
            del self.calls[: _LONGEST_CALL_LOG // 2]
