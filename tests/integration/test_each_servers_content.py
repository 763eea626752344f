"""A server sees what the operator gave it: it can't search, launch, fetch or be told of anything of another server."""

from collections.abc import Iterator

import aiohttp
import pytest

from local_stack.kaltura.library_titles import VIDEOS, Video
from tests.integration.pressure import by_hand, command, pressed, signed, what_is_said
from tests.integration.room_visitor import Visitor
from tests.integration.running_stack import Stack, link_in
from tests.integration.test_session_api import Json, Page, entry_of, slug

# Two of Riverside's, by what they are called.
CELLS, BREAD = "Cell division", "1_his00001"

NOT_HERE = "isn't available in this server"


@pytest.fixture
def grace(stack: Stack) -> Page:
    """A member of Northwind."""
    return Page(stack, stack.member("Grace", "Northwind"))


@pytest.fixture
def northwind(stack: Stack) -> str:
    """Northwind's channel."""
    return stack.channel("general", "Northwind")


@pytest.fixture
def token(grace: Page, northwind: str) -> Iterator[str]:
    """What lets a page in Northwind ask the API."""
    instance = grace.launch(northwind)
    yield grace.enter(instance)["room_token"]
    grace.leave(instance)


def riversides() -> list[Video]:
    return [video for video in VIDEOS if 100 <= video.category_id < 200]


def northwinds() -> list[Video]:
    return [video for video in VIDEOS if 200 <= video.category_id < 300]


def links_to(stack: Stack, entry_id: str) -> list[str]:
    """The ways in which people write where a video is."""
    partner = stack.description["kaltura"]["partner_id"]
    return [
        f"{stack.kaltura_url}/p/{partner}/embedPlaykitJs/uiconf_id/1?iframeembed=true&entry_id={entry_id}",
        f"https://{partner}.mediaspace.kaltura.com/media/t/{entry_id}",
        f"https://cdnapisec.kaltura.com/p/{partner}/sp/{partner}00/playManifest/entryId/{entry_id}/format/url",
    ]


def said_at_first_or_second_try(stack: Stack, page: Page, channel: str, kind: int, data: Json) -> str:
    """What they read. On a busy machine Kaltura may be too late once; then nothing is refused, nor shown."""
    for _ in range(3):
        payload = by_hand(stack, page.member, channel, kind, data, "Northwind")
        if signed_type(stack, payload) == 4:
            return what_is_said(stack, by_hand(stack, page.member, channel, kind, data, "Northwind"))
    raise AssertionError("Kaltura was too late three times")


def signed_type(stack: Stack, payload: Json) -> int:
    answer = signed(stack, payload)
    return int(answer.json()["type"]) if answer.content else 0


# --- searching, and what is offered while somebody types ------------------------------------------------------------


def test_no_search_finds_anything_of_another_server(stack: Stack, grace: Page, northwind: str) -> None:
    for video in riversides()[::6]:
        stack.forget_limits()
        shown = stack.use(grace.member, northwind, "kaltura-video-search", query=video.name[:80], limit=10)
        assert video.id not in str(shown["message"])
    newest = stack.use(grace.member, northwind, "kaltura-video-search", query="e", limit=10)
    assert not [video.id for video in riversides() if video.id in str(newest["message"])]


@pytest.mark.parametrize("name", ["kaltura-watch video", "kaltura-video-search query"])
def test_nothing_of_another_server_is_offered_while_somebody_types(
    stack: Stack, grace: Page, northwind: str, name: str
) -> None:
    command_name, option = name.split()
    foreign = entry_of(CELLS)
    for typed in ("Cell", CELLS, foreign, *links_to(stack, foreign)):
        offered = stack.type_in(grace.member, northwind, command_name, option, typed[:80])
        assert offered == [], typed
    offered = stack.type_in(grace.member, northwind, command_name, option, "")
    assert not {video.id for video in riversides()} & {choice["value"] for choice in offered}


# --- launching -------------------------------------------------------------------------------------------------------


def test_no_launch_begins_with_a_video_of_another_server(stack: Stack, grace: Page, northwind: str) -> None:
    foreign = entry_of(CELLS)
    for named in (foreign, *links_to(stack, foreign)):
        stack.forget_limits()
        said = said_at_first_or_second_try(stack, grace, northwind, 2, command("kaltura-watch", video=named))
        assert NOT_HERE in said, named
        assert CELLS not in said
    said = said_at_first_or_second_try(stack, grace, northwind, 2, command("kaltura-watch", video=CELLS))
    assert "No video here is called" in said


def test_a_forged_button_or_choice_shows_and_shares_nothing(stack: Stack, grace: Page, northwind: str) -> None:
    foreign = entry_of(CELLS)
    chosen = {"custom_id": "1:watch", "component_type": 3, "values": [foreign]}
    for forged in (pressed(f"1:watch:{foreign}"), chosen):
        said = said_at_first_or_second_try(stack, grace, northwind, 3, forged)
        assert NOT_HERE in said
        assert CELLS not in said
    shared = what_is_said(
        stack, by_hand(stack, grace.member, northwind, 3, pressed(f"1:share-video:{foreign}"), "Northwind")
    )
    assert "not available any more" in shared
    assert CELLS not in shared


def test_a_message_that_links_to_another_servers_video_opens_nothing(stack: Stack, grace: Page, northwind: str) -> None:
    [link, *_] = links_to(stack, entry_of(CELLS))
    message = {"id": "1", "channel_id": northwind, "content": f"Look at {link}", "embeds": [], "components": []}
    menu = {"id": "1", "name": "Watch together", "type": 3, "target_id": "1", "resolved": {"messages": {"1": message}}}
    assert NOT_HERE in said_at_first_or_second_try(stack, grace, northwind, 2, menu)


# --- the API ---------------------------------------------------------------------------------------------------------


def test_the_api_lists_what_the_server_has_and_nothing_else(grace: Page, token: str) -> None:
    listed: list[str] = []
    for page in range(1, 10):
        videos = grace.ask("GET", "/videos", token, page=page, limit=20).json()["videos"]
        listed += [video["id"] for video in videos]
        if not videos:
            break
    assert listed
    assert set(listed) <= {video.id for video in northwinds()}


def test_no_video_of_another_server_can_be_looked_at_or_played(stack: Stack, grace: Page, token: str) -> None:
    for foreign in [video.id for video in riversides()[::5]]:
        stack.forget_limits()
        for path in (f"/videos/{foreign}", f"/videos/{foreign}/playback"):
            assert slug(grace.ask("GET", path, token)) == "video-not-found", path
        assert foreign not in grace.ask("GET", "/videos", token, query=foreign).text


def test_what_one_server_was_given_to_play_opens_nothing_else_in_another(stack: Stack, grace: Page, token: str) -> None:
    ann = Page(stack, stack.member("Ann"))
    instance = ann.launch(stack.channel("Assembly hall"))
    hers = ann.enter(instance)["room_token"]
    ours = grace.ask("GET", f"/videos/{northwinds()[0].id}/playback", token).json()["manifest"]
    theirs = ann.ask("GET", f"/videos/{entry_of(CELLS)}/playback", hers).json()["manifest"]
    ann.leave(instance)
    [variant, *_] = [line for line in ann.ask("GET", theirs).text.splitlines() if not line.startswith("#")]
    moved = variant.replace(theirs.removesuffix("master.m3u8"), ours.removesuffix("master.m3u8"))
    assert moved != variant
    assert slug(grace.ask("GET", moved)) == "media-not-found"
    # The token in a media address is the address: it is no way to anything else of the server's.
    play_token = theirs.split("/")[4]
    for path in ("/videos", f"/videos/{entry_of(CELLS)}", f"/videos/{BREAD}/playback"):
        assert slug(grace.ask("GET", path, play_token)) == "signed-out"


# --- rooms -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bo(stack: Stack) -> Page:
    """A member of both servers."""
    here, there = stack.member("Bo"), stack.member("Bo", "Northwind")
    assert here.user_id == there.user_id
    return Page(stack, here)


async def test_nothing_that_one_servers_room_gave_works_in_anothers(stack: Stack, bo: Page, northwind: str) -> None:
    school = bo.launch(stack.channel("Assembly hall"), video=entry_of(CELLS))
    at_school = bo.enter(school)
    grant = bo.ask("GET", f"/videos/{entry_of(CELLS)}", at_school["room_token"]).json()["grant"]
    bo.leave(school)
    labs = bo.launch(northwind)
    at_labs = bo.enter(labs)
    try:
        assert at_labs["room"]["room_id"] != at_school["room"]["room_id"]
        assert at_labs["bound_video"] is None
        assert at_labs["proposed_video"] is None
        # Which server is asked about stands in the token, not in what is asked.
        moved = f"/rooms/{at_labs['room']['room_id']}/ticket"
        assert slug(bo.ask("POST", moved, at_school["room_token"], {})) == "other-room"
        assert slug(bo.ask("GET", f"/videos/{entry_of(CELLS)}", at_labs["room_token"])) == "video-not-found"
        assert bo.enter(school, expected=403)["type"] == "/problems/not-in-instance"
        answer = await _wish_for_video(stack, at_labs, grant)
        assert (answer["type"], answer["reason"]) == ("rejected", "grant_refused")
        assert entry_of(CELLS) not in str(answer)
    finally:
        bo.leave(labs)


async def _wish_for_video(stack: Stack, entered: Json, grant: str) -> Json:
    """What the room says to somebody who wishes it to show what the grant is about."""
    address = f"{stack.base_url.replace('http', 'ws', 1)}/ws?ticket={entered['ticket']}"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        visitor = Visitor(socket, entered["you"]["user_id"])
        welcome = await visitor.hello()
        return await visitor.asks("media.set", base_revision=welcome["state"]["timeline"]["revision"], grant=grant)


def test_a_link_into_one_servers_room_leads_into_no_other(stack: Stack, bo: Page, northwind: str) -> None:
    shown = stack.use(bo.member, stack.channel("Study room"), "kaltura-watch", video=entry_of(CELLS))
    link_token = link_in(shown, "Watch Together in a browser tab").partition("#link=")[2]
    linked = bo.ask("POST", "/rooms/session", body={"link_token": link_token}).json()
    labs = bo.launch(northwind)
    try:
        moved = bo.ask("POST", "/rooms/session", linked["session_token"], {"instance_id": labs})
        assert slug(moved) == "signed-out"
    finally:
        bo.leave(labs)
