"""Users and groups: written once or many times, by one process or several, the account ends up the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.errors import Forbidden, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.users import KalturaPerson, KalturaUsers
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception

ANN = KalturaPerson("discord_42", "Ann Lee")
DUPLICATE = api_exception("DUPLICATE_USER_BY_ID", USER_ID="discord_42")
UNKNOWN = api_exception("INVALID_USER_ID")
USER = {"objectType": "KalturaUser", "id": "discord_42", "fullName": "Ann Lee"}


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


@pytest.fixture
def users(kaltura: ScriptedKaltura) -> KalturaUsers:
    return KalturaUsers(kaltura.transport())


def user_sent(kaltura: ScriptedKaltura) -> dict[str, Any]:
    sent = kaltura.calls[-1].parameters["user"]
    assert isinstance(sent, dict)
    return sent


async def test_somebody_new_is_added_under_both_names(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.add", USER)
    await users.write(ANN, kaltura.clock.deadline(5), is_known=False)
    assert user_sent(kaltura) == {
        "objectType": "KalturaUser",
        "id": "discord_42",
        "firstName": "Ann",
        "lastName": "Lee",
        "screenName": "Ann Lee",
        "tags": "discord",
    }


async def test_a_user_carries_no_rights_whoever_it_is(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.add", USER)
    kaltura.on("user.update", USER)
    for is_known in (False, True):
        await users.write(ANN, kaltura.clock.deadline(5), is_known=is_known)
        assert user_sent(kaltura).keys() & {"isAdmin", "roleIds", "ksPrivileges", "loginEnabled"} == set()


async def test_somebody_who_is_there_already_is_updated(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.add", DUPLICATE)
    kaltura.on("user.update", USER)
    await users.write(ANN, kaltura.clock.deadline(5), is_known=False)
    assert kaltura.names() == ["user.add", "user.update"]
    assert kaltura.calls[-1].parameters["userId"] == "discord_42"


async def test_somebody_who_was_deleted_in_kaltura_is_added_again(
    kaltura: ScriptedKaltura, users: KalturaUsers
) -> None:
    kaltura.on("user.update", UNKNOWN)
    kaltura.on("user.add", USER)
    await users.write(ANN, kaltura.clock.deadline(5), is_known=True)
    assert kaltura.names() == ["user.update", "user.add"]


async def test_one_call_is_enough_for_somebody_known(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.update", USER)
    await users.write(ANN, kaltura.clock.deadline(5), is_known=True)
    assert kaltura.names() == ["user.update"]


async def test_an_answer_that_got_lost_leaves_one_user(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.add", api_exception("INTERNAL_DATABASE_ERROR"), DUPLICATE)
    kaltura.on("user.update", USER)
    await users.write(ANN, kaltura.clock.deadline(5), is_known=False)
    assert kaltura.names() == ["user.add", "user.add", "user.update"]


async def test_any_other_refusal_is_told(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.add", api_exception("SERVICE_FORBIDDEN", SERVICE="user->add"))
    with pytest.raises(Forbidden):
        await users.write(ANN, kaltura.clock.deadline(5), is_known=False)


@given(name=st.text(max_size=120))
async def test_any_display_name_fits_kalturas_columns(name: str) -> None:
    kaltura = ScriptedKaltura()
    kaltura.on("user.add", USER)
    await KalturaUsers(kaltura.transport()).write(
        KalturaPerson("discord_1", name), kaltura.clock.deadline(5), is_known=False
    )
    sent = user_sent(kaltura)
    assert 1 <= len(sent["firstName"]) <= 40
    assert len(sent["lastName"]) <= 40
    assert 1 <= len(sent["screenName"]) <= 100
    for text in (sent["firstName"], sent["lastName"], sent["screenName"]):
        assert "<" not in text
        assert not any(character < " " for character in text)


async def test_a_deleted_user_stays_deleted(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.delete", USER, UNKNOWN)
    await users.delete("discord_42", kaltura.clock.deadline(5))
    await users.delete("discord_42", kaltura.clock.deadline(5))
    assert kaltura.names() == ["user.delete", "user.delete"]


async def test_a_deletion_without_an_answer_is_no_deletion(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("user.delete", api_exception("INTERNAL_DATABASE_ERROR"))
    with pytest.raises(KalturaUnavailable):
        await users.delete("discord_42", kaltura.clock.deadline(5))


async def test_a_group_that_is_not_there_is_made(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("groupuser.add", api_exception("GROUP_NOT_FOUND"), {"objectType": "KalturaGroupUser"})
    kaltura.on("group_group.add", {"objectType": "KalturaGroup"})
    await users.enter_group("discord_42", "discord_server_7", kaltura.clock.deadline(5))
    assert kaltura.names() == ["groupuser.add", "group_group.add", "groupuser.add"]


async def test_two_who_make_a_group_at_once_are_both_in_it(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("groupuser.add", api_exception("GROUP_NOT_FOUND"), api_exception("GROUP_USER_ALREADY_EXISTS"))
    kaltura.on("group_group.add", DUPLICATE)
    await users.enter_group("discord_42", "discord_server_7", kaltura.clock.deadline(5))
    assert kaltura.names() == ["groupuser.add", "group_group.add", "groupuser.add"]


async def test_nobody_enters_a_group_without_being_a_user(kaltura: ScriptedKaltura, users: KalturaUsers) -> None:
    kaltura.on("groupuser.add", api_exception("USER_NOT_FOUND"))
    with pytest.raises(NotFound):
        await users.enter_group("discord_42", "discord_server_7", kaltura.clock.deadline(5))


@pytest.mark.parametrize("code", ["GROUP_USER_DOES_NOT_EXISTS", "INVALID_USER_ID", "GROUP_NOT_FOUND"])
async def test_leaving_a_group_that_one_is_not_in_is_leaving(
    kaltura: ScriptedKaltura, users: KalturaUsers, code: str
) -> None:
    kaltura.on("groupuser.delete", api_exception(code))
    await users.leave_group("discord_42", "discord_server_7", kaltura.clock.deadline(5))
    assert kaltura.only("groupuser.delete").parameters["groupId"] == "discord_server_7"
