"""What we ask Kaltura's search (eSearch) for.

A search is a tree of items under operators; ours is always

    and ── what can be watched:   a media clip or a live stream, and no image
        ── the scope:             or ── in this category, or below it ── ... ── with this tag ── ...
        ── what was asked for

so the scope is applied by Kaltura, and no answer can hold anything outside it. Classes and field names are those of
the official client (KalturaClient/Plugins/ElasticSearch.py); a category is matched by `id`, the ones below it by
`ancestor_id`. Matching by parts works on groups of letters, so one or two letters are matched as beginnings instead.
"""

from dataclasses import dataclass

AND, OR, NOT = 1, 2, 3
EXACT, PARTIAL, STARTS_WITH = 1, 2, 3

_SHORTEST_FOR_PARTIAL = 3
_MEDIA_CLIP, _LIVE_STREAM = "1", "7"
_IMAGE = "2"

Item = dict[str, object]


@dataclass(frozen=True, slots=True)
class ContentScope:
    """What a server was given: what is in one of these categories (or below it), or has one of these tags.

    With neither, nothing. `own_tag` is the administrators' tag of what is the server's own: recordings of its meetings.
    """

    category_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    own_tag: str = ""

    @property
    def empty(self) -> bool:
        """Whether the server was given nothing."""
        return not self.category_ids and not any(tag.strip() for tag in self.tags)

    @property
    def blank(self) -> bool:
        """Whether there is nothing of its own either."""
        return self.empty and not self.own_tag


def server_tag(guild_id: str) -> str:
    """The administrators' tag of what is one server's own. Nobody but the account's administrators can set it."""
    return f"discord_server_{guild_id}"


def entry_search(scope: ContentScope, asked: list[Item], *, newest_first: bool) -> Item:
    """The parameter `searchParams` of `searchEntry`, for ready entries within the scope.

    Raises:
        ValueError: the scope is blank, which Kaltura would take for no restriction at all.
    """
    if scope.blank:
        raise ValueError("an empty scope finds nothing and is not to be asked for")
    parameters: Item = {
        "objectType": "KalturaESearchEntryParams",
        "objectStatuses": "2",
        "searchOperator": operator(AND, [*_watchable(), within(scope), *asked]),
    }
    if newest_first:
        order = {"objectType": "KalturaESearchEntryOrderByItem", "sortField": "created_at", "sortOrder": "desc"}
        parameters["orderBy"] = {"objectType": "KalturaESearchOrderBy", "orderItems": [order]}
    return parameters


def anywhere(words: str) -> Item:
    """`words` in any field or caption, with the places where they were found."""
    return {
        "objectType": "KalturaESearchUnifiedItem",
        "searchTerm": words,
        "itemType": _matching(words),
        "addHighlight": True,
    }


def in_title(words: str) -> Item:
    """`words` in the title, at its beginning or (from three letters on) inside."""
    beginning = field_item("name", words, STARTS_WITH)
    if len(words) < _SHORTEST_FOR_PARTIAL:
        return beginning
    return operator(OR, [beginning, field_item("name", words, PARTIAL)])


def field_item(field: str, term: str, matching: int) -> Item:
    """One field of the entry."""
    return {"objectType": "KalturaESearchEntryItem", "fieldName": field, "searchTerm": term, "itemType": matching}


def operator(kind: int, items: list[Item]) -> Item:
    """All, any or none of the items."""
    return {"objectType": "KalturaESearchEntryOperator", "operator": kind, "searchItems": items}


def within(scope: ContentScope) -> Item:
    """In one of the categories of the scope, or below it, or with one of its tags, or its own."""
    items = [_category_item(field, each) for each in scope.category_ids for field in ("id", "ancestor_id")]
    items += [field_item("tags", tag.strip(), EXACT) for tag in scope.tags if tag.strip()]
    if scope.own_tag:
        items.append(field_item("admin_tags", scope.own_tag, EXACT))
    return operator(OR, items)


def _watchable() -> list[Item]:
    types = [field_item("entry_type", each, EXACT) for each in (_MEDIA_CLIP, _LIVE_STREAM)]
    return [operator(OR, types), operator(NOT, [field_item("media_type", _IMAGE, EXACT)])]


def _category_item(field: str, category_id: int) -> Item:
    return {
        "objectType": "KalturaESearchCategoryEntryItem",
        "fieldName": field,
        "searchTerm": str(category_id),
        "itemType": EXACT,
    }


def _matching(words: str) -> int:
    return PARTIAL if len(words) >= _SHORTEST_FOR_PARTIAL else STARTS_WITH
