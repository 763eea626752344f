"""Each server's own desk for playback: what the operator narrows its sessions with, and the player that it has."""

from dataclasses import dataclass

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.playback import PlaybackDesk
from kaltura_discord.server_config.server_configs import ServerConfigs


@dataclass(frozen=True, slots=True)
class PlaybackDesks:
    """Gives them. `desk` and `addresses` are those of a server without settings of its own."""

    desk: PlaybackDesk
    addresses: KalturaAddresses
    configs: ServerConfigs

    async def of(self, guild_id: GuildId) -> PlaybackDesk:
        """The server's desk, as its settings were half a minute ago at most.

        Raises:
            ConfigError: its settings cannot be read; a session that ought to be narrowed is not made without.
        """
        narrowing = (await self.configs.whole(guild_id)).kaltura.session_privileges.playback
        return self.desk.with_privileges(dict(narrowing.items()))

    async def addresses_of(self, guild_id: GuildId) -> KalturaAddresses:
        """Kaltura's addresses with the server's player. Raises like `of`."""
        return self.addresses.with_player((await self.configs.whole(guild_id)).kaltura.player_id)
