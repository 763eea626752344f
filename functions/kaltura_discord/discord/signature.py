"""Whether a request really comes from Discord: Ed25519 over the timestamp and the raw body.

Source: Discord docs, "Interactions: Receiving and Responding", Security and Authorization. The signed message is
the timestamp header's bytes followed by the raw body bytes; the key is the application's public key. The package
discord-interactions does the same but prints every exception, so it serves as the oracle in our tests instead.

Discord names no replay window. Five minutes is our own rule; a repeated interaction id is dealt with elsewhere.
"""

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

FRESHNESS_SECONDS = 300

_SIGNATURE_HEX_LENGTH = 128


class RequestVerifier:
    """Verifies requests with one application's public key (64 hex characters).

    Raises:
        ValueError: the key is not 32 bytes in hex.
    """

    def __init__(self, public_key: str) -> None:
        self._key = VerifyKey(bytes.fromhex(public_key))

    def is_genuine(self, signature: str, timestamp: str, body: bytes, now: float) -> bool:
        """Whether `signature` (hex) signs `timestamp` (epoch seconds, as text) and `body`, within five minutes.

        Never raises, whatever is sent: malformed input is simply not genuine.
        """
        if len(signature) != _SIGNATURE_HEX_LENGTH or not timestamp.isascii():
            return False
        try:
            self._key.verify(timestamp.encode() + body, bytes.fromhex(signature))
        except (BadSignatureError, ValueError):
            return False
        return _is_fresh(timestamp, now)


def _is_fresh(timestamp: str, now: float) -> bool:
    if not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    return abs(now - int(timestamp)) <= FRESHNESS_SECONDS
