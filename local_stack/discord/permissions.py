"""Permissions: the bits, and how roles and channel overwrites add up (Discord docs: Topics - Permissions).

The owner may do everything. For everybody else the permissions of @everyone and of their roles are joined;
ADMINISTRATOR ends the calculation. Then the channel speaks: first its overwrite for @everyone, then those of
all the member's roles together (what any role is denied goes, what any is allowed comes back), then the member's own.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


class Permission(enum.IntFlag):
    """The bits this simulation knows by name; bit numbers from Discord's docs."""

    NONE = 0
    CREATE_INSTANT_INVITE = 1 << 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    CREATE_EVENTS = 1 << 44
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = Permission((1 << 53) - 1)
"""What an owner and an administrator get: every bit that Discord has given a meaning so far, rounded up."""

ORDINARY = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_VAD
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EMBEDDED_ACTIVITIES
)
"""What @everyone may do in a freshly made server, near enough."""


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What one channel allows and denies to a role (`@everyone` has the server's id) or a member."""

    target_id: str
    kind: Literal["role", "member"]
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


def server_permissions(everyone: Permission, roles: Iterable[Permission], *, is_owner: bool) -> Permission:
    """What a member may do before any channel has its say."""
    if is_owner:
        return EVERYTHING
    total = everyone
    for permissions in roles:
        total |= permissions
    return EVERYTHING if Permission.ADMINISTRATOR in total else total


def channel_permissions(
    base: Permission, overwrites: Iterable[Overwrite], guild_id: str, user_id: str, role_ids: Iterable[str]
) -> Permission:
    """What a member with `base` permissions may do in a channel with `overwrites`."""
    if Permission.ADMINISTRATOR in base:
        return EVERYTHING
    by_target = {overwrite.target_id: overwrite for overwrite in overwrites}
    for_everyone = by_target.get(guild_id)
    total = base
    if for_everyone is not None:
        total = (total & ~for_everyone.deny) | for_everyone.allow
    allowed, denied = Permission.NONE, Permission.NONE
    for role_id in role_ids:
        for_role = by_target.get(role_id)
        if for_role is not None:
            allowed |= for_role.allow
            denied |= for_role.deny
    total = (total & ~denied) | allowed
    for_member = by_target.get(user_id)
    if for_member is not None:
        total = (total & ~for_member.deny) | for_member.allow
    return total
