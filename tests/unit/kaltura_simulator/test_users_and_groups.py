"""Users and groups share their ids, and Kaltura refuses what does not fit; our client lives with its refusals."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from KalturaClient.Plugins.Core import KalturaFilterPager, KalturaGroupUserFilter, KalturaUserType

from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.users import KalturaPerson, KalturaUsers
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura
from tests.unit.kaltura_simulator.test_official_client import client_of, in_thread

GROUP = "discord_server_7"


@pytest.fixture
async def users(kaltura: RunningKaltura) -> AsyncIterator[KalturaUsers]:
    world = kaltura.world
    addresses = KalturaAddresses.of_account(kaltura.url, kaltura.url, "", world.partner_id, 0)
    account = KalturaAccount(world.partner_id, world.admin_secret, kaltura.clock)
    async with KalturaTransport(account, addresses) as transport:
        yield KalturaUsers(transport)


def soon() -> Deadline:
    return Deadline.after(10)


async def user(kaltura: RunningKaltura, user_id: str = "discord_42") -> dict[str, Any]:
    found: dict[str, Any] = await kaltura.admin("user", "get", userId=user_id)
    return found


async def name(kaltura: RunningKaltura) -> str | None:
    """Under which name the user is there; None where they are not."""
    return (await user(kaltura)).get("fullName")


async def groups_of(kaltura: RunningKaltura, user_id: str = "discord_42") -> list[str]:
    listed = await kaltura.admin("groupuser", "list", filter={"userIdEqual": user_id})
    return [membership["groupId"] for membership in listed["objects"]]


async def test_our_client_writes_a_user_however_often(kaltura: RunningKaltura, users: KalturaUsers) -> None:
    for written, is_known in (("Ann", False), ("Ann Lee", False), ("Ann", True), ("Ann", True)):
        await users.write(KalturaPerson("discord_42", written), soon(), is_known=is_known)
        assert await name(kaltura) == written
    assert (await user(kaltura))["isAdmin"] is False


async def test_our_client_deletes_a_user_however_often_and_may_write_them_again(
    kaltura: RunningKaltura, users: KalturaUsers
) -> None:
    await users.write(KalturaPerson("discord_42", "Ann"), soon(), is_known=False)
    await users.enter_group("discord_42", GROUP, soon())
    for _ in range(2):
        await users.delete("discord_42", soon())
        assert await name(kaltura) is None
    await users.write(KalturaPerson("discord_42", "Ann"), soon(), is_known=True)
    assert await name(kaltura) == "Ann"
    assert await groups_of(kaltura) == []


async def test_our_client_makes_a_group_once_and_enters_and_leaves_it(
    kaltura: RunningKaltura, users: KalturaUsers
) -> None:
    await users.write(KalturaPerson("discord_42", "Ann"), soon(), is_known=False)
    for _ in range(2):
        await users.enter_group("discord_42", GROUP, soon())
        assert await groups_of(kaltura) == [GROUP]
    assert (await kaltura.admin("group_group", "get", groupId=GROUP))["membersCount"] == 1
    for _ in range(2):
        await users.leave_group("discord_42", GROUP, soon())
        assert await groups_of(kaltura) == []


async def test_a_group_is_a_user_of_another_type(kaltura: RunningKaltura) -> None:
    await kaltura.admin("group_group", "add", group={"objectType": "KalturaGroup", "id": GROUP, "screenName": "7"})
    assert (await user(kaltura, GROUP))["type"] == 1
    again = await kaltura.admin("user", "add", user={"objectType": "KalturaUser", "id": GROUP})
    assert again["code"] == "DUPLICATE_USER_BY_ID"
    membership = {"objectType": "KalturaGroupUser", "userId": GROUP, "groupId": GROUP}
    assert (await kaltura.admin("groupuser", "add", groupUser=membership))["code"] == "USER_NOT_FOUND"


async def test_only_users_enter_groups_and_only_once(kaltura: RunningKaltura) -> None:
    await kaltura.admin("user", "add", user={"objectType": "KalturaUser", "id": "discord_42"})
    membership = {"objectType": "KalturaGroupUser", "userId": "discord_42", "groupId": GROUP}
    assert (await kaltura.admin("groupuser", "add", groupUser=membership))["code"] == "GROUP_NOT_FOUND"
    await kaltura.admin("group_group", "add", group={"objectType": "KalturaGroup", "id": GROUP})
    assert (await kaltura.admin("groupuser", "add", groupUser=membership))["userRole"] == 1
    assert (await kaltura.admin("groupuser", "add", groupUser=membership))["code"] == "GROUP_USER_ALREADY_EXISTS"
    gone = await kaltura.admin("groupuser", "delete", userId="discord_42", groupId=GROUP)
    assert gone is None
    absent = await kaltura.admin("groupuser", "delete", userId="discord_42", groupId=GROUP)
    assert absent["code"] == "GROUP_USER_DOES_NOT_EXISTS"


async def test_kalturas_own_client_reads_what_ours_has_written(kaltura: RunningKaltura, users: KalturaUsers) -> None:
    await users.write(KalturaPerson("discord_42", "Ann <Lee> 👋"), soon(), is_known=False)
    await users.enter_group("discord_42", GROUP, soon())
    client = client_of(kaltura)
    member = await in_thread(lambda: client.user.get("discord_42"))
    assert (member.firstName, member.type.value, member.isAdmin) == ("Ann", KalturaUserType.USER, False)
    group = await in_thread(lambda: client.group.group.get(GROUP))
    assert (group.id, group.membersCount) == (GROUP, 1)
    wanted = KalturaGroupUserFilter(groupIdEqual=GROUP)
    listed = await in_thread(lambda: client.groupUser.list(wanted, KalturaFilterPager()))
    assert [membership.userId for membership in listed.objects] == ["discord_42"]


async def test_groups_are_for_administrators(kaltura: RunningKaltura) -> None:
    answer = await kaltura.call("groupuser", "list", ks=kaltura.person())
    assert answer["code"] == "SERVICE_FORBIDDEN"
    made = await kaltura.call("group_group", "add", ks=kaltura.person(), group={"id": GROUP})
    assert made["code"] == "SERVICE_FORBIDDEN"


async def test_an_id_outside_kalturas_grammar_names_no_group(kaltura: RunningKaltura) -> None:
    answer = await kaltura.admin("group_group", "add", group={"objectType": "KalturaGroup", "id": "a b"})
    assert answer["code"] == "INVALID_FIELD_VALUE"
