"""What a stranger can do with one genuine webhook of Kaltura's: append bytes and sign them, without the secret.

A hash of a secret and a body is not an HMAC. SHA-256 goes through its input in blocks of 64 bytes, and its result is
all that it remembers of them: whoever knows it, and how long the input was, goes on from there (FIPS 180-4, 6.2). What
stands between the body and what is appended is the padding that the hash put there (5.1.1).
"""

from collections.abc import Sequence
from itertools import count, islice

_BLOCK_BYTES = 64
_WORD = 0xFFFFFFFF

Words = Sequence[int]


def extended(signature: str, body: bytes, secret_bytes: int, more: bytes) -> tuple[bytes, str]:
    """A longer body than the one that was signed, and its genuine signature.

    Args:
        signature: SHA-256 of the secret and `body`, hexadecimal.
        body: what was signed.
        secret_bytes: how long the secret is; Kaltura's have 32.
        more: what is to stand at the end.
    """
    padding = _padding(secret_bytes + len(body))
    before = secret_bytes + len(body) + len(padding)
    state = [int(signature[place : place + 8], 16) for place in range(0, 64, 8)]
    rest = more + _padding(before + len(more))
    for place in range(0, len(rest), _BLOCK_BYTES):
        state = _compressed(state, rest[place : place + _BLOCK_BYTES])
    return body + padding + more, "".join(f"{word:08x}" for word in state)


def _padding(length: int) -> bytes:
    zeros = (_BLOCK_BYTES - 9 - length) % _BLOCK_BYTES
    return b"\x80" + bytes(zeros) + (length * 8).to_bytes(8, "big")


def _primes() -> list[int]:
    found = (number for number in count(2) if all(number % smaller for smaller in range(2, number)))
    return list(islice(found, 64))


def _constant(prime: int) -> int:
    """The first 32 bits of the fraction of a prime's cube root (4.2.2), by whole numbers only."""
    scaled, low, high = prime << 96, 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= scaled else (low, middle)
    return low & _WORD


_CONSTANTS = [_constant(prime) for prime in _primes()]


def _turned(word: int, by: int) -> int:
    return (word >> by | word << 32 - by) & _WORD


def _schedule(block: bytes) -> list[int]:
    words = [int.from_bytes(block[place : place + 4], "big") for place in range(0, _BLOCK_BYTES, 4)]
    for number in range(16, 64):
        early, late = words[number - 15], words[number - 2]
        low = _turned(early, 7) ^ _turned(early, 18) ^ early >> 3
        high = _turned(late, 17) ^ _turned(late, 19) ^ late >> 10
        words.append((words[number - 16] + low + words[number - 7] + high) & _WORD)
    return words


def _compressed(state: Words, block: bytes) -> list[int]:
    a, b, c, d, e, f, g, h = state
    for constant, word in zip(_CONSTANTS, _schedule(block), strict=True):
        chosen = e & f ^ ~e & g
        first = h + (_turned(e, 6) ^ _turned(e, 11) ^ _turned(e, 25)) + chosen + constant + word
        majority = a & b ^ a & c ^ b & c
        second = (_turned(a, 2) ^ _turned(a, 13) ^ _turned(a, 22)) + majority
        a, b, c, d, e, f, g, h = (first + second) & _WORD, a, b, c, (d + first) & _WORD, e, f, g
    return [(old + new) & _WORD for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
