"""Kaltura Sessions: how they are written, read, limited and revoked."""

import hashlib
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.kaltura import session as ks
from tests.unit.kaltura_simulator.running_kaltura import NOON, RunningKaltura

SECRET = "0123456789abcdef0123456789abcdef"
VECTOR = (
    "djJ8MTIzNDV8W-2OjyjkX0rpNl66JJqQRkFsxYtYJbclGJQaSgpO2S-Omf_3nqi8xnJtq-sfjRneUoyDPW_zSUEMDVa4TdbWHGVds85Mf8VPplgD"
    "ycfzQSooO3OJgpwHpZS61wR6x0V3cER-V3a3r9tBli5dk8xIHm7wozim7IdRvwsTOlrIgAM="
)


def test_a_session_is_byte_for_byte_what_the_official_client_writes() -> None:
    privileges = "sview:1_abcd1234,actionslimit:10,appid:kaltura-discord"
    assert ks.write(SECRET, 12345, ks.USER, "discord-42", 2_000_000_000, privileges, bytes(range(16))) == VECTOR


@given(
    user_id=st.text("abcdefghij0123456789_.@-", max_size=40),
    values=st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=12), st.text("xyz01_/ é:", max_size=20).map(str.strip)
    ),
    seed=st.integers(0, 2**32),
)
def test_what_is_written_is_read_again(user_id: str, values: dict[str, str], seed: int) -> None:
    privileges = ",".join(f"{name}:{value}" for name, value in values.items())
    text = ks.write(SECRET, 7, ks.USER, user_id, 2_000_000_000, privileges, random.Random(seed).randbytes(16))
    session = ks.read(text, 7, (SECRET,))
    assert (session.user_id, session.privileges) == (user_id, values)


def test_a_second_secret_is_tried_after_the_first() -> None:
    text = ks.write(SECRET, 7, ks.USER, "ann", 2_000_000_000, "", bytes(16))
    assert ks.read(text, 7, ("f" * 32, SECRET)).user_id == "ann"


def test_a_repeated_privilege_keeps_its_last_value_and_a_star_means_all() -> None:
    assert ks.split_privileges("edit:1_a, edit:1_b,*,sview") == {"edit": "1_b", "all": "*", "sview": ""}


async def test_session_start_gives_a_session_to_whoever_knows_the_secret(kaltura: RunningKaltura) -> None:
    text = await kaltura.call(
        "session",
        "start",
        secret=kaltura.world.admin_secret,
        partnerId=kaltura.world.partner_id,
        userId="ann",
        type=0,
        expiry=600,
        privileges="sview:1_bio00001",
    )
    session = kaltura.world.read_session(text)
    assert (session.user_id, session.type, session.expires_at) == ("ann", ks.USER, NOON + 600)
    assert session.privileges == {"sview": "1_bio00001"}


async def test_session_start_clamps_the_expiry_to_a_day(kaltura: RunningKaltura) -> None:
    world = kaltura.world
    wish = {"secret": world.admin_secret, "partnerId": world.partner_id, "expiry": 10**7}
    text = await kaltura.call("session", "start", **wish)
    assert world.read_session(text).expires_at == NOON + 86_400


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"secret": "wrong"}, "START_SESSION_ERROR"),
        ({"partnerId": 99}, "START_SESSION_ERROR"),
        ({"privileges": "actionslimit:-1"}, "INVALID_ACTIONS_LIMIT"),
        ({"privileges": "setrole:NO_SUCH_ROLE"}, "UNKNOWN_ROLE_ID"),
    ],
)
async def test_session_start_refuses(kaltura: RunningKaltura, wish: dict[str, Any], code: str) -> None:
    right = {"secret": kaltura.world.admin_secret, "partnerId": kaltura.world.partner_id}
    assert (await kaltura.call("session", "start", **{**right, **wish}))["code"] == code


async def refusal(kaltura: RunningKaltura, text: str) -> str:
    error = await kaltura.call("baseentry", "list", ks=text)
    assert error["code"] == "INVALID_KS"
    assert error["args"]["KSID"] == text
    return str(error["args"]["ERR_CODE"])


async def test_a_session_that_is_no_session_is_refused(kaltura: RunningKaltura) -> None:
    forged = ks.write("f" * 32, kaltura.world.partner_id, ks.ADMIN, "", NOON + 60, "", bytes(16))
    foreign = ks.write(kaltura.world.admin_secret, 99, ks.ADMIN, "", NOON + 60, "", bytes(16))
    assert await refusal(kaltura, "nonsense") == "-1"
    assert await refusal(kaltura, forged) == "-1"
    assert await refusal(kaltura, foreign) == "-2"


async def test_a_session_expires(kaltura: RunningKaltura) -> None:
    text = kaltura.session(seconds=60)
    assert "totalCount" in await kaltura.call("baseentry", "list", ks=text)
    kaltura.clock.now += 60
    assert await refusal(kaltura, text) == "-5"


async def test_ending_a_session_revokes_that_one_only(kaltura: RunningKaltura) -> None:
    ended, other = kaltura.session(), kaltura.session()
    assert await kaltura.call("session", "end", ks=ended) is None
    assert await refusal(kaltura, ended) == "-6"
    assert "totalCount" in await kaltura.call("baseentry", "list", ks=other)


async def test_ending_a_session_of_a_group_revokes_the_group(kaltura: RunningKaltura) -> None:
    first = kaltura.person("ann", "sessionid:meeting-1")
    second = kaltura.person("bo", "sessionid:meeting-1")
    other = kaltura.person("chen", "sessionid:meeting-2")
    await kaltura.call("session", "end", ks=first)
    assert await refusal(kaltura, second) == "-6"
    assert "totalCount" in await kaltura.call("baseentry", "list", ks=other)


async def test_a_limited_session_is_good_for_so_many_actions(kaltura: RunningKaltura) -> None:
    text = kaltura.session(privileges="actionslimit:2")
    await kaltura.call("baseentry", "count", ks=text)
    await kaltura.call("baseentry", "count", ks=text)
    assert await refusal(kaltura, text) == "-8"


async def test_a_session_may_be_bound_to_an_address_or_a_path(kaltura: RunningKaltura) -> None:
    assert await refusal(kaltura, kaltura.session(privileges="iprestrict:192.0.2.1")) == "-9"
    assert await refusal(kaltura, kaltura.session(privileges="urirestrict:/p/*")) == "-11"
    here = kaltura.session(privileges="iprestrict:127.0.0.1,urirestrict:/p/*|/api_v3/*")
    assert "totalCount" in await kaltura.call("baseentry", "list", ks=here)


async def test_a_partner_id_beside_the_session_must_be_the_same(kaltura: RunningKaltura) -> None:
    assert (await kaltura.admin("baseentry", "list", partnerId=99))["code"] == "PARTNER_ACCESS_FORBIDDEN"


@pytest.mark.parametrize(
    ("service", "action"),
    [("user", "list"), ("apptoken", "add"), ("schedule_scheduleevent", "add"), ("partner", "getInfo")],
)
async def test_a_user_session_may_not_do_what_administrators_do(
    kaltura: RunningKaltura, service: str, action: str
) -> None:
    error = await kaltura.call(service, action, ks=kaltura.person())
    assert error["code"] == "SERVICE_FORBIDDEN"
    assert error["args"] == {"SERVICE": f"{service}->{action.lower()}"}


async def test_a_user_session_lists_only_its_own_entries_unless_it_may_list_all(kaltura: RunningKaltura) -> None:
    own = await kaltura.call("media", "list", ks=kaltura.person("ms.alvarez"))
    all_ = await kaltura.call("media", "list", ks=kaltura.person("ms.alvarez", "list:*"))
    assert {entry["userId"] for entry in own["objects"]} == {"ms.alvarez"}
    assert all_["totalCount"] > own["totalCount"]


async def test_a_session_limited_to_an_entry_sees_no_other(kaltura: RunningKaltura) -> None:
    text = kaltura.session(privileges="limitentry:1_bio00001")
    assert (await kaltura.call("baseentry", "get", ks=text, entryId="1_bio00001"))["id"] == "1_bio00001"
    assert (await kaltura.call("baseentry", "get", ks=text, entryId="1_bio00002"))["code"] == "ENTRY_ID_NOT_FOUND"


async def widget_session(kaltura: RunningKaltura) -> str:
    started = await kaltura.call("session", "startWidgetSession", widgetId=f"_{kaltura.world.partner_id}")
    assert started["objectType"] == "KalturaStartWidgetSessionResponse"
    return str(started["ks"])


async def test_a_widget_session_is_for_viewers_and_is_not_revoked(kaltura: RunningKaltura) -> None:
    text = await widget_session(kaltura)
    await kaltura.call("session", "end", ks=text)
    assert (await kaltura.call("baseentry", "get", ks=text, entryId="1_bio00001"))["id"] == "1_bio00001"
    assert (await kaltura.call("room_room", "add", ks=text))["code"] == "SERVICE_FORBIDDEN"
    assert (await kaltura.call("session", "startWidgetSession", widgetId="_99"))["code"] == "INVALID_WIDGET_ID"


async def token_session(kaltura: RunningKaltura, token: dict[str, Any], **wish: Any) -> Any:
    widget = await widget_session(kaltura)
    proof = hashlib.sha256((widget + token["token"]).encode()).hexdigest()
    asked = {"ks": widget, "id": token["id"], "tokenHash": proof, **wish}
    return await kaltura.call("apptoken", "startSession", **asked)


async def test_an_application_token_starts_sessions_and_its_deletion_revokes_them(kaltura: RunningKaltura) -> None:
    wish = {
        "objectType": "KalturaAppToken",
        "hashType": "SHA256",
        "sessionPrivileges": "list:*",
        "sessionDuration": 900,
    }
    token = await kaltura.admin("apptoken", "add", appToken=wish)
    assert len(token["token"]) == 32
    started = await token_session(kaltura, token, sessionPrivileges="edit:*,role:viewerRole", userId="ann")
    privileges = ks.split_privileges(started["privileges"])
    assert privileges == {"list": "*", "role": "viewerRole", "sessionid": token["id"], "apptoken": token["id"]}
    assert started["expiry"] == NOON + 900
    await kaltura.admin("apptoken", "delete", id=token["id"])
    assert await refusal(kaltura, started["ks"]) == "-6"
    assert (await token_session(kaltura, token))["code"] == "APP_TOKEN_ID_NOT_FOUND"


async def test_a_wrong_token_hash_is_refused(kaltura: RunningKaltura) -> None:
    token = await kaltura.admin("apptoken", "add", appToken={"objectType": "KalturaAppToken"})
    assert (await token_session(kaltura, token))["code"] == "INVALID_APP_TOKEN_HASH"


async def test_an_application_token_ends_with_its_expiry(kaltura: RunningKaltura) -> None:
    wish = {"objectType": "KalturaAppToken", "hashType": "SHA256", "expiry": NOON + 100, "sessionUserId": "robot"}
    token = await kaltura.admin("apptoken", "add", appToken=wish)
    started = await token_session(kaltura, token, userId="ann")
    assert (started["userId"], started["expiry"]) == ("robot", NOON + 100)
    assert (await kaltura.admin("apptoken", "list"))["totalCount"] == 1
    kaltura.clock.now += 100
    assert (await token_session(kaltura, token))["code"] == "APP_TOKEN_EXPIRED"


async def test_a_session_tells_what_it_is(kaltura: RunningKaltura) -> None:
    other = kaltura.person("ann", "sview:1_bio00001")
    info = await kaltura.admin("session", "get", session=other)
    assert info == {
        "ks": other,
        "sessionType": ks.USER,
        "partnerId": kaltura.world.partner_id,
        "userId": "ann",
        "expiry": NOON + 3600,
        "privileges": "sview:1_bio00001",
        "objectType": "KalturaSessionInfo",
    }
    assert (await kaltura.admin("session", "get", session="nonsense"))["code"] == "INVALID_KS"
    assert (await kaltura.admin("session", "get"))["userId"] == "admin"
