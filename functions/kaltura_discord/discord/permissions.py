"""Discord's permission bits that we use, and how a member's are computed (Discord docs: Permissions)."""

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag

from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId


class Permission(IntFlag):
    """The bits that matter to us."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    READ_MESSAGE_HISTORY = 1 << 16
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    CREATE_EVENTS = 1 << 44


ALL_PERMISSIONS = (1 << 53) - 1

_ADMINISTRATOR = int(Permission.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a server: its name and permission bits; one that `is_of_app` is held by an app and by nobody else."""

    role_id: RoleId
    name: str
    permissions: int
    is_of_app: bool = False


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What one channel allows and denies to a role (`@everyone` has the server's id) or to a member."""

    target_id: str
    allow: int
    deny: int


def holds(permissions: int, wanted: Permission) -> bool:
    """Whether `permissions` include all of `wanted`; an administrator holds everything."""
    # As plain numbers: arithmetic with flags costs microseconds, and every interaction asks this several times.
    bits, needed = int(permissions), int(wanted)
    return bool(bits & _ADMINISTRATOR) or bits & needed == needed


def server_permissions(
    guild_id: GuildId,
    owner_id: UserId,
    user_id: UserId,
    member_roles: Iterable[RoleId],
    roles: Iterable[Role],
) -> int:
    """A member's permissions in the server, without channel overwrites.

    The role whose id is the server's own is `@everyone`. The owner holds everything.
    """
    if user_id == owner_id:
        return ALL_PERMISSIONS
    held = {RoleId(guild_id), *member_roles}
    permissions = 0
    for role in roles:
        if role.role_id in held:
            permissions |= role.permissions
    return permissions


def channel_permissions(
    permissions: int,
    overwrites: Iterable[Overwrite],
    guild_id: GuildId,
    user_id: UserId,
    member_roles: Iterable[RoleId],
) -> int:
    """What a member who has `permissions` in the server may do in a channel with `overwrites`.

    First the channel's overwrite for `@everyone` counts, then those of all the member's roles together, then the
    member's own (Discord docs: Permissions, Permission Overwrites). Whoever may not see a channel may do nothing there.
    """
    if permissions & Permission.ADMINISTRATOR:
        return ALL_PERMISSIONS
    by_target = {overwrite.target_id: overwrite for overwrite in overwrites}
    of_roles = [by_target[role] for role in member_roles if role in by_target and role != RoleId(guild_id)]
    for target in ([by_target.get(guild_id)], of_roles, [by_target.get(user_id)]):
        said = [overwrite for overwrite in target if overwrite is not None]
        denied = functools.reduce(operator.or_, (overwrite.deny for overwrite in said), 0)
        allowed = functools.reduce(operator.or_, (overwrite.allow for overwrite in said), 0)
        permissions = (permissions & ~denied) | allowed
    return permissions if permissions & Permission.VIEW_CHANNEL else 0
