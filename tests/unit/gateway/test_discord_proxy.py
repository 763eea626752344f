"""Discord's proxy as the gateway plays it, and the policies of the Activity's page."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from local_stack.discord.url_mappings import InvalidMapping, UrlMapping, find_target, url_mapping
from local_stack.gateway.kaltura_hosts import kaltura_origins
from tests.unit.gateway.harness import Gateway, function, manifest

PLAN = manifest(function("answers", "answers.handler", http=["GET /api/v1/health"]))
FILM = bytes(range(256)) * 4096


class Host:
    """A mapped host that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.first_half_read = asyncio.Event()
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        if request.path == "/film.ts":
            return self._range(request)
        if request.path == "/redirect":
            return web.Response(status=302, headers={"Location": "https://elsewhere.example/film.ts"})
        if request.path == "/page.html":
            return web.Response(text="<p>", content_type="text/html", headers={"Cache-Control": "max-age=60"})
        if request.path == "/slow":
            return await self._in_halves(request)
        return web.Response(text=request.raw_path, headers={"Set-Cookie": "a=b", "X-Own": "yes"})

    def _range(self, request: web.Request) -> web.Response:
        wanted = request.http_range
        body = FILM[wanted]
        headers = {"Content-Range": f"bytes {wanted.start}-{wanted.stop - 1}/{len(FILM)}"} if wanted.stop else {}
        return web.Response(body=body, status=206 if headers else 200, headers=headers)

    async def _in_halves(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first half, ")
        await self.first_half_read.wait()
        if "broken" in request.query and request.transport is not None:
            request.transport.abort()
            return response
        await response.write(b"second half")
        return response


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """A running host."""
    host = Host()
    await host.server.start_server()
    yield host
    await host.server.close()


@pytest.fixture
async def gateway(state: Path, host: Host) -> AsyncIterator[Gateway]:
    """A gateway that maps `/k/films` to the host, below a directory too."""
    async with Gateway(PLAN, state) as gateway:
        gateway.mappings += [url_mapping("/k/films/below", f"{host.name}/a/b"), url_mapping("/k/films", host.name)]
        yield gateway


async def test_a_path_reaches_the_mapped_host_as_it_was_sent(gateway: Gateway, host: Host) -> None:
    async with gateway.client.get("/k/films/p/1%2F2/x%20y?ks=a%2Bb&empty=", headers={"X-Kaltura-Ks": "k"}) as answer:
        assert await answer.text() == "/p/1%2F2/x%20y?ks=a%2Bb&empty="
        assert (answer.headers["X-Own"], answer.headers["Set-Cookie"]) == ("yes", "a=b")
    (request,) = host.asked
    assert request.headers["X-Kaltura-Ks"] == "k"
    assert request.headers["Host"] == host.name


async def test_the_first_prefix_that_fits_wins(gateway: Gateway) -> None:
    async with gateway.client.get("/k/films/below/c") as answer:
        assert await answer.text() == "/a/b/c"
    gateway.mappings.reverse()
    async with gateway.client.get("/k/films/below/c") as answer:
        assert await answer.text() == "/below/c"


async def test_a_body_is_posted_through(gateway: Gateway, host: Host) -> None:
    async with gateway.client.post("/k/films/api_v3", data=FILM, headers={"Content-Type": "a/b"}) as answer:
        assert answer.status == 200
    assert host.bodies == [FILM]
    assert host.asked[0].content_type == "a/b"


async def test_head_and_ranges_pass(gateway: Gateway) -> None:
    async with gateway.client.head("/k/films/film.ts") as answer:
        assert answer.headers["Content-Length"] == str(len(FILM))
        assert await answer.read() == b""
    async with gateway.client.get("/k/films/film.ts", headers={"Range": "bytes=1000-1999"}) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes 1000-1999/{len(FILM)}"
        assert await answer.read() == FILM[1000:2000]


async def test_bytes_come_through_while_the_host_still_sends(gateway: Gateway, host: Host) -> None:
    async with gateway.client.get("/k/films/slow") as answer:
        assert await answer.content.readexactly(12) == b"first half, "
        host.first_half_read.set()
        assert await answer.content.read() == b"second half"


async def test_a_host_that_breaks_off_is_seen_to_have_broken_off(gateway: Gateway, host: Host) -> None:
    host.first_half_read.set()
    with pytest.raises(aiohttp.ClientError):
        async with gateway.client.get("/k/films/slow?broken") as answer:
            await answer.read()


async def test_a_redirect_is_passed_on_and_not_followed(gateway: Gateway, host: Host) -> None:
    async with gateway.client.get("/k/films/redirect", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "https://elsewhere.example/film.ts")
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "path",
    ["/k/elsewhere/x", "/k/filmsx/x", "/k/", "/k/films/../elsewhere", "/k/films/%2e%2e/x", "/K/films/x"],
)
async def test_what_is_not_mapped_is_not_found(gateway: Gateway, host: Host, path: str) -> None:
    async with gateway.client.get(URL(gateway.url + path, encoded=True)) as answer:
        assert answer.status == 404
    assert host.asked == []


async def test_a_host_that_is_not_there_is_a_bad_gateway(gateway: Gateway, host: Host) -> None:
    await host.server.close()
    async with gateway.client.get("/k/films/x") as answer:
        assert answer.status == 502


async def test_html_loses_its_cache_headers_and_gets_the_frames_policy(gateway: Gateway) -> None:
    async with gateway.client.get("/k/films/page.html") as answer:
        assert "Cache-Control" not in answer.headers
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")


async def test_faults_of_the_proxy_strike(gateway: Gateway, host: Host) -> None:
    gateway.faults.order({"target": "proxy", "match": "GET /k/films/film*", "kind": "status", "value": 503, "times": 1})
    async with gateway.client.get("/k/films/other") as answer:
        assert answer.status == 200
    async with gateway.client.get("/k/films/film.ts") as answer:
        assert answer.status == 503
    async with gateway.client.get("/k/films/film.ts") as answer:
        assert answer.status == 200


def test_a_parameter_stands_for_one_label() -> None:
    mapping = url_mapping("/k/{sub}", "{sub}.kaltura.com/files")
    assert mapping.target_of("/k/cfvod/x") == "cfvod.kaltura.com/files/x"
    assert mapping.target_of("/k/a.b/x") is None
    assert find_target([mapping], "/k/evil.com%2f/x") is None


@pytest.mark.parametrize(
    ("prefix", "target"),
    [
        ("k", "a.com"),
        ("/", "a.com"),
        ("/k", "https://a.com"),
        ("/k", ""),
        ("/k", "{sub}.com"),
        ("/k", "a.com:80:80"),
        (1, "a.com"),
        ("/k", None),
    ],
)
def test_the_portal_refuses_mappings_that_make_no_sense(prefix: object, target: object) -> None:
    with pytest.raises(InvalidMapping):
        url_mapping(prefix, target)


async def test_the_page_has_discords_policy_in_the_frame_and_ours_in_a_tab(state: Path) -> None:
    gateway = Gateway(PLAN, state)
    gateway.files.mkdir()
    (gateway.files / "index.html").write_text("<!doctype html>")
    (gateway.files / "a.js").write_text("")
    gateway.policy.kaltura_origins = ("http://localhost:3334",)
    gateway.discord = web.Application()
    async with gateway:
        async with gateway.client.get("/?frame_id=1&instance_id=2&platform=desktop") as framed:
            directives = _directives(framed.headers["Content-Security-Policy"])
            assert directives["connect-src"][:2] == ["'self'", f"ws://127.0.0.1:{gateway.port}"]
            assert "data:" not in directives["media-src"]
            assert not any("3334" in source for sources in directives.values() for source in sources)
            assert "fullscreen=()" in framed.headers["Permissions-Policy"]
        async with gateway.client.get("/") as tab:
            directives = _directives(tab.headers["Content-Security-Policy"])
            for name in ("script-src", "media-src", "connect-src", "img-src"):
                assert "http://localhost:3334" in directives[name]
            assert directives["frame-ancestors"] == ["'none'"]
            assert "Permissions-Policy" not in tab.headers
        async with gateway.client.get("/a.js") as script:
            assert "Content-Security-Policy" not in script.headers


async def test_workers_can_be_refused_in_the_frame(state: Path) -> None:
    gateway = Gateway(PLAN, state)
    gateway.files.mkdir()
    (gateway.files / "index.html").write_text("<!doctype html>")
    gateway.discord = web.Application()
    async with gateway:
        async with gateway.client.post("/_local/frame-policy", json={"workers": "no"}) as answer:
            assert answer.status == 400
        async with gateway.client.post("/_local/frame-policy", json={"workers": False}) as answer:
            assert await answer.json() == {"workers": False}
        async with gateway.client.get("/?frame_id=1") as framed:
            assert _directives(framed.headers["Content-Security-Policy"])["worker-src"] == ["'none'"]


def test_kalturas_hosts_come_from_the_settings() -> None:
    real = kaltura_origins({"KALTURA_SERVICE_URL": "https://www.kaltura.com"})
    assert real == ("https://cdnapisec.kaltura.com", "https://www.kaltura.com", "https://cfvod.kaltura.com")
    local = {
        "KALTURA_SERVICE_URL": "http://localhost:3334",
        "KALTURA_CDN_URL": "http://localhost:3334",
        "KALTURA_MEDIA_HOSTS": "localhost:3335",
    }
    assert kaltura_origins(local) == ("http://localhost:3334", "http://localhost:3335")


def test_a_mapping_is_shown_as_it_was_entered() -> None:
    assert UrlMapping("/k/a", "a.com").as_json() == {"prefix": "/k/a", "target": "a.com"}


def _directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (directive.split() for directive in policy.split("; "))}


async def test_a_phone_gets_the_safe_area_and_a_desktop_does_not(state: Path) -> None:
    gateway = Gateway(PLAN, state)
    gateway.files.mkdir()
    (gateway.files / "index.html").write_text("<!doctype html><html><head><title>A</title></head><body></body></html>")
    gateway.discord = web.Application()
    async with gateway:
        async with gateway.client.get("/?frame_id=1&platform=mobile") as phone:
            text = await phone.text()
            assert "--discord-safe-area-inset-top:48px" in text
            assert text.index("--discord-safe-area-inset-top") < text.index("</head>")
            assert phone.headers["Content-Security-Policy"].startswith("default-src 'self'")
        for path in ("/?frame_id=1&platform=desktop", "/?platform=mobile"):
            async with gateway.client.get(path) as other:
                assert "safe-area" not in await other.text()


async def test_the_real_discord_adds_its_policy_itself(state: Path) -> None:
    gateway = Gateway(PLAN, state)
    gateway.files.mkdir()
    (gateway.files / "index.html").write_text("<!doctype html>")
    async with gateway, gateway.client.get("/?frame_id=1") as framed:
        assert "Content-Security-Policy" not in framed.headers
