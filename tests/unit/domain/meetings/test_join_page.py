"""The page that lets nobody in says why, and nothing that a stranger wrote runs on it."""

import html
import re

import pytest

from kaltura_discord.meetings.errors import (
    LinkExpired,
    MeetingError,
    MeetingNotFound,
    MeetingNotRunning,
    NotNow,
    NotTheirs,
    TooOften,
)
from kaltura_discord.meetings.join_page import HEADERS, refusal_page, status_of
from tests.unit.domain import titles

REFUSALS = {
    LinkExpired("Expired."): 404,
    MeetingNotFound("Gone."): 404,
    MeetingNotRunning("Ended."): 410,
    NotTheirs("Not yours."): 403,
    TooOften("Wait."): 429,
    NotNow(): 503,
    MeetingError("Something else."): 409,
}


@pytest.mark.parametrize(("error", "status"), REFUSALS.items(), ids=[type(error).__name__ for error in REFUSALS])
def test_each_refusal_has_its_status_and_its_sentence(error: MeetingError, status: int) -> None:
    page = refusal_page(error)
    assert status_of(error) == status
    assert html.escape(error.sentence) in page
    assert "<script" not in page
    assert re.search(r"(src|href)=", page) is None, "no outside asset"


@pytest.mark.parametrize("title", [*titles.ALL.values(), "<script>alert(1)</script>", "{sentence}{title}"])
def test_titles_are_shown_and_never_run(title: str) -> None:
    page = refusal_page(MeetingNotRunning(f"“{title}” has ended."))
    shown = html.unescape(re.sub(r"<[^>]*>", "", page.partition('<p dir="auto">')[2].partition("</p>")[0]))
    assert shown == f"“{title}” has ended."


def test_nobody_keeps_the_page_or_passes_its_address_on() -> None:
    assert HEADERS["Cache-Control"] == "no-store"
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in HEADERS["Content-Security-Policy"]
