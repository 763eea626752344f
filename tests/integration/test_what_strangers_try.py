"""What nobody of ours would send, ids of another server, and secrets: nobody learns or gets what is not theirs."""

import itertools
import json
import re
from typing import Any

import httpx
import pytest

from tests.integration.pressure import (
    assert_whole,
    by_hand,
    command,
    kept_items,
    meeting_id_of,
    pressed,
    rooms_called,
    signed,
    started,
    what_is_said,
)
from tests.integration.running_stack import Member, Stack, button, link_in, words

_channels = itertools.cycle(("lessons", "general", "Assembly hall"))


@pytest.fixture
def ann(stack: Stack) -> Member:
    return stack.member("Ann")


@pytest.fixture
def channel(stack: Stack) -> str:
    """Another one each time: Discord lets nobody write into one very often."""
    return stack.channel(next(_channels))


HOSTILE_COMMANDS: dict[str, dict[str, Any]] = {
    "start without options": command("kaltura-start"),
    "start with lists": command("kaltura-start", type=["room"], title={"a": 1}),
    "start with an invisible title": command("kaltura-start", type="room", title="\u200b\u2060\uffff"),
    "start of an unknown type": command("kaltura-start", type="x" * 9000, title="t"),
    "join nothing": command("kaltura-join"),
    "join a giant": command("kaltura-join", meeting="x" * 100_000),
    "join half a character": command("kaltura-join", meeting="\ud800"),
    "join beyond all ids": command("kaltura-join", meeting="99999999999999999999"),
    "end a number": command("kaltura-end", meeting=5),
    "end a key": command("kaltura-end", meeting="SERVER#1"),
    "search nothing": command("kaltura-video-search"),
    "search a giant": command("kaltura-video-search", query="x" * 100_000, limit=10**30),
    "search without end": command("kaltura-video-search", query="cell", limit=-1),
    "unknown command": command("nothing-of-ours"),
    "a command without a name": {"options": []},
}

HOSTILE_BUTTONS = [
    "",
    "1:",
    "2:join:1",
    "1:join:",
    "1:end:abc",
    "1:reopen:99999999999999999999",
    "1:again:../..",
    "1:list:-1",
    "1:list:" + "9" * 90,
    "1:list:" + "9" * 5000,
    "1:search:x:y:z",
    "1:search:" + "9" * 90 + ":5:cell",
    "1:search:0:0:",
    "1:share-video:../../1",
    "1:start-form:evil",
    {"a": 1},
]

NO_INTERACTIONS: dict[str, dict[str, Any]] = {
    "nobody": {"member": None},
    "a member who is nobody": {"member": {"user": None}},
    "negative permissions": {"member": {"user": {"id": "1"}, "permissions": "-1"}},
    "a server that is a path": {"guild_id": "../1"},
    "data that is a list": {"data": [1]},
    "options that are none": {"data": {"name": "kaltura-list", "options": "x"}},
    "a type that is none": {"type": 99},
}


class TestWhatNobodyOfOursWouldSend:
    @pytest.mark.parametrize("what", HOSTILE_COMMANDS)
    def test_every_command_is_answered_with_words(self, stack: Stack, ann: Member, channel: str, what: str) -> None:
        said = what_is_said(stack, by_hand(stack, ann, channel, 2, HOSTILE_COMMANDS[what]))

        assert said
        assert "is live" not in said
        assert len(said) < 4000

    @pytest.mark.parametrize("custom_id", HOSTILE_BUTTONS, ids=range(len(HOSTILE_BUTTONS)))
    def test_every_button_is_answered_with_words(
        self, stack: Stack, ann: Member, channel: str, custom_id: object
    ) -> None:
        assert what_is_said(stack, by_hand(stack, ann, channel, 3, pressed(custom_id)))

    @pytest.mark.parametrize("typed", ["x" * 5000, ["a"], None, 5, "\ud800"], ids=range(5))
    @pytest.mark.parametrize("name", ["kaltura-join meeting", "kaltura-video-search query", "nothing-of-ours x"])
    def test_whatever_is_typed_there_are_suggestions_or_none(
        self, stack: Stack, ann: Member, channel: str, name: str, typed: object
    ) -> None:
        word, option = name.split()
        data = {"id": "1", "name": word, "options": [{"name": option, "type": 3, "value": typed, "focused": True}]}

        answer = signed(stack, by_hand(stack, ann, channel, 4, data))

        assert answer.json()["type"] == 8
        assert len(answer.json()["data"]["choices"]) <= 25

    @pytest.mark.parametrize("what", NO_INTERACTIONS)
    def test_what_is_no_interaction_is_a_bad_request(self, stack: Stack, ann: Member, channel: str, what: str) -> None:
        payload = by_hand(stack, ann, channel, 2, command("kaltura-list"))

        assert signed(stack, {**payload, **NO_INTERACTIONS[what]}).status_code == 400

    def test_in_a_direct_message_there_is_one_sentence(self, stack: Stack, ann: Member, channel: str) -> None:
        payload = by_hand(stack, ann, channel, 2, command("kaltura-start", type="room", title="In private"))
        direct = {**payload, "guild_id": None, "member": None, "user": payload["member"]["user"]}

        answer = signed(stack, direct).json()

        assert words(answer["data"]) == "This works in a server only, not in direct messages."


class TestAnotherServer:
    """Whoever knows an id of another server learns nothing by it and moves nothing."""

    @pytest.mark.parametrize("state", ["live", "ended"])
    def test_a_meeting_is_as_good_as_unknown(self, stack: Stack, ann: Member, channel: str, state: str) -> None:
        title = f"Ours alone, {state}"
        started(stack, ann, channel, title)
        if state == "ended":
            stack.use(ann, channel, "kaltura-end", meeting=title)
        meeting_id = meeting_id_of(stack, title)
        grace, theirs = stack.member("Grace", "Northwind"), stack.channel("general", "Northwind")
        deeds = [(3, pressed(f"1:{action}:{meeting_id}")) for action in ("join", "end", "share", "again", "reopen")]
        deeds += [(2, command(name, meeting=meeting_id)) for name in ("kaltura-join", "kaltura-end")]
        deeds += [(2, command("kaltura-join", meeting="Ours alone"))]

        for kind, data in deeds:
            said = what_is_said(stack, by_hand(stack, grace, theirs, kind, data, "Northwind"))
            assert re.search("is gone|is too old|No running meeting", said)
            assert title not in said

        assert_whole(stack, channel, title, state)

    def test_a_video_stays_where_it_was_given(self, stack: Stack, ann: Member, channel: str) -> None:
        found = stack.use(ann, channel, "kaltura-video-search", query="cell")
        custom_id = button(found["message"], "Share")["custom_id"]
        grace, theirs = stack.member("Grace", "Northwind"), stack.channel("general", "Northwind")

        said = what_is_said(stack, by_hand(stack, grace, theirs, 3, pressed(custom_id), "Northwind"))

        assert said == "That video is not available any more."


class TestSecrets:
    def test_none_is_kept_or_logged(self, stack: Stack, ann: Member, channel: str) -> None:
        card = started(stack, ann, channel, "Nothing to be found")
        shown = stack.press(ann, card, "Join")
        link = link_in(shown, "Open the meeting")
        assert httpx.get(link).status_code == 302

        discord, kaltura = stack.description["discord"], stack.description["kaltura"]
        secrets = {
            "a Kaltura session": "djJ8",
            "the bot's token": discord["bot_token"],
            "the client secret": discord["client_secret"],
            "the admin secret": kaltura["admin_secret"],
            "a join token": link.rpartition("/")[2],
            "an interaction's token": shown["token"],
        }
        kept = json.dumps(kept_items(stack), default=str)
        logs = "".join(log.read_text(errors="replace") for log in sorted((stack.folder / "logs").glob("*.log")))
        assert "interaction" in logs
        assert [what for what, secret in secrets.items() if secret in kept] == []
        assert [what for what, secret in secrets.items() if secret in logs] == []

    def test_a_name_gives_no_rights(self, stack: Stack, ann: Member, channel: str) -> None:
        dana = stack.member("Dana")
        card = started(stack, ann, channel, "Names are names")
        payload = by_hand(stack, dana, channel, 3, pressed(button(card, "Join")["custom_id"]))
        payload["member"]["nick"] = "Eve,role:adminRole&role=adminRole,userContextualRole:0"
        payload["locale"] = "en,role:adminRole"

        link = next(each["url"] for each in _links(signed(stack, payload).json()["data"]))
        httpx.get(link, follow_redirects=True)

        room = rooms_called(stack, "Names are names")[0]["id"]
        (join,) = [each for each in stack.kaltura("joins") if each["room_id"] == room]
        assert join["role"] == "viewerRole"


def _links(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for row in data["components"] for part in row.get("components", []) if part.get("url")]
