from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, FRONT_PORT, discord_stands_at, find_chromium
from tests.browser.discord_page import DiscordPage
from tests.integration.running_stack import Stack, start_stack, stop_stack

PORT_OFFSET = 22500

Opener = Callable[..., DiscordPage]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory: Path = tmp_path_factory.mktemp("stack")
    process, stack = start_stack(PORT_OFFSET, directory)
    stack.have_the_school_greeted()
    yield stack
    stack.http.close()
    assert stop_stack(process) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path is not None, "run `make browser`, which installs a Chromium"
    with sync_playwright() as playwright:
        discord = discord_stands_at(FRONT_PORT + PORT_OFFSET)
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, discord])
        yield browser
        browser.close()


@pytest.fixture
def window(running: Stack, browser: Browser) -> Iterator[Opener]:
    """Opens a window as somebody; at the end, none of them may have thrown an error."""
    running.lift_faults()
    running.forget_limits()
    opened: list[DiscordPage] = []

    def open_as(name: str, channel: str = "general", server: str = "Riverside") -> DiscordPage:
        page = DiscordPage(browser, running, running.member(name, server), channel, server)
        opened.append(page)
        return page

    yield open_as
    for page in opened:
        assert page.problems == []
        page.page.context.close()
