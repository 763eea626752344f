"""Whether a webhook is Kaltura's: `X-KALTURA-SIGNATURE` is the hash of a secret followed by the raw body.

Source: Kaltura's server, KDispatchHttpNotificationEngine.class.php. Not an HMAC, so whoever has seen one genuine
webhook can append bytes to it and sign that without the secret (length extension). What they append holds the hash's
padding, which is no UTF-8, and `webhook_body` takes nothing that is not UTF-8 to its end. Nothing in a webhook says
when it was sent, so an old one can be sent again: what it says is a hint, and Kaltura is asked.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class HashAlgorithm(StrEnum):
    """What Kaltura can hash with (`secureHashingAlgo` 1, 2 and 3), as `X-KALTURA-HASH-ALGO` names it."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


@dataclass(frozen=True, slots=True)
class WebhookVerifier:
    """Verifies webhooks.

    Attributes:
        secrets: any of which may have been used, so that one can be changed while webhooks are on their way.
        algorithm: ours to choose, never the sender's.
    """

    secrets: Sequence[str]
    algorithm: HashAlgorithm = HashAlgorithm.SHA256

    def is_genuine(self, signature: str, named_algorithm: str, body: bytes) -> bool:
        """Whether the body is signed with one of the secrets.

        Args:
            signature: the header X-KALTURA-SIGNATURE, hexadecimal; empty where there is none.
            named_algorithm: the header X-KALTURA-HASH-ALGO; old deployments have none and always use SHA-1.
            body: the bytes as they came.
        """
        if not signature or not body or not self._is_ours(named_algorithm):
            return False
        given = signature.strip().lower().encode()
        # All of them every time, so that the time it takes does not tell which one fits.
        matches = [hmac.compare_digest(self._digest(secret, body), given) for secret in self.secrets if secret]
        return any(matches)

    def _is_ours(self, named_algorithm: str) -> bool:
        named = named_algorithm.strip().lower() or HashAlgorithm.SHA1
        return named == self.algorithm

    def _digest(self, secret: str, body: bytes) -> bytes:
        return hashlib.new(self.algorithm, secret.encode() + body).hexdigest().encode()
