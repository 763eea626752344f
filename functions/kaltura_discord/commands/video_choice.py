"""Finding the video that a person means, within what their server may see: by suggestion, title, entry id or link."""

import asyncio
from typing import TYPE_CHECKING

from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import ChosenVideo, Refusal
from kaltura_discord.commands.search_results import WATCHABLE, clock_words
from kaltura_discord.discord.messages import CHOICE_NAME_LIMIT
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import isolate, one_line, shorten
from kaltura_discord.watch.kaltura_links import entry_id_of, entry_ids_in, host_of

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.discord.identifiers import GuildId
    from kaltura_discord.discord.interaction import Interaction
    from kaltura_discord.kaltura.videos import ContentScope, Video
    from kaltura_discord.resilience.deadline import Deadline

_TITLE_IN_CHOICE = 80

NOT_HERE = "That video isn't available in this server. Find others with `/kaltura-video-search`."
NO_CONTENT = "This server has not been given any videos yet. Ask whoever runs this app to give it some."


async def content_scope(services: "Services", guild_id: "GuildId") -> "ContentScope":
    """What the server may see."""
    # Imported here, because it brings httpx, which few commands need in the quick half.
    from kaltura_discord.kaltura.search_terms import server_tag
    from kaltura_discord.kaltura.videos import ContentScope

    # With its settings, which whoever asks needs as well, by one read.
    server = (await services.lookup.find(guild_id)).allowed
    if server is None:
        return ContentScope()
    return ContentScope(server.category_ids, server.tags, server_tag(guild_id))


async def suggest_videos(
    interaction: "Interaction", services: "Services", deadline: "Deadline"
) -> list[tuple[str, str]]:
    """Autocomplete: videos whose title contains what was typed, the newest where nothing was. The id is sent."""
    typed = one_line(interaction.text_option(interaction.focused))
    scope = await content_scope(services, guild_of(interaction))
    entry_id = entry_id_of(typed, await own_hosts(services, guild_of(interaction)))
    if entry_id:
        video = await services.videos.get(entry_id, scope, deadline=deadline)
        found: tuple[Video, ...] = () if video is None else (video,)
    else:
        found = await services.videos.suggest(typed, scope, deadline=deadline)
    return [(_choice(video), video.id) for video in found if video.kind in WATCHABLE]


async def typed_video(interaction: "Interaction", services: "Services", deadline: "Deadline") -> ChosenVideo:
    """The video that the option `video` names; none where it was left out.

    Raises:
        Refusal: there is no such video here, or several are meant.
    """
    typed = one_line(interaction.text_option("video"))
    if not typed:
        return ChosenVideo()
    entry_id = entry_id_of(typed, await own_hosts(services, guild_of(interaction)))
    if entry_id:
        return await video_here(entry_id, interaction, services, deadline)
    return await _video_called(typed, interaction, services, deadline)


async def video_here(
    entry_id: str, interaction: "Interaction", services: "Services", deadline: "Deadline"
) -> ChosenVideo:
    """The video with this id. Where Kaltura does not say in time, it is taken at its word: who enters asks again.

    Raises:
        Refusal: Kaltura says that there is no such video for this server, or it is nothing to watch.
    """
    from kaltura_discord.kaltura.errors import KalturaError

    scope = await content_scope(services, guild_of(interaction))
    if scope.blank:
        raise Refusal(NO_CONTENT)
    try:
        async with asyncio.timeout(deadline.remaining_seconds()):
            video = await services.videos.get(entry_id, scope, deadline=deadline)
    except (KalturaError, TimeoutError):
        return ChosenVideo(entry_id)
    if video is None:
        raise Refusal(NO_CONTENT if scope.empty else NOT_HERE)
    return _watchable(video)


async def linked_video(interaction: "Interaction", services: "Services") -> str:
    """The first video that the message whose menu was used links to, in its text, embeds or buttons; empty for none."""
    words = "\n".join(_texts(interaction.target_message))
    return next(iter(entry_ids_in(words, await own_hosts(services, guild_of(interaction)))), "")


async def own_hosts(services: "Services", guild_id: "GuildId") -> tuple[str, ...]:
    """Whose links name videos, beside Kaltura's own hosts."""
    account = services.kaltura
    addresses = (account.service_url, account.cdn_url, account.kaf_url)
    settings = await services.server_configs.quick(guild_id)
    return (*settings.link_hosts, *(host_of(address) for address in addresses if address))


async def _video_called(
    title: str, interaction: "Interaction", services: "Services", deadline: "Deadline"
) -> ChosenVideo:
    from kaltura_discord.kaltura.errors import KalturaError

    scope = await content_scope(services, guild_of(interaction))
    if scope.empty:
        raise Refusal(NO_CONTENT)
    try:
        async with asyncio.timeout(deadline.remaining_seconds()):
            found = await services.videos.suggest(title, scope, deadline=deadline)
    except (KalturaError, TimeoutError):
        raise Refusal(
            f"Kaltura didn't answer in time, so “{inline(title, 80)}” wasn't found. Try again, or choose a video "
            "from the list while you type."
        ) from None
    exact = [video for video in found if one_line(video.title).casefold() == title.casefold()]
    candidates = exact or found
    if len(candidates) != 1:
        many = "Several videos are" if candidates else "No video here is"
        raise Refusal(f"{many} called “{inline(title, 80)}”. Choose one from the list while you type.")
    return _watchable(candidates[0])


def _watchable(video: "Video") -> ChosenVideo:
    if video.kind not in WATCHABLE:
        raise Refusal(f"**{inline(video.title, 200)}** can't be watched together: it is neither video nor audio.")
    return ChosenVideo(video.id, video.title)


def _choice(video: "Video") -> str:
    title = isolate(shorten(one_line(video.title), _TITLE_IN_CHOICE))
    length = "live" if video.is_live else clock_words(video.duration_seconds)
    return shorten(f"{title} · {length}", CHOICE_NAME_LIMIT)


def _texts(part: object) -> list[str]:
    """Every text in a message of Discord's, however deep: its words, its embeds' links, its buttons' addresses."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, list | tuple):
        return [text for inner in part for text in _texts(inner)]
    if isinstance(part, dict):
        return [text for name in _WHERE_LINKS_STAND if name in part for text in _texts(part[name])]
    return []


# In the order in which people see them; the rest (authors, attachments, mentions) is not what the message says.
_WHERE_LINKS_STAND = (
    "content",
    "description",
    "title",
    "fields",
    "name",
    "value",
    "url",
    "embeds",
    "components",
    "accessory",
    "message_snapshots",
    "message",
)
