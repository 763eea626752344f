"""What there is for settings to refer to: the server's roles, the channels where the bot may write, our commands."""

from collections.abc import Iterator, Set
from typing import NoReturn

from kaltura_discord.commands.access import FORGET_ME
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.errors import DiscordError, NotPermitted, Unknown
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.interaction import CommandKind
from kaltura_discord.discord.server_directory import ServerDirectory
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Existing

NOT_TOLD = "Discord didn't tell me which channels and roles there are, so nothing was changed. Try again in a minute."
NOT_A_MEMBER = (
    "I can't see this server's channels and roles, because the app was added without its bot. "
    "Add the app to this server again, and leave the bot's permissions on."
)

_PATIENCE_SECONDS = 8.0


class DiscordIsNeeded(Exception):
    """Whether something exists cannot be said without asking Discord."""


class _NotAsked(Set[str]):
    """What exists, as long as Discord has not been asked."""

    def __contains__(self, _: object) -> bool:
        self._ask()

    def __iter__(self) -> Iterator[str]:
        self._ask()

    def __len__(self) -> int:
        self._ask()

    def _ask(self) -> NoReturn:
        raise DiscordIsNeeded


def not_asked() -> Existing:
    """What exists, for a change that may not need to know: looking a role or a channel up raises `DiscordIsNeeded`."""
    return Existing(_NotAsked(), _NotAsked(), command_names(), _NotAsked())


def existing_in(directory: ServerDirectory) -> Existing:
    """What exists, once Discord has told."""
    writable = frozenset(channel.channel_id for channel in directory.channels.values() if channel.may_write)
    of_apps = frozenset(role.role_id for role in directory.roles.values() if role.is_of_app)
    return Existing(writable, frozenset(directory.roles) - of_apps, command_names(), of_apps)


def command_names() -> frozenset[str]:
    """Those of our commands that can be restricted, without the slash: no server decides who may be forgotten."""
    # The registry holds this package's command.
    from kaltura_discord.commands.registry import REGISTRY

    typed = (each.name for each in REGISTRY.commands if each.kind is CommandKind.CHAT_INPUT)
    return frozenset(typed) - {FORGET_ME}


async def directory_of(
    guild_id: GuildId, services: Services, deadline: Deadline, *, now: bool = False
) -> ServerDirectory:
    """The server's roles and channels; with `now` not as they were up to 30 seconds ago.

    Raises:
        Refusal: Discord does not tell.
    """
    directories = services.directories
    patience = deadline.sooner(_PATIENCE_SECONDS)
    try:
        return await (directories.find_now if now else directories.find)(guild_id, patience)
    except (NotPermitted, Unknown):
        raise Refusal(NOT_A_MEMBER) from None
    except DiscordError:
        raise Refusal(NOT_TOLD) from None
