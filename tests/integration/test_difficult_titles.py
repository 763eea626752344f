"""Titles that break things elsewhere come out right everywhere: card, list, suggestions, Kaltura, the room's page."""

import html
import re

import httpx
import pytest

from tests.integration.running_stack import Stack, link_in, words

TITLES = {
    "a mass mention": "@everyone come here @here",
    "markdown": "**bold** _under_ `code` ||spoiler|| [link](https://example.com) # heading",
    "a mention by id": "<@1310000000000000101> and <#1> <t:1:R>",
    "emoji": "Party 🎉 with 👩‍👩‍👧‍👦 and 🇩🇪",
    "right to left": "شרح الخلايا والحمض النووي",
    "commas and colons": "Act 1, scene 2: enter, stage left: Hamlet",
    "quotes and markup": "<script>alert(\"1\")</script> & 'quotes'",
    "300 characters": "Long " * 60,
}


@pytest.mark.parametrize("what", TITLES)
def test_a_title_comes_out_right_everywhere(stack: Stack, what: str) -> None:
    title = TITLES[what].strip()
    server = "Northwind"
    names = [member["name"] for member in stack.server(server)["members"]]
    starter = stack.member(names[list(TITLES).index(what) % len(names)], server)
    channel = stack.channel("general", server)

    shown = stack.use(starter, channel, "kaltura-start", type="webinar", title=title)
    listed = stack.use(starter, channel, "kaltura-list")
    choices = stack.type_in(starter, channel, "kaltura-join", "meeting", title[:20])

    private = words(shown["message"])
    assert "is live" in private
    for text in (private, words(listed["message"])):
        assert "@everyone" not in text
        assert "@here" not in text
        assert _unescaped(title)[:60] in _unescaped(text)
    assert shown["message"]["mention_everyone"] is False
    assert _unescaped(choices[0]["name"]).startswith(title[:40])
    assert len(choices[0]["name"]) <= 100
    # Some Kaltura accounts refuse angle brackets in names, so it gets look-alikes; and 255 characters at most.
    named = title.replace("<", "‹").replace(">", "›")
    room = next(r for r in stack.kaltura("rooms") if r["name"][:20] == named[:20])
    assert named.startswith(room["name"].rstrip("…"))

    joined = stack.use(starter, channel, "kaltura-join", meeting=choices[0]["value"])
    page = httpx.get(link_in(joined, "Open the meeting"), follow_redirects=True)
    assert page.status_code == 200
    assert named[:40] in html.unescape(page.text)
    assert "<script>alert" not in page.text


def _unescaped(text: str) -> str:
    return re.sub("[\\\\\u200b\u2068\u2069]", "", text)
