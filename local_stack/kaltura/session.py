"""The Kaltura Session (KS): how one is written, read and refused.

The theory. A KS of version 2 is a small form, `sview=1_ab&_e=2000000000&_t=0&_u=ann`, that only holders of the
partner's admin secret can write: 16 random bytes and the form, preceded by their SHA-1 and encrypted by AES-128-CBC
under a key made of the secret. Whoever can decrypt it to a matching SHA-1 knows that the writer had the secret, so
the server keeps no list of sessions, only of those that were revoked: single ones, and groups that carry the same
`sessionid` privilege.

    KsRefused   what session.py raises; becomes INVALID_KS with a number and a word

Source: Kaltura's server, kSessionBase.class.php and KCryptoWrapper.class.php.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

USER: Final = 0
WIDGET: Final = 1
ADMIN: Final = 2

INVALID_STR: Final = (-1, "INVALID_STR")
INVALID_PARTNER: Final = (-2, "INVALID_PARTNER")
INVALID_TYPE: Final = (-4, "INVALID_TYPE")
EXPIRED: Final = (-5, "EXPIRED")
LOGOUT: Final = (-6, "LOGOUT")
EXCEEDED_ACTIONS_LIMIT: Final = (-8, "EXCEEDED_ACTIONS_LIMIT")
EXCEEDED_RESTRICTED_IP: Final = (-9, "EXCEEDED_RESTRICTED_IP")
EXCEEDED_RESTRICTED_URI: Final = (-11, "EXCEEDED_RESTRICTED_URI")

_BLOCK = 16
_DIGEST = 20


class KsRefused(Exception):
    """A KS is not accepted; `number` and `word` are Kaltura's, `text` is the KS itself (never log it)."""

    def __init__(self, text: str, reason: tuple[int, str]) -> None:
        self.text = text
        self.number, self.word = reason
        super().__init__(self.word)


@dataclass(frozen=True, slots=True)
class Session:
    """A KS that was read: `expires_at` in epoch seconds, `privileges` by name (an empty value where none is given)."""

    text: str
    partner_id: int
    type: int
    user_id: str
    expires_at: int
    privileges: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """What a single revocation remembers."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def is_admin(self) -> bool:
        """Whether this is an ADMIN session; a widget session is not, in spite of its number."""
        return self.type == ADMIN

    def has(self, privilege: str) -> bool:
        """Whether the privilege is there, or the legacy `*` that stands for all."""
        return privilege in self.privileges or "all" in self.privileges

    def covers(self, privilege: str, object_id: str) -> bool:
        """Whether a privilege with a list of ids, such as `sview:1_a/1_b` or `sview:*`, names this object."""
        if "all" in self.privileges:
            return True
        allowed = self.privileges.get(privilege, "").split("/")
        return "*" in allowed or object_id in allowed

    @property
    def privilege_text(self) -> str:
        """The privileges as the string they were asked with."""
        return ",".join(f"{name}:{value}" if value else name for name, value in self.privileges.items())


def split_privileges(privileges: str) -> dict[str, str]:
    """`a:1,b` as `{"a": "1", "b": ""}`; the literal `*` becomes `all`, a repeated name keeps its last value."""
    found: dict[str, str] = {}
    for item in privileges.split(","):
        name, _, value = item.strip().partition(":")
        if not name:
            continue
        if item.strip() == "*":
            name, value = "all", "*"
        found[name] = value
    return found


def write(
    secret: str, partner_id: int, type_: int, user_id: str, expires_at: int, privileges: str, random_bytes: bytes
) -> str:
    """A KS of version 2; `expires_at` is epoch seconds, `random_bytes` are 16."""
    fields = split_privileges(privileges)
    fields["_e"] = str(expires_at)
    fields["_t"] = str(type_)
    fields["_u"] = user_id
    body = random_bytes + urlencode(fields).encode()
    message = _sha1(body) + body
    message += b"\0" * (-len(message) % _BLOCK)
    encryptor = _cipher(secret).encryptor()
    encrypted = encryptor.update(message) + encryptor.finalize()
    return base64.urlsafe_b64encode(f"v2|{partner_id}|".encode() + encrypted).decode()


def read(text: str, partner_id: int, secrets: tuple[str, ...]) -> Session:
    """Read a KS, trying each of the partner's secrets; says nothing about expiry or revocation.

    Raises:
        KsRefused: malformed, of another partner, or written with another secret.
    """
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise KsRefused(text, INVALID_STR) from None
    version, _, rest = raw.partition(b"|")
    written_partner, separator, encrypted = rest.partition(b"|")
    if version != b"v2" or not separator or not encrypted or len(encrypted) % _BLOCK:
        raise KsRefused(text, INVALID_STR)
    if written_partner != str(partner_id).encode():
        raise KsRefused(text, INVALID_PARTNER)
    for secret in secrets:
        fields = _decrypt(secret, encrypted)
        if fields is not None:
            return _session_of(text, partner_id, fields)
    raise KsRefused(text, INVALID_STR)


def _decrypt(secret: str, encrypted: bytes) -> str | None:
    decryptor = _cipher(secret).decryptor()
    message = (decryptor.update(encrypted) + decryptor.finalize()).rstrip(b"\0")
    digest, body = message[:_DIGEST], message[_DIGEST:]
    if not hmac.compare_digest(digest, _sha1(body)):
        return None
    return body[_BLOCK:].decode("utf-8", "replace")


def _session_of(text: str, partner_id: int, form: str) -> Session:
    # PHP's parse_str turns dots and spaces of names into underscores, and so loses privileges named with them.
    fields = {
        name.replace(".", "_").replace(" ", "_"): value for name, value in parse_qsl(form, keep_blank_values=True)
    }
    try:
        expires_at = int(fields.pop("_e"))
        type_ = int(fields.pop("_t"))
    except (KeyError, ValueError):
        raise KsRefused(text, INVALID_STR) from None
    user_id = fields.pop("_u", "")
    fields.pop("_m", None)
    fields.pop("_d", None)
    return Session(text, partner_id, type_, user_id, expires_at, fields)


def _cipher(secret: str) -> Cipher[modes.CBC]:
    key = _sha1(secret.encode())[:_BLOCK]
    return Cipher(algorithms.AES(key), modes.CBC(b"\0" * _BLOCK))


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data).digest()  # noqa: S324 - Kaltura's format, not our choice
