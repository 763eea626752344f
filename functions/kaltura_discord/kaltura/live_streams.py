"""Kaltura's live streams: which there are that somebody waits for, and which of them are on air.

Kaltura notifies nobody when a stream starts or stops (Kaltura server, kEventNotificationFlowManager: what the media
server changes is not dispatched), so one has to ask: `liveStream.isLive`, several in one request.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaltura_discord.kaltura.answers import Fields, listed, number, text
from kaltura_discord.kaltura.errors import NotFound
from kaltura_discord.kaltura.search_terms import AND, EXACT, NOT, OR, ContentScope, Item, field_item, operator, within
from kaltura_discord.kaltura.transport import Call, KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

# What a page holds (Kaltura server: KalturaPager), and how many are read.
_PAGE, _MOST_PAGES = 500, 4

MOST_STREAMS = _PAGE * _MOST_PAGES
"""How many one search finds: of more, those that were changed last."""

_LIVE_STREAM = "7"
_ASKED_AT_ONCE = 20

# Far below what the search engine takes in one query.
_MOST_CLAUSES = 200

_CHANGED_LAST = {"objectType": "KalturaESearchEntryOrderByItem", "sortField": "updated_at", "sortOrder": "desc"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Selection:
    """Streams that somebody waits for: within all of `content` and `wanted`, and not within `excluded`."""

    content: ContentScope
    wanted: ContentScope
    excluded: ContentScope

    @property
    def empty(self) -> bool:
        """Whether it selects nothing, whatever there is."""
        return self.content.empty or self.wanted.empty


@dataclass(frozen=True, slots=True)
class LiveStream:
    """A stream, on air or not.

    Attributes:
        planned_at: when it is planned to start, epoch seconds; 0 where it is not.
        changed_at: when something was last changed about it, epoch seconds.
    """

    entry_id: str
    planned_at: int = 0
    changed_at: int = 0


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """Answers questions about streams. Every coroutine raises `KalturaError`."""

    transport: KalturaTransport

    async def listed(self, selections: Iterable[Selection], deadline: Deadline) -> list[LiveStream]:
        """The streams of all selections together, each once."""
        found: dict[str, LiveStream] = {}
        for some in _queries([each for each in dict.fromkeys(selections) if not each.empty]):
            for stream in await self._search(some, deadline):
                found[stream.entry_id] = stream
        return list(found.values())

    async def on_air(self, entry_ids: Sequence[str], deadline: Deadline) -> Mapping[str, bool]:
        """Whether each is on air; without those of which Kaltura does not say it."""
        found: dict[str, bool] = {}
        for first in range(0, len(entry_ids), _ASKED_AT_ONCE):
            some = entry_ids[first : first + _ASKED_AT_ONCE]
            calls = [Call("livestream", "isLive", {"id": entry_id}) for entry_id in some]
            answers = await self.transport.multi(calls, deadline=deadline, repeatable=True)
            for entry_id, answer in zip(some, answers, strict=True):
                if isinstance(answer, bool | NotFound):
                    found[entry_id] = answer is True
        return found

    async def _search(self, selections: Sequence[Selection], deadline: Deadline) -> list[LiveStream]:
        items: list[Item] = [
            field_item("entry_type", _LIVE_STREAM, EXACT),
            operator(OR, [_selected(selection) for selection in selections]),
        ]
        search: Item = {
            "objectType": "KalturaESearchEntryParams",
            "objectStatuses": "2",
            "searchOperator": operator(AND, items),
            "orderBy": {"objectType": "KalturaESearchOrderBy", "orderItems": [_CHANGED_LAST]},
        }
        found: list[LiveStream] = []
        for page in range(1, _MOST_PAGES + 1):
            rows, total = await self._page(search, page, deadline)
            found += [stream for row in rows if (stream := _stream(row)) is not None]
            if len(rows) < _PAGE or page * _PAGE >= total:
                return found
        log.warning("more live streams than are watched", extra={"streams": total, "watched": len(found)})
        return found

    async def _page(self, search: Item, page: int, deadline: Deadline) -> tuple[list[Fields], int]:
        """The results of a page, and how many there are in all."""
        parameters: dict[str, object] = {
            "searchParams": search,
            "pager": {"objectType": "KalturaPager", "pageSize": _PAGE, "pageIndex": page},
        }
        answer = await self.transport.call(
            "elasticsearch_esearch", "searchEntry", parameters, deadline=deadline, repeatable=True
        )
        return listed(answer)


def _stream(result: Fields) -> LiveStream | None:
    """One search result; None where it holds no entry with an id."""
    entry = result.get("object")
    if not isinstance(entry, dict) or not text(entry, "id"):
        return None
    return LiveStream(text(entry, "id"), number(entry, "startDate"), number(entry, "updatedAt"))


def _selected(selection: Selection) -> Item:
    parts = [within(selection.content), within(selection.wanted)]
    if not selection.excluded.empty:
        parts.append(operator(NOT, [within(selection.excluded)]))
    return operator(AND, parts)


def _queries(selections: Sequence[Selection]) -> list[list[Selection]]:
    """The selections in as few queries as may be."""
    queries: list[list[Selection]] = []
    clauses = _MOST_CLAUSES
    for selection in selections:
        scopes = (selection.content, selection.wanted, selection.excluded)
        own = sum(2 * len(scope.category_ids) + len(scope.tags) for scope in scopes)
        if clauses + own > _MOST_CLAUSES:
            queries.append([])
            clauses = 0
        queries[-1].append(selection)
        clauses += own
    return queries
