"""Answering interactions by their token: the callback, the original answer, and follow-ups.

The token in the path is the credential; these routes do not count towards the global limit (Discord docs:
Receiving and Responding - Followup Messages).
"""

from aiohttp import web

from local_stack.discord.errors import Refusal, unknown
from local_stack.discord.installs import FOR_PERSON
from local_stack.discord.interactions.answers import callback_result, take_answer
from local_stack.discord.mentions import USERS_PARSED
from local_stack.discord.messages import Message
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.rules.messages import ANSWER_EDIT, FOLLOW_UP, check_message
from local_stack.discord.tokens import Interaction
from local_stack.discord.writing import blank_answer, edit, write_follow_up

CALLBACK_LIMIT = Limit(50, 1.0, counts_globally=False)
WEBHOOK_LIMIT = Limit(5, 2.0, counts_globally=False)
MOST_FOLLOW_UPS = 5
"""Where only the person has installed the application (Discord docs: Followup Messages)."""


def add_webhook_routes(routes: ApiRoutes) -> None:
    """Serve /interactions/... and /webhooks/{application}/{token}/..."""
    routes.add(
        "POST",
        "/interactions/{interaction_id}/{token}/callback",
        take_callback,
        limit=CALLBACK_LIMIT,
        resource="token",
        credential="none",
    )
    base = "/webhooks/{application_id}/{token}"
    original = f"{base}/messages/@original"
    follow_up = f"{base}/messages/{{message_id}}"
    for method, path, handler in (
        ("POST", base, follow_up_with),
        ("GET", original, show_message),
        ("PATCH", original, edit_message),
        ("DELETE", original, delete_message),
        ("GET", follow_up, show_message),
        ("PATCH", follow_up, edit_message),
        ("DELETE", follow_up, delete_message),
    ):
        routes.add(method, path, handler, limit=WEBHOOK_LIMIT, resource="token", credential="none")


async def take_callback(call: ApiCall) -> web.Response:
    """The first answer by the callback route: 204, or 200 with what became of it."""
    world = call.world
    interaction = world.interactions.by_token.get(call.path("token"))
    if interaction is None or interaction.interaction_id != call.path("interaction_id"):
        raise unknown("interaction", 10062)
    if interaction.answer_type is not None:
        raise Refusal(400, 40060, "Interaction has already been acknowledged.")
    if not interaction.takes_callback(world.now()):
        raise unknown("interaction", 10062)
    take_answer(world, interaction, call.body, call.uploads)
    if call.request.query.get("with_response", "").lower() in ("true", "1"):
        return answered(callback_result(world, interaction))
    return web.Response(status=204)


def _interaction(call: ApiCall) -> Interaction:
    """The interaction whose token it is.

    Raises:
        Refusal: 10015 where the token was never issued, is not answered yet, or is older than fifteen minutes; 10003
            where its channel is gone.
    """
    interaction = call.world.interactions.by_token.get(call.path("token"))
    known = interaction is not None and interaction.is_open(call.world.now())
    if interaction is None or not known or call.path("application_id") != call.world.application_id:
        raise unknown("Webhook", 10015)
    if interaction.channel.channel_id not in call.world.channels:
        raise unknown("Channel", 10003)
    return interaction


def _message(call: ApiCall, interaction: Interaction) -> Message:
    """The message that the route means: the original answer or a follow-up.

    Raises:
        Refusal: 10008 where it does not exist (any more).
    """
    message_id = call.request.match_info.get("message_id")
    message = interaction.original
    if message_id is not None and (message is None or message.message_id != message_id):
        message = interaction.follow_ups.get(message_id)
    if message is None or call.world.shelf.get(message.channel_id, message.message_id) is None:
        raise unknown("Message", 10008)
    return message


async def show_message(call: ApiCall) -> web.Response:
    """The original answer or a follow-up."""
    message = _message(call, _interaction(call))
    return answered(message.seen_by_application(call.world.now()))


async def edit_message(call: ApiCall) -> web.Response:
    """Change the original answer or a follow-up; ephemeral it stays or does not."""
    world = call.world
    interaction = _interaction(call)
    is_original = "message_id" not in call.request.match_info
    if interaction.hand_made and interaction.original is None and is_original:
        interaction.original = blank_answer(world, interaction, ephemeral=False)
        interaction.original.state = "thinking"
        world.shelf.put(interaction.original)
    message = _message(call, interaction)
    check_message(call.body, ANSWER_EDIT, uploads=call.uploads, before=message)
    edit(world, message, call.body, call.uploads, USERS_PARSED)
    world.changed(message)
    if message is interaction.original:
        interaction.settled.set()
    return answered(message.seen_by_application(world.now()))


def is_by_person_alone(interaction: Interaction) -> bool:
    """Whether an interaction in a server rests on nothing but the person's own installation."""
    return interaction.channel.guild_id is not None and list(interaction.owners) == [str(FOR_PERSON)]


async def delete_message(call: ApiCall) -> web.Response:
    """Remove the original answer or a follow-up."""
    interaction = _interaction(call)
    message = _message(call, interaction)
    call.world.remove(message)
    if message is interaction.original:
        interaction.settled.set()
    return web.Response(status=204)


async def follow_up_with(call: ApiCall) -> web.Response:
    """One more message. The first one after a deferred answer takes the place of its "thinking"."""
    world = call.world
    interaction = _interaction(call)
    if is_by_person_alone(interaction) and len(interaction.follow_ups) >= MOST_FOLLOW_UPS:
        raise Refusal(400, 40094, "The limit of follow-up messages to this interaction is reached")
    check_message(call.body, FOLLOW_UP, uploads=call.uploads)
    original = interaction.original
    if original is not None and original.state == "thinking" and not interaction.hand_made:
        edit(world, original, call.body, call.uploads, USERS_PARSED)
        world.changed(original)
        interaction.settled.set()
        return answered(original.seen_by_application(world.now()))
    message = write_follow_up(world, interaction, call.body, call.uploads)
    interaction.follow_ups[message.message_id] = message
    world.post(message)
    interaction.settled.set()
    return answered(message.seen_by_application(world.now()))
