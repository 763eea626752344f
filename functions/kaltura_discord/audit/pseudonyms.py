"""What stands in the audit for somebody who wanted to be forgotten.

A plain hash would not do: there are so few user ids that whoever has the table could hash them all and compare. With a
key that is not in the table they can't, and still what one person did can be told from what another did.

The key is made from `JWT_SECRET` for this purpose only (HMAC as a key derivation: RFC 5869, 2.3). Where that secret is
replaced, whoever is forgotten afterwards gets another pseudonym than before; nobody's id comes back.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import cached_property

_PURPOSE = b"kaltura-for-discord audit pseudonyms 1"
_PREFIX = "forgotten:"

# 128 bits: no two people of all that there are get the same one.
_HEX_DIGITS = 32


class Pseudonyms:
    """Makes pseudonyms.

    Args:
        secret: gives the deployment's secret; asked when the first pseudonym is made, since most who write into the
            audit make none.
    """

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def of(self, user_id: str) -> str:
        """The pseudonym of a user, always the same; whoever has one already keeps it, and nobody stays nobody."""
        if not user_id or is_pseudonym(user_id):
            return user_id
        return _PREFIX + hmac.new(self._key, user_id.encode(), hashlib.sha256).hexdigest()[:_HEX_DIGITS]

    @cached_property
    def _key(self) -> bytes:
        return hmac.new(self._secret().encode(), _PURPOSE, hashlib.sha256).digest()


def is_pseudonym(user_id: str) -> bool:
    """Whether this stands for somebody who has been forgotten."""
    return user_id.startswith(_PREFIX)


def in_words(user_id: str | None) -> str:
    """Who that is, in Discord's markdown, within a sentence."""
    if not user_id:
        return "whoever runs this app"
    return "somebody who was deleted" if is_pseudonym(user_id) else f"<@{user_id}>"
