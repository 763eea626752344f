"""Fetching from Kaltura's hosts: redirects, sessions, time, size, and what is logged of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.media_fetcher import (
    LARGEST_BYTES,
    MOST_REDIRECTS,
    MediaFetcher,
    MediaRefused,
    MediaUnavailable,
)
from kaltura_discord.watch.media_hosts import HostNotMapped, MediaHosts
from tests.unit.domain.doors.door import lines

CDN, SERVICE, VOD = "https://cdnapisec.kaltura.com", "https://www.kaltura.com", "https://cfvod.kaltura.com"
HOSTS = MediaHosts.of_settings(CDN, SERVICE, "cfvod.kaltura.com")
SESSION = "djJ8MTIzNDU2N3w-secret-session"
SIGNED = "token-of-the-cdn"

Answer = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


class Net:
    """The network: answers by address, and keeps what was asked."""

    def __init__(self, answers: dict[str, httpx.Response]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []
        self.fetcher = MediaFetcher(HOSTS, [CDN, SERVICE], httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers.get(str(request.url), httpx.Response(404))

    async def fetch(self, url: str, seconds: float = 5) -> tuple[str, str, bytes]:
        fetched = await self.fetcher.fetch(HOSTS.place(url), SESSION, Deadline.after(seconds))
        return fetched.address.url, fetched.content_type, fetched.body


def to(location: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": location})


def found(body: bytes = b"#EXTM3U") -> httpx.Response:
    return httpx.Response(200, content=body, headers={"Content-Type": "Application/X-MpegURL; charset=utf-8"})


async def test_the_session_goes_into_a_header_and_never_into_an_address() -> None:
    net = Net({f"{CDN}/a.m3u8": found()})
    assert await net.fetch(f"{CDN}/a.m3u8") == (f"{CDN}/a.m3u8", "application/x-mpegurl", b"#EXTM3U")
    [asked] = net.asked
    assert asked.headers["X-Kaltura-Ks"] == SESSION
    assert SESSION not in str(asked.url)
    assert asked.headers["Accept-Encoding"] == "identity"


async def test_a_media_host_never_sees_the_session() -> None:
    net = Net({f"{CDN}/a.m3u8": to(f"{VOD}/b.m3u8?t={SIGNED}"), f"{VOD}/b.m3u8?t={SIGNED}": found()})
    address, _, _ = await net.fetch(f"{CDN}/a.m3u8")
    assert address == f"{VOD}/b.m3u8?t={SIGNED}"
    assert ["x-kaltura-ks" in asked.headers for asked in net.asked] == [True, False]


async def test_relative_redirects_are_followed_three_times_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    hops = {f"{CDN}/0": to("/1"), f"{CDN}/1": to("2"), f"{CDN}/2": to("//cdnapisec.kaltura.com/3"), f"{CDN}/3": found()}
    net = Net(hops)
    assert (await net.fetch(f"{CDN}/0"))[0] == f"{CDN}/3"
    assert len(net.asked) == MOST_REDIRECTS + 1

    net = Net({f"{CDN}/{n}": to(f"/{n + 1}") for n in range(9)})
    with pytest.raises(MediaUnavailable):
        await net.fetch(f"{CDN}/0")
    assert len(net.asked) == MOST_REDIRECTS + 1
    assert "redirects without end" in lines(caplog)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/a",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:2019/",
        "//evil.example/a",
        "https://cfvod.kaltura.com.evil.example/",
    ],
)
async def test_a_redirect_to_another_host_is_not_followed(location: str) -> None:
    net = Net({f"{CDN}/a": to(location)})
    with pytest.raises(HostNotMapped):
        await net.fetch(f"{CDN}/a")
    assert len(net.asked) == 1


@pytest.mark.parametrize(
    "location",
    [
        "",
        "ftp://cfvod.kaltura.com/a",
        "https://u@cfvod.kaltura.com/",
        "https://a\\b/",
        "https://cfvod.kaltura.com/../x",
    ],
)
async def test_a_redirect_to_nowhere_is_not_followed(location: str) -> None:
    net = Net({f"{CDN}/a/": to(location)})
    with pytest.raises(MediaUnavailable):
        await net.fetch(f"{CDN}/a/")


@pytest.mark.parametrize(
    ("status", "said", "number"), [(404, "exiting on error 3 - entry restricted", 3), (403, "", 0)]
)
async def test_kaltura_says_no(status: int, said: str, number: int) -> None:
    net = Net({f"{CDN}/a": httpx.Response(status, headers={"X-Kaltura-App": said})})
    with pytest.raises(MediaRefused) as told:
        await net.fetch(f"{CDN}/a")
    assert (told.value.status, told.value.number) == (status, number)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_unwell_host_is_unavailable(status: int) -> None:
    net = Net({f"{CDN}/a": httpx.Response(status)})
    with pytest.raises(MediaUnavailable):
        await net.fetch(f"{CDN}/a")


async def test_no_more_is_read_than_fits() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 64 * 1024
            yield bytes(64 * 1024)

    net = Net({f"{CDN}/a": httpx.Response(200, content=endless())})
    with pytest.raises(MediaUnavailable):
        await net.fetch(f"{CDN}/a")
    assert read <= LARGEST_BYTES + 2 * 64 * 1024


async def test_an_answer_that_drips_in_does_not_outlive_the_deadline() -> None:
    async def drips() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.05)
            yield b"x"

    net = Net({f"{CDN}/a": httpx.Response(200, content=drips())})
    began = asyncio.get_running_loop().time()
    with pytest.raises(MediaUnavailable):
        await net.fetch(f"{CDN}/a", seconds=0.3)
    assert asyncio.get_running_loop().time() - began < 2


async def test_cookies_are_neither_kept_nor_sent() -> None:
    hop = httpx.Response(302, headers={"Location": "/b", "Set-Cookie": "a=b; Domain=kaltura.com; Path=/"})
    net = Net({f"{CDN}/a": hop, f"{CDN}/b": found()})
    await net.fetch(f"{CDN}/a")
    assert "cookie" not in net.asked[1].headers


async def test_a_connection_that_breaks_is_told_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot reach {request.url} with {request.headers}", request=request)

    fetcher = MediaFetcher(HOSTS, [CDN], httpx.MockTransport(broken))
    with pytest.raises(MediaUnavailable) as told:
        await fetcher.fetch(HOSTS.place(f"{CDN}/a?t={SIGNED}"), SESSION, Deadline.after(2))
    assert told.value.__cause__ is None
    for text in (str(told.value), lines(caplog)):
        assert SESSION not in text
        assert SIGNED not in text
    await fetcher.aclose()
