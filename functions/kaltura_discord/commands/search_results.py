"""What the results of a video search look like. Pure: videos in, a message out.

Discord allows 40 components in a message, counted through all levels. A result with its own buttons takes seven (a
section, its text, its picture, a row and three buttons): five of them, the frame, the heading and the paging make
exactly 40. So titles are headings, which keep results apart by themselves, and only where there are fewer than five a
line stands between them. More than five are shown as a list without buttons, three each, whose titles are links; one
list below them all opens any of them to watch together.

It also allows 4000 characters of text, markdown included, which ten long titles with their links and lines would
exceed; so each result has its share of them.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    choose_one,
    container,
    link_button,
    section,
    separator,
    text,
    thumbnail,
)
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.templates.discord_markdown import inline, inline_within
from kaltura_discord.templates.plain_text import isolate, one_line, utf16_length

if TYPE_CHECKING:
    from kaltura_discord.kaltura.videos import SearchPage, Video

_MOST_WITH_BUTTONS = 5
_MOST_WITH_LINES = 4
_TEXT_FOR_RESULTS = 3500
_LONGEST_TITLE = 300

# The kinds of media that can be watched together.
WATCHABLE = frozenset({"video", "audio", "live"})


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


def results_page(shown: SearchShown, page: "SearchPage", now: int, *, together: bool = True) -> Message:
    """The results, with buttons to watch and share each and to turn the page.

    `now` is epoch seconds; `together` says whether videos can be watched together here.
    """
    parts: list[Component] = [text(_heading(shown, page))]
    has_buttons = shown.limit <= _MOST_WITH_BUTTONS
    share_of_text = _TEXT_FOR_RESULTS // max(len(page.videos), 1)
    for number, video in enumerate(page.videos):
        if number and has_buttons and len(page.videos) <= _MOST_WITH_LINES:
            parts.append(separator())
        parts.append(_section(video, now, share_of_text, link=not has_buttons))
        if has_buttons:
            parts.append(action_row(_buttons(video, together=together)))
    if together and not has_buttons:
        parts += _list_to_watch(page)
    paging = _paging(shown, page)
    if paging and len(page.videos) != _MOST_WITH_BUTTONS:
        parts.append(separator())
    if paging:
        parts.append(action_row(paging))
    return Message((container(parts, Accent.NEUTRAL),))


def nothing_found(shown: SearchShown) -> Message:
    """No result: offer fewer words, or the newest videos."""
    words = shown.query.split()
    if not words:
        return note("There are no videos here yet.")
    buttons = []
    if len(words) > 1:
        fewer = " ".join(words[:-1])
        wider = replace(shown, query=fewer, page=0)
        buttons.append(button(f"Search for “{fewer}”", custom_id("search", wider.argument()), ButtonStyle.PRIMARY))
    newest = replace(shown, query="", page=0)
    buttons.append(button("Show the newest", custom_id("search", newest.argument())))
    return note(
        f"No video matches “{inline(shown.query, 80)}”. Try fewer words, or check the spelling.",
        *buttons,
    )


def shared_video(video: "Video", by: str, now: int, *, together: bool = True) -> Message:
    """One video for the whole channel."""
    head = text(f"-# Shared by {inline(by, 80)}")
    shown = _section(video, now, _TEXT_FOR_RESULTS // _MOST_WITH_BUTTONS)
    ways = action_row(_ways_to_watch(video, together=together))
    return Message((container([head, shown, ways], Accent.NEUTRAL),), ephemeral=False)


def _heading(shown: SearchShown, page: "SearchPage") -> str:
    last = shown.first + len(page.videos)
    counted = f"{shown.first + 1} to {last} of {page.total}" if page.total > 1 else "1 video"
    if not shown.query:
        return f"## Newest videos\n-# {counted}"
    return f"## Videos for “{inline(shown.query, 80)}”\n-# {counted}"


def _buttons(video: "Video", *, together: bool) -> list[Component]:
    return [*_ways_to_watch(video, together=together), button("Share", custom_id("share-video", video.id))]


def _ways_to_watch(video: "Video", *, together: bool) -> list[Component]:
    alone = link_button("Watch", video.page_url)
    if not together or video.kind not in WATCHABLE:
        return [alone]
    return [button("Watch Together", custom_id("watch", video.id), ButtonStyle.PRIMARY), alone]


def _list_to_watch(page: "SearchPage") -> list[Component]:
    titles = {video.id: one_line(video.title) or video.id for video in page.videos if video.kind in WATCHABLE}
    options = [(isolate(title), entry_id) for entry_id, title in titles.items()]
    return [choose_one(custom_id("watch"), "Watch one of these together", options)] if options else []


def _section(video: "Video", now: int, share_of_text: int, *, link: bool = False) -> Component:
    facts = _facts(video, now)
    signs = f"**[]({video.page_url})**" if link else "### "
    room = share_of_text - utf16_length(f"{signs}\n{facts}\n")
    title = inline_within(video.title, min(room // 2, _LONGEST_TITLE))
    heading = f"**[{title}]({video.page_url})**" if link else f"### {title}"
    lines = [heading, facts, _line(video, room - utf16_length(title))]
    picture = thumbnail(video.thumbnail_url, f"Picture of the video {video.title}")
    return section(["\n".join(line for line in lines if line)], picture)


def _facts(video: "Video", now: int) -> str:
    facts = ["Live" if video.is_live else clock_words(video.duration_seconds)]
    if video.created_at:
        facts.append(f"<t:{min(video.created_at, now)}:R>")
    facts.append("1 play" if video.plays == 1 else f"{video.plays:,} plays")
    return " · ".join(facts)


def _line(video: "Video", room: int) -> str:
    if video.caption_hit is not None:
        start = f"-# At {clock_words(int(video.caption_hit.at_seconds))}: “"
        return f"{start}{inline_within(video.caption_hit.text, room - len(start) - 1)}”"
    return f"-# {inline_within(video.description, room - 3)}" if video.description else ""


def _paging(shown: SearchShown, page: "SearchPage") -> list[Component]:
    buttons = []
    if shown.page > 0:
        buttons.append(button("Back", custom_id("search", replace(shown, page=shown.page - 1).argument())))
    if shown.first + shown.limit < page.total:
        buttons.append(button("More", custom_id("search", replace(shown, page=shown.page + 1).argument())))
    return buttons


def clock_words(seconds: int) -> str:
    """`47:10`, or `1:02:03` from an hour on."""
    minutes, second = divmod(max(seconds, 0), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minute:02d}:{second:02d}"
    return f"{minute}:{second:02d}"
