"""The services `user` and `userrole`. A USER session sees only its own user."""

import re
from typing import Final

from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.objects import Record, refuse_read_only

USER = ActionTable("user")
ROLE = ActionTable("userrole")

# Kaltura's server, kuser.php: no colon, slash, equals sign or space.
USER_ID: Final = re.compile(r"[A-Za-z0-9,!#$%&'*+?^_`{|}~.@-]{1,320}")
_ACTIVE, DELETED = 1, 2
_TYPE_USER = 0


def living_user(call: Call, user_id: str) -> Record | None:
    """The user or group with this id, unless it was deleted."""
    user = call.world.library.users.get(user_id)
    return None if user is None or user["status"] == DELETED else user


def new_user(call: Call, given: Record, type_: int) -> Record:
    """A user or group as it is kept, from what was given."""
    now = call.world.seconds()
    return {
        "partnerId": call.world.partner_id,
        "status": _ACTIVE,
        "isAdmin": False,
        "createdAt": now,
        "updatedAt": now,
        **{name: value for name, value in given.items() if value is not None},
        "type": type_,
    }


def _user(call: Call, user_id: str) -> Record:
    user = living_user(call, user_id)
    if user is None:
        raise ApiError("INVALID_USER_ID")
    return user


def _with_full_name(user: Record) -> Record:
    names = [name for name in (user.get("firstName"), user.get("lastName")) if name]
    if names:
        user["fullName"] = " ".join(names)
    return user


@USER.action("add", Audience.ADMINISTRATORS)
def add(call: Call) -> Record:
    """A new user; ids are given by the caller and used once."""
    given = call.record("user", "KalturaUser")
    refuse_read_only(given)
    user_id = str(given.get("id") or "")
    if not user_id:
        raise ApiError("PROPERTY_VALIDATION_CANNOT_BE_NULL", PROP_NAME="KalturaUser::id")
    if not USER_ID.fullmatch(user_id):
        raise ApiError("INVALID_FIELD_VALUE", FIELD_NAME="id")
    if living_user(call, user_id) is not None:
        raise ApiError("DUPLICATE_USER_BY_ID", USER_ID=user_id)
    user = new_user(call, given, int(given.get("type") or _TYPE_USER))
    call.world.library.users[user_id] = _with_full_name(user)
    return user


@USER.action("get", Audience.USERS)
def get(call: Call) -> Record:
    """A user; the session's own where no id is given."""
    user_id = call.text("userId", call.session.user_id)
    if not call.session.is_admin and user_id.lower() != call.session.user_id.lower():
        raise ApiError("INVALID_USER_ID")
    return _user(call, user_id)


@USER.action("update", Audience.ADMINISTRATORS)
def update(call: Call) -> Record:
    """Change a user."""
    user = _user(call, call.text("userId"))
    given = call.record("user", "KalturaUser")
    refuse_read_only(given)
    if given.get("externalId") is not None:
        raise ApiError("PROPERTY_VALIDATION_NOT_UPDATABLE", PROP_NAME="KalturaUser::externalId")
    user.update({name: value for name, value in given.items() if name not in ("objectType", "id")})
    user["updatedAt"] = call.world.seconds()
    return _with_full_name(user)


@USER.action("delete", Audience.ADMINISTRATORS)
def delete(call: Call) -> Record:
    """Delete a user; what they own stays."""
    user = _user(call, call.text("userId"))
    user["status"] = DELETED
    memberships = call.world.library.memberships
    for pair in [pair for pair in memberships if pair[0] == user["id"]]:
        del memberships[pair]
    user["deletedAt"] = call.world.seconds()
    return user


@USER.action("list", Audience.ADMINISTRATORS)
def list_users(call: Call) -> Record:
    """Users that are not deleted, unless the filter says otherwise."""
    wanted = call.optional_record("filter", "KalturaUserFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    if wanted.get("statusEqual") is None and wanted.get("statusIn") is None:
        wanted["statusIn"] = "0,1"
    return list_response(call.world.library.users.values(), wanted, pager, "KalturaUserListResponse")


@ROLE.action("list", Audience.ADMINISTRATORS)
def list_roles(call: Call) -> Record:
    """User roles."""
    wanted = call.optional_record("filter", "KalturaUserRoleFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    return list_response(call.world.library.roles.values(), wanted, pager, "KalturaUserRoleListResponse")


@ROLE.action("get", Audience.ADMINISTRATORS)
def get_role(call: Call) -> Record:
    """One user role."""
    role = call.world.library.roles.get(call.integer("userRoleId"))
    if role is None:
        raise ApiError("USER_ROLE_NOT_FOUND")
    return role
