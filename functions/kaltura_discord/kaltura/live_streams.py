"""Kaltura's live streams: which there are that somebody waits for, and which of them are on air.

Kaltura notifies nobody when a stream starts or stops (Kaltura server, kEventNotificationFlowManager: what the media
server changes is not dispatched), so one has to ask: `liveStream.isLive`, several in one request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaltura_discord.kaltura.answers import listed, number, text
from kaltura_discord.kaltura.errors import KalturaBusy, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.search_terms import AND, EXACT, NOT, OR, ContentScope, Item, field_item, operator, within
from kaltura_discord.kaltura.transport import Call, KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

MOST_STREAMS = 500
"""What one search gives (Kaltura server: KalturaPager)."""

_LIVE_STREAM = "7"
_ASKED_AT_ONCE = 20

# Far below what the search engine takes in one query.
_MOST_CLAUSES = 200


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
                if isinstance(answer, KalturaUnavailable | KalturaBusy):
                    continue
                if isinstance(answer, bool | NotFound):
                    found[entry_id] = answer is True
        return found

    async def _search(self, selections: Sequence[Selection], deadline: Deadline) -> list[LiveStream]:
        items: list[Item] = [
            field_item("entry_type", _LIVE_STREAM, EXACT),
            operator(OR, [_selected(selection) for selection in selections]),
        ]
        parameters: dict[str, object] = {
            "searchParams": {
                "objectType": "KalturaESearchEntryParams",
                "objectStatuses": "2",
                "searchOperator": operator(AND, items),
            },
            "pager": {"objectType": "KalturaPager", "pageSize": MOST_STREAMS, "pageIndex": 1},
        }
        answer = await self.transport.call(
            "elasticsearch_esearch", "searchEntry", parameters, deadline=deadline, repeatable=True
        )
        entries = [result.get("object") for result in listed(answer)[0]]
        return [
            LiveStream(text(entry, "id"), number(entry, "startDate"), number(entry, "updatedAt"))
            for entry in entries
            if isinstance(entry, dict) and text(entry, "id")
        ]


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
