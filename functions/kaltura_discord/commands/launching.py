"""Opening the Activity: which instance was opened is only known to whoever calls the callback route.

    interaction ── may they? ── which video? ── POST callback, type 12 ──► "instance i-1"
                                (Kaltura, ≤ 1 s)  (Discord, ≤ 1.2 s)         │
                                                                             ├─ bind i-1 to the video; answer 202, empty
                        no answer in time, 5xx, rate limit ──────────────────┤
                                                                             ├─ leave an intent; answer type 12 inline
                        Discord refuses, or no Activities here ──────────────┤
                                                                             └─ a link to the same room in a browser tab

Each step has its share of the time that Discord gives, whatever the others took; and what Kaltura does not say in time
is asked again by whoever enters. After a silence Discord may have opened the Activity already: then our second answer
is dropped, and the intent tells what was meant.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.in_a_tab import NO_ACTIVITIES, NOT_PERMITTED, REFUSED, in_a_tab
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body, ChosenVideo
from kaltura_discord.commands.model import Launch as LaunchAcknowledgement
from kaltura_discord.discord.errors import ALREADY_ACKNOWLEDGED, DiscordError, DiscordRefused
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.discord.messages import launch_activity, say
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.meetings.limits import LAUNCHES_OF_A_MEMBER, check
from kaltura_discord.watch.launches import BoundInstance, InstanceId, Launch

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.interaction import Interaction
    from kaltura_discord.resilience.deadline import Deadline

CHOOSING_SECONDS = 1.0
CALLBACK_SECONDS = 1.2

# What is kept for writing the intent, should Discord not answer.
_INTENT_SECONDS = 0.25
# With less, asking Discord would mostly be asking in vain.
_LEAST_CALLBACK_SECONDS = 0.2

log = logging.getLogger(__name__)


async def open_activity(
    interaction: "Interaction", services: "Services", acknowledgement: LaunchAcknowledgement, deadline: "Deadline"
) -> Body | None:
    """Open the Activity for who acted; the answer, or None where Discord has it already.

    Raises:
        Refusal: there is no such video for them.
    """
    await check(services.window, LAUNCHES_OF_A_MEMBER, interaction.caller.user_id, "open Watch Together")
    chosen = await acknowledgement.choose(interaction, services, deadline.sooner(CHOOSING_SECONDS))
    settings = await services.server_configs.quick(guild_of(interaction))
    if not settings.has_activities:
        return say(await in_a_tab(interaction, services, chosen, NO_ACTIVITIES))
    if not holds(interaction.caller.permissions, Permission.USE_EMBEDDED_ACTIVITIES):
        return say(await in_a_tab(interaction, services, chosen, NOT_PERMITTED))
    launch = launch_of(interaction, chosen)
    try:
        instance_id = await _opened_instance(interaction, services, deadline)
    except DiscordRefused as refused:
        if refused.code == ALREADY_ACKNOWLEDGED:
            return None
        log.warning("no Activity", extra={"interaction_id": interaction.interaction_id, "reason": str(refused)})
        return say(await in_a_tab(interaction, services, chosen, REFUSED))
    except DiscordError as error:
        log.warning("instance unknown", extra={"interaction_id": interaction.interaction_id, "reason": str(error)})
        await _leave_intent(services, launch, deadline)
        return launch_activity()
    await _bind(services, instance_id, launch)
    return None


def launch_of(interaction: "Interaction", chosen: ChosenVideo) -> Launch:
    """Who wants to watch what, and where."""
    channel_id = interaction.channel_id or ChannelId("0")
    return Launch(guild_of(interaction), channel_id, interaction.caller.user_id, chosen.entry_id)


async def _opened_instance(interaction: "Interaction", services: "Services", deadline: "Deadline") -> InstanceId:
    patience = deadline.at_most(CALLBACK_SECONDS + _INTENT_SECONDS) - _INTENT_SECONDS
    if patience < _LEAST_CALLBACK_SECONDS:
        raise DiscordError("no time to ask")
    return InstanceId(
        await services.rest.launch_activity(interaction.interaction_id, interaction.token, deadline.sooner(patience))
    )


async def _leave_intent(services: "Services", launch: Launch, deadline: "Deadline") -> None:
    if not launch.entry_id:
        return
    try:
        async with asyncio.timeout(deadline.at_most(_INTENT_SECONDS)):
            await services.launches.intend(launch)
    except (AwsError, TimeoutError) as error:
        # The Activity opens all the same, on its search page.
        log.warning("no intent left", extra={"reason": type(error).__name__})


async def _bind(services: "Services", instance_id: InstanceId, launch: Launch) -> None:
    try:
        bound = await services.launches.launched(instance_id, launch)
        if bound.launch is not launch:
            await _bind_anew_where_closed(services, bound, launch)
    except AwsError as error:
        # The Activity is open, and nobody can be told anything else any more; it opens on its search page.
        log.error("instance not bound", extra={"guild_id": launch.guild_id, "reason": str(error)})


async def _bind_anew_where_closed(services: "Services", bound: BoundInstance, launch: Launch) -> None:
    # Whoever stays behind in a room that was closed keeps Discord's instance alive, and nobody could begin another.
    from kaltura_discord.watch.models import RoomId

    if await services.watch.store.was_closed(RoomId(bound.room_id)):
        await services.launches.bind_anew(bound, launch)
