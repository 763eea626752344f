"""Our Kaltura client and the simulated Kaltura were written apart, from the same facts: do they agree?"""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from aiohttp.test_utils import TestServer
from KalturaClient import KalturaClient, KalturaConfiguration
from KalturaClient.Plugins.Room import KalturaRoomEntryFilter

from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.errors import (
    Forbidden,
    KalturaBusy,
    KalturaUnavailable,
    NotFound,
    SessionRefused,
)
from kaltura_discord.kaltura.probe import probe_account
from kaltura_discord.kaltura.room_entry import RoomEntryStrategy
from kaltura_discord.kaltura.rooms import CreatedRoom, Guest, GuestLevel, MeetingRequest, MeetingStrategy
from kaltura_discord.kaltura.schedule_resource import ScheduleResourceStrategy
from kaltura_discord.kaltura.session import SessionGrant, SessionType
from kaltura_discord.kaltura.transport import Call, KalturaTransport
from kaltura_discord.kaltura.videos import ContentScope, VideoLibrary
from kaltura_discord.kaltura.wire import Limits
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import RetryPolicy
from local_stack.faults import FaultTable
from local_stack.kaltura.library_titles import (
    ALL_HANDS_CATEGORY_ID,
    AUDIO_ENTRY_ID,
    BIOLOGY_CATEGORY_ID,
    CAPTIONED_ENTRY_ID,
    LIVE_ENTRY_ID,
    LONG_TITLE_ENTRY_ID,
    MENTION_ENTRY_ID,
    MUSIC_CATEGORY_ID,
    NORTHWIND_CATEGORY_ID,
    NOT_READY_ENTRY_ID,
    RIVERSIDE_CATEGORY_ID,
)
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places

BIOLOGY = ContentScope(category_ids=(BIOLOGY_CATEGORY_ID,))
RIVERSIDE = ContentScope(category_ids=(RIVERSIDE_CATEGORY_ID,))
NORTHWIND = ContentScope(category_ids=(NORTHWIND_CATEGORY_ID,))
TITLE = "@everyone **Zellen**: שלום, 🧬"


@dataclass(frozen=True)
class Stage:
    """The simulated Kaltura, and our client of it."""

    world: KalturaWorld
    faults: FaultTable
    transport: KalturaTransport

    def client(self, secret: str, player_id: int | None = None) -> KalturaTransport:
        """Another client of the same Kaltura."""
        url = self.transport.addresses.service_url
        return a_client(self.world, url, secret, self.world.player_id if player_id is None else player_id)

    def fault(self, match: str, kind: str, value: float = 1.0, times: int = 1) -> None:
        self.faults.order({"target": "kaltura", "match": match, "kind": kind, "value": value, "times": times})

    def count(self, service: str, action: str) -> int:
        return sum(1 for call in self.world.calls if (call.service, call.action.lower()) == (service, action.lower()))


def a_client(world: KalturaWorld, url: str, secret: str, player_id: int) -> KalturaTransport:
    return KalturaTransport(
        KalturaAccount(world.partner_id, secret),
        KalturaAddresses.of_account(url, url, f"{url}/kaf", world.partner_id, player_id),
        limits=Limits(try_seconds=2.0),
        retries=RetryPolicy(first_pause_seconds=0.01, dice=random.Random(3)),
    )


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    faults = FaultTable()
    world = KalturaWorld.seeded(Places())
    async with TestServer(create_kaltura_app(world, faults)) as server:
        url = str(server.make_url("")).rstrip("/")
        async with a_client(world, url, world.admin_secret, world.player_id) as transport:
            yield Stage(world, faults, transport)


@pytest.fixture(params=[RoomEntryStrategy, ScheduleResourceStrategy], ids=["room_entry", "schedule_resource"])
def rooms(request: pytest.FixtureRequest, stage: Stage) -> MeetingStrategy:
    strategy: MeetingStrategy = request.param(stage.transport)
    return strategy


def soon() -> Deadline:
    return Deadline.after(10)


def meeting(reference: str = "meeting-1") -> MeetingRequest:
    return MeetingRequest(reference, TITLE, "First line\nsecond", "webinar", "discord_42", ("server_1",))


def in_minutes(stage: Stage, minutes: int) -> int:
    return stage.transport.account.seconds_from_now(60 * minutes)


async def page_of(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.get(url)


async def came_in(
    stage: Stage, rooms: MeetingStrategy, room: CreatedRoom, name: str, level: GuestLevel = "viewer"
) -> httpx.Response:
    guest = Guest(f"discord_{len(name)}", name, level, "en-US")
    return await page_of(rooms.join_url(room, guest, in_minutes(stage, 10), "opening-1").url)


async def test_a_made_room_can_be_found_by_our_reference(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    assert await rooms.find_by_reference("meeting-1", soon()) == room
    assert await rooms.find_by_reference("meeting-2", soon()) is None


async def test_a_room_carries_the_title_as_it_was_written(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    if rooms.name == "room_entry":
        record = stage.world.library.entries[room.room_id].record
        assert record["userId"] == "discord_42"
        assert record["description"] == "First line\nsecond"
    else:
        record = stage.world.schedule_resources[int(room.room_id)]
        assert "custom_rs_class_mode:webinar" in record["tags"]
    assert record["name"] == TITLE
    assert "server_1" in record["tags"]


async def test_making_twice_makes_one(stage: Stage, rooms: MeetingStrategy) -> None:
    first = await rooms.create(meeting(), soon())
    assert await rooms.create(meeting(), soon()) == first
    assert stage.count("room_room", "add") + stage.count("schedule_scheduleresource", "add") == 1


async def test_a_room_whose_answer_got_lost_is_not_made_twice(stage: Stage, rooms: MeetingStrategy) -> None:
    stage.fault("POST /api_v3/service/*/action/add", "drop")
    room = await rooms.create(meeting(), soon())
    assert await rooms.find_by_reference("meeting-1", soon()) == room
    assert stage.count("room_room", "add") + stage.count("schedule_scheduleresource", "add") == 1


async def test_a_room_that_could_not_be_asked_for_does_not_exist(stage: Stage, rooms: MeetingStrategy) -> None:
    stage.fault("POST /api_v3/service/*/action/add", "cut")
    with pytest.raises(KalturaUnavailable) as caught:
        await rooms.create(meeting(), Deadline.after(1.5))
    assert not caught.value.retry_safe
    assert await rooms.find_by_reference("meeting-1", soon()) is None


@pytest.mark.parametrize(("level", "moderates"), [("viewer", False), ("moderator", True), ("admin", True)])
async def test_a_join_link_opens_with_name_and_level(
    stage: Stage, rooms: MeetingStrategy, level: GuestLevel, moderates: bool
) -> None:
    room = await rooms.create(meeting(), soon())
    page = await came_in(stage, rooms, room, "Lee, Ann 🦊", level)
    assert page.status_code == 200
    (join,) = stage.world.joins
    assert (join.name, join.moderator) == ("Lee Ann 🦊", moderates)


async def test_a_viewer_cannot_name_themselves_moderator(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    await came_in(stage, rooms, room, "x,role:adminRole,userContextualRole:0")
    assert [join.moderator for join in stage.world.joins] == [False]


async def test_a_revoked_link_lets_nobody_in(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    assert (await came_in(stage, rooms, room, "Ann")).status_code == 200
    await rooms.revoke(room, "opening-1", soon())
    await rooms.revoke(room, "opening-1", soon())
    assert (await came_in(stage, rooms, room, "Bert")).status_code == 403
    again = rooms.join_url(room, Guest("discord_7", "Cleo", "viewer"), in_minutes(stage, 5), "opening-2")
    assert (await page_of(again.url)).status_code == 200


async def test_a_link_that_has_expired_lets_nobody_in(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    late = rooms.join_url(room, Guest("discord_7", "Ann", "viewer"), in_minutes(stage, -1), "opening-1")
    assert (await page_of(late.url)).status_code == 403


async def test_an_ended_room_is_tagged_and_still_there(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    await rooms.mark_ended(room, 1_790_000_000, soon())
    await rooms.mark_ended(room, 1_790_000_000, soon())
    assert stage.count("room_room", "update") + stage.count("schedule_scheduleresource", "update") == 1
    assert await rooms.find_by_reference("meeting-1", soon()) == room


async def test_a_discarded_room_is_gone_and_may_be_discarded_again(stage: Stage, rooms: MeetingStrategy) -> None:
    room = await rooms.create(meeting(), soon())
    await rooms.discard(room, soon())
    await rooms.discard(room, soon())
    await rooms.mark_ended(room, 1_790_000_000, soon())
    assert await rooms.find_by_reference("meeting-1", soon()) is None
    assert (await came_in(stage, rooms, room, "Ann")).status_code == 404


async def test_the_session_we_make_is_read_by_kaltura_as_we_meant_it(stage: Stage) -> None:
    account = stage.transport.account
    grant = SessionGrant("discord_42", SessionType.USER, in_minutes(stage, 5), {"firstName": "Ann: שלום & co"})
    answer = await stage.transport.call(
        "session", "get", {}, deadline=soon(), repeatable=True, session=account.mint(grant)
    )
    assert isinstance(answer, dict)
    assert (answer["userId"], answer["partnerId"]) == ("discord_42", account.partner_id)
    assert answer["privileges"] == grant.privileges_text()


async def test_kalturas_own_client_lists_the_room_we_made(stage: Stage) -> None:
    room = await RoomEntryStrategy(stage.transport).create(meeting(), soon())
    account, url = stage.transport.account, stage.transport.addresses.service_url

    def rooms_by_official_client() -> list[tuple[str, str, str]]:
        configuration = KalturaConfiguration()
        configuration.serviceUrl = url
        client = KalturaClient(configuration)
        client.setKs(account.mint(SessionGrant("tester", SessionType.ADMIN, in_minutes(stage, 5))))
        wanted = KalturaRoomEntryFilter(statusIn="2,7")
        listed = client.room.room.list(wanted).objects
        return [(entry.id, entry.name, entry.referenceId) for entry in listed]

    assert await asyncio.to_thread(rooms_by_official_client) == [(room.room_id, TITLE, "meeting-1")]


async def test_refusals_come_as_our_errors(stage: Stage) -> None:
    transport = stage.transport
    with pytest.raises(NotFound):
        await transport.call("baseentry", "get", {"entryId": "1_nowhere0"}, deadline=soon(), repeatable=True)
    with pytest.raises(Forbidden):
        await transport.call("nosuch", "get", {}, deadline=soon(), repeatable=True)
    visitor = transport.account.mint(SessionGrant("someone", SessionType.USER, in_minutes(stage, 5)))
    with pytest.raises(Forbidden):
        await transport.call(
            "schedule_scheduleresource",
            "add",
            {"scheduleResource": {"objectType": "KalturaLocationScheduleResource", "name": "x"}},
            deadline=soon(),
            repeatable=False,
            session=visitor,
        )
    async with stage.client("f" * 32) as stranger:
        with pytest.raises(SessionRefused) as caught:
            await stranger.call("baseentry", "list", {}, deadline=soon(), repeatable=True)
    assert not caught.value.renewable


async def test_several_actions_in_one_request(stage: Stage) -> None:
    calls = [Call("system", "ping"), Call("baseentry", "get", {"entryId": "1_nowhere0"}), Call("session", "get")]
    ping, missing, session = await stage.transport.multi(calls, deadline=soon(), repeatable=True)
    assert ping is True
    assert isinstance(missing, NotFound)
    assert isinstance(session, dict)


@pytest.mark.parametrize(("kind", "value"), [("status", 503), ("garbage", 1), ("cut", 1), ("throttle", 1)])
async def test_a_moment_of_trouble_is_not_noticed_by_who_only_reads(stage: Stage, kind: str, value: float) -> None:
    stage.fault("POST /api_v3/*", kind, value, times=2)
    assert await stage.transport.call("system", "ping", {}, deadline=soon(), repeatable=True) is True


async def test_lasting_trouble_has_a_name(stage: Stage) -> None:
    stage.fault("POST /api_v3/*", "throttle", times=3)
    with pytest.raises(KalturaBusy):
        await stage.transport.call("system", "ping", {}, deadline=soon(), repeatable=True)
    stage.fault("POST /api_v3/*", "delay", 30_000)
    with pytest.raises(KalturaUnavailable) as caught:
        await stage.transport.call("system", "ping", {}, deadline=Deadline.after(0.5), repeatable=True)
    assert caught.value.code == "TIMEOUT"


async def test_a_revoked_session_of_ours_is_replaced_unnoticed(stage: Stage) -> None:
    await stage.transport.call("session", "end", {}, deadline=soon(), repeatable=False)
    assert await stage.transport.call("baseentry", "count", {}, deadline=soon(), repeatable=True)


@pytest.fixture
def library(stage: Stage) -> VideoLibrary:
    return VideoLibrary(stage.transport, stage.transport.addresses)


async def ids(library: VideoLibrary, query: str, scope: ContentScope) -> set[str]:
    page = await library.search(query, scope, limit=50, deadline=soon())
    assert page.total >= len(page.videos)
    return {video.id for video in page.videos}


async def test_a_search_finds_within_its_scope_only(library: VideoLibrary) -> None:
    assert CAPTIONED_ENTRY_ID in await ids(library, "mitosis", BIOLOGY)
    assert await ids(library, "mitosis", NORTHWIND) == set()
    everything_there = await ids(library, "", RIVERSIDE)
    assert len(everything_there) > 15
    assert not everything_there & await ids(library, "", NORTHWIND)


async def test_a_category_includes_those_below_it(library: VideoLibrary) -> None:
    assert CAPTIONED_ENTRY_ID in await ids(library, "mitosis", RIVERSIDE)


async def test_a_tag_is_a_scope_too(library: VideoLibrary) -> None:
    assert await ids(library, "", ContentScope(tags=("roadmap",))) == {"1_pro00001"}
    assert await ids(library, "", ContentScope(tags=("road",))) == set()


async def test_spoken_words_are_found_with_their_time(library: VideoLibrary) -> None:
    page = await library.search("chromosomes condense", BIOLOGY, limit=5, deadline=soon())
    (video,) = [each for each in page.videos if each.id == CAPTIONED_ENTRY_ID]
    assert video.caption_hit is not None
    assert "chromosomes" in video.caption_hit.text
    assert video.caption_hit.at_seconds > 0


@pytest.mark.parametrize(("letters", "title_begins"), [("ce", "Cell"), ("P", "P"), ("תו", "תולדות")])
async def test_one_or_two_letters_suggest_titles(library: VideoLibrary, letters: str, title_begins: str) -> None:
    found = await library.suggest(letters, RIVERSIDE, deadline=soon())
    assert any(video.title.startswith(title_begins) for video in found)


async def test_titles_of_all_sorts_come_through(library: VideoLibrary) -> None:
    assert (await library.get(MENTION_ENTRY_ID, NORTHWIND, deadline=soon())) is not None
    long = await library.get(LONG_TITLE_ENTRY_ID, BIOLOGY, deadline=soon())
    assert long is not None
    assert len(long.title) == 300


async def test_kinds_are_told_and_what_is_not_ready_is_not_there(library: VideoLibrary) -> None:
    music, all_hands = ContentScope((MUSIC_CATEGORY_ID,)), ContentScope((ALL_HANDS_CATEGORY_ID,))
    audio = await library.get(AUDIO_ENTRY_ID, music, deadline=soon())
    live = await library.get(LIVE_ENTRY_ID, all_hands, deadline=soon())
    assert audio is not None
    assert audio.kind == "audio"
    assert live is not None
    assert (live.kind, live.duration_seconds) == ("live", 0)
    assert await library.get(NOT_READY_ENTRY_ID, music, deadline=soon()) is None


async def test_a_video_of_another_server_cannot_be_looked_up(library: VideoLibrary) -> None:
    assert await library.get(CAPTIONED_ENTRY_ID, BIOLOGY, deadline=soon()) is not None
    assert await library.get(CAPTIONED_ENTRY_ID, NORTHWIND, deadline=soon()) is None


async def test_the_newest_come_first_page_by_page(library: VideoLibrary) -> None:
    first = await library.recent(RIVERSIDE, limit=4, deadline=soon())
    second = await library.recent(RIVERSIDE, limit=4, page=2, deadline=soon())
    ages = [video.created_at for video in (*first.videos, *second.videos)]
    assert ages == sorted(ages, reverse=True)
    assert first.total == second.total > 8
    assert not {video.id for video in first.videos} & {video.id for video in second.videos}


async def test_pictures_and_player_pages_are_where_we_say(library: VideoLibrary) -> None:
    video = await library.get(CAPTIONED_ENTRY_ID, BIOLOGY, deadline=soon())
    assert video is not None
    picture = await page_of(video.thumbnail_url)
    assert picture.status_code == 200
    assert picture.headers["Content-Type"].startswith("image/")
    assert (await page_of(video.page_url)).status_code == 200


async def test_the_doctor_finds_the_account_healthy(stage: Stage, rooms: MeetingStrategy) -> None:
    template = await RoomEntryStrategy(stage.transport).create(meeting("template"), soon())
    found = await probe_account(stage.transport, [rooms], [template.room_id], soon())
    assert {each.area: each.status for each in found if each.status != "ok"} == {}
    assert stage.world.joins == []


async def test_the_doctor_names_a_wrong_secret_and_a_missing_player(stage: Stage) -> None:
    async with stage.client("f" * 32) as stranger:
        found = await probe_account(stranger, [], [], soon())
    assert [(each.area, each.status) for each in found] == [("API", "ok"), ("secret", "failed")]
    async with stage.client(stage.world.admin_secret, player_id=1) as without_player:
        found = await probe_account(without_player, [], ["1_nowhere0"], soon())
    troubled = {each.area: each.status for each in found if each.status != "ok"}
    assert troubled == {"player": "failed", "room template": "warning"}
