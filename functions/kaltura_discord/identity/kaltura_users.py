"""The Kaltura user that stands for a Discord member."""

from kaltura_discord.discord.identifiers import UserId


def kaltura_user_id(user_id: UserId) -> str:
    """`discord_{snowflake}`: letters, digits and an underscore, far below Kaltura's 64 characters for an owner."""
    return f"discord_{user_id}"
