from collections.abc import Iterator, Mapping

import pytest
from KalturaClient.Plugins import Core, ElasticSearch

from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.kaltura.search_terms import entry_search, server_tag
from kaltura_discord.kaltura.videos import CaptionHit, ContentScope, SearchPage, Video, VideoLibrary
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura

SEARCH = "elasticsearch_esearch.searchEntry"
SCHOOL = ContentScope(category_ids=(101, 102), tags=("public",))
NOTHING = {"totalCount": 0, "objectType": "KalturaESearchEntryResponse"}


def entry(**fields: object) -> dict[str, object]:
    return {
        "objectType": "KalturaMediaEntry",
        "id": "1_abcd1234",
        "name": "Cells",
        "type": "1",
        "mediaType": 1,
        "duration": 125,
        "createdAt": 1_780_000_000,
        "plays": 12,
        **fields,
    }


def answer(*entries: Mapping[str, object], total: int | None = None, **extra: object) -> dict[str, object]:
    results = [{"objectType": "KalturaESearchEntryResult", "object": each, **extra} for each in entries]
    return {"totalCount": len(results) if total is None else total, "objects": results}


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


@pytest.fixture
def library(kaltura: ScriptedKaltura) -> VideoLibrary:
    return VideoLibrary(kaltura.transport(tries=1), ADDRESSES)


async def found(kaltura: ScriptedKaltura, library: VideoLibrary, query: str = "cells", limit: int = 5) -> SearchPage:
    return await library.search(query, SCHOOL, limit=limit, deadline=kaltura.clock.deadline(5))


async def one(kaltura: ScriptedKaltura, library: VideoLibrary, **fields: object) -> Video:
    kaltura.on(SEARCH, answer(entry(**fields)))
    (video,) = (await found(kaltura, library)).videos
    return video


def every_object(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from every_object(each)
    if isinstance(value, list):
        for each in value:
            yield from every_object(each)


def items_asked(kaltura: ScriptedKaltura) -> list[Mapping[str, object]]:
    return [each for each in every_object(kaltura.calls[-1].parameters) if "searchTerm" in each]


async def test_a_video_comes_back_with_what_people_want_to_know(
    kaltura: ScriptedKaltura, library: VideoLibrary
) -> None:
    video = await one(kaltura, library, description="<p>All about <b>cells</b> &amp; tissue</p>")
    assert video == Video(
        id="1_abcd1234",
        title="Cells",
        description="All about cells & tissue",
        duration_seconds=125,
        created_at=1_780_000_000,
        plays=12,
        thumbnail_url="https://cdn.test/p/12345/thumbnail/entry_id/1_abcd1234/width/640/height/360/type/3",
        page_url="https://cdn.test/p/12345/embedPlaykitJs/uiconf_id/45678?iframeembed=true&entry_id=1_abcd1234",
        kind="video",
        is_live=False,
    )


@pytest.mark.parametrize(
    ("fields", "kind", "live"),
    [
        ({"mediaType": 5}, "audio", False),
        ({"type": "7", "mediaType": 201}, "live", True),
        ({"type": 7, "mediaType": 201, "duration": 9}, "live", True),
        ({"mediaType": None}, "other", False),
    ],
)
async def test_the_kind_is_told(
    kaltura: ScriptedKaltura, library: VideoLibrary, fields: dict[str, object], kind: str, live: bool
) -> None:
    video = await one(kaltura, library, **fields)
    assert (video.kind, video.is_live) == (kind, live)
    assert video.duration_seconds == 0 or not live


async def test_every_field_but_the_id_may_be_missing(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, answer({"id": "1_abcd1234"}))
    (video,) = (await found(kaltura, library)).videos
    assert video.title == "1_abcd1234"
    assert (video.duration_seconds, video.created_at, video.plays) == (0, 0, 0)


async def test_a_title_is_passed_on_as_it_is(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    title = "@everyone **Bold** <b>: שלום, 🧬"
    assert (await one(kaltura, library, name=title)).title == title


async def test_words_that_were_spoken_are_found_with_their_time(
    kaltura: ScriptedKaltura, library: VideoLibrary
) -> None:
    lines = [{"line": "<em>Cells</em> divide", "startsAt": 61_500, "endsAt": 64_000}]
    data = [{"itemsType": "metadata", "items": []}, {"itemsType": "caption", "totalCount": 1, "items": lines}]
    kaltura.on(SEARCH, answer(entry(), itemsData=data))
    (video,) = (await found(kaltura, library)).videos
    assert video.caption_hit == CaptionHit("Cells divide", 61.5)


async def test_a_page_tells_how_many_there_are_in_all(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, answer(entry(), total=42))
    page = await library.search("cells", SCHOOL, limit=1, page=3, deadline=kaltura.clock.deadline(5))
    assert page.total == 42
    pager = kaltura.calls[-1].parameters["pager"]
    assert pager == {"objectType": "KalturaPager", "pageSize": 1, "pageIndex": 3}


async def test_the_scope_is_part_of_every_question(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, NOTHING)
    deadline = kaltura.clock.deadline(5)
    await library.search("cells", SCHOOL, limit=5, deadline=deadline)
    await library.suggest("ce", SCHOOL, deadline=deadline)
    await library.recent(SCHOOL, limit=5, deadline=deadline)
    await library.get("1_abcd1234", SCHOOL, deadline=deadline)
    assert len(kaltura.calls) == 4
    for call in kaltura.calls:
        search = call.parameters["searchParams"]
        assert isinstance(search, dict)
        whole = search["searchOperator"]
        assert whole["operator"] == 1
        (scope,) = [each for each in whole["searchItems"] if "101" in str(each)]
        assert scope["operator"] == 2
        asked = {(each["fieldName"], each["searchTerm"]) for each in scope["searchItems"]}
        categories = {("id", "101"), ("ancestor_id", "101"), ("id", "102"), ("ancestor_id", "102")}
        assert asked == categories | {("tags", "public")}


@pytest.mark.parametrize("scope", [ContentScope(), ContentScope(tags=("", " "))])
async def test_an_empty_scope_finds_nothing_and_kaltura_is_not_asked(
    kaltura: ScriptedKaltura, library: VideoLibrary, scope: ContentScope
) -> None:
    deadline = kaltura.clock.deadline(5)
    assert (await library.search("cells", scope, limit=5, deadline=deadline)).videos == ()
    assert (await library.recent(scope, limit=5, deadline=deadline)).videos == ()
    assert await library.suggest("ce", scope, deadline=deadline) == ()
    assert await library.get("1_abcd1234", scope, deadline=deadline) is None
    assert kaltura.calls == []


async def test_what_is_its_own_is_found_with_what_was_given_and_by_id_without(
    kaltura: ScriptedKaltura, library: VideoLibrary
) -> None:
    kaltura.on(SEARCH, NOTHING)
    deadline = kaltura.clock.deadline(5)
    own = server_tag("42")
    await library.search("cells", ContentScope((101,), (), own), limit=5, deadline=deadline)
    only_own = ContentScope(own_tag=own)
    await library.get("1_abcd1234", only_own, deadline=deadline)
    assert (await library.search("cells", only_own, limit=5, deadline=deadline)).videos == ()
    assert await library.suggest("ce", only_own, deadline=deadline) == ()
    assert len(kaltura.calls) == 2
    for call in kaltura.calls:
        assert {"fieldName": "admin_tags", "searchTerm": "discord_server_42"}.items() <= own_item(
            call.parameters
        ).items()


def own_item(parameters: Mapping[str, object]) -> Mapping[str, object]:
    (item,) = [each for each in every_object(parameters) if each.get("fieldName") == "admin_tags"]
    return item


def test_a_search_without_scope_cannot_even_be_written() -> None:
    with pytest.raises(ValueError, match="empty scope"):
        entry_search(ContentScope(), [], newest_first=True)


@pytest.mark.parametrize(("query", "matching"), [("b", 3), ("bi", 3), ("bio", 2), ("ä🧬", 3)])
async def test_one_or_two_letters_match_beginnings_only(
    kaltura: ScriptedKaltura, library: VideoLibrary, query: str, matching: int
) -> None:
    kaltura.on(SEARCH, NOTHING)
    await found(kaltura, library, query)
    (item,) = [each for each in items_asked(kaltura) if each["objectType"] == "KalturaESearchUnifiedItem"]
    assert (item["searchTerm"], item["itemType"]) == (query, matching)


@pytest.mark.parametrize("query", ["", "   ", "\x00\n"])
async def test_a_blank_query_shows_the_newest(kaltura: ScriptedKaltura, library: VideoLibrary, query: str) -> None:
    kaltura.on(SEARCH, NOTHING)
    await found(kaltura, library, query)
    assert "created_at" in str(kaltura.calls[-1].parameters["searchParams"])
    assert not [each for each in items_asked(kaltura) if each["objectType"] == "KalturaESearchUnifiedItem"]


async def test_a_very_long_query_is_cut(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, NOTHING)
    await found(kaltura, library, "x" * 5000)
    assert max(len(str(each["searchTerm"])) for each in items_asked(kaltura)) == 100


async def test_suggestions_look_at_titles(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, answer(entry()))
    (video,) = await library.suggest("cel", SCHOOL, deadline=kaltura.clock.deadline(5))
    assert video.id == "1_abcd1234"
    asked = {(each["fieldName"], each["itemType"]) for each in items_asked(kaltura) if each["searchTerm"] == "cel"}
    assert asked == {("name", 2), ("name", 3)}


async def test_a_video_outside_the_scope_is_not_there(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, NOTHING)
    assert await library.get("1_abcd1234", SCHOOL, deadline=kaltura.clock.deadline(5)) is None


async def test_a_video_is_taken_only_if_it_is_the_one_asked_for(
    kaltura: ScriptedKaltura, library: VideoLibrary
) -> None:
    kaltura.on(SEARCH, answer(entry(id="1_other123")))
    assert await library.get("1_abcd1234", SCHOOL, deadline=kaltura.clock.deadline(5)) is None


@pytest.mark.parametrize("entry_id", ["", "x", "../../etc", "1_abcd1234 OR 1", "1_abcd1234\n", "*"])
async def test_what_cannot_be_an_entry_id_is_not_asked_for(
    kaltura: ScriptedKaltura, library: VideoLibrary, entry_id: str
) -> None:
    assert await library.get(entry_id, SCHOOL, deadline=kaltura.clock.deadline(5)) is None
    assert kaltura.calls == []


async def test_beyond_kalturas_window_there_is_nothing(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    page = await library.search("cells", SCHOOL, limit=100, page=101, deadline=kaltura.clock.deadline(5))
    assert page.videos == ()
    assert kaltura.calls == []


@pytest.mark.parametrize("garbage", ["x", 7, None, [], {"objects": 3}])
async def test_an_answer_that_is_no_list_is_garbage(
    kaltura: ScriptedKaltura, library: VideoLibrary, garbage: object
) -> None:
    kaltura.on(SEARCH, garbage)
    with pytest.raises(KalturaUnavailable):
        await found(kaltura, library)


async def test_results_that_are_no_entries_are_left_out(kaltura: ScriptedKaltura, library: VideoLibrary) -> None:
    kaltura.on(SEARCH, {"totalCount": 3, "objects": [None, {"object": 3}, {"object": {"name": "no id"}}]})
    assert (await found(kaltura, library)).videos == ()


async def test_every_class_and_field_we_name_exists_in_the_official_client(
    kaltura: ScriptedKaltura, library: VideoLibrary
) -> None:
    kaltura.on(SEARCH, NOTHING)
    await library.search("cells", SCHOOL, limit=5, deadline=kaltura.clock.deadline(5))
    await library.suggest("cells", SCHOOL, deadline=kaltura.clock.deadline(5))
    await library.recent(SCHOOL, limit=5, deadline=kaltura.clock.deadline(5))
    names = {
        "KalturaESearchEntryItem": "KalturaESearchEntryFieldName",
        "KalturaESearchCategoryEntryItem": "KalturaESearchCategoryEntryFieldName",
    }
    seen = 0
    for call in kaltura.calls:
        for each in every_object(call.parameters):
            if "objectType" not in each:
                continue
            seen += 1
            class_name = str(each["objectType"])
            official = getattr(ElasticSearch, class_name, None) or getattr(Core, class_name)
            assert set(each) - {"objectType"} <= set(vars(official()))
            if "fieldName" in each:
                fields = vars(getattr(ElasticSearch, names[class_name])).values()
                assert each["fieldName"] in fields
    assert seen > 20
