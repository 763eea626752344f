"""Only what Discord signed, within five minutes, is genuine; anything else is not, and never an error."""

import contextlib
import io

import pytest
from discord_interactions import verify_key
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from kaltura_discord.discord.signature import FRESHNESS_SECONDS, RequestVerifier

KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = KEY.verify_key.encode().hex()
VERIFIER = RequestVerifier(PUBLIC_KEY)
NOW = 1_790_000_000
BODY = b'{"type":1}'


def signature_of(body: bytes, timestamp: str = str(NOW), key: SigningKey = KEY) -> str:
    return key.sign(timestamp.encode() + body).signature.hex()


def is_genuine(signature: str, timestamp: str = str(NOW), body: bytes = BODY) -> bool:
    return VERIFIER.is_genuine(signature, timestamp, body, NOW)


def test_a_signed_request_is_genuine() -> None:
    assert is_genuine(signature_of(BODY))
    assert is_genuine(signature_of(b""), body=b"")
    assert is_genuine(signature_of(b"\xff\x00"), body=b"\xff\x00")


GOOD = signature_of(BODY)
WRONG_SIGNATURES = {
    "empty": "",
    "truncated": GOOD[:-2],
    "odd length": GOOD[:-1],
    "too long": GOOD + "00",
    "not hex": "z" * 128,
    "hex with spaces": " " * 64 + GOOD[:64],
    "of another body": signature_of(b"{}"),
    "of another time": signature_of(BODY, str(NOW - 1)),
    "of another key": signature_of(BODY, key=SigningKey(bytes(32))),
    "zeros": "0" * 128,
    "unicode": "ü" * 128,
    "full-width digits": "１" * 128,
    "a lone surrogate": "\ud800" * 128,
    "a megabyte": "a" * 1_000_000,
}


@pytest.mark.parametrize("signature", WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES.keys())
def test_a_wrong_signature_is_not_genuine_and_no_error(signature: str) -> None:
    assert not is_genuine(signature)


def test_a_megabyte_of_garbage_is_not_genuine() -> None:
    assert not is_genuine(GOOD, body=b"\xfe" * 1_000_000)


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "１７９００００００００", "9" * 400, "\ud800", " ", "²"])
def test_a_timestamp_that_is_no_time_is_not_genuine_even_where_it_is_signed(timestamp: str) -> None:
    signed = KEY.sign(timestamp.encode("utf-8", "surrogatepass") + BODY).signature.hex()
    assert not is_genuine(signed, timestamp)


@pytest.mark.parametrize("age", [-FRESHNESS_SECONDS, 0, FRESHNESS_SECONDS])
def test_within_five_minutes_either_way_it_is_fresh(age: int) -> None:
    timestamp = str(NOW - age)
    assert is_genuine(signature_of(BODY, timestamp), timestamp)


@pytest.mark.parametrize("age", [-FRESHNESS_SECONDS - 1, FRESHNESS_SECONDS + 1, NOW])
def test_a_stale_or_future_request_is_not_genuine_though_signed(age: int) -> None:
    timestamp = str(NOW - age)
    assert not is_genuine(signature_of(BODY, timestamp), timestamp)


@given(st.text(max_size=140), st.text(max_size=20), st.binary(max_size=200), st.floats(allow_nan=False))
def test_whatever_is_sent_the_answer_is_yes_or_no(signature: str, timestamp: str, body: bytes, now: float) -> None:
    assert VERIFIER.is_genuine(signature, timestamp, body, now) is False


@given(
    body=st.binary(max_size=300),
    timestamp=st.integers(NOW - FRESHNESS_SECONDS, NOW + FRESHNESS_SECONDS).map(str),
    flipped=st.none() | st.integers(0, 511),
    change=st.none() | st.binary(min_size=1, max_size=3),
    cut=st.integers(0, 3),
)
def test_the_verdict_is_that_of_discords_own_package(
    body: bytes, timestamp: str, flipped: int | None, change: bytes | None, cut: int
) -> None:
    signature = bytearray(KEY.sign(timestamp.encode() + body).signature)
    if flipped is not None:
        signature[flipped // 8] ^= 1 << flipped % 8
    sent = bytes(signature).hex()[: 128 - cut]
    received = body + (change or b"")
    with contextlib.redirect_stdout(io.StringIO()):
        verdict = verify_key(received, sent, timestamp, PUBLIC_KEY)
    assert VERIFIER.is_genuine(sent, timestamp, received, NOW) is verdict


@pytest.mark.parametrize("key", ["", "abc", "zz" * 32, "00" * 31])
def test_a_public_key_that_is_none_is_noticed_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        RequestVerifier(key)
