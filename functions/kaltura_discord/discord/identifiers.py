"""Discord's identifiers, each a type of its own so that two cannot be mixed up. All are snowflakes, as text."""

from typing import NewType

GuildId = NewType("GuildId", str)
ChannelId = NewType("ChannelId", str)
UserId = NewType("UserId", str)
RoleId = NewType("RoleId", str)
MessageId = NewType("MessageId", str)
InteractionId = NewType("InteractionId", str)

# The first second of 2015, from which Discord counts.
_DISCORD_EPOCH_MS = 1_420_070_400_000
_TIMESTAMP_SHIFT = 22


def is_snowflake(value: object) -> bool:
    """Whether `value` could be a Discord id: decimal digits, 64 bits."""
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20


def created_ms(snowflake: str) -> int:
    """When Discord made the id, epoch milliseconds (Discord docs: Snowflakes, Snowflake ID Format Structure)."""
    return (int(snowflake) >> _TIMESTAMP_SHIFT) + _DISCORD_EPOCH_MS


def snowflake_at(second: int) -> str:
    """The first id of an epoch second: to ask Discord for what is newer."""
    return str((second * 1000 - _DISCORD_EPOCH_MS) << _TIMESTAMP_SHIFT)
