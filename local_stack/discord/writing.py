"""From an accepted payload to a message: trimmed texts, numbered components, stored files, computed mentions."""

import copy

from local_stack.discord.files import MESSAGES, Upload, attachment_json
from local_stack.discord.mentions import EVERYTHING_PARSED, USERS_PARSED, mentions_in
from local_stack.discord.messages import (
    EPHEMERAL,
    IS_COMPONENTS_V2,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Mentions,
    Message,
)
from local_stack.discord.society import Channel
from local_stack.discord.stored_components import resolve_files, stored
from local_stack.discord.tokens import Interaction
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

KEPT_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2
CHAT_INPUT_COMMAND_MESSAGE = 20


def write_channel_message(world: DiscordWorld, channel: Channel, payload: Json, uploads: list[Upload]) -> Message:
    """A new message of the bot's in a channel; not posted yet."""
    message = Message(world.mint.next(), channel.channel_id, world.bot, world.now())
    message.nonce = payload.get("nonce")
    message.tts = bool(payload.get("tts"))
    reference = payload.get("message_reference")
    if isinstance(reference, dict):
        message.type = 19
        message.reference = {"type": 0, "channel_id": channel.channel_id, "guild_id": channel.guild_id, **reference}
        message.referenced = world.shelf.get(channel.channel_id, str(reference.get("message_id")))
    fill(world, message, payload, uploads, default_mentions=EVERYTHING_PARSED)
    return message


def write_answer(world: DiscordWorld, interaction: Interaction, payload: Json, uploads: list[Upload]) -> Message:
    """A new message in answer to an interaction, visible to its user only where it is ephemeral; not posted yet."""
    message = blank_answer(world, interaction, ephemeral=bool((payload.get("flags") or 0) & EPHEMERAL))
    fill(world, message, payload, uploads, default_mentions=USERS_PARSED)
    return message


def blank_answer(world: DiscordWorld, interaction: Interaction, *, ephemeral: bool) -> Message:
    """An answer that has no content yet."""
    message = Message(world.mint.next(), interaction.channel.channel_id, world.bot, world.now())
    message.webhook_id = message.application_id = world.application_id
    message.origin = interaction.origin
    message.type = CHAT_INPUT_COMMAND_MESSAGE if interaction.type == 2 else 0
    if ephemeral:
        message.flags |= EPHEMERAL
        message.ephemeral_for = interaction.person.user_id
    return message


def write_follow_up(world: DiscordWorld, interaction: Interaction, payload: Json, uploads: list[Upload]) -> Message:
    """A new message that refers to the original answer."""
    message = write_answer(world, interaction, payload, uploads)
    if interaction.original is not None:
        message.type = 19
        message.referenced = interaction.original
        message.reference = {
            "type": 0,
            "channel_id": message.channel_id,
            "message_id": interaction.original.message_id,
            "guild_id": interaction.channel.guild_id,
        }
    return message


def thinking(world: DiscordWorld, interaction: Interaction, *, ephemeral: bool) -> Message:
    """The "… is thinking" of a deferred answer."""
    message = blank_answer(world, interaction, ephemeral=ephemeral)
    message.flags |= LOADING
    message.state = "thinking"
    return message


def edit(world: DiscordWorld, message: Message, payload: Json, uploads: list[Upload], default_mentions: Json) -> None:
    """Change a message; one that was thinking is not "edited" but there at last."""
    was_thinking = message.state == "thinking"
    message.state = "sent"
    message.failure = None
    message.flags &= ~LOADING
    fill(world, message, payload, uploads, default_mentions)
    if not was_thinking:
        message.edited_at = world.now()


def fill(world: DiscordWorld, message: Message, payload: Json, uploads: list[Upload], default_mentions: Json) -> None:
    """Write the fields that stand in `payload` into a message; the others stay."""
    flags = payload.get("flags")
    if isinstance(flags, int):
        message.flags = (message.flags & ~(KEPT_FLAGS & ~IS_COMPONENTS_V2)) | (flags & KEPT_FLAGS)
    if "content" in payload:
        message.content = (payload["content"] or "").strip()
    if uploads or "attachments" in payload:
        _attach(world, message, payload.get("attachments"), uploads)
    if "embeds" in payload:
        message.embeds = [_stored_embed(embed) for embed in payload["embeds"] or []]
    if "components" in payload:
        message.components = stored(payload["components"] or [], world.mint)
    resolve_files(message.components, message.attachments)
    resolve_files(message.embeds, message.attachments)
    message.mentions = _mentions(world, message, payload.get("allowed_mentions"), default_mentions)


def _mentions(world: DiscordWorld, message: Message, allowed: Json | None, default: Json) -> Mentions:
    channel = world.channels[message.channel_id]
    server = world.server_of(channel)
    if server is None:
        return Mentions()
    permissions = world.permissions(message.author.user_id, channel)
    return mentions_in(
        message.content, message.components, default if allowed is None else allowed, server, permissions
    )


def _attach(world: DiscordWorld, message: Message, described: list[Json] | None, uploads: list[Upload]) -> None:
    descriptions = {str(description.get("id")): description for description in described or []}
    kept = message.attachments
    if described is not None:
        kept = [attachment for attachment in kept if attachment["id"] in descriptions]
    message.attachments = [*kept]
    for upload in uploads:
        said = descriptions.get(upload.number, {})
        name = str(said.get("filename") or upload.name)
        file = world.files.put(MESSAGES, message.channel_id, name, upload.content, said.get("description"))
        message.attachments.append(attachment_json(file, world.files.address(file, world.cdn_url)))


def _stored_embed(embed: Json) -> Json:
    kept = {"type": "rich", **copy.deepcopy(embed)}
    for name in ("title", "description"):
        if isinstance(kept.get(name), str):
            kept[name] = kept[name].strip()
    return kept
