"""What Discord does with a valid first answer, whether it came as the HTTP response or through the callback route."""

from local_stack.discord.activity_life import launch
from local_stack.discord.errors import unknown
from local_stack.discord.files import Upload
from local_stack.discord.mentions import USERS_PARSED
from local_stack.discord.messages import EPHEMERAL, Message
from local_stack.discord.rules import responses
from local_stack.discord.tokens import Interaction
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld, OpenModal
from local_stack.discord.writing import edit, thinking, write_answer


def take_answer(
    world: DiscordWorld, interaction: Interaction, answer: object, uploads: list[Upload], option_type: int = 3
) -> None:
    """Check a first answer and show what it says.

    Raises:
        Refusal: the answer breaks a rule, or its channel is gone; the interaction stays unanswered.
    """
    if interaction.channel.channel_id not in world.channels:
        raise unknown("Channel", 10003)
    checked = responses.check_answer(
        answer,
        interaction.type,
        source=interaction.source,
        uploads=uploads,
        option_type=option_type,
        with_activities=world.with_activities,
    )
    answer_type = checked["type"]
    data: Json = checked.get("data") or {}
    interaction.callback_data = checked
    if answer_type == responses.MESSAGE:
        _show(world, interaction, write_answer(world, interaction, data, uploads))
    if answer_type == responses.DEFERRED_MESSAGE:
        ephemeral = bool(data.get("flags", 0) & EPHEMERAL)
        _show(world, interaction, thinking(world, interaction, ephemeral=ephemeral))
    if answer_type == responses.DEFERRED_UPDATE:
        interaction.original = interaction.source
    if answer_type == responses.UPDATE:
        _update(world, interaction, data, uploads)
    if answer_type == responses.MODAL:
        key = (interaction.person.user_id, data["custom_id"])
        world.open_modals[key] = OpenModal(data, interaction.source)
    if answer_type == responses.LAUNCH_ACTIVITY:
        interaction.activity_instance_id = launch(world, interaction.person, interaction.channel).instance_id
    interaction.acknowledge(answer_type)


def _show(world: DiscordWorld, interaction: Interaction, message: Message) -> None:
    interaction.original = message
    world.post(message)


def _update(world: DiscordWorld, interaction: Interaction, data: Json, uploads: list[Upload]) -> None:
    source = interaction.source
    if source is None:
        return
    interaction.original = source
    if data or uploads:
        edit(world, source, data, uploads, USERS_PARSED)
        world.changed(source)


def callback_result(world: DiscordWorld, interaction: Interaction) -> Json:
    """The body of a callback with `with_response=true`."""
    answered: Json = {
        "id": interaction.interaction_id,
        "type": interaction.type,
        "channel_id": interaction.channel.channel_id,
    }
    if interaction.channel.guild_id is not None:
        answered["guild_id"] = interaction.channel.guild_id
    result: Json = {"interaction": answered}
    original = interaction.original
    if original is not None:
        answered["response_message_id"] = original.message_id
        answered["response_message_loading"] = original.state == "thinking"
        answered["response_message_ephemeral"] = original.ephemeral_for is not None
    if interaction.answer_type in (responses.MESSAGE, responses.UPDATE) and original is not None:
        result["resource"] = {"type": interaction.answer_type, "message": original.seen_by_application(world.now())}
    if interaction.activity_instance_id is not None:
        answered["activity_instance_id"] = interaction.activity_instance_id
        instance = {"id": interaction.activity_instance_id}
        result["resource"] = {"type": responses.LAUNCH_ACTIVITY, "activity_instance": instance}
    return result
