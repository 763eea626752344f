"""From an interaction to its acknowledgement: the quick half of every command.

    PING ............................................. answered by the door itself
    autocomplete ── known? ── suggestions within their time, or none
    command, button, form ── claimed once ── server allowed? ── known? ── may they? ── acknowledged
                                                             (see `access`)  (or launched: see `launching`)

A repeated interaction id is answered 202, empty, and does nothing: the first one answers. The claim is one write and
the look at the server, with its settings, one read of the table, made at the same time.

Whatever goes wrong, the person reads a sentence, and in time: an answer after three seconds is none.
"""

import asyncio
import hashlib
import logging
import time
from dataclasses import dataclass

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.access import ALWAYS_WORK, CONFIG, UNREADABLE, refusal, switched_off
from kaltura_discord.commands.model import Body, Command, Deferred, Launch, Refusal
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.registry import REGISTRY, Found, Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Component, text
from kaltura_discord.discord.identifiers import GuildId, InteractionId
from kaltura_discord.discord.interaction import Interaction, InteractionType
from kaltura_discord.discord.messages import AnswerType, choices, note, say, think, update_later
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.observation.correlation import follow
from kaltura_discord.observation.metrics import COUNT, count, embedded
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.server_lookup import FoundServer

# Discord gives 3 seconds; what is left pays for the way there and back and a cold start.
AUTOCOMPLETE_SECONDS = 1.8
ACKNOWLEDGEMENT_SECONDS = 2.3

# Longer than Discord's tokens live, so that a repetition is always known.
CLAIM_SECONDS = 20 * 60

_DAY_SECONDS = 24 * 3600

NOT_ALLOWED = (
    "This server can't use Kaltura yet. Whoever runs this app has to allow it first; "
    "send them this server's id: `{guild_id}`."
)
NOT_NOW = "I can't take commands right now. Try again in a minute."
SERVERS_ONLY = "This works in a server only, not in direct messages."
NOT_INSTALLED_HERE = (
    "You have added Kaltura to your own account, and it works only in servers that have added it themselves. "
    "Ask an administrator of this one to add it."
)
OUR_MISTAKE = (
    "Something went wrong on our side, and it has been noted. Try again in a minute.\n"
    "-# If it happens again, tell whoever runs this app: `{interaction_id}`"
)
UNKNOWN = "That doesn't exist any more. Use `/kaltura-help` to see what there is."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The HTTP answer: a status, and a JSON body or none."""

    status: int
    body: Body | None = None


NOTHING_MORE = Acknowledged(202)


async def acknowledge(interaction: Interaction, services: Services, registry: Registry = REGISTRY) -> Acknowledged:
    """Answer an interaction, whatever happens, in time."""
    started = time.perf_counter()
    follow(interaction.interaction_id)
    is_known = interaction.guild_id is not None and services.lookup.remembers(interaction.guild_id)
    found = registry.find(interaction)
    if interaction.type is InteractionType.AUTOCOMPLETE:
        answer = Acknowledged(200, await _suggestions(found, services, registry))
    else:
        answer = await _acknowledge_in_time(interaction, found, services, registry)
        await services.first_uses.note(interaction, answer.body, services.now())
    log.info(
        "interaction",
        extra={
            "interaction_id": interaction.interaction_id,
            "type": interaction.type.name.lower(),
            "command": found.name if found else "unknown",
            "guild_id": interaction.guild_id,
            "person": person_of_today(interaction.caller.user_id, services),
            "is_cached": int(is_known),
            "status": answer.status,
            "duration_ms": round((time.perf_counter() - started) * 1000, 1),
            **embedded({"Commands": (1, COUNT)}, services.now()),
        },
    )
    return answer


def person_of_today(user_id: str, services: Services) -> str:
    """A word for whoever uses us that counts people of a day and follows nobody: it is another one tomorrow.

    Keyed, as ids of users can be tried out one by one.
    """
    day = int(services.now()) // _DAY_SECONDS
    key = services.environment.get("DISCORD_BOT_TOKEN", "").encode()[:64]
    return hashlib.blake2b(f"{day}:{user_id}".encode(), key=key, digest_size=8).hexdigest()


def no_answer_now(interaction: Interaction) -> Acknowledged:
    """The answer while nothing can be looked up."""
    if interaction.type is InteractionType.AUTOCOMPLETE:
        return Acknowledged(200, choices([]))
    return _sentence(NOT_NOW)


async def _acknowledge_in_time(
    interaction: Interaction, found: Found | None, services: Services, registry: Registry
) -> Acknowledged:
    deadline = Deadline.after(ACKNOWLEDGEMENT_SECONDS)
    try:
        async with asyncio.timeout(ACKNOWLEDGEMENT_SECONDS):
            return await _acknowledge_once(interaction, found, services, registry, deadline)
    except (MeetingError, Refusal, ConfigError) as error:
        return _sentence(error.sentence)
    except (AwsError, TimeoutError) as error:
        count("CommandFailures")
        log.error(
            "not acknowledged", extra={"interaction_id": interaction.interaction_id, "reason": type(error).__name__}
        )
        return _sentence(NOT_NOW)
    except Exception:  # a mistake of ours: "The application did not respond" would tell nobody anything
        count("CommandFailures")
        log.exception("not acknowledged", extra={"interaction_id": interaction.interaction_id})
        return _sentence(OUR_MISTAKE.format(interaction_id=interaction.interaction_id))


async def _acknowledge_once(
    interaction: Interaction, found: Found | None, services: Services, registry: Registry, deadline: Deadline
) -> Acknowledged:
    if interaction.guild_id is None:
        return _sentence(SERVERS_ONLY)
    if _is_ones_own(interaction):
        return _sentence(NOT_INSTALLED_HERE)
    # Whoever shapes the server sees it as it is; for all others half a minute does no harm.
    is_now = _command_name(found) == CONFIG
    is_first, server = await _claim_and_server(interaction.interaction_id, interaction.guild_id, services, now=is_now)
    if not is_first:
        return NOTHING_MORE
    if server.allowed is None:
        return _sentence(NOT_ALLOWED.format(guild_id=interaction.guild_id))
    if found is None:
        return _sentence(UNKNOWN)
    why_not = _why_not(found, server, registry)
    if why_not:
        return _sentence(why_not)
    body = await _acknowledgement(found, services, deadline)
    return NOTHING_MORE if body is None else Acknowledged(200, body)


async def _claim_and_server(
    interaction_id: InteractionId, guild_id: GuildId, services: Services, *, now: bool
) -> tuple[bool, FoundServer]:
    # Two tasks cost more than a look at what is remembered, so there are two only when both have to ask the table.
    if not now and services.lookup.remembers(guild_id):
        return await claim(interaction_id, services), await services.lookup.find(guild_id)
    return await asyncio.gather(claim(interaction_id, services), services.lookup.find(guild_id, now=now))


async def claim(interaction_id: InteractionId, services: Services) -> bool:
    """Whether this is the first time that the interaction is seen, by any process."""
    return await services.table.put_new(
        {
            "pk": f"INTERACTION#{interaction_id}",
            "sk": "INTERACTION",
            "expires_at": int(services.now()) + CLAIM_SECONDS,
        }
    )


async def _acknowledgement(found: Found, services: Services, deadline: Deadline) -> Body | None:
    """The answer; None where Discord has it already."""
    acknowledgement = found.acknowledgement
    if isinstance(acknowledgement, Launch):
        # Imported here, so that no other command's cold start pays for it.
        from kaltura_discord.commands.launching import open_activity

        return await open_activity(found.interaction, services, acknowledgement, deadline)
    if not isinstance(acknowledgement, Deferred):
        return _with_notice(await acknowledgement.answer(found.interaction, services), found.notice)
    await services.tasks.send(
        {
            "kind": "interaction",
            "interaction": dict(found.interaction.payload),
            "received_at": int(services.now()),
        }
    )
    if acknowledgement.changes_message:
        return update_later()
    return think(acknowledgement.is_ephemeral(found.interaction))


def _why_not(found: Found, server: FoundServer, registry: Registry) -> str:
    """Why the caller may not use this now; empty where they may.

    Raises:
        ConfigError: the server's settings cannot be read, and what is asked for depends on them.
    """
    always_works = _command_name(found) in ALWAYS_WORK
    is_readable = not isinstance(server.known_settings, ConfigError)
    settings = server.settings if is_readable or not always_works else UNREADABLE
    if not settings.has_commands and not always_works:
        return switched_off(_config_command(registry), settings)
    # A button that stands for no command checks for itself whom it concerns.
    return refusal(found.command, found.interaction, settings) if found.command is not None else ""


def _command_name(found: Found | None) -> str:
    return found.command.name if found is not None and found.command is not None else ""


def _config_command(registry: Registry) -> Command | None:
    return next((command for command in registry.commands if command.name == CONFIG), None)


def _is_ones_own(interaction: Interaction) -> bool:
    """Whether it rests on somebody's own installation of the app alone (Discord docs: Interaction Object, owners)."""
    owners = interaction.payload.get("authorizing_integration_owners")
    return isinstance(owners, dict) and "1" in owners and "0" not in owners


async def _suggestions(found: Found | None, services: Services, registry: Registry) -> Body:
    option = _focused_option(found)
    if found is None or option is None or option.suggest is None or found.interaction.guild_id is None:
        return choices([])
    try:
        async with asyncio.timeout(AUTOCOMPLETE_SECONDS):
            server = await services.lookup.find(found.interaction.guild_id)
            if server.allowed is None or _is_ones_own(found.interaction) or _why_not(found, server, registry):
                return choices([])
            return choices(await option.suggest(found.interaction, services, Deadline.after(AUTOCOMPLETE_SECONDS)))
    except Exception as error:
        log.warning("no suggestions", extra={"command": found.name, "reason": type(error).__name__})
        return choices([])


def _focused_option(found: Found | None) -> Option | None:
    return found.option(found.interaction.focused) if found is not None else None


def _with_notice(body: Body, notice: str) -> Body:
    if notice and body.get("type") in (AnswerType.MESSAGE, AnswerType.UPDATE):
        parts: list[Component] = body["data"]["components"]
        parts.append(text(notice))
    return body


def _sentence(markdown: str) -> Acknowledged:
    return Acknowledged(200, say(note(markdown)))
