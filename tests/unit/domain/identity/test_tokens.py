"""Tokens of ours: each for one purpose, for a while, and by nobody else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import (
    ISSUER,
    LinkedRoom,
    MediaGrant,
    PlayToken,
    RoomToken,
    SessionToken,
    TokenRefused,
    Tokens,
    Viewer,
)
from kaltura_discord.settings import MissingSetting, discord_client_secret, jwt_secret

SECRET = "s3cret-of-at-least-thirty-two-bytes!"
NOW = 1_900_000_000.0
ANN = Viewer(UserId("41"), "Ann “Ä” 🎬", "a1b2")
LINKED = LinkedRoom(GuildId("7"), ChannelId("8"), "room1", 2_000_000_000, "1_abcdefgh")
SESSION = SessionToken(ANN)
ROOM = RoomToken(ANN, Level.MODERATOR, "room1", GuildId("7"), "discord", "i-1-gc-7-8")
GRANT = MediaGrant(GuildId("7"), "1_abcdefgh", "Cells", 61.5, "video")
PLAY = PlayToken(GuildId("7"), "1_abcdefgh", "browser")


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(SECRET, clock)


Reader = Callable[[str], Any]


def made(tokens: Tokens) -> dict[str, str]:
    return {
        "session": tokens.session(SESSION),
        "room": tokens.room(ROOM),
        "media": tokens.media_grant(GRANT),
        "play": tokens.play(PLAY, int(NOW) + 7200),
    }


def readers(tokens: Tokens) -> dict[str, Reader]:
    return {
        "session": tokens.read_session,
        "room": tokens.read_room,
        "media": tokens.read_media_grant,
        "play": tokens.read_play,
    }


def test_what_is_written_is_read(tokens: Tokens) -> None:
    assert tokens.read_session(tokens.session(SESSION)) == SESSION
    linked = SessionToken(ANN, LINKED)
    assert tokens.read_session(tokens.session(linked)) == linked
    assert tokens.read_room(tokens.room(ROOM)) == ROOM
    assert tokens.read_media_grant(tokens.media_grant(GRANT)) == GRANT
    assert tokens.read_play(tokens.play(PLAY, int(NOW) + 7200)) == PLAY


def test_a_links_session_ends_with_the_link_at_the_latest(tokens: Tokens, clock: Clock) -> None:
    token = tokens.session(SessionToken(ANN, replace(LINKED, until=int(NOW) + 60)))
    clock.at = NOW + 60
    tokens.read_session(token)
    clock.at = NOW + 70
    with pytest.raises(TokenRefused):
        tokens.read_session(token)


@pytest.mark.parametrize("purpose", ["session", "room", "media", "play"])
@pytest.mark.parametrize("other", ["session", "room", "media", "play"])
def test_a_token_is_good_for_its_own_purpose_only(tokens: Tokens, purpose: str, other: str) -> None:
    token = made(tokens)[purpose]
    if purpose == other:
        readers(tokens)[other](token)
    else:
        with pytest.raises(TokenRefused):
            readers(tokens)[other](token)


@pytest.mark.parametrize(("purpose", "seconds"), [("session", 900), ("room", 900), ("media", 3600), ("play", 7200)])
def test_a_token_expires(tokens: Tokens, clock: Clock, purpose: str, seconds: int) -> None:
    token = made(tokens)[purpose]
    clock.at = NOW + seconds
    readers(tokens)[purpose](token)  # the clocks of two machines may differ a little
    clock.at = NOW + seconds + 10
    with pytest.raises(TokenRefused):
        readers(tokens)[purpose](token)


def test_a_token_from_the_future_is_refused(tokens: Tokens, clock: Clock) -> None:
    token = tokens.session(SESSION)
    clock.at = NOW - 9
    tokens.read_session(token)
    clock.at = NOW - 11
    with pytest.raises(TokenRefused):
        tokens.read_session(token)


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def forged(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    """A token that is signed as it should be, whatever it says: PyJWT itself would refuse to write some of these."""

    def encoded(part: bytes) -> str:
        return base64.urlsafe_b64encode(part).decode().rstrip("=")

    head = encoded(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    signed = f"{head}.{encoded(json.dumps(claims).encode())}"
    hashes = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}
    if algorithm not in hashes:
        return f"{signed}."
    return f"{signed}.{encoded(hmac.digest(secret.encode(), signed.encode(), hashes[algorithm]))}"


@pytest.mark.parametrize("purpose", ["session", "room", "media", "play"])
def test_no_claim_may_be_missing_or_of_another_type(tokens: Tokens, purpose: str) -> None:
    claims = claims_of(made(tokens)[purpose])
    for name in claims:
        for wrong in (None, ["x"], True):
            changed = {**claims, name: wrong} if wrong is not None else {k: v for k, v in claims.items() if k != name}
            with pytest.raises(TokenRefused):
                readers(tokens)[purpose](forged(changed))


@pytest.mark.parametrize(
    "change", [{"iss": "somebody"}, {"via": "telepathy"}, {"exp": "soon"}, {"exp": NOW + 0.5}, {"link": "x"}]
)
def test_wrong_claims_are_refused(tokens: Tokens, change: dict[str, Any]) -> None:
    for purpose, token in made(tokens).items():
        claims = claims_of(token)
        if change.keys() <= claims.keys() or (purpose == "session" and "link" in change):
            with pytest.raises(TokenRefused):
                readers(tokens)[purpose](forged({**claims, **change}))


@pytest.mark.parametrize("change", [{"kind": "image"}, {"duration": -1}, {"duration": "61"}])
def test_a_grant_for_something_else_is_refused(tokens: Tokens, change: dict[str, Any]) -> None:
    claims = claims_of(tokens.media_grant(GRANT))
    with pytest.raises(TokenRefused):
        tokens.read_media_grant(forged({**claims, **change}))


def test_another_secret_another_algorithm_or_none_is_refused(tokens: Tokens) -> None:
    claims = claims_of(tokens.room(ROOM))
    none = forged(claims, algorithm="none")
    for token in (forged(claims, SECRET + "x"), forged(claims, algorithm="HS512"), none, none.rstrip("."), "a.b.c", ""):
        with pytest.raises(TokenRefused):
            tokens.read_room(token)


def test_a_changed_token_is_refused(tokens: Tokens) -> None:
    head, _, signature = tokens.room(ROOM).split(".")
    claims = {**claims_of(tokens.room(ROOM)), "level": "admin"}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(TokenRefused):
        tokens.read_room(f"{head}.{body}.{signature}")


def test_an_endless_token_is_not_even_looked_at(tokens: Tokens) -> None:
    with pytest.raises(TokenRefused):
        tokens.read_session(tokens.session(SessionToken(Viewer(UserId("1"), "x" * 5000))))


def test_neither_the_secret_nor_a_token_is_in_what_is_shown(tokens: Tokens) -> None:
    assert SECRET not in repr(tokens)
    token = made(tokens)["room"]
    with pytest.raises(TokenRefused) as told:
        tokens.read_play(token)
    assert token not in str(told.value)
    assert told.value.__cause__ is None
    assert claims_of(token)["iss"] == ISSUER


def test_the_secret_has_to_be_long_enough() -> None:
    assert jwt_secret({"JWT_SECRET": SECRET}) == SECRET
    for short in ("", "   ", "x" * 31):
        with pytest.raises(MissingSetting, match="JWT_SECRET") as told:
            jwt_secret({"JWT_SECRET": short})
        assert "x" * 31 not in str(told.value)


def test_the_client_secret_is_asked_for_by_name() -> None:
    assert discord_client_secret({"DISCORD_CLIENT_SECRET": "c"}) == "c"
    with pytest.raises(MissingSetting, match="DISCORD_CLIENT_SECRET"):
        discord_client_secret({})
