"""Kaltura sessions (KS), version 2, made and read locally.

A KS is the grant itself, encrypted under the account's admin secret: no call to Kaltura makes it, and Kaltura stores
nothing about it until it is revoked. In layers, from the inside (Kaltura server: `kSessionBase::generateKsV2`):

    fields      privilege=value&...&_e=expiry&_t=type&_u=user       form-urlencoded, privileges first
    body        16 random bytes + fields
    message     SHA-1(body) + body, filled with zero bytes to a multiple of 16
    cipher      AES-128-CBC, key = first 16 bytes of SHA-1(secret), IV of zeros (the random bytes stand in)
    session     base64, URL-safe, with its `=`, of  "v2|" + partner id + "|" + cipher

So it always begins with `djJ8`, which is how the scrubbing of errors and logs recognises it. The USER kind is signed
with the admin secret as well. Kaltura never shortens the life of a locally made session: how long it lives is up to us.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kaltura_discord.kaltura.text import privilege_value

_BLOCK = 16
_RANDOM_SIZE = 16
_HASH_SIZE = 20
_NO_VECTOR = bytes(_BLOCK)
_PRIVILEGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_USER_ID = re.compile(r"[A-Za-z0-9!#$%&'*+?^_`{|}~.@-]{0,100}")
_GROUP = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SessionType(IntEnum):
    """Whose powers a session carries (Kaltura: `KalturaSessionType`)."""

    USER = 0
    ADMIN = 2


class UnreadableSession(ValueError):
    """What was given is no KS of version 2, or was made with another secret."""


@dataclass(frozen=True, slots=True)
class SessionGrant:
    """What a session allows.

    Attributes:
        user_id: for whom; Kaltura's grammar for user ids without the comma; empty for nobody.
        type: USER for what one person may do, ADMIN for what the account may do.
        privileges: by name; the value is empty for a privilege that is a mere flag. Order is kept.
        expires_at: epoch seconds.
    """

    user_id: str
    type: SessionType
    expires_at: int
    privileges: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that Kaltura would read differently.

        Raises:
            ValueError: a privilege's name or the user id is outside Kaltura's grammar.
        """
        if not _USER_ID.fullmatch(self.user_id):
            raise ValueError("a Kaltura user id holds letters, digits and some signs, at most 100")
        for name in self.privileges:
            if not _PRIVILEGE_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be the name of a privilege")

    def cleaned_privileges(self) -> dict[str, str]:
        """The privileges as they go into the session: no comma, slash or control character in a value."""
        return {name: privilege_value(value) for name, value in self.privileges.items()}

    def privileges_text(self) -> str:
        """The privileges in Kaltura's own grammar, `name:value,flag`, as `session.start` takes them."""
        return ",".join(f"{name}:{value}" if value else name for name, value in self.cleaned_privileges().items())


def with_further(own: Mapping[str, str], further: Mapping[str, str]) -> dict[str, str]:
    """`own` privileges, and those of `further` whose name none of them has.

    So what a server is given can narrow a session, and never replace what it is for. Kaltura does not tell names
    apart by their case everywhere, so neither do we.
    """
    taken = {name.lower() for name in own}
    return {**own, **{name: value for name, value in further.items() if name.lower() not in taken}}


def session_group(name: str) -> str:
    """`name`, checked to be fit for the privilege `sessionid`.

    Raises:
        ValueError: it is not `[A-Za-z0-9_-]`, 1 to 64 characters.
    """
    if not _GROUP.fullmatch(name):
        raise ValueError("a session group is 1 to 64 of A-Z a-z 0-9 _ -")
    return name


def mint(grant: SessionGrant, *, partner_id: int, secret: str, random: Callable[[int], bytes] = os.urandom) -> str:
    """A KS that carries `grant`.

    Args:
        grant: what it allows.
        partner_id: the account.
        secret: the account's admin secret.
        random: gives so many unpredictable bytes.
    """
    body = random(_RANDOM_SIZE) + _fields_of(grant)
    message = _sha1(body) + body
    padding = bytes(-len(message) % _BLOCK)
    encryptor = _cipher(secret).encryptor()
    encrypted = encryptor.update(message + padding) + encryptor.finalize()
    return base64.urlsafe_b64encode(b"v2|%d|" % partner_id + encrypted).decode("ascii")


def inspect(session: str, secret: str) -> tuple[int, SessionGrant]:
    """The partner id and the grant inside a KS, whether or not it has expired. For tests.

    Raises:
        UnreadableSession: it is no KS of version 2, or was made with another secret.
    """
    partner_id, encrypted = _opened(session)
    decryptor = _cipher(secret).decryptor()
    message = (decryptor.update(encrypted) + decryptor.finalize()).rstrip(b"\0")
    body = message[_HASH_SIZE:]
    if len(body) < _RANDOM_SIZE or _sha1(body) != message[:_HASH_SIZE]:
        raise UnreadableSession("the session was not made with this secret")
    return partner_id, _grant_of(body[_RANDOM_SIZE:])


def _fields_of(grant: SessionGrant) -> bytes:
    fields = grant.cleaned_privileges()
    fields["_e"] = str(grant.expires_at)
    fields["_t"] = str(int(grant.type))
    fields["_u"] = grant.user_id
    return urlencode(fields).encode("ascii")


def _grant_of(fields: bytes) -> SessionGrant:
    try:
        values = dict(parse_qsl(fields.decode("ascii"), keep_blank_values=True, strict_parsing=True))
        expires_at = int(values.pop("_e"))
        session_type = SessionType(int(values.pop("_t")))
        return SessionGrant(values.pop("_u"), session_type, expires_at, values)
    except (ValueError, KeyError) as error:
        raise UnreadableSession("the session's fields are not those of a KS") from error


def _opened(session: str) -> tuple[int, bytes]:
    try:
        raw = base64.b64decode(session, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise UnreadableSession("a KS is base64") from error
    version, _, rest = raw.partition(b"|")
    partner_id, separator, encrypted = rest.partition(b"|")
    whole_blocks = bool(encrypted) and len(encrypted) % _BLOCK == 0
    if version != b"v2" or not separator or not partner_id.isdigit() or not whole_blocks:
        raise UnreadableSession("this is no KS of version 2")
    return int(partner_id), encrypted


def _cipher(secret: str) -> "Cipher[modes.CBC]":
    return Cipher(algorithms.AES(_sha1(secret.encode())[:_BLOCK]), modes.CBC(_NO_VECTOR))


def _sha1(data: bytes) -> bytes:
    """Kaltura's choice, not ours: the format of a KS names SHA-1."""
    return hashlib.sha1(data, usedforsecurity=False).digest()
