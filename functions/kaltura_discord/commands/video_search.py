"""`/kaltura-video-search`: videos by what is written about them and said in them. Only the asker sees the results."""

from dataclasses import replace
from typing import TYPE_CHECKING

from kaltura_discord.commands.definitions.videos import QUERY_LIMIT, RESULTS_DEFAULT, RESULTS_LIMIT
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.search_results import SearchShown, nothing_found, results_page, shared_video
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.video_choice import NO_CONTENT, content_scope
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.errors import DiscordSilent
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import CHOICE_NAME_LIMIT, Message, note
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.meetings.limits import SEARCHES_OF_A_MEMBER, SHARES_OF_A_MEMBER, check
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.templates.plain_text import cut, one_line, shorten

if TYPE_CHECKING:
    from kaltura_discord.kaltura.videos import Video

# Trying again by ourselves could show the video twice.
UNSURE_WHETHER_SHARED = (
    "Discord didn't confirm that the video was shared. If it isn't in the channel, press Share again."
)

_KALTURA_PATIENCE_SECONDS = 12.0


async def search(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """The first page of results."""
    query = cut(one_line(interaction.text_option("query")), QUERY_LIMIT)
    limit = interaction.whole_number_option("limit", RESULTS_DEFAULT)
    return await _search(interaction, services, deadline, SearchShown(query, min(max(limit, 1), RESULTS_LIMIT)))


async def turn_page(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Another page, or another query, as the pressed button says."""
    _, argument = read_custom_id(interaction.custom_id)
    return await _search(interaction, services, deadline, SearchShown.from_argument(argument))


async def share(interaction: Interaction, services: Services, deadline: Deadline) -> None:
    """Show one of the results to the whole channel."""
    _, entry_id = read_custom_id(interaction.custom_id)
    await check(services.window, SHARES_OF_A_MEMBER, interaction.caller.user_id, "share")
    scope = await content_scope(services, guild_of(interaction))
    video = await services.videos.get(entry_id, scope, deadline=deadline.sooner(_KALTURA_PATIENCE_SECONDS))
    if video is None:
        message = note("That video is not available any more.")
    else:
        settings = await services.server_configs.quick(guild_of(interaction))
        [shown] = _in_player((video,), services, settings)
        message = shared_video(
            shown, interaction.caller.name, int(services.now()), together=settings.can_watch_together
        )
    try:
        await services.rest.follow_up(interaction.token, message, deadline)
    except DiscordSilent:
        raise MeetingError(UNSURE_WHETHER_SHARED) from None


async def suggest(interaction: Interaction, services: Services, deadline: Deadline) -> list[tuple[str, str]]:
    """Autocomplete: titles that contain what was typed; the newest where nothing was."""
    typed = one_line(interaction.text_option(interaction.focused))
    scope = await content_scope(services, guild_of(interaction))
    videos = await services.videos.suggest(typed, scope, deadline=deadline)
    titles = dict.fromkeys(one_line(video.title) for video in videos)
    return [(shorten(title, CHOICE_NAME_LIMIT), cut(title, QUERY_LIMIT)) for title in titles]


async def _search(interaction: Interaction, services: Services, deadline: Deadline, shown: SearchShown) -> Message:
    await check(services.window, SEARCHES_OF_A_MEMBER, interaction.caller.user_id, "search")
    scope = await content_scope(services, guild_of(interaction))
    if scope.empty:
        return note(NO_CONTENT)
    patience = deadline.sooner(_KALTURA_PATIENCE_SECONDS)
    if shown.query:
        page = await services.videos.search(
            shown.query, scope, limit=shown.limit, page=shown.page + 1, deadline=patience
        )
    else:
        page = await services.videos.recent(scope, limit=shown.limit, page=shown.page + 1, deadline=patience)
    if not page.videos:
        return nothing_found(shown)
    settings = await services.server_configs.quick(guild_of(interaction))
    videos = replace(page, videos=_in_player(page.videos, services, settings))
    return results_page(shown, videos, int(services.now()), together=settings.can_watch_together)


def _in_player(videos: "tuple[Video, ...]", services: Services, settings: QuickSettings) -> "tuple[Video, ...]":
    """The videos with pages of the player that the server's open in."""
    if not settings.player_id:
        return videos
    addresses = services.kaltura_addresses.with_player(settings.player_id)
    return tuple(replace(video, page_url=addresses.player_page(video.id)) for video in videos)
