"""The services `group_group` and `groupuser`: groups are users of another type, and share the users' ids.

Refusals and their order are those of Kaltura's GroupService.php, GroupUserService.php and KalturaErrors.php; the last
of these spells one code GROUP_USER_DOES_NOT_EXISTS.
"""

from typing import Final

from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.objects import Record, refuse_read_only
from local_stack.kaltura.services.users import DELETED, USER_ID, living_user, new_user

GROUP = ActionTable("group_group")
GROUP_USER = ActionTable("groupuser")

_TYPE_USER, _TYPE_GROUP = 0, 1
_MEMBER, _BY_HAND = 1, 1
_ACTIVE = 1
MOST_GROUPS_OF_A_USER: Final = 1024


def _group(call: Call, group_id: str) -> Record:
    group = living_user(call, group_id)
    if group is None or group["type"] != _TYPE_GROUP:
        raise ApiError("INVALID_GROUP_ID")
    return {**group, "objectType": "KalturaGroup", "membersCount": len(_memberships(call, group_id=group_id))}


def _memberships(call: Call, *, user_id: str = "", group_id: str = "") -> list[Record]:
    return [
        each
        for each in call.world.library.memberships.values()
        if user_id in ("", each["userId"]) and group_id in ("", each["groupId"])
    ]


@GROUP.action("add", Audience.ADMINISTRATORS)
def add_group(call: Call) -> Record:
    """A new group."""
    given = call.record("group", "KalturaGroup")
    refuse_read_only(given)
    group_id = str(given.get("id") or "")
    if not USER_ID.fullmatch(group_id):
        raise ApiError("INVALID_FIELD_VALUE", FIELD_NAME="id")
    if living_user(call, group_id) is not None:
        raise ApiError("DUPLICATE_USER_BY_ID", USER_ID=group_id)
    call.world.library.users[group_id] = new_user(call, given, _TYPE_GROUP)
    return _group(call, group_id)


@GROUP.action("get", Audience.ADMINISTRATORS)
def get_group(call: Call) -> Record:
    """A group."""
    return _group(call, call.text("groupId"))


@GROUP.action("delete", Audience.ADMINISTRATORS)
def delete_group(call: Call) -> Record:
    """Delete a group; its members stay users."""
    group_id = call.text("groupId")
    group = _group(call, group_id)
    call.world.library.users[group_id]["status"] = DELETED
    return {**group, "status": DELETED}


@GROUP_USER.action("add", Audience.ADMINISTRATORS)
def add_member(call: Call) -> Record:
    """Put a user into a group."""
    given = call.record("groupUser", "KalturaGroupUser")
    refuse_read_only(given)
    user_id, group_id = str(given.get("userId") or ""), str(given.get("groupId") or "")
    user, group = living_user(call, user_id), living_user(call, group_id)
    if user is None or user["type"] != _TYPE_USER:
        raise ApiError("USER_NOT_FOUND")
    if group is None or group["type"] != _TYPE_GROUP:
        raise ApiError("GROUP_NOT_FOUND")
    memberships = call.world.library.memberships
    if (user_id, group_id) in memberships:
        raise ApiError("GROUP_USER_ALREADY_EXISTS")
    if len(_memberships(call, user_id=user_id)) >= MOST_GROUPS_OF_A_USER:
        raise ApiError("USER_EXCEEDED_MAX_GROUPS")
    now = call.world.seconds()
    memberships[user_id, group_id] = {
        "objectType": "KalturaGroupUser",
        "id": f"{user_id}|{group_id}",
        "partnerId": call.world.partner_id,
        "userId": user_id,
        "groupId": group_id,
        "status": _ACTIVE,
        "creationMode": given.get("creationMode") or _BY_HAND,
        "userRole": given.get("userRole") or _MEMBER,
        "createdAt": now,
        "updatedAt": now,
    }
    return memberships[user_id, group_id]


@GROUP_USER.action("delete", Audience.ADMINISTRATORS)
def delete_member(call: Call) -> None:
    """Take a user out of a group."""
    user_id, group_id = call.text("userId"), call.text("groupId")
    if living_user(call, user_id) is None:
        raise ApiError("INVALID_USER_ID")
    if living_user(call, group_id) is None:
        raise ApiError("GROUP_NOT_FOUND")
    if call.world.library.memberships.pop((user_id, group_id), None) is None:
        raise ApiError("GROUP_USER_DOES_NOT_EXISTS", USER=user_id, GROUP=group_id)


@GROUP_USER.action("list", Audience.ADMINISTRATORS)
def list_members(call: Call) -> Record:
    """Memberships, by user or group."""
    wanted = call.optional_record("filter", "KalturaGroupUserFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    return list_response(_memberships(call), wanted, pager, "KalturaGroupUserListResponse")
