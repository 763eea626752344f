"""Searching videos: what a server was given, and nothing else."""

import time

from tests.integration.running_stack import Member, Stack, buttons, words


def test_results_show_what_people_look_for(stack: Stack) -> None:
    bo = stack.member("Bo")

    shown = stack.use(bo, stack.channel("general"), "kaltura-video-search", query="cell", limit=3)

    message = shown["message"]
    assert "Videos for “cell”" in words(message)
    assert message["_sim"]["ephemeral_for"] == bo.user_id
    watch = [b for b in buttons(message) if b["label"] == "Watch"]
    assert 1 <= len(watch) <= 3
    assert all("iframeembed=true" in b["url"] and "ks=" not in b["url"] for b in watch)
    assert stack.http.get(watch[0]["url"]).status_code == 200


def test_titles_are_suggested_while_typing(stack: Stack) -> None:
    choices = stack.type_in(stack.member("Bo"), stack.channel("general"), "kaltura-video-search", "query", "cell")

    assert choices
    assert any("cell" in choice["name"].lower() for choice in choices)


def test_a_server_finds_nothing_of_another_servers_content(stack: Stack) -> None:
    bo = stack.member("Bo")
    stranger = stack.member(stack.server("Northwind")["members"][0]["name"], "Northwind")

    ours = stack.use(bo, stack.channel("general"), "kaltura-video-search", query="cell")
    theirs = stack.use(stranger, stack.channel("general", "Northwind"), "kaltura-video-search", query="cell")
    suggested = stack.type_in(stranger, stack.channel("general", "Northwind"), "kaltura-video-search", "query", "cell")

    assert "Videos for" in words(ours["message"])
    assert "No video matches" in words(theirs["message"])
    assert suggested == []


def test_nothing_found_offers_fewer_words(stack: Stack) -> None:
    bo = stack.member("Bo")

    shown = stack.use(bo, stack.channel("general"), "kaltura-video-search", query="cell xyzzyplugh")
    wider = stack.press(bo, shown["message"], "Search for “cell”")

    assert "No video matches" in words(shown["message"])
    assert "Videos for “cell”" in words(wider["message"])


def test_a_result_is_shared_with_the_channel(stack: Stack) -> None:
    bo, dana = stack.member("Bo"), stack.member("Dana")
    channel = stack.channel("general")
    shown = stack.use(bo, channel, "kaltura-video-search", query="cell", limit=1)

    stack.press(bo, shown["message"], "Share", wait_seconds=10)

    assert _wait_for(stack, channel, dana, "Shared by Bo")


def _wait_for(stack: Stack, channel: str, member: Member, says: str) -> bool:
    for _ in range(50):
        if any(says in words(message) for message in stack.messages(channel, member)):
            return True
        time.sleep(0.2)
    return False
