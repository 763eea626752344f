"""`/kaltura-config test`: a message with made-up values where it would really be told, or what is in its way."""

from kaltura_discord.commands.config.existing import directory_of
from kaltura_discord.commands.config.message_choice import TOLD, chosen_message
from kaltura_discord.commands.config.switched_off import why_silent
from kaltura_discord.commands.config.writable import missing_permission, permission_needed
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import link_button, text
from kaltura_discord.discord.errors import TAG_REQUIRED, TAKES_NO_MESSAGES, DiscordRefused, NotPermitted, Unknown
from kaltura_discord.discord.identifiers import ChannelId, MessageId, UserId, created_ms
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.markers import mark_of
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.discord.single_messages import SingleMessages
from kaltura_discord.notifications.closed_words import TAGS_OFF
from kaltura_discord.notifications.forum_posts import post_name
from kaltura_discord.notifications.posting import Sent
from kaltura_discord.notifications.samples import samples
from kaltura_discord.notifications.words import LOOKS, framed
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.models import ServerConfig

_MISSING_ACCESS = 50001

# No text channel, not this kind of channel, an archived thread, a locked one (Discord docs: JSON Error Codes).
_TAKES_NO_MESSAGES = frozenset({TAKES_NO_MESSAGES, 50024, 50083, 160005})

NO_CHANNEL = (
    "No channel is set for **{name}**, so it is posted where the meeting was started, and there is nowhere to test it. "
    "Set one with `/kaltura-config channel`."
)


async def post_sample(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Post a sample of a message where it would be told."""
    message_type = chosen_message(interaction, TOLD)
    config = await services.server_configs.whole(guild_of(interaction), now=True)
    channel_id = _channel_for(config, message_type)
    if not channel_id:
        raise Refusal(NO_CHANNEL.format(name=LOOKS[message_type].name))
    template = getattr(config.notifications.templates, message_type)
    message = sample(message_type, template, interaction.caller.user_id, int(services.now()))
    try:
        # However often the queue brings the interaction, there is one message.
        sent = await _sent(channel_id, LOOKS[message_type].name, message, interaction, services, deadline)
    except DiscordRefused as refused:
        reason = await _reason(refused, channel_id, interaction, services, deadline)
        if not reason:
            raise
        raise Refusal(reason) from refused
    url = f"https://discord.com/channels/{guild_of(interaction)}/{sent.channel_id}/{sent.message_id}"
    told = f"A test of **{LOOKS[message_type].name}** is in <#{channel_id}>.\n{why_silent(config, message_type)}"
    return note(told.strip(), link_button("Go to the message", url))


async def _sent(
    channel_id: ChannelId,
    name: str,
    message: Message,
    interaction: Interaction,
    services: Services,
    deadline: Deadline,
) -> Sent:
    mark, posts = mark_of(f"{interaction.interaction_id}#test"), services.telling.forum_posts
    # The interaction's id says when it was made; no try can be before that.
    since = created_ms(interaction.interaction_id) // 1000
    messages = SingleMessages(services.rest, services.now)
    is_forum = posts.is_known(channel_id) or (messages.is_late(since) and await posts.is_forum(channel_id, deadline))
    try:
        if not is_forum:
            return Sent(channel_id, await messages.post(channel_id, message, mark, since, deadline))
    except DiscordRefused as refused:
        if refused.code != TAKES_NO_MESSAGES or not await posts.is_forum(channel_id, deadline):
            raise
    # Posts have no nonce, so what the queue brings again is looked for.
    thread_id = await posts.find(guild_of(interaction), channel_id, mark.marker, since, deadline)
    if thread_id is None:
        thread_id = await posts.begin(channel_id, post_name(f"Test: {name}", name), message, mark.marker, deadline)
    return Sent(thread_id, MessageId(thread_id))


def sample(message_type: str, template: str, asked_by: UserId, now: int) -> Message:
    """The message as it would be told, marked as a test."""
    mark = text(f"-# A test that <@{asked_by}> asked for. Everything in it is made up.")
    return Message((mark, framed(message_type, template, samples(message_type, now))), ephemeral=False)


def _channel_for(config: ServerConfig, message_type: str) -> ChannelId:
    channels = config.notifications.channels
    return ChannelId(getattr(channels, message_type) or channels.default)


async def _reason(
    refused: DiscordRefused, channel_id: ChannelId, interaction: Interaction, services: Services, deadline: Deadline
) -> str:
    """Why Discord did not take the message, and what would help; empty where that would be our mistake."""
    if isinstance(refused, NotPermitted):
        lacking = await _lacking(refused, channel_id, interaction, services, deadline)
        return permission_needed(lacking, channel_id, "nothing was sent")
    if isinstance(refused, Unknown):
        return (
            "The channel that was set does not exist any more, so nothing was sent. "
            "Set another one with `/kaltura-config channel`."
        )
    if refused.code == TAG_REQUIRED:
        return f"Nothing was sent to <#{channel_id}>. {TAGS_OFF}"
    if refused.code in _TAKES_NO_MESSAGES:
        return (
            f"Discord takes no messages in <#{channel_id}>: it may be a media channel, or a thread that is closed. "
            "Set another channel with `/kaltura-config channel`."
        )
    return ""


async def _lacking(
    refused: NotPermitted, channel_id: ChannelId, interaction: Interaction, services: Services, deadline: Deadline
) -> str:
    """The permission: as the server's roles and the channel's overwrites make it, else as Discord's code says."""
    directory = await directory_of(guild_of(interaction), services, deadline, now=True)
    channel = directory.channels.get(channel_id)
    computed = missing_permission(channel) if channel is not None else ""
    return computed or ("View Channel" if refused.code == _MISSING_ACCESS else "Send Messages")
