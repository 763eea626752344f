"""Who a message pings: what stands in its text, cut down by `allowed_mentions` and permissions.

Discord docs, Message - Allowed Mentions: a regular message without the object parses everything; an answer to
an interaction or a webhook message parses users only.
"""

import re
from collections.abc import Iterator

from local_stack.discord.messages import Mentions
from local_stack.discord.permissions import Permission
from local_stack.discord.society import Server
from local_stack.discord.wire import Json

USER_MENTION = re.compile(r"<@!?(\d{1,20})>")
ROLE_MENTION = re.compile(r"<@&(\d{1,20})>")
EVERYONE_MENTION = re.compile(r"@(?:everyone|here)\b")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)

EVERYTHING_PARSED: Json = {"parse": ["users", "roles", "everyone"]}
USERS_PARSED: Json = {"parse": ["users"]}


def texts_of(content: str, components: list[Json]) -> Iterator[str]:
    """What can ping: the content and every text display. Embeds never do."""
    yield content
    for component in components:
        if component.get("type") == 10:
            yield str(component.get("content", ""))
        yield from texts_of("", component.get("components") or [])


def mentions_in(
    content: str, components: list[Json], allowed: Json, server: Server, permissions: Permission
) -> Mentions:
    """The users, roles and everyone that a message by somebody with `permissions` pings."""
    text = CODE.sub("", "\n".join(texts_of(content, components)))
    parse = allowed.get("parse") or []
    users_listed = set(allowed.get("users") or [])
    roles_listed = set(allowed.get("roles") or [])
    users = [
        server.members[user_id].person
        for user_id in dict.fromkeys(USER_MENTION.findall(text))
        if user_id in server.members and ("users" in parse or user_id in users_listed)
    ]
    roles = [
        role_id
        for role_id in dict.fromkeys(ROLE_MENTION.findall(text))
        if role_id in server.roles
        and role_id != server.guild_id
        and ("roles" in parse or role_id in roles_listed)
        and (server.roles[role_id].bot_id is None or Permission.MENTION_EVERYONE in permissions)
    ]
    everyone = (
        "everyone" in parse and Permission.MENTION_EVERYONE in permissions and EVERYONE_MENTION.search(text) is not None
    )
    return Mentions(users, roles, everyone)
