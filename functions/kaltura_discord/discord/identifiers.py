"""Discord's identifiers, each a type of its own so that two cannot be mixed up. All are snowflakes, as text."""

from typing import NewType

GuildId = NewType("GuildId", str)
ChannelId = NewType("ChannelId", str)
UserId = NewType("UserId", str)
RoleId = NewType("RoleId", str)
MessageId = NewType("MessageId", str)
InteractionId = NewType("InteractionId", str)


def is_snowflake(value: object) -> bool:
    """Whether `value` could be a Discord id: decimal digits, 64 bits."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20
