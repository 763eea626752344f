"""The seeded library: lists, filters, pages, search, captions, users."""

from typing import Any

import pytest

from local_stack.kaltura import library_titles as titles
from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura


async def test_the_library_is_two_customers_wide_and_some_dozens_deep(kaltura: RunningKaltura) -> None:
    found = await kaltura.admin("media", "list", pager={"pageSize": 500})
    assert found["totalCount"] >= 36
    assert {entry["status"] for entry in found["objects"]} == {"2"}
    categories = await kaltura.admin("category", "list")
    by_name = {category["fullName"]: category for category in categories["objects"]}
    assert by_name["Riverside School>Biology"]["id"] == titles.BIOLOGY_CATEGORY_ID
    assert by_name["Northwind Labs"]["entriesCount"] > by_name["Northwind Labs"]["directEntriesCount"] == 0


async def test_the_long_title_has_300_characters(kaltura: RunningKaltura) -> None:
    entry = await kaltura.admin("media", "get", entryId=titles.LONG_TITLE_ENTRY_ID)
    assert len(entry["name"]) == 300


async def test_pages_are_clamped_and_counted_from_one(kaltura: RunningKaltura) -> None:
    everything = await kaltura.admin("media", "list", pager={"pageSize": 100_000, "pageIndex": 0})
    assert len(everything["objects"]) == everything["totalCount"]
    assert len((await kaltura.admin("media", "list"))["objects"]) == 30
    second = await kaltura.admin("media", "list", pager={"pageSize": 5, "pageIndex": 2})
    assert second["objects"] == everything["objects"][5:10]
    beyond = await kaltura.admin("media", "list", pager={"pageSize": 500, "pageIndex": 21})
    assert beyond["code"] == "QUERY_EXCEEDED_MAX_MATCHES_ALLOWED"


async def test_lists_come_newest_first_unless_told_otherwise(kaltura: RunningKaltura) -> None:
    newest = (await kaltura.admin("media", "list"))["objects"]
    assert newest == sorted(newest, key=lambda entry: -entry["createdAt"])
    most_played = (await kaltura.admin("media", "list", filter={"orderBy": "-plays"}))["objects"]
    assert most_played[0]["plays"] == max(entry["plays"] for entry in most_played)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"nameLike": "FRACTIONS"}, {"1_mat00001"}),
        ({"idIn": "1_bio00001, 1_mus00003"}, {"1_bio00001", "1_mus00003"}),
        ({"tagsMultiLikeAnd": "biology,deutsch"}, {"1_bio00004"}),
        ({"tagsMultiLikeOr": "violin,deutsch"}, {"1_bio00004", "1_mus00003"}),
        ({"freeText": "customer hotel"}, {"1_pro00002"}),
        ({"statusEqual": "1"}, {titles.NOT_READY_ENTRY_ID}),
        ({"tagsNameMultiLikeOr": "violin"}, {"1_mus00003"}),
        ({"searchTextMatchAnd": "leaf,green"}, {"1_bio00002"}),
        ({"searchTextMatchOr": "gummibärchen,yawn"}, {"1_bio00004", "1_mus00004"}),
        ({"idIn": "1_bio00001,1_bio00002", "idNotIn": "1_bio00002"}, {"1_bio00001"}),
        ({"idIn": "1_bio00001,1_mus00001", "categoriesIdsNotContains": "104"}, {"1_bio00001"}),
        ({"idEqual": "1_bio00001", "startDateLessThanOrEqualOrNull": 2_000_000_000}, {"1_bio00001"}),
        ({"idEqual": "1_bio00001", "startDateLessThanOrEqual": 2_000_000_000}, set()),
        ({"idIn": "1_bio00001,1_bio00002", "statusNotEqual": "2"}, set()),
        (
            {"categoriesMatchAnd": "northwind labs>product", "playsGreaterThan": 9, "nameLike": "roadmap"},
            {"1_pro00001"},
        ),
        ({"mediaTypeEqual": 5}, {titles.AUDIO_ENTRY_ID}),
        (
            {"categoriesIdsMatchOr": "104", "durationLessThan": 61, "userIdEqual": "MS.NAKAMURA"},
            {"1_mus00002", "1_mus00004"},
        ),
    ],
)
async def test_filters(kaltura: RunningKaltura, wanted: dict[str, Any], ids: set[str]) -> None:
    found = await kaltura.admin("media", "list", filter=wanted)
    assert {entry["id"] for entry in found["objects"]} == ids


async def test_an_ancestor_category_covers_those_below_it(kaltura: RunningKaltura) -> None:
    found = await kaltura.admin("baseentry", "list", filter={"categoryAncestorIdIn": "200"}, pager={"pageSize": 500})
    assert {entry["categories"].split(">")[0] for entry in found["objects"]} == {"Northwind Labs"}


async def test_small_looks_at_entries(kaltura: RunningKaltura) -> None:
    assert await kaltura.admin("baseentry", "count", filter={"nameLike": "all hands"}) == 2
    several = await kaltura.admin("baseentry", "getByIds", entryIds="1_bio00001,1_missing1")
    assert [entry["id"] for entry in several] == ["1_bio00001"]
    room = await kaltura.room(referenceId="ref-9")
    assert (await kaltura.admin("baseentry", "listByReferenceId", refId="ref-9"))["totalCount"] == 0
    assert (await kaltura.admin("baseentry", "get", entryId=room["id"]))["referenceId"] == "ref-9"


async def search(kaltura: RunningKaltura, *items: dict[str, Any], operator: int = 1, **params: Any) -> Any:
    tree = {"objectType": "KalturaESearchEntryOperator", "operator": operator, "searchItems": list(items)}
    wanted = {"objectType": "KalturaESearchEntryParams", "searchOperator": tree, **params}
    pager = {"objectType": "KalturaPager", "pageSize": 50}
    return await kaltura.admin("elasticsearch_esearch", "searchEntry", searchParams=wanted, pager=pager)


def unified(term: str, item_type: int = 2) -> dict[str, Any]:
    return {
        "objectType": "KalturaESearchUnifiedItem",
        "searchTerm": term,
        "itemType": item_type,
        "addHighlight": True,
    }


def ids_of(answer: dict[str, Any]) -> list[str]:
    return [result["object"]["id"] for result in answer["objects"]]


async def test_search_finds_names_first_and_marks_what_matched(kaltura: RunningKaltura) -> None:
    answer = await search(kaltura, unified("mitosis"))
    assert answer["objectType"] == "KalturaESearchEntryResponse"
    assert ids_of(answer) == ["1_bio00001"]
    highlight = answer["objects"][0]["highlight"][0]
    assert (highlight["fieldName"], highlight["hits"][0]["value"]) == (
        "name",
        "Cell division: <em>mitosis</em>, step by step",
    )


async def test_search_finds_what_is_said_and_when(kaltura: RunningKaltura) -> None:
    answer = await search(kaltura, unified("cytokinesis"))
    spoken = answer["objects"][0]["itemsData"][0]
    assert (spoken["itemsType"], spoken["totalCount"]) == ("caption", 1)
    assert spoken["items"][0]["objectType"] == "KalturaESearchCaptionItemData"
    assert (spoken["items"][0]["startsAt"], spoken["items"][0]["language"]) == (41_000, "English")
    item = {
        "objectType": "KalturaESearchCaptionItem",
        "fieldName": "content",
        "searchTerm": "leap second",
        "itemType": 1,
    }
    assert ids_of(await search(kaltura, item)) == ["1_eng00001"]


async def test_a_term_of_two_letters_finds_nothing_partially_but_something_as_a_beginning(
    kaltura: RunningKaltura,
) -> None:
    assert (await search(kaltura, unified("ph")))["totalCount"] == 0
    assert "1_bio00002" in ids_of(await search(kaltura, unified("ph", item_type=3)))


async def test_operators_combine_items(kaltura: RunningKaltura) -> None:
    biology = {
        "objectType": "KalturaESearchCategoryEntryItem",
        "fieldName": "id",
        "searchTerm": "101",
        "itemType": 1,
    }
    riverside = {**biology, "fieldName": "ancestor_id", "searchTerm": "100"}
    plants = unified("plants")
    assert set(ids_of(await search(kaltura, biology, plants))) == {"1_bio00002", "1_bio00005"}
    either = await search(kaltura, unified("violin"), unified("choir"), operator=2)
    assert set(ids_of(either)) == {"1_mus00003", "1_mus00004"}
    nested = {"objectType": "KalturaESearchEntryOperator", "operator": 3, "searchItems": [plants]}
    without = ids_of(await search(kaltura, biology, nested))
    assert without
    assert "1_bio00002" not in without
    below = ids_of(await search(kaltura, riverside))
    assert {"1_bio00001", "1_mat00001"} <= set(below)
    assert "1_pro00001" not in below


async def test_ranges_and_existence(kaltura: RunningKaltura) -> None:
    often = {
        "objectType": "KalturaESearchEntryItem",
        "fieldName": "plays",
        "itemType": 5,
        "range": {"objectType": "KalturaESearchRange", "greaterThan": 600},
    }
    assert set(ids_of(await search(kaltura, often))) == {"1_hnd00003", "1_mus00001"}
    rooted = {"objectType": "KalturaESearchEntryItem", "fieldName": "root_id", "itemType": 4}
    assert (await search(kaltura, rooted))["totalCount"] == 0


async def test_search_orders_as_told_and_hides_rooms_by_default(kaltura: RunningKaltura) -> None:
    room = await kaltura.room(name="Mitosis study group")
    order = {
        "objectType": "KalturaESearchOrderBy",
        "orderItems": [
            {"objectType": "KalturaESearchEntryOrderByItem", "sortField": "created_at", "sortOrder": "desc"}
        ],
    }
    assert room["id"] not in ids_of(await search(kaltura, unified("mitosis")))
    everything = await search(kaltura, unified("mitosis"), orderBy=order, objectStatuses="2,7")
    assert ids_of(everything) == [room["id"], "1_bio00001"]


async def test_captions_are_listed_and_served_as_web_vtt(kaltura: RunningKaltura) -> None:
    found = await kaltura.admin("caption_captionasset", "list", filter={"entryIdEqual": titles.CAPTIONED_ENTRY_ID})
    asset = found["objects"][0]
    url = await kaltura.admin("caption_captionasset", "getUrl", id=asset["id"])
    async with kaltura.http.get(url) as answer:
        text = await answer.text()
        assert answer.content_type == "text/vtt"
    assert text.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:08.000\nEvery one of us")
    unfiltered = await kaltura.admin("caption_captionasset", "list")
    assert unfiltered["code"] == "MISSING_MANDATORY_PARAMETER"


async def test_users_are_added_once_changed_and_deleted(kaltura: RunningKaltura) -> None:
    ann = {"objectType": "KalturaUser", "id": "discord_42", "firstName": "Ann", "lastName": "Lee"}
    added = await kaltura.admin("user", "add", user=ann)
    assert (added["fullName"], added["status"]) == ("Ann Lee", 1)
    assert (await kaltura.admin("user", "add", user=ann))["code"] == "DUPLICATE_USER_BY_ID"
    wrong = await kaltura.admin("user", "add", user={**ann, "id": "discord:42"})
    assert wrong["code"] == "INVALID_FIELD_VALUE"
    changed = await kaltura.admin(
        "user", "update", userId="discord_42", user={"objectType": "KalturaUser", "lastName": "Li"}
    )
    assert changed["fullName"] == "Ann Li"
    own = await kaltura.call("user", "get", ks=kaltura.person("discord_42"))
    assert own["id"] == "discord_42"
    foreign = await kaltura.call("user", "get", ks=kaltura.person("discord_42"), userId="ana.costa")
    assert foreign["code"] == "INVALID_USER_ID"
    await kaltura.admin("user", "delete", userId="discord_42")
    assert (await kaltura.admin("user", "get", userId="discord_42"))["code"] == "INVALID_USER_ID"


async def test_an_entry_is_put_into_a_category_once(kaltura: RunningKaltura) -> None:
    row = {"objectType": "KalturaCategoryEntry", "entryId": "1_bio00001", "categoryId": titles.HISTORY_CATEGORY_ID}
    assert (await kaltura.admin("categoryentry", "add", categoryEntry=row))["categoryFullIds"] == "100>102"
    again = await kaltura.admin("categoryentry", "add", categoryEntry=row)
    assert again["code"] == "CATEGORY_ENTRY_ALREADY_EXISTS"
    rows = await kaltura.admin("categoryentry", "list", filter={"entryIdEqual": "1_bio00001"})
    assert {one["categoryId"] for one in rows["objects"]} == {101, 102}


async def test_the_account_shows_its_players_roles_and_profiles(kaltura: RunningKaltura) -> None:
    assert (await kaltura.admin("uiconf", "get", id=kaltura.world.player_id))["name"] == "Discord player"
    assert (await kaltura.admin("uiconf", "list"))["totalCount"] == 1
    assert (await kaltura.admin("userrole", "list"))["totalCount"] == 2
    assert (await kaltura.admin("accesscontrolprofile", "list"))["totalCount"] == 2
    assert (await kaltura.admin("partner", "getInfo"))["id"] == kaltura.world.partner_id


async def test_a_user_list_hides_the_deleted(kaltura: RunningKaltura) -> None:
    before = (await kaltura.admin("user", "list"))["totalCount"]
    await kaltura.admin("user", "delete", userId="ana.costa")
    assert (await kaltura.admin("user", "list"))["totalCount"] == before - 1
    assert (await kaltura.admin("user", "list", filter={"statusEqual": 2}))["totalCount"] == 1
    started = await kaltura.admin("user", "list", filter={"firstNameOrLastNameStartsWith": "pet"})
    assert [user["id"] for user in started["objects"]] == ["dr.petrov"]


@pytest.mark.parametrize(
    ("service", "parameters", "code"),
    [
        ("category", {"id": 999}, "CATEGORY_NOT_FOUND"),
        ("uiconf", {"id": 1}, "INVALID_UI_CONF_ID"),
        ("userrole", {"userRoleId": 1}, "USER_ROLE_NOT_FOUND"),
        ("accesscontrolprofile", {"id": 1}, "ACCESS_CONTROL_ID_NOT_FOUND"),
        ("caption_captionasset", {"captionAssetId": "1_missing1"}, "CAPTION_ASSET_ID_NOT_FOUND"),
        ("apptoken", {"id": "1_missing1"}, "APP_TOKEN_ID_NOT_FOUND"),
        ("livestream", {"entryId": "1_bio00001"}, "ENTRY_ID_NOT_FOUND"),
        ("partner", {"id": 99}, "PARTNER_ACCESS_FORBIDDEN"),
        ("media", {}, "MISSING_MANDATORY_PARAMETER"),
    ],
)
async def test_what_is_not_there_is_refused_by_its_own_code(
    kaltura: RunningKaltura, service: str, parameters: dict[str, Any], code: str
) -> None:
    assert (await kaltura.admin(service, "get", **parameters))["code"] == code


async def test_what_is_there_is_given(kaltura: RunningKaltura) -> None:
    assert (await kaltura.admin("category", "get", id=101))["name"] == "Biology"
    below = await kaltura.admin("category", "list", filter={"ancestorIdIn": "200"})
    assert {category["name"] for category in below["objects"]} == {"Product", "Engineering", "All hands"}
    assert (await kaltura.admin("userrole", "get", userRoleId=3002))["systemName"] == "PLAYBACK_BASE_ROLE"
    assert (await kaltura.admin("accesscontrolprofile", "get", id=titles.PUBLIC_PROFILE_ID))["isDefault"] == 1
    details = await kaltura.call("livestream", "getDetails", id=titles.LIVE_ENTRY_ID)
    assert (details["broadcastStatus"], details["wasBroadcast"]) == (1, True)
    assert (await kaltura.admin("livestream", "get", entryId=titles.LIVE_ENTRY_ID))["duration"] == 0
