"""Discord's identifiers, each a type of its own so that two cannot be mixed up. All are snowflakes, as text."""

from typing import NewType

GuildId = NewType("GuildId", str)
ChannelId = NewType("ChannelId", str)
UserId = NewType("UserId", str)
RoleId = NewType("RoleId", str)
MessageId = NewType("MessageId", str)
InteractionId = NewType("InteractionId", str)

# Milliseconds from the Unix epoch to Discord's (Discord docs: API Reference, Snowflakes).
_DISCORD_EPOCH_MS = 1_420_070_400_000


def is_snowflake(value: object) -> bool:
    """Whether `value` could be a Discord id: decimal digits, 64 bits."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20


def created_at_ms(snowflake: str) -> int:
    """When Discord made this id, in epoch milliseconds (Discord docs: API Reference, Snowflakes)."""
    return (int(snowflake) >> 22) + _DISCORD_EPOCH_MS
