"""Codes and access tokens of OAuth2, as the Activity's `authorize` and the token endpoint hand them out.

A code is good for one exchange and one minute; an access token for seven days (Discord docs: OAuth2).
"""

import random
from dataclasses import dataclass, field

from local_stack.discord.wire import Clock

CODE_SECONDS = 60
ACCESS_SECONDS = 604_800


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user consented to; `expires_at` in seconds since the epoch."""

    user_id: str
    scopes: tuple[str, ...]
    expires_at: float


@dataclass(slots=True)
class GrantBook:
    """Everything handed out and not yet used up."""

    now: Clock
    dice: random.Random
    codes: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)

    def authorize(self, user_id: str, scopes: tuple[str, ...]) -> str:
        """A code for a user who consented."""
        code = self.dice.randbytes(15).hex()
        self.codes[code] = Grant(user_id, scopes, self.now() + CODE_SECONDS)
        return code

    def exchange(self, code: str) -> Grant | None:
        """Use a code up; None where it is unknown, used or stale."""
        return self._alive(self.codes.pop(code, None))

    def renew(self, refresh_token: str) -> Grant | None:
        """Use a refresh token up."""
        return self._alive(self.refresh.pop(refresh_token, None))

    def issue(self, grant: Grant) -> tuple[str, str]:
        """An access token and its refresh token."""
        access_token = self.dice.randbytes(15).hex()
        refresh_token = self.dice.randbytes(15).hex()
        self.access[access_token] = Grant(grant.user_id, grant.scopes, self.now() + ACCESS_SECONDS)
        self.refresh[refresh_token] = Grant(grant.user_id, grant.scopes, self.now() + 4 * ACCESS_SECONDS)
        return access_token, refresh_token

    def bearer(self, access_token: str) -> Grant | None:
        """Who an access token speaks for; None where it speaks for nobody."""
        return self._alive(self.access.get(access_token))

    def hold(self, user_id: str) -> bool:
        """Whether a token speaks for somebody."""
        return any(grant.user_id == user_id for grant in (*self.access.values(), *self.refresh.values()))

    def revoke(self, user_id: str) -> None:
        """Somebody takes all of it back; revoking one token of an authorisation revokes them all."""
        for book in (self.codes, self.access, self.refresh):
            for secret in [secret for secret, grant in book.items() if grant.user_id == user_id]:
                del book[secret]

    def clear(self) -> None:
        """Forget everything."""
        self.codes.clear()
        self.access.clear()
        self.refresh.clear()

    def _alive(self, grant: Grant | None) -> Grant | None:
        return grant if grant is not None and grant.expires_at > self.now() else None
