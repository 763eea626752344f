"""Settings by which something is not told are those of this moment.

Settings are remembered for half a minute in each process. Told by what was set half a minute ago is told; but what is
not told is lost for good, and whoever has just chosen a channel and tries it would wait in vain:

    12:00:00    this process looks the server up: no channel
    12:00:10    an administrator sets one, in another process
    12:00:15    a stream goes on air ── no channel, as far as is remembered ── asked again: there is one ── told
"""

from collections.abc import Callable

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.server_configs import ServerConfigs


async def settled(
    configs: ServerConfigs, guild_id: GuildId, is_kept_back: Callable[[ServerConfig], bool]
) -> ServerConfig:
    """A server's settings; where those that are remembered would keep something back, the ones of this moment.

    Raises:
        ConfigError: they cannot be read.
    """
    was_remembered = configs.remembers(guild_id)
    config = await configs.whole(guild_id)
    if was_remembered and is_kept_back(config):
        return await configs.whole(guild_id, now=True)
    return config
