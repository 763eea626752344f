"""A webhook is Kaltura's if the hash of a secret and the whole body says so."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.webhook_signature import HashAlgorithm, WebhookVerifier

SECRET = "0123456789abcdef0123456789abcdef"
BODY = (
    b'{"object":{"id":"1_abcd1234","status":2,"objectType":"KalturaMediaEntry"},"eventObjectType":1,'
    b'"eventNotificationJobId":12085,"templateId":340,"templateName":"t","templateSystemName":"T","eventType":3,'
    b'"objectType":"KalturaHttpNotification"}'
)

# Computed from the rule of KDispatchHttpNotificationEngine.class.php by other means than ours.
SHA1 = "a030ed0d7fe8181dc6530e8037038c9a8fa632de"
SHA256 = "05e59917dd2359916794a1aab091dfe3455acfeac8b3d215cb94a34d5b936378"

VERIFIER = WebhookVerifier([SECRET])


def signed(body: bytes, secret: str = SECRET) -> str:
    return hashlib.sha256(secret.encode() + body).hexdigest()


def test_the_known_signatures_are_genuine() -> None:
    assert VERIFIER.is_genuine(SHA256, "sha256", BODY)
    assert WebhookVerifier([SECRET], HashAlgorithm.SHA1).is_genuine(SHA1, "sha1", BODY)


def test_upper_case_and_spaces_around_a_signature_do_not_matter() -> None:
    assert VERIFIER.is_genuine(f" {SHA256.upper()} ", " SHA256 ", BODY)


def test_either_of_two_secrets_will_do_while_one_is_being_changed() -> None:
    verifier = WebhookVerifier(["new", SECRET])
    assert verifier.is_genuine(SHA256, "sha256", BODY)
    assert verifier.is_genuine(signed(BODY, "new"), "sha256", BODY)
    assert not verifier.is_genuine(signed(BODY, "older"), "sha256", BODY)


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_genuine(secrets: list[str]) -> None:
    assert not WebhookVerifier(secrets).is_genuine(hashlib.sha256(BODY).hexdigest(), "sha256", BODY)


@pytest.mark.parametrize("named", ["sha1", "sha512", "md5", ""])
def test_the_algorithm_is_ours_to_choose(named: str) -> None:
    known = named if named in hashlib.algorithms_available else "sha1"
    in_their_way = hashlib.new(known, SECRET.encode() + BODY).hexdigest()
    assert not VERIFIER.is_genuine(in_their_way, named, BODY)
    assert not VERIFIER.is_genuine(SHA256, named, BODY)


def test_no_named_algorithm_is_the_sha1_of_old_deployments_where_that_is_chosen() -> None:
    assert WebhookVerifier([SECRET], HashAlgorithm.SHA1).is_genuine(SHA1, "", BODY)


def test_a_missing_signature_is_not_genuine() -> None:
    assert not VERIFIER.is_genuine("", "sha256", BODY)


def test_a_signature_that_is_no_ascii_is_not_genuine() -> None:
    assert not VERIFIER.is_genuine("é" * 64, "sha256", BODY)


def test_an_empty_body_is_not_genuine_as_its_signature_never_changes() -> None:
    assert not VERIFIER.is_genuine(signed(b""), "sha256", b"")


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_flipped_bit_is_noticed(body: bytes, data: st.DataObject) -> None:
    assert VERIFIER.is_genuine(signed(body), "sha256", body)
    place = data.draw(st.integers(0, len(body) * 8 - 1))
    changed = bytearray(body)
    changed[place // 8] ^= 1 << place % 8
    assert not VERIFIER.is_genuine(signed(body), "sha256", bytes(changed))


@given(st.binary(min_size=1, max_size=50))
def test_appended_bytes_are_noticed(more: bytes) -> None:
    assert not VERIFIER.is_genuine(SHA256, "sha256", BODY + more)
