"""Acting as a person: `_sim/interactions` runs a command, clicks a component, submits a modal, asks for choices.

`{"command": name, "target_message_id": id}` chooses a command from a message's menu, `{"entry_point": true}` opens the
application from the list of Activities. Only what a real person could do is done: commands one is offered, messages
one sees, buttons that are not disabled, modals that are open.
"""

from dataclasses import dataclass

from aiohttp import web

from local_stack.discord.activity_life import launch
from local_stack.discord.command_book import CHAT_INPUT, ENTRY_POINT, MESSAGE
from local_stack.discord.errors import Refusal
from local_stack.discord.files import attachment_json
from local_stack.discord.interactions.exchange import Exchange
from local_stack.discord.interactions.fields import submit
from local_stack.discord.interactions.handing_over import NotTaken, upload
from local_stack.discord.interactions.options import InvalidOption, fill_in, option_in_focus
from local_stack.discord.interactions.picking import BUTTON, picked_values
from local_stack.discord.interactions.resolving import Resolved
from local_stack.discord.messages import Message
from local_stack.discord.offering import may_use, owners_of
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.sim_requests import SimRefusal, channel_of, json_body, person_of
from local_stack.discord.rules.responses import AUTOCOMPLETE, COMMAND, COMPONENT, LAUNCH_ACTIVITY, MODAL_SUBMIT
from local_stack.discord.society import Channel, Person
from local_stack.discord.stored_components import everything_in
from local_stack.discord.tokens import Interaction, new_token
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

HANDLED_BY_DISCORD = 2
LONGEST_WAIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where."""

    person: Person
    channel: Channel

    @classmethod
    def of(cls, world: DiscordWorld, body: Json) -> "Actor":
        """The actor that a request names; the channel must be visible to the person."""
        person = person_of(world, body.get("user_id"))
        channel = channel_of(world, body.get("channel_id"))
        if person.bot:
            raise SimRefusal(400, "a bot cannot use commands")
        if not world.may(person.user_id, channel, Permission.NONE):
            raise SimRefusal(404, f"{person.username} does not see this channel")
        return cls(person, channel)


def add_acting_routes(app: web.Application, world: DiscordWorld, exchange: Exchange) -> None:
    """Serve `_sim/interactions`, `_sim/attachments`, `_sim/tokens` and `_sim/reset`."""

    async def interact(request: web.Request) -> web.Response:
        body = await json_body(request)
        actor = Actor.of(world, body)
        wait_seconds = _wait_seconds(body)
        try:
            outcome = await _act(world, exchange, actor, body, wait_seconds)
        except InvalidOption as problem:
            raise SimRefusal(400, str(problem)) from None
        return web.json_response(outcome)

    async def register_token(request: web.Request) -> web.Response:
        body = await json_body(request)
        actor = Actor.of(world, body)
        token = body.get("token")
        if not isinstance(token, str) or not token:
            raise SimRefusal(400, "token must be a text")
        interaction = issue(world, actor, COMMAND, name=None)
        interaction.token = token
        interaction.interaction_id = str(body.get("interaction_id") or interaction.interaction_id)
        interaction.hand_made = True
        world.interactions.issue(interaction)
        return web.json_response({"interaction_id": interaction.interaction_id, "token": token}, status=201)

    async def take_file(request: web.Request) -> web.Response:
        person_of(world, request.query.get("as"))
        filename = request.query.get("filename", "")
        if not filename:
            raise SimRefusal(400, "filename must be a text")
        try:
            file = upload(world, filename, await request.read())
        except NotTaken as problem:
            raise SimRefusal(413, str(problem)) from None
        return web.json_response(attachment_json(file, world.files.address(file, world.cdn_url)), status=201)

    async def reset(_request: web.Request) -> web.Response:
        world.reset()
        return web.Response(status=204)

    base = "/api/v10/_sim"
    app.router.add_post(f"{base}/interactions", interact)
    app.router.add_post(f"{base}/tokens", register_token)
    app.router.add_post(f"{base}/attachments", take_file)
    app.router.add_post(f"{base}/reset", reset)


def _wait_seconds(body: Json) -> float:
    wait = body.get("wait_seconds", 0)
    if isinstance(wait, bool) or not isinstance(wait, (int, float)) or not 0 <= wait <= LONGEST_WAIT_SECONDS:
        raise SimRefusal(400, f"wait_seconds must be a number from 0 to {LONGEST_WAIT_SECONDS:g}")
    return float(wait)


async def _act(world: DiscordWorld, exchange: Exchange, actor: Actor, body: Json, wait_seconds: float) -> Json:
    if body.get("entry_point"):
        return await _enter(world, exchange, actor, wait_seconds)
    if body.get("component") is not None:
        return await _use_component(world, exchange, actor, body, wait_seconds)
    if body.get("modal") is not None:
        return await _submit_modal(world, exchange, actor, body, wait_seconds)
    if body.get("target_message_id") is not None:
        return await _use_on_message(world, exchange, actor, body, wait_seconds)
    if body.get("command") is not None:
        return await _use_command(world, exchange, actor, body, wait_seconds)
    raise SimRefusal(400, "name a command, a component, a modal or entry_point")


def issue(
    world: DiscordWorld, actor: Actor, interaction_type: int, name: str | None, source: Message | None = None
) -> Interaction:
    """A new interaction of this moment, not written down yet."""
    return Interaction(
        interaction_id=world.mint.next(),
        token=new_token(),
        type=interaction_type,
        person=actor.person,
        channel=actor.channel,
        issued_at=world.now(),
        owners=owners_of(world, actor.person, actor.channel),
        name=name,
        source=source,
    )


def _offered(world: DiscordWorld, actor: Actor, name: str, command_type: int = CHAT_INPUT) -> Json:
    command = world.commands.find(actor.channel.guild_id, name, command_type)
    shown = f"/{name}" if command_type == CHAT_INPUT else f"“{name}”"
    if command is None:
        raise SimRefusal(404, f"there is no command {shown}")
    _check_offered(world, actor, command, shown)
    return command


def _check_offered(world: DiscordWorld, actor: Actor, command: Json, shown: str) -> None:
    if not may_use(world, actor.person, actor.channel, command):
        raise SimRefusal(403, f"{actor.person.username} is not offered {shown} here")


def _filled(body: Json, name: str) -> Json:
    filled = body.get(name) or {}
    if not isinstance(filled, dict):
        raise SimRefusal(400, f"{name} must be an object of names and values")
    return filled


async def _use_command(world: DiscordWorld, exchange: Exchange, actor: Actor, body: Json, wait_seconds: float) -> Json:
    words = str(body["command"]).removeprefix("/").split()
    if not words:
        raise SimRefusal(400, "command must not be empty")
    command = _offered(world, actor, words[0])
    focused = body.get("focused")
    filled = _filled(body, "options")
    resolved = Resolved(world, actor.channel, actor.person.user_id)
    option_type = 3
    if focused is not None:
        option_type = option_in_focus(command, words[1:], filled, str(focused))["type"]
    options = fill_in(command, words[1:], filled, resolved, None if focused is None else str(focused))
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if options:
        data["options"] = options
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    resolved.into(data)
    kind = COMMAND if focused is None else AUTOCOMPLETE
    interaction = issue(world, actor, kind, name=" ".join(words))
    return await exchange.run(interaction, data, option_type, wait_seconds)


async def _use_on_message(
    world: DiscordWorld, exchange: Exchange, actor: Actor, body: Json, wait_seconds: float
) -> Json:
    """Choose a command from the menu of a message; it takes no options (Discord docs: Message Commands)."""
    command = _offered(world, actor, str(body.get("command", "")), MESSAGE)
    message = world.shelf.get(actor.channel.channel_id, str(body["target_message_id"]))
    if message is None or not world.can_see(actor.person.user_id, message):
        raise SimRefusal(404, f"{actor.person.username} sees no message {body['target_message_id']} here")
    if message.ephemeral_for is not None or message.state != "sent":
        raise SimRefusal(400, "the menu of that message has no commands: it is private, or not there yet")
    resolved = Resolved(world, actor.channel, actor.person.user_id)
    resolved.add_message(message)
    data: Json = {"id": command["id"], "name": command["name"], "type": MESSAGE, "target_id": message.message_id}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    resolved.into(data)
    interaction = issue(world, actor, COMMAND, name=command["name"])
    return await exchange.run(interaction, data, wait_seconds=wait_seconds)


async def _enter(world: DiscordWorld, exchange: Exchange, actor: Actor, wait_seconds: float) -> Json:
    """Use the Entry Point command; with handler 2 Discord opens the Activity by itself."""
    command = next((one for one in world.commands.in_scope("") if one["type"] == ENTRY_POINT), None)
    if command is None:
        raise SimRefusal(404, "the application has no Entry Point command")
    if not world.with_activities:
        raise SimRefusal(404, "the application has no Activities, so no Entry Point is shown")
    _check_offered(world, actor, command, f"“{command['name']}”")
    interaction = issue(world, actor, COMMAND, name=command["name"])
    if command.get("handler") == HANDLED_BY_DISCORD:
        try:
            instance = launch(world, actor.person, actor.channel)
        except Refusal:
            raise SimRefusal(403, f"{actor.person.username} may not use Activities in this channel") from None
        interaction.activity_instance_id = instance.instance_id
        interaction.acknowledge(LAUNCH_ACTIVITY)
        world.interactions.issue(interaction)
        return exchange.describe(interaction, None, 0.0)
    data: Json = {"id": command["id"], "name": command["name"], "type": ENTRY_POINT}
    return await exchange.run(interaction, data, wait_seconds=wait_seconds)


async def _use_component(
    world: DiscordWorld, exchange: Exchange, actor: Actor, body: Json, wait_seconds: float
) -> Json:
    message = world.shelf.get(actor.channel.channel_id, str(body.get("message_id")))
    if message is None or not world.can_see(actor.person.user_id, message):
        raise SimRefusal(404, f"{actor.person.username} sees no message {body.get('message_id')} here")
    custom_id = str(body["component"])
    found = [one for one in everything_in(message.components) if one.get("custom_id") == custom_id]
    if not found:
        raise SimRefusal(404, f"the message has no component {custom_id}")
    component = found[0]
    if component.get("disabled"):
        raise SimRefusal(400, f"the component {custom_id} is disabled")
    data: Json = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
    if component["type"] != BUTTON:
        resolved = Resolved(world, actor.channel, actor.person.user_id)
        data["values"] = picked_values(component, body.get("values"), resolved)
        resolved.into(data)
    interaction = issue(world, actor, COMPONENT, name=None, source=message)
    return await exchange.run(interaction, data, wait_seconds=wait_seconds)


async def _submit_modal(world: DiscordWorld, exchange: Exchange, actor: Actor, body: Json, wait_seconds: float) -> Json:
    custom_id = str(body["modal"])
    key = (actor.person.user_id, custom_id)
    opened = world.open_modals.get(key)
    if opened is None:
        raise SimRefusal(404, f"no modal {custom_id} is open before {actor.person.username}")
    resolved = Resolved(world, actor.channel, actor.person.user_id)
    data: Json = {"custom_id": custom_id, "components": submit(opened.data, _filled(body, "fields"), resolved)}
    resolved.into(data)
    interaction = issue(world, actor, MODAL_SUBMIT, name=None, source=opened.source)
    outcome = await exchange.run(interaction, data, wait_seconds=wait_seconds)
    if outcome["outcome"] != "failed":
        world.open_modals.pop(key, None)
    return outcome
