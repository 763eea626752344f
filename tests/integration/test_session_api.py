"""The session API as a page uses it: real sign-in, a real Activity, and a manifest played to its last byte."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import jwt
import pytest

from local_stack.kaltura.library_titles import ACCESS_CONTROLLED_ENTRY_ID, CAPTIONS, LIVE_ENTRY_ID, VIDEOS
from tests.integration.running_stack import Member, Stack, link_in, words

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of somebody's: what it asks of the API, and what it got so far."""

    stack: Stack
    member: Member

    def ask(self, method: str, path: str, bearer: str = "", body: Any = None, **query: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        address = urljoin(self.stack.base_url, path if path.startswith("/api/") else f"/api/v1{path}")
        return self.stack.http.request(method, address, headers=headers, json=body, params=query or None)

    def code(self, *scopes: str) -> str:
        """What the SDK's `authorize` gives."""
        asked = {"user_id": self.member.user_id, "scopes": list(scopes) or ["identify"]}
        code: str = self.stack.http.post(f"{self.stack.rest_url}/_sim/authorize", json=asked).json()["code"]
        return code

    def sign_in(self) -> Json:
        answer = self.ask("POST", "/auth/token", body={"code": self.code()})
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    def launch(self, channel: str, **options: Any) -> str:
        """Use /kaltura-watch; the instance that opens, or the one that runs in the channel already."""
        for _ in range(3):
            shown = self.stack.use(self.member, channel, "kaltura-watch", **options)
            # A function that starts on a busy machine may have no time left to ask Discord; then it offers a link.
            if shown["outcome"] == "launch":
                return str(shown["activity_instance_id"])
        raise AssertionError(shown)

    def join(self, instance: str) -> None:
        joined = self.stack.http.post(
            f"{self.stack.rest_url}/_sim/activities/{instance}/join", json={"user_id": self.member.user_id}
        )
        assert joined.status_code == 200, joined.text

    def leave(self, instance: str) -> None:
        self.stack.http.post(
            f"{self.stack.rest_url}/_sim/activities/{instance}/leave", json={"user_id": self.member.user_id}
        )

    def enter(self, instance: str, expected: int = 200) -> Json:
        session = self.sign_in()["session_token"]
        answer = self.ask("POST", "/rooms/session", session, {"instance_id": instance})
        assert answer.status_code == expected, answer.text
        told: Json = answer.json()
        return told


def slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("/problems/")


def entry_of(title: str) -> str:
    return next(video.id for video in VIDEOS if video.name.startswith(title))


@pytest.fixture
def ann(stack: Stack) -> Page:
    return Page(stack, stack.member("Ann"))


@pytest.fixture
def chen(stack: Stack) -> Page:
    return Page(stack, stack.member("Chen"))


@pytest.fixture
def activity(ann: Page, chen: Page, stack: Stack) -> Iterator[str]:
    """An Activity that Ann launched with a video, over when the test is."""
    instance = ann.launch(stack.channel("Assembly hall"), video=entry_of("Cell division"))
    yield instance
    for page in (ann, chen):
        page.leave(instance)


def test_from_a_code_to_the_room(ann: Page, chen: Page, activity: str) -> None:
    signed_in = ann.sign_in()
    assert signed_in["user"]["id"] == ann.member.user_id
    assert signed_in["discord_access_token"]
    entered = ann.enter(activity)
    assert entered["bound_video"]["title"].startswith("Cell division")
    assert entered["you"]["level"] == "admin"  # Ann owns the server

    chen.join(activity)
    beside = chen.enter(activity)
    assert beside["room"] == entered["room"]
    assert beside["you"]["level"] != "admin"
    again = chen.ask("POST", f"/rooms/{beside['room']['room_id']}/ticket", beside["room_token"], {})
    assert again.status_code == 200
    assert again.json()["ticket"] not in (beside["ticket"], entered["ticket"])


def test_who_is_not_in_the_activity_stays_out(chen: Page, activity: str) -> None:
    began = time.monotonic()
    refused = chen.enter(activity, expected=403)
    assert refused["type"] == "/problems/not-in-instance"
    assert time.monotonic() - began < 8


def test_the_page_of_a_server_that_is_not_allowed(stack: Stack) -> None:
    kai = Page(stack, stack.member("Kai", "Corner"))
    shown = stack.use(kai.member, stack.channel("general", "Corner"), "kaltura-watch")
    assert shown["outcome"] != "launch"
    assert shown["message"] is None or words(shown["message"])


def test_tokens_of_another_kind_or_hand_are_refused(ann: Page, activity: str) -> None:
    entered, session = ann.enter(activity), ann.sign_in()["session_token"]
    claims = jwt.decode(entered["room_token"], options={"verify_signature": False})
    forged = jwt.encode({**claims, "level": "admin"}, "x" * 40, algorithm="HS256")
    unsigned = jwt.encode(claims, "", algorithm="none")
    for wrong in (session, forged, unsigned, "", entered["ticket"]):
        assert slug(ann.ask("GET", "/videos", wrong)) == "signed-out"
    assert slug(ann.ask("POST", "/rooms/session", entered["room_token"], {"instance_id": activity})) == "signed-out"
    stolen = ann.ask("POST", "/auth/token", body={"code": ann.code("guilds")})
    assert slug(stolen) == "sign-in-refused"  # without `identify` nobody can be named


def test_another_servers_videos_cannot_be_found_looked_at_or_played(stack: Stack, ann: Page, activity: str) -> None:
    grace = Page(stack, stack.member("Grace", "Northwind"))
    instance = grace.launch(stack.channel("general", "Northwind"))
    token = grace.enter(instance)["room_token"]
    foreign = entry_of("Cell division")
    assert ann.ask("GET", f"/videos/{foreign}", ann.enter(activity)["room_token"]).status_code == 200
    assert slug(grace.ask("GET", f"/videos/{foreign}", token)) == "video-not-found"
    assert slug(grace.ask("GET", f"/videos/{foreign}/playback", token)) == "video-not-found"
    found = grace.ask("GET", "/videos", token, query="Cell division").json()
    assert foreign not in [video["id"] for video in found["videos"]]
    grace.leave(instance)


def test_a_manifest_is_played_to_its_last_byte(stack: Stack, ann: Page, activity: str) -> None:
    token = ann.enter(activity)["room_token"]
    playback = ann.ask("GET", f"/videos/{entry_of('Cell division')}/playback", token).json()
    master = ann.ask("GET", playback["manifest"])
    assert master.status_code == 200
    assert master.headers["content-type"] == "application/vnd.apple.mpegurl"
    playlists = [line for line in master.text.splitlines() if not line.startswith("#")]
    assert playlists
    for path in playlists:
        assert path.startswith("/api/v1/media/")
        variant = ann.ask("GET", path)
        assert variant.status_code == 200
        segments = [line for line in variant.text.splitlines() if not line.startswith("#")]
        assert segments
        for segment in (segments[0], segments[-1]):
            served = through_discord(stack, segment)
            assert served.status_code == 200
            assert served.content[0] == 0x47  # the first byte of an MPEG transport stream
    poster = through_discord(stack, playback["poster"])
    assert poster.content.startswith(b"\xff\xd8")
    for text in (master.text, json.dumps(playback)):
        assert "djJ8" not in text
        assert "localhost:" not in text.replace("localhost-", "")


def addresses_in(playlist: str) -> list[str]:
    """Every address of a playlist: lines without `#`, and the attribute URI of tags."""
    alone = [line for line in playlist.splitlines() if line and not line.startswith("#")]
    return alone + re.findall(r'URI="([^"]*)"', playlist)


def walk(page: Page, address: str) -> list[str]:
    """Fetch a playlist and everything that it leads to, as a player in Discord would; all addresses on the way."""
    answer = page.ask("GET", address)
    assert answer.status_code == 200, f"{address}: {answer.text}"
    assert "djJ8" not in answer.text
    found = addresses_in(answer.text)
    for each in found:
        assert each.startswith(("/k/", "/api/v1/media/")), each
    playlists = [each for each in found if "/playlist/" in each]
    keys = [each for each in found if "/key/" in each]
    bytes_straight = [each for each in found if each.startswith("/k/")]
    for key in set(keys):
        assert len(page.ask("GET", key).content) == 16
    for straight in {*bytes_straight[:1], *bytes_straight[-1:]}:
        assert through_discord(page.stack, straight).status_code == 200, straight
    return [*found, *(each for playlist in playlists for each in walk(page, playlist))]


def test_everything_that_the_servers_have_can_be_played_through_one_origin(stack: Stack) -> None:
    kinds: set[str] = set()
    broadcast = f"{stack.kaltura_url}/_sim/entries/{LIVE_ENTRY_ID}"
    stack.http.post(broadcast, json={"live": True})
    for name, server, channel in (("Ann", "Riverside", "Assembly hall"), ("Grace", "Northwind", "general")):
        page = Page(stack, stack.member(name, server))
        instance = page.launch(stack.channel(channel, server))
        token = page.enter(instance)["room_token"]
        videos = page.ask("GET", "/videos", token, limit=50).json()["videos"]
        assert len(videos) > 5
        for video in videos:
            stack.forget_limits()
            playback = page.ask("GET", f"/videos/{video['id']}/playback", token)
            assert playback.status_code == 200, playback.text
            if video["kind"] == "live":
                assert page.ask("GET", playback.json()["manifest"]).headers["cache-control"] == "no-store"
            kinds |= {kind for address in walk(page, playback.json()["manifest"]) for kind in _kinds_of(address)}
        page.leave(instance)
    stack.http.post(broadcast, json={"live": False})
    # The seeded library has them all, so that a form of address that is not rewritten shows.
    assert kinds == {"playlist", "key", "content"}


def _kinds_of(address: str) -> list[str]:
    if address.startswith("/k/"):
        return ["content"]
    return [address.split("/")[5]]


def through_discord(stack: Stack, path: str) -> httpx.Response:
    """What Discord's proxy answers at `/k/…`: the mapped host's own answer."""
    assert path.startswith("/k/"), path
    return stack.http.get(stack.base_url + path)


def test_captions_are_served_as_one_file(ann: Page, activity: str) -> None:
    token = ann.enter(activity)["room_token"]
    captioned = next(entry for entry in CAPTIONS if ann.ask("GET", f"/videos/{entry}", token).status_code == 200)
    [first, *_] = ann.ask("GET", f"/videos/{captioned}/playback", token).json()["captions"]
    served = ann.ask("GET", first["url"])
    assert served.headers["content-type"].startswith("text/vtt")
    assert served.text.startswith("WEBVTT")
    assert CAPTIONS[captioned][0] in served.text


def test_foreign_hosts_and_path_tricks(ann: Page, activity: str) -> None:
    token = ann.enter(activity)["room_token"]
    manifest = ann.ask("GET", f"/videos/{entry_of('Cell division')}/playback", token).json()["manifest"]
    base = manifest.removesuffix("master.m3u8")
    variant = next(line for line in ann.ask("GET", manifest).text.splitlines() if not line.startswith("#"))
    host, sealed = variant.removeprefix(f"{base}playlist/").split("/")
    tricks = [
        f"playlist/evil-example/{sealed}",
        f"playlist/{host}/..%2f..%2f..%2fhealth",
        f"playlist/{host}/%2e%2e",
        f"playlist/{host}/{sealed[:-12]}AAAAAAAA.m3u8",
        f"key/{host}/{sealed}",
        f"playlist/{host}/https%3A%2F%2Fevil.example%2Fa",
        f"playlist/{host}@evil.example/{sealed}",
        f"playlist/{host}%5c/{sealed}",
        f"captions/{'1_foreign'}.vtt",
    ]
    for trick in tricks:
        answer = ann.ask("GET", base + trick)
        assert answer.status_code in (400, 404), trick
        assert "#EXTM3U" not in answer.text


def test_what_access_control_hides_from_strangers_is_played_to_the_server_that_was_given_it(stack: Stack) -> None:
    grace = Page(stack, stack.member("Grace", "Northwind"))
    instance = grace.launch(stack.channel("general", "Northwind"))
    token = grace.enter(instance)["room_token"]
    playback = grace.ask("GET", f"/videos/{ACCESS_CONTROLLED_ENTRY_ID}/playback", token)
    assert playback.status_code == 200, playback.text
    assert grace.ask("GET", playback.json()["manifest"]).text.startswith("#EXTM3U")
    partner = stack.description["kaltura"]["partner_id"]
    address = f"/p/{partner}/sp/{partner}00/playManifest/entryId/{ACCESS_CONTROLLED_ENTRY_ID}/format/applehttp/a.m3u8"
    assert stack.http.get(stack.kaltura_url + address).headers["x-kaltura-app"].startswith("exiting on error 3")
    grace.leave(instance)


def test_a_browser_tab_comes_in_by_its_link(stack: Stack) -> None:
    # Bo may not use Activities in this channel, and is given a link instead.
    bo = Page(stack, stack.member("Bo"))
    shown = stack.use(bo.member, stack.channel("Study room"), "kaltura-watch", video=entry_of("Cell division"))
    token = link_in(shown, "Watch Together in a browser tab").partition("#link=")[2]
    answer = bo.ask("POST", "/rooms/session", body={"link_token": token})
    assert answer.status_code == 200, answer.text
    entered = answer.json()
    assert entered["bound_video"]["thumbnail"].startswith("http")
    path = f"/videos/{entered['bound_video']['id']}/playback"
    manifest = bo.ask("GET", path, entered["room_token"]).json()["manifest"]
    variant = next(line for line in bo.ask("GET", manifest).text.splitlines() if not line.startswith("#"))
    segment = next(line for line in bo.ask("GET", variant).text.splitlines() if not line.startswith("#"))
    assert urlsplit(segment).scheme in ("http", "https")
    assert stack.http.get(segment).status_code == 200
    longer = bo.ask("POST", "/auth/token", body={"session_token": entered["session_token"]}).json()
    again = bo.ask("POST", "/rooms/session", longer["session_token"], {})
    assert again.json()["room"] == entered["room"]
    assert slug(bo.ask("POST", "/rooms/session", body={"link_token": token[:-1]})) == "link-expired"


def test_nothing_secret_is_in_a_log_or_in_the_table(stack: Stack, ann: Page, activity: str) -> None:
    code = ann.code()
    signed_in = ann.ask("POST", "/auth/token", body={"code": code}).json()
    entered = ann.ask("POST", "/rooms/session", signed_in["session_token"], {"instance_id": activity}).json()
    token = entered["room_token"]
    playback = ann.ask("GET", f"/videos/{entry_of('Cell division')}/playback", token).json()
    ann.ask("GET", playback["manifest"])
    play = playback["manifest"].split("/")[4]
    secrets = [code, signed_in["session_token"], signed_in["discord_access_token"], token, entered["ticket"], play]
    kept = json.dumps(stack.dynamodb.Table(stack.description["dynamodb"]["table"]).scan()["Items"], default=str)
    logs = "".join(path.read_text(errors="replace") for path in (stack.folder / "logs").glob("*.log"))
    assert logs
    for secret in [*secrets, "djJ8"]:
        assert secret not in kept
        assert secret not in logs
