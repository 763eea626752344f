"""The services `category`, `categoryentry`, `uiconf` and `accesscontrolprofile`."""

from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.happenings import put_into_category
from local_stack.kaltura.models import StoredEntry
from local_stack.kaltura.objects import Record

CATEGORY = ActionTable("category")
CATEGORY_ENTRY = ActionTable("categoryentry")
PLAYER = ActionTable("uiconf")
ACCESS_CONTROL = ActionTable("accesscontrolprofile")

_ACTIVE = 2


def _category(call: Call, category_id: int) -> Record:
    category = call.world.library.categories.get(category_id)
    if category is None:
        raise ApiError("CATEGORY_NOT_FOUND", CATEGORY_ID=category_id)
    return _with_counts(call, category)


def _with_counts(call: Call, category: Record) -> Record:
    below = f"{category['fullIds']}>"
    direct = 0
    total = 0
    for entry in call.world.library.entries.values():
        if entry.deleted or entry.record["status"] != "2":
            continue
        for category_id in entry.category_ids:
            full_ids = str(call.world.library.categories[category_id]["fullIds"])
            direct += category_id == category["id"]
            total += category_id == category["id"] or full_ids.startswith(below)
    return {**category, "directEntriesCount": direct, "entriesCount": total}


@CATEGORY.action("get", Audience.VIEWERS)
def get(call: Call) -> Record:
    """One category with the counts of its entries."""
    return _category(call, call.integer("id"))


@CATEGORY.action("list", Audience.VIEWERS)
def list_categories(call: Call) -> Record:
    """Categories."""
    wanted = call.optional_record("filter", "KalturaCategoryFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    ancestors = wanted.pop("ancestorIdIn", None)
    categories = [_with_counts(call, category) for category in call.world.library.categories.values()]
    if ancestors is not None:
        above = {word.strip() for word in str(ancestors).split(",")}
        categories = [one for one in categories if above & set(str(one["fullIds"]).split(">")[:-1])]
    return list_response(categories, wanted, pager, "KalturaCategoryListResponse", "+fullName")


def _row(call: Call, entry: StoredEntry, category_id: int) -> Record:
    return {
        "objectType": "KalturaCategoryEntry",
        "id": f"{category_id}_{entry.id}",
        "categoryId": category_id,
        "entryId": entry.id,
        "createdAt": entry.record["createdAt"],
        "categoryFullIds": call.world.library.categories[category_id]["fullIds"],
        "status": _ACTIVE,
        "creatorUserId": entry.record.get("creatorId"),
    }


def _without_id(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "id"}


@CATEGORY_ENTRY.action("list", Audience.VIEWERS)
def list_assignments(call: Call) -> Record:
    """Which entry stands in which category."""
    wanted = call.optional_record("filter", "KalturaCategoryEntryFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    entries = [entry for entry in call.world.library.entries.values() if not entry.deleted]
    rows = [_row(call, entry, category_id) for entry in entries for category_id in entry.category_ids]
    response = list_response(rows, wanted, pager, "KalturaCategoryEntryListResponse")
    response["objects"] = [_without_id(row) for row in response["objects"]]
    return response


@CATEGORY_ENTRY.action("add", Audience.ADMINISTRATORS)
def assign(call: Call) -> Record:
    """Put an entry into a category."""
    given = call.record("categoryEntry", "KalturaCategoryEntry")
    entry = call.world.entry(str(given.get("entryId") or ""))
    category_id = int(given.get("categoryId") or 0)
    _category(call, category_id)
    if category_id in entry.category_ids:
        raise ApiError("CATEGORY_ENTRY_ALREADY_EXISTS")
    put_into_category(call.world, entry, category_id)
    return _without_id(_row(call, entry, category_id))


@PLAYER.action("get", Audience.VIEWERS)
def get_player(call: Call) -> Record:
    """One player configuration."""
    player_id = call.integer("id")
    player = call.world.library.players.get(player_id)
    if player is None:
        raise ApiError("INVALID_UI_CONF_ID", UI_CONF_ID=player_id)
    return player


@PLAYER.action("list", Audience.USERS)
def list_players(call: Call) -> Record:
    """Player configurations."""
    wanted = call.optional_record("filter", "KalturaUiConfFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    return list_response(call.world.library.players.values(), wanted, pager, "KalturaUiConfListResponse")


@ACCESS_CONTROL.action("list", Audience.ADMINISTRATORS)
def list_access_profiles(call: Call) -> Record:
    """Access control profiles."""
    wanted = call.optional_record("filter", "KalturaAccessControlProfileFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    profiles = call.world.library.access_profiles.values()
    return list_response(profiles, wanted, pager, "KalturaAccessControlProfileListResponse")


@ACCESS_CONTROL.action("get", Audience.ADMINISTRATORS)
def get_access_profile(call: Call) -> Record:
    """One access control profile."""
    profile_id = call.integer("id")
    profile = call.world.library.access_profiles.get(profile_id)
    if profile is None:
        raise ApiError("ACCESS_CONTROL_ID_NOT_FOUND", ACCESS_CONTROL_ID=profile_id)
    return profile
