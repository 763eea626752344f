"""Lists: filters by the suffix of their names, order and pages.

A filter field is a record's field and a suffix: `createdAtGreaterThanOrEqual`, `tagsLike`, `statusIn`. Page sizes are
clamped to 500, never refused; beyond the 10,000th result nothing is to be had.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from .errors import ApiError
from .objects import Record

MAX_PAGE_SIZE: Final = 500
DEFAULT_PAGE_SIZE: Final = 30
RESULT_WINDOW: Final = 10_000

Test = Callable[[Any, Any], bool]


def _words(value: Any) -> list[str]:
    return [word.strip().lower() for word in str(value).split(",") if word.strip()]


def _equal(actual: Any, wanted: Any) -> bool:
    return str(actual if actual is not None else "").lower() == str(wanted).lower()


def _in(actual: Any, wanted: Any) -> bool:
    return str(actual if actual is not None else "").lower() in _words(wanted)


def _like(actual: Any, wanted: Any) -> bool:
    return str(wanted).strip().lower() in str(actual or "").lower()


def _any_like(actual: Any, wanted: Any) -> bool:
    return any(_like(actual, word) for word in _words(wanted))


def _every_like(actual: Any, wanted: Any) -> bool:
    return all(_like(actual, word) for word in _words(wanted))


def _any_of_list(actual: Any, wanted: Any) -> bool:
    return bool(set(_words(actual or "")) & set(_words(wanted)))


def _all_of_list(actual: Any, wanted: Any) -> bool:
    return set(_words(wanted)) <= set(_words(actual or ""))


def _starts_with(actual: Any, wanted: Any) -> bool:
    return str(actual or "").lower().startswith(str(wanted).lower())


def _compared(compare: Callable[[float, float], bool], null_passes: bool = False) -> Test:
    def test(actual: Any, wanted: Any) -> bool:
        if actual is None:
            return null_passes
        return compare(float(actual), float(wanted))

    return test


# Longer suffixes first: `GreaterThanOrEqual` also ends in `Equal`.
_SUFFIXES: Final[tuple[tuple[str, Test], ...]] = (
    ("GreaterThanOrEqualOrNull", _compared(lambda actual, wanted: actual >= wanted, null_passes=True)),
    ("LessThanOrEqualOrNull", _compared(lambda actual, wanted: actual <= wanted, null_passes=True)),
    ("GreaterThanOrEqual", _compared(lambda actual, wanted: actual >= wanted)),
    ("LessThanOrEqual", _compared(lambda actual, wanted: actual <= wanted)),
    ("GreaterThan", _compared(lambda actual, wanted: actual > wanted)),
    ("LessThan", _compared(lambda actual, wanted: actual < wanted)),
    ("NotContains", lambda actual, wanted: not _any_of_list(actual, wanted)),
    ("MultiLikeOr", _any_like),
    ("MultiLikeAnd", _every_like),
    ("StartsWith", _starts_with),
    ("MatchOr", _any_of_list),
    ("MatchAnd", _all_of_list),
    ("NotEqual", lambda actual, wanted: not _equal(actual, wanted)),
    ("NotIn", lambda actual, wanted: not _in(actual, wanted)),
    ("Equal", _equal),
    ("Like", _like),
    ("In", _in),
)

# Filter fields that look into several fields, and which.
_JOINED: Final[dict[str, tuple[str, ...]]] = {
    "freeText": ("name", "description", "tags", "id", "referenceId"),
    "searchText": ("name", "description", "tags", "searchText"),
    "tagsName": ("tags", "name"),
    "tagsAdminTags": ("tags", "adminTags"),
    "tagsAdminTagsName": ("tags", "adminTags", "name"),
    "idOrScreenName": ("id", "screenName"),
    "firstNameOrLastName": ("firstName", "lastName"),
    "nameOrReferenceId": ("name", "referenceId"),
}

# Filter fields under another name than the record's.
_RENAMED: Final = {"categoriesFullName": "categories"}
_NO_TESTS: Final = ("objectType", "orderBy", "advancedSearch", "redirectFromEntryId", "excludedFreeTextGroups")


def matches(record: Record, wanted: Record) -> bool:
    """Whether a record passes every field of a filter."""
    return all(
        _passes(record, name, value) for name, value in wanted.items() if value is not None and name not in _NO_TESTS
    )


def _passes(record: Record, name: str, value: Any) -> bool:
    if name == "freeText":
        return _every_word(record, _JOINED["freeText"], value)
    for suffix, test in _SUFFIXES:
        if not name.endswith(suffix):
            continue
        field = name.removesuffix(suffix)
        if field == "searchText":
            return _search_text(record, value, every=suffix == "MatchAnd")
        if field in _JOINED:
            return any(test(record.get(part), value) for part in _JOINED[field])
        return test(record.get(_RENAMED.get(field, field)), value)
    return True


def _every_word(record: Record, fields: tuple[str, ...], value: Any) -> bool:
    haystack = " ".join(str(record.get(field) or "") for field in fields).lower()
    return all(word in haystack for word in str(value).lower().split())


def _search_text(record: Record, value: Any, every: bool) -> bool:
    haystack = " ".join(str(record.get(field) or "") for field in _JOINED["searchText"]).lower()
    found = [word in haystack for word in _words(value)]
    return all(found) if every else any(found)


def ordered(records: Iterable[Record], order_by: str | None, default: str) -> list[Record]:
    """The records in the order asked for, such as `-createdAt` or `+name`; ids settle what is equal."""
    order = order_by or default
    field = order.lstrip("+-")
    by_id = sorted(records, key=lambda record: str(record.get("id", "")))
    return sorted(by_id, key=lambda record: _sort_key(record.get(field)), reverse=order.startswith("-"))


def _sort_key(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (1, 0.0, str(value).lower())


def page_bounds(pager: Record) -> tuple[int, int]:
    """First and last-but-one index of the page asked for.

    Raises:
        ApiError: QUERY_EXCEEDED_MAX_MATCHES_ALLOWED behind the 10,000th result.
    """
    size = pager.get("pageSize")
    size = DEFAULT_PAGE_SIZE if size is None else max(0, min(int(size), MAX_PAGE_SIZE))
    first = (max(1, int(pager.get("pageIndex") or 1)) - 1) * size
    if first + size > RESULT_WINDOW:
        raise ApiError("QUERY_EXCEEDED_MAX_MATCHES_ALLOWED")
    return first, first + size


def list_response(
    records: Iterable[Record], wanted: Record, pager: Record, response_class: str, default_order: str = "-createdAt"
) -> Record:
    """`{totalCount, objects, objectType}` of the records that pass the filter, in order, one page of them."""
    passing = [record for record in records if matches(record, wanted)]
    first, last = page_bounds(pager)
    return {
        "objectType": response_class,
        "totalCount": len(passing),
        "objects": ordered(passing, wanted.get("orderBy"), default_order)[first:last],
    }
