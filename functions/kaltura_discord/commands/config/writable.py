"""Whether our bot may write in a channel, and if not, which permission it lacks, by the name that Discord shows."""

from kaltura_discord.commands.model import Refusal
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.discord.server_directory import ServerChannel

# Who cannot see a channel can do nothing in it, so that comes first, and alone.
_NAMES = (
    (Permission.VIEW_CHANNEL, "View Channel"),
    (Permission.SEND_MESSAGES, "Send Messages"),
    (Permission.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads"),
)


def missing_permission(channel: ServerChannel) -> str:
    """What the bot lacks to write there; empty where it may."""
    lacking = (name for each, name in _NAMES if each & channel.needed and not holds(channel.permissions, each))
    return next(lacking, "")


def permission_needed(name: str, channel_id: str, so: str) -> str:
    """The sentence that asks for it; `so` says what did not happen."""
    return (
        f"I need **{name}** in <#{channel_id}>, so {so}. Give it to me in that channel's permissions, then try again."
    )


def check_picked_channel(interaction: Interaction, channel_id: str) -> None:
    """Whether the bot may write in a channel that was picked, as Discord says in the payload.

    Raises:
        Refusal: it may not; or the channel is a thread that is closed.
    """
    picked = interaction.resolved.get("channels", {}).get(channel_id)
    if not isinstance(picked, dict):
        return
    state = picked.get("thread_metadata") or {}
    if state.get("archived") or state.get("locked"):
        raise Refusal(f"The thread <#{channel_id}> is closed. Open it again first, or choose another channel.")
    permissions = str(picked.get("app_permissions", ""))
    if not permissions.isdecimal():
        # Older payloads don't say; then what Discord is asked for before saving decides.
        return
    channel = ServerChannel(ChannelId(channel_id), str(picked.get("name")), picked.get("type", 0), int(permissions))
    lacking = missing_permission(channel)
    if lacking:
        raise Refusal(permission_needed(lacking, channel_id, "nothing was changed"))
