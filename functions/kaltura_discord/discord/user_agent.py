"""Who we tell Discord we are. It refuses clients without such a line (Discord docs: API Reference, User Agent)."""

from kaltura_discord import __version__

USER_AGENT = f"DiscordBot (https://github.com/kaltura-for-discord, {__version__})"
