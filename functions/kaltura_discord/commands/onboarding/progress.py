"""How far a server has been set up.

    allowed      the operator lets the server use this deployment
    channels     it says where something is told
    moderators   it says which roles moderate
    meeting      there has been a meeting

Nothing of this is remembered: each step is done when what it is about is so.
"""

from dataclasses import dataclass

from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import ChannelId, GuildId, RoleId
from kaltura_discord.identity.levels import Level, level_named

_MODERATES = frozenset({Level.MODERATOR, Level.ADMIN})


@dataclass(frozen=True, slots=True)
class Progress:
    """What is so.

    Attributes:
        is_allowed: whether the server may use this deployment.
        channel_id: where things are told; None where nothing was said about it.
        moderators: the roles that moderate or administer.
        has_met: whether a meeting ever began.
    """

    is_allowed: bool = False
    channel_id: ChannelId | None = None
    moderators: tuple[RoleId, ...] = ()
    has_met: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self.is_allowed and self.channel_id and self.moderators and self.has_met)

    @property
    def mark(self) -> str:
        """What tells this progress from another one."""
        return f"{self.is_allowed:d}|{self.channel_id or ''}|{','.join(self.moderators)}|{self.has_met:d}"


async def look(services: Services, guild_id: GuildId) -> Progress:
    """How far the server is now.

    Raises:
        ConfigError: its settings cannot be read by this version of the app.
        AwsError: the table could not be reached.
    """
    config = await services.server_configs.whole(guild_id, now=True)
    channels = config.notifications.channels
    # The default one comes first.
    told_in = next((channel for channel in channels.model_dump().values() if channel), "")
    # Sorted, as the table keeps no order of them.
    moderators = sorted(RoleId(role) for role, word in config.roles.mapping.items() if level_named(word) in _MODERATES)
    return Progress(
        await services.servers.find_now(guild_id) is not None,
        ChannelId(told_in) if told_in else None,
        tuple(moderators),
        await services.meetings.has_held_any(guild_id),
    )
