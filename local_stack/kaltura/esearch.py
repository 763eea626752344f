"""eSearch over entries: operators, items, highlights and order.

A query is a tree: operators (AND 1, OR 2, NOT 3) over items, each item a term, a field and a way to compare. Partial
matching works by n-grams of three letters and more, so a term of one or two letters finds nothing by it. What matched
is marked with `<em>` around otherwise raw text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from .models import CaptionLine, StoredEntry
from .objects import Record

AND, OR, NOT = 1, 2, 3
EXACT_MATCH, PARTIAL, STARTS_WITH, EXISTS, RANGE = 1, 2, 3, 4, 5
SHORTEST_GRAM: Final = 3

# eSearch's names of fields: the record's, where it is not the same in camel case; and how much a hit is worth.
_FIELDS: Final = {
    "id": "id",
    "name": "name",
    "description": "description",
    "tags": "tags",
    "admin_tags": "adminTags",
    "reference_id": "referenceId",
    "kuser_id": "userId",
    "creator_kuser_id": "creatorId",
    "user_names": "userId",
    "media_type": "mediaType",
    "entry_type": "type",
    "source_type": "sourceType",
    "created_at": "createdAt",
    "updated_at": "updatedAt",
    "start_date": "startDate",
    "end_date": "endDate",
    "length_in_msecs": "msDuration",
    "room_type": "roomType",
    "broadcast_entry_id": "broadcastEntryId",
    "recorded_entry_id": "recordedEntryId",
    "root_id": "rootEntryId",
    "parent_id": "parentEntryId",
    "plays": "plays",
    "views": "views",
    "votes": "votes",
    "rank": "rank",
    "last_played_at": "lastPlayedAt",
    "access_control_id": "accessControlId",
    "external_source_type": "externalSourceType",
    "template_entry_id": "templateEntryId",
}
_WORTH: Final = {"name": 10.0, "tags": 5.0, "description": 3.0, "captions_content": 2.0}
_UNIFIED: Final = ("name", "description", "tags", "id", "reference_id", "captions_content", "categories")
_TEXTS: Final = ("name", "description", "captions_content")
_CATEGORY_FIELDS: Final = {"id": "id", "name": "name", "full_ids": "fullIds"}


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line of captions, and whose it is."""

    line: CaptionLine
    caption_id: str
    language: str


@dataclass(frozen=True, slots=True)
class SearchedEntry:
    """An entry with all that is said in it."""

    entry: StoredEntry
    lines: list[SpokenLine]


@dataclass(slots=True)
class Found:
    """How one entry matched."""

    entry: StoredEntry
    score: float = 0.0
    highlights: dict[str, list[str]] = field(default_factory=dict)
    lines: list[SpokenLine] = field(default_factory=list)

    def absorb(self, other: "Found") -> None:
        """Add what another part of the query found in the same entry."""
        self.score += other.score
        for name, values in other.highlights.items():
            self.highlights.setdefault(name, []).extend(values)
        self.lines.extend(line for line in other.lines if line not in self.lines)


def search_entries(candidates: Iterable[SearchedEntry], wanted: Record, categories: dict[int, Record]) -> list[Found]:
    """The candidates that match `wanted` (KalturaESearchEntryParams), best or first first."""
    operator = wanted.get("searchOperator") or {"objectType": "KalturaESearchEntryOperator", "searchItems": []}
    query = Query(categories)
    results = [query.evaluate(operator, candidate) for candidate in candidates]
    found = [result for result in results if result is not None]
    found.sort(key=lambda one: (-one.score, -int(one.entry.record["createdAt"]), one.entry.id))
    for item in reversed((wanted.get("orderBy") or {}).get("orderItems") or []):
        name = _FIELDS.get(str(item.get("sortField")), str(item.get("sortField")))
        descending = str(item.get("sortOrder") or "desc").lower() == "desc"
        found.sort(key=lambda one, name=name: _order_key(one.entry.record.get(name)), reverse=descending)  # type: ignore[misc]
    return found


def _order_key(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (1, 0.0, str(value).lower())


@dataclass(frozen=True, slots=True)
class Query:
    """Evaluates query trees; knows the categories, by id."""

    categories: dict[int, Record]

    def evaluate(self, node: Record, candidate: SearchedEntry) -> Found | None:
        """How the entry matches this part of the tree; None where it does not."""
        if node["objectType"] != "KalturaESearchEntryOperator":
            return self._item(node, candidate)
        parts = [self.evaluate(item, candidate) for item in node.get("searchItems") or []]
        hits = [part for part in parts if part is not None]
        operator = node.get("operator") or AND
        if operator == NOT:
            return None if hits else Found(candidate.entry)
        enough = len(hits) == len(parts) if operator == AND else bool(hits)
        if not enough:
            return None
        found = Found(candidate.entry)
        for hit in hits:
            found.absorb(hit)
        return found

    def _item(self, item: Record, candidate: SearchedEntry) -> Found | None:
        kind = item["objectType"]
        if kind == "KalturaESearchUnifiedItem":
            return self._any_field(_UNIFIED, item, candidate)
        if kind == "KalturaESearchCaptionItem":
            return self._any_field(("captions_content",), item, candidate)
        if kind == "KalturaESearchCategoryEntryItem":
            return self._category(item, candidate)
        return self._any_field((str(item.get("fieldName") or "name"),), item, candidate)

    def _any_field(self, names: tuple[str, ...], item: Record, candidate: SearchedEntry) -> Found | None:
        found = Found(candidate.entry)
        matched = False
        for name in names:
            values = self._values(name, candidate)
            hits = [value for value in values if _compare(name, value, item)]
            if not hits:
                continue
            matched = True
            found.score += _WORTH.get(name, 1.0)
            if name == "captions_content":
                found.lines.extend(line for line in candidate.lines if line.line.text in hits)
            if item.get("addHighlight"):
                found.highlights[name] = [_highlight(str(value), str(item.get("searchTerm") or "")) for value in hits]
        return found if matched else None

    def _values(self, name: str, candidate: SearchedEntry) -> list[Any]:
        record = candidate.entry.record
        if name == "captions_content":
            return [line.line.text for line in candidate.lines]
        if name == "is_live":
            return [1 if candidate.entry.is_live else 0]
        if name in ("categories", "category_name"):
            return [self.categories[number]["name"] for number in candidate.entry.category_ids]
        if name in ("category_ids", "categories_ids"):
            return list(candidate.entry.category_ids)
        value = record.get(_FIELDS.get(name, name))
        if value in (None, ""):
            return []
        if name in ("tags", "admin_tags"):
            return [word.strip() for word in str(value).split(",")]
        return [value]

    def _category(self, item: Record, candidate: SearchedEntry) -> Found | None:
        name = str(item.get("fieldName") or "id")
        for number in candidate.entry.category_ids:
            category = self.categories[number]
            if any(_compare(name, value, item) for value in self._category_values(name, category)):
                return Found(candidate.entry, score=1.0)
        return None

    def _category_values(self, name: str, category: Record) -> list[Any]:
        if name.startswith("ancestor"):
            above = [int(number) for number in str(category["fullIds"]).split(">")[:-1]]
            return [self.categories[number]["name"] if name.endswith("name") else number for number in above]
        return [category[_CATEGORY_FIELDS.get(name, "id")]]


def _compare(name: str, value: Any, item: Record) -> bool:
    how = item.get("itemType") or EXACT_MATCH
    if how == EXISTS:
        return True
    if how == RANGE:
        return _within(value, item.get("range") or {})
    text = str(value).lower()
    term = str(item.get("searchTerm") or "").strip().lower()
    if not term:
        return False
    if how == STARTS_WITH:
        return text.startswith(term)
    if how == PARTIAL:
        return _partly(text, term)
    if name in _TEXTS:
        return re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text) is not None
    return text == term


def _partly(text: str, term: str) -> bool:
    words = [word for word in re.split(r"[^\w]+", term) if word]
    long_words = [word for word in words if len(word) >= SHORTEST_GRAM]
    return bool(long_words) and all(word in text for word in long_words)


def _within(value: Any, limits: Record) -> bool:
    if not isinstance(value, int | float):
        return False
    tests = {
        "greaterThanOrEqual": value.__ge__,
        "lessThanOrEqual": value.__le__,
        "greaterThan": value.__gt__,
        "lessThan": value.__lt__,
    }
    return all(test(limits[name]) is True for name, test in tests.items() if limits.get(name) is not None)


def _highlight(text: str, term: str) -> str:
    words = [re.escape(word) for word in re.split(r"[^\w]+", term) if word]
    if not words:
        return text
    return re.sub(rf"({'|'.join(words)})", r"<em>\1</em>", text, flags=re.IGNORECASE)
