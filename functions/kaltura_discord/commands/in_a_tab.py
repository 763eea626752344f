"""Where Activities are not possible: a link to the same room in a browser tab, and where that is off, to the video."""

from typing import TYPE_CHECKING

from kaltura_discord.commands.access import level_in
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import ChosenVideo
from kaltura_discord.discord.components import link_button
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.watch.launches import Launch
from kaltura_discord.watch.links import RoomLink

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.interaction import Interaction

NO_ACTIVITIES = "Activities are switched off here"
NOT_PERMITTED = "You may not use Activities in this channel"
REFUSED = "Discord can't open the Activity here"

_TITLE_SHOWN = 200


async def in_a_tab(interaction: "Interaction", services: "Services", chosen: ChosenVideo, why: str) -> Message:
    """What somebody is offered instead of the Activity; `why` begins the sentence."""
    settings = await services.server_configs.quick(guild_of(interaction))
    if settings.has_web_fallback:
        return await _room_in_a_tab(interaction, services, chosen, why)
    if not chosen.entry_id:
        return note(f"{why}. Find videos to watch by yourself with `/kaltura-video-search`.")
    if not chosen.title:
        # Kaltura did not say whether it is this server's, and here nobody asks again before it is played.
        return note(f"{why}, and Kaltura didn't answer in time, so the video wasn't found. Try again.")
    page = services.kaltura_addresses.with_player(settings.player_id).player_page(chosen.entry_id)
    return note(f"{why}, so {_named(chosen)} can only be watched by yourself.", link_button("Watch", page))


async def _room_in_a_tab(interaction: "Interaction", services: "Services", chosen: ChosenVideo, why: str) -> Message:
    caller = interaction.caller
    channel_id = interaction.channel_id or ChannelId("0")
    launch = Launch(guild_of(interaction), channel_id, caller.user_id, chosen.entry_id)
    link = RoomLink(
        room_id=await services.tab_rooms.room_for(launch),
        guild_id=launch.guild_id,
        channel_id=channel_id,
        user_id=caller.user_id,
        name=caller.name,
        avatar=caller.avatar,
        # What it is when the link is opened is asked again then.
        level=level_in(interaction, await services.server_configs.quick(launch.guild_id)),
        entry_id=chosen.entry_id,
    )
    what = _named(chosen) if chosen.entry_id else "Watch Together"
    return note(
        f"{why}, so {what} opens in a browser tab, in step with everybody who watches from this channel. "
        "The link is yours alone and works for 10 minutes.",
        link_button("Watch Together in a browser tab", await services.room_links.make(link)),
    )


def _named(chosen: ChosenVideo) -> str:
    return f"**{inline(chosen.title, _TITLE_SHOWN)}**" if chosen.title else "the video"
