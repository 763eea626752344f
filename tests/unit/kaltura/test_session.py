import base64

import pytest
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st
from KalturaClient import KalturaClient

from kaltura_discord.kaltura.session import (
    SessionGrant,
    SessionType,
    UnreadableSession,
    inspect,
    mint,
    session_group,
    with_further,
)

SECRET = "0123456789abcdef0123456789abcdef"
VECTOR = (
    "djJ8MTIzNDV8W-2OjyjkX0rpNl66JJqQRkFsxYtYJbclGJQaSgpO2S-Omf_3nqi8xnJtq-sfjRneUoyDPW_zSUEMDVa4TdbWHGVds85Mf8VPplgDycfz"
    "QSooO3OJgpwHpZS61wR6x0V3cER-V3a3r9tBli5dk8xIHm7wozim7IdRvwsTOlrIgAM="
)

user_ids = st.from_regex(r"[A-Za-z0-9_.@-]{0,40}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_]{0,12}", fullmatch=True)
privileges = st.dictionaries(names, st.text(max_size=30), max_size=6)


def counting(size: int) -> bytes:
    return bytes(range(size))


def test_equals_the_known_vector_byte_for_byte() -> None:
    grant = SessionGrant(
        "discord-42",
        SessionType.USER,
        2_000_000_000,
        {"sview": "1_abcd1234", "actionslimit": "10", "appid": "kaltura-discord"},
    )
    assert mint(grant, partner_id=12345, secret=SECRET, random=counting) == VECTOR


@given(user_id=user_ids, wanted=privileges, session_type=st.sampled_from(SessionType))
def test_the_official_client_makes_a_session_of_the_same_content(
    user_id: str, wanted: dict[str, str], session_type: SessionType
) -> None:
    grant = SessionGrant(user_id, session_type, 2_000_000_000, wanted)
    official = KalturaClient.generateSessionV2(
        SECRET, user_id, int(session_type), 12345, 1000, grant.privileges_text()
    ).decode()
    ours = mint(grant, partner_id=12345, secret=SECRET)
    partner_id, theirs = inspect(official, SECRET)
    assert (partner_id, theirs.user_id, theirs.type) == (12345, user_id, session_type)
    assert theirs.privileges == inspect(ours, SECRET)[1].privileges


@given(user_id=user_ids, wanted=privileges)
def test_given_its_random_bytes_the_official_client_makes_the_same_bytes(user_id: str, wanted: dict[str, str]) -> None:
    text = SessionGrant(user_id, SessionType.USER, 0, wanted).privileges_text()
    official = KalturaClient.generateSessionV2(SECRET, user_id, 0, 7, 1000, text).decode()
    key = KalturaClient.hash(SECRET.encode())[:16]
    cipher = base64.urlsafe_b64decode(official).removeprefix(b"v2|7|")
    its_random_bytes = AES.new(key, AES.MODE_CBC, bytes(16)).decrypt(cipher)[20:36]
    _, theirs = inspect(official, SECRET)
    grant = SessionGrant(user_id, SessionType.USER, theirs.expires_at, wanted)
    assert mint(grant, partner_id=7, secret=SECRET, random=lambda _: its_random_bytes) == official


@given(user_id=user_ids, wanted=privileges, expires_at=st.integers(1, 2**33))
def test_reading_gives_back_what_was_granted_cleaned(user_id: str, wanted: dict[str, str], expires_at: int) -> None:
    grant = SessionGrant(user_id, SessionType.ADMIN, expires_at, wanted)
    partner_id, read = inspect(mint(grant, partner_id=99, secret=SECRET), SECRET)
    assert partner_id == 99
    assert (read.user_id, read.type, read.expires_at) == (user_id, SessionType.ADMIN, expires_at)
    assert dict(read.privileges) == grant.cleaned_privileges()


@given(value=st.text())
def test_no_value_can_smuggle_in_another_privilege(value: str) -> None:
    grant = SessionGrant("someone", SessionType.USER, 1, {"firstName": value, "role": "viewerRole"})
    assert grant.privileges_text().count(",") == 1
    _, read = inspect(mint(grant, partner_id=1, secret=SECRET), SECRET)
    assert set(read.privileges) == {"firstName", "role"}
    assert read.privileges["role"] == "viewerRole"


@given(own=privileges, further=privileges)
def test_what_a_session_is_for_is_never_replaced_by_what_is_added(own: dict[str, str], further: dict[str, str]) -> None:
    both = with_further(own, further)
    assert {name: both[name] for name in own} == own
    assert both.keys() <= own.keys() | further.keys()
    added = both.keys() - own.keys()
    assert {name: both[name] for name in added} == {name: further[name] for name in added}
    assert not {name.lower() for name in added} & {name.lower() for name in own}


def test_a_privilege_of_the_same_name_in_other_letters_clashes_too() -> None:
    own, further = {"entryId": "1_mine", "sview": ""}, {"ENTRYID": "1_theirs", "sView": "*", "privacycontext": "x"}
    assert with_further(own, further) == {**own, "privacycontext": "x"}


@pytest.mark.parametrize("name", ["", "_e", "_u", "a.b", "a b", "a:b", "a,b", "disable-entitlement", "ä"])
def test_a_privilege_name_that_kaltura_would_read_differently_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        SessionGrant("someone", SessionType.USER, 1, {name: "x"})


@pytest.mark.parametrize("user_id", ["a b", "a:b", "a/b", "a,b", "ä", "x" * 101])
def test_a_user_id_outside_kalturas_grammar_is_refused(user_id: str) -> None:
    with pytest.raises(ValueError, match="user id"):
        SessionGrant(user_id, SessionType.USER, 1)


@pytest.mark.parametrize("group", ["", "a/b", "a,b", "a b", "x" * 65])
def test_a_session_group_that_could_be_read_as_several_is_refused(group: str) -> None:
    with pytest.raises(ValueError, match="session group"):
        session_group(group)


def test_two_sessions_for_the_same_grant_differ() -> None:
    grant = SessionGrant("someone", SessionType.USER, 1)
    assert mint(grant, partner_id=1, secret=SECRET) != mint(grant, partner_id=1, secret=SECRET)


def test_another_secret_cannot_read_it() -> None:
    with pytest.raises(UnreadableSession):
        inspect(VECTOR, "f" * 32)


@pytest.mark.parametrize("garbage", ["", "x", "djJ8", "djJ8MTIzNDV8", "ä", "djJ8MTIzNDV8AAAA", VECTOR[:-8], VECTOR[8:]])
def test_garbage_is_no_session(garbage: str) -> None:
    with pytest.raises(UnreadableSession):
        inspect(garbage, SECRET)


@pytest.mark.parametrize("fields", [b"", b"a=b", b"_e=x&_t=0&_u=", b"_e=1&_t=9&_u=", b"_e=1&_t=0&_u=&a.b=c"])
def test_a_session_made_with_our_secret_but_of_other_fields_is_unreadable(fields: bytes) -> None:
    body = bytes(range(16)) + fields
    message = KalturaClient.hash(body) + body
    padded = message + bytes(-len(message) % 16)
    cipher = AES.new(KalturaClient.hash(SECRET.encode())[:16], AES.MODE_CBC, bytes(16)).encrypt(padded)
    with pytest.raises(UnreadableSession):
        inspect(base64.urlsafe_b64encode(b"v2|1|" + cipher).decode(), SECRET)
