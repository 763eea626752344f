"""What a server says about Kaltura users, for whoever keeps them."""

from dataclasses import dataclass

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.levels import Level


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What a server says about it.

    Attributes:
        has_users: members get a Kaltura user.
        group: the Kaltura group that they enter; `{server}` and `{level}` stand for what they are. Empty for none.
    """

    has_users: bool = True
    group: str = ""

    def group_of(self, guild_id: GuildId, level: Level) -> str:
        """The group of a member of that level."""
        if not self.has_users:
            return ""
        return self.group.replace("{server}", guild_id).replace("{level}", level.word)
