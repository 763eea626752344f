"""What the results of a video search look like. Pure: videos in, a message out.

Discord allows 40 components in a message, counted through all levels. A result takes six (a section, its text, its
picture, a row and two buttons), so ten results are shown as a list without the second row of buttons: four each.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from kaltura_discord.commands.model import custom_id
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    link_button,
    section,
    separator,
    text,
    thumbnail,
)
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.templates.discord_markdown import inline

if TYPE_CHECKING:
    from kaltura_discord.kaltura.videos import SearchPage, Video

_TITLE_LIMIT = 150
_LINE_LIMIT = 160
_MOST_WITH_SHARE = 5


@dataclass(frozen=True, slots=True)
class SearchShown:
    """Which search is on display: the query, results per page, and the page, counted from 0."""

    query: str
    limit: int
    page: int = 0

    def argument(self) -> str:
        """As it stands in a button; the query comes last, as it may contain anything."""
        return f"{self.page}:{self.limit}:{self.query}"

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """Read it back from a button."""
        page, _, rest = argument.partition(":")
        limit, _, query = rest.partition(":")
        return cls(query, int(limit) if limit.isdecimal() else 5, int(page) if page.isdecimal() else 0)

    @property
    def first(self) -> int:
        """How many results come before this page."""
        return self.page * self.limit


def results_page(shown: SearchShown, page: "SearchPage", now: int) -> Message:
    """The results, with buttons to watch and share each and to turn the page; `now` is epoch seconds."""
    parts: list[Component] = [text(_heading(shown, page))]
    can_share = shown.limit <= _MOST_WITH_SHARE
    for video in page.videos:
        parts += _result(video, now, can_share=can_share)
    paging = _paging(shown, page)
    if paging:
        parts += [separator(), action_row(paging)]
    return Message((container(parts, Accent.NEUTRAL),))


def nothing_found(shown: SearchShown) -> Message:
    """No result: offer fewer words, or the newest videos."""
    words = shown.query.split()
    buttons = []
    if len(words) > 1:
        fewer = " ".join(words[:-1])
        wider = replace(shown, query=fewer, page=0)
        buttons.append(button(f"Search for “{fewer}”", custom_id("search", wider.argument()), ButtonStyle.PRIMARY))
    newest = replace(shown, query="", page=0)
    buttons.append(button("Show the newest", custom_id("search", newest.argument())))
    hint = "Try fewer words, or check the spelling." if words else "There is nothing here yet."
    return note(f"No video matches “{inline(shown.query, 80)}”. {hint}", *buttons)


def shared_video(video: "Video", by: str, now: int) -> Message:
    """One video for the whole channel."""
    head = text(f"-# Shared by {inline(by, 80)}")
    watch = action_row([link_button("Watch", video.page_url)])
    return Message((container([head, _section(video, now), watch], Accent.NEUTRAL),), ephemeral=False)


def _heading(shown: SearchShown, page: "SearchPage") -> str:
    last = shown.first + len(page.videos)
    counted = f"{shown.first + 1} to {last} of {page.total}" if page.total > 1 else "1 video"
    if not shown.query:
        return f"### Newest videos\n-# {counted}"
    return f"### Videos for “{inline(shown.query, 80)}”\n-# {counted}"


def _result(video: "Video", now: int, *, can_share: bool) -> list[Component]:
    if not can_share:
        return [_section(video, now, link=True)]
    buttons = [
        link_button("Watch", video.page_url),
        button("Share", custom_id("share-video", video.id)),
    ]
    return [_section(video, now), action_row(buttons)]


def _section(video: "Video", now: int, *, link: bool = False) -> Component:
    title = inline(video.title, _TITLE_LIMIT)
    heading = f"**[{title}]({video.page_url})**" if link else f"**{title}**"
    lines = [heading, _facts(video, now), _line(video)]
    picture = thumbnail(video.thumbnail_url, f"Picture of the video {video.title}")
    return section(["\n".join(line for line in lines if line)], picture)


def _facts(video: "Video", now: int) -> str:
    facts = ["Live" if video.is_live else clock_words(video.duration_seconds)]
    if video.created_at:
        facts.append(f"<t:{min(video.created_at, now)}:R>")
    facts.append("1 play" if video.plays == 1 else f"{video.plays:,} plays")
    return " · ".join(facts)


def _line(video: "Video") -> str:
    if video.caption_hit is not None:
        at = clock_words(int(video.caption_hit.at_seconds))
        return f"-# At {at}: “{inline(video.caption_hit.text, _LINE_LIMIT)}”"
    return f"-# {inline(video.description, _LINE_LIMIT)}" if video.description else ""


def _paging(shown: SearchShown, page: "SearchPage") -> list[Component]:
    buttons = []
    if shown.page > 0:
        buttons.append(button("Back", custom_id("search", replace(shown, page=shown.page - 1).argument())))
    if shown.first + len(page.videos) < page.total:
        buttons.append(button("More", custom_id("search", replace(shown, page=shown.page + 1).argument())))
    return buttons


def clock_words(seconds: int) -> str:
    """`47:10`, or `1:02:03` from an hour on."""
    minutes, second = divmod(max(seconds, 0), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minute:02d}:{second:02d}"
    return f"{minute}:{second:02d}"
