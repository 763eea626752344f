"""What stands in the audit for somebody who was forgotten: the same for the same person, and no way back."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.audit.pseudonyms import Pseudonyms, in_words, is_pseudonym
from tests.unit.domain.sent_by_discord import ANN, BO

SECRET = "a secret of 32 characters, or more"
USERS = st.integers(10**16, 2**64 - 1).map(str)


def pseudonyms(secret: str = SECRET) -> Pseudonyms:
    return Pseudonyms(lambda: secret)


@settings(deadline=None)
@given(user=USERS, other=USERS)
def test_one_person_has_one_and_no_two_have_the_same(user: str, other: str) -> None:
    one = pseudonyms().of(user)
    assert one == pseudonyms().of(user)
    assert (one == pseudonyms().of(other)) == (user == other)
    assert pseudonyms().of(one) == one
    assert is_pseudonym(one)
    assert not is_pseudonym(user)
    assert user not in one


def test_whoever_has_no_secret_cannot_make_it() -> None:
    ours = pseudonyms().of(ANN.user_id)
    user = ANN.user_id.encode()
    keys = (b"", b"kaltura-for-discord", SECRET.encode())
    digests = [hmac.new(key, user, hashlib.sha256).hexdigest() for key in keys]
    guesses = [f"forgotten:{digest[:32]}" for digest in (*digests, hashlib.sha256(user).hexdigest())]
    assert ours not in [*guesses, pseudonyms("another secret of 32 characters, or").of(ANN.user_id)]


def test_it_is_made_with_a_key_for_this_purpose_and_stays_the_same_from_release_to_release() -> None:
    assert pseudonyms().of(ANN.user_id) == "forgotten:d05da46b4485753436751364bd5a903a"


def test_nobody_stays_nobody_and_needs_no_secret() -> None:
    def no_secret() -> str:
        raise AssertionError("asked for the secret")

    assert Pseudonyms(no_secret).of("") == ""


@pytest.mark.parametrize(
    ("user_id", "words"),
    [
        (BO.user_id, f"<@{BO.user_id}>"),
        (pseudonyms().of(BO.user_id), "somebody who was deleted"),
        ("", "whoever runs this app"),
        (None, "whoever runs this app"),
    ],
)
def test_people_read_who_it_was_as_far_as_it_may_be_told(user_id: str | None, words: str) -> None:
    assert in_words(user_id) == words
