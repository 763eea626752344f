"""Viewers: each a Chromium of its own behind a network of its own, with the sampler in every page."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Frame, Page, Playwright, WebSocket
from playwright.async_api import Error as PlaywrightError

from tests.bench_sync.network import ViewerNetwork
from tests.bench_sync.profiles import NONE, NetworkProfile
from tests.bench_sync.recordings import Recording
from tests.browser.chromium import ARGUMENTS

# From an opened page on to the frame in which the film is.
WayIn = Callable[[Page], Awaitable[Frame]]

_TAKE_SECONDS = 1.0
_LOOK_SECONDS = 0.1


def now_ms() -> float:
    """Epoch milliseconds by the machine's clock."""
    return time.time() * 1000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message over the page's socket; `kind` is what it calls itself."""

    at: float
    is_sent: bool
    kind: str


@dataclass(slots=True)
class Traffic:
    """All messages of one page."""

    letters: list[Letter] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down from now on."""

        def write_down(payload: str | bytes, *, is_sent: bool) -> None:
            self.letters.append(Letter(now_ms(), is_sent, _kind(payload)))

        def opened(socket: WebSocket) -> None:
            socket.on("framesent", lambda payload: write_down(payload, is_sent=True))
            socket.on("framereceived", lambda payload: write_down(payload, is_sent=False))

        page.on("websocket", opened)

    def between(self, start: float, end: float) -> list[Letter]:
        """Messages up and down."""
        return [letter for letter in self.letters if start <= letter.at < end]

    def first_received_after(self, moment: float) -> float | None:
        """When the first message came after `moment`."""
        return min((letter.at for letter in self.letters if letter.at >= moment and not letter.is_sent), default=None)


def _kind(payload: str | bytes) -> str:
    message = json.loads(payload)
    return str(message.get("type") or message.get("kind"))


@dataclass(slots=True)
class Visit:
    """One page of one viewer, from its opening to its end; `place` has the film: the page itself, or a frame of it."""

    page: Page
    place: Page | Frame
    opened_at: float
    traffic: Traffic = field(default_factory=Traffic)
    recording: Recording = field(default_factory=Recording)
    errors: list[str] = field(default_factory=list)

    async def take(self) -> None:
        """Fetch what the sampler saw."""
        self.recording.add(await self.place.evaluate("window.sampler.take()"))

    async def until(self, expression: str, seconds: float) -> None:
        """Wait until an expression is true where the film is, whose policy lets no script evaluate one.

        Raises:
            TimeoutError: it never was.
        """
        async with asyncio.timeout(seconds):
            while not await self.place.evaluate(expression):  # noqa: ASYNC110 - nothing tells us
                await asyncio.sleep(_LOOK_SECONDS)


@dataclass(slots=True)
class Viewer:
    """Somebody's browser and network; `visit` is what they have open."""

    name: str
    browser: Browser
    network: ViewerNetwork
    sampler: str
    visit: Visit | None = None
    _taking: asyncio.Task[None] | None = None

    @property
    def page(self) -> Page:
        """The open page."""
        return self._open_visit.page

    @property
    def place(self) -> Page | Frame:
        """Where the film is in the open page."""
        return self._open_visit.place

    async def open(self, url: str, way_in: WayIn | None = None, size: tuple[int, int] = (640, 400)) -> Visit:
        """Open an address in a fresh profile; without a `way_in` the film is in the page itself."""
        await self.close_page()
        context = await self.browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-US")
        await context.add_init_script(self.sampler)
        page = await context.new_page()
        visit = Visit(page, page, now_ms())
        self.visit = visit
        visit.traffic.watch(page)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        await page.goto(url, wait_until="commit")
        if way_in is not None:
            visit.place = await way_in(page)
        self._taking = asyncio.create_task(_take_for_ever(visit))
        return visit

    async def close_page(self) -> None:
        """Close what is open."""
        if self._taking is not None:
            self._taking.cancel()
            await asyncio.gather(self._taking, return_exceptions=True)
            self._taking = None
        if self.visit is not None:
            await self.visit.page.context.close()
            self.visit = None

    @property
    def _open_visit(self) -> Visit:
        if self.visit is None:
            raise RuntimeError(f"{self.name} has no page open")
        return self.visit


async def _take_for_ever(visit: Visit) -> None:
    while True:
        await asyncio.sleep(_TAKE_SECONDS)
        await visit.take()


@asynccontextmanager
async def viewers(
    playwright: Playwright,
    chromium: str,
    names: Sequence[str],
    ports: Sequence[int],
    sampler: str,
    direct: Mapping[str, int],
) -> AsyncIterator[list[Viewer]]:
    """Start a browser for each name, which reaches `ports` of this machine through a network of its own.

    The hosts (with their ports) in `direct` stand at ports of this machine, too, but are reached at once and always.
    """
    started: list[Viewer] = []
    try:
        for index, name in enumerate(names):
            network = ViewerNetwork(NONE, random.Random(20261128 + index))
            links = {port: await network.link(port) for port in ports}
            arguments = [*ARGUMENTS, "--autoplay-policy=no-user-gesture-required", resolver_rules(links, direct)]
            browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
            started.append(Viewer(name, browser, network, sampler))
        yield started
    finally:
        for viewer in started:
            try:
                await viewer.close_page()
                await viewer.browser.close()
            except PlaywrightError as error:
                print(f"{viewer.name}'s browser: {error}")
            await viewer.network.close()


def resolver_rules(links: Mapping[int, int], direct: Mapping[str, int]) -> str:
    """Chromium's switch: a port of this machine is reached at the beginning of its link, a direct host at its port."""
    rules = [f"MAP {host} 127.0.0.1:{port}" for host, port in direct.items()]
    for port, begins_at in links.items():
        rules += [f"MAP {host}:{port} 127.0.0.1:{begins_at}" for host in ("127.0.0.1", "localhost")]
    return f"--host-resolver-rules={', '.join(rules)}"


def set_profile(everybody: Sequence[Viewer], profile: NetworkProfile) -> None:
    """Give everybody this network, for connections that are made from now on."""
    for viewer in everybody:
        viewer.network.profile = profile
