"""Kaltura tells us, through the real door, and the channel is told: once, whatever is sent twice; nothing forged."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.running_stack import Member, Message, Stack, words
from tests.unit.kaltura.length_extension import extended

Json = dict[str, Any]

SERVICE = "eventnotification_eventnotificationtemplate"
ALL_HANDS = 203
STREAM = "1_live0001"


@dataclass(frozen=True)
class Newsroom:
    """A channel that is told of things, and somebody who reads it."""

    stack: Stack
    member: Member
    channel: str

    def said(self, sentence: str) -> list[Message]:
        return said(self.stack, self.channel, self.member, sentence)


@pytest.fixture
def ann(stack: Stack) -> Member:
    return stack.member("Ann")


@pytest.fixture
def general(stack: Stack) -> str:
    return stack.channel("general")


@pytest.fixture(scope="module")
def newsroom(running: Stack) -> Iterator[Newsroom]:
    """A company that is told of all that is new for all hands.

    One for all of these tests, as our functions remember settings for half a minute.
    """
    grace, channel = running.member("Grace", "Northwind"), running.channel("general", "Northwind")
    for subcommand, options in (
        ("channel", {"type": "default", "channel": channel}),
        ("set", {"key": "notifications.subscriptions.categories", "value": str(ALL_HANDS)}),
    ):
        running.interact(grace, channel, 45, command=f"kaltura-config {subcommand}", options=options)
    yield Newsroom(running, grace, channel)
    table = running.dynamodb.Table(running.description["dynamodb"]["table"])
    table.delete_item(Key={"pk": f"SERVER#{running.server('Northwind')['guild_id']}", "sk": "CONFIG"})


@pytest.fixture
def impatient(stack: Stack) -> Iterator[None]:
    """Kaltura does not wait for a minute before it sends again what was not taken."""
    happens(stack, "webhooks/settings", retry_seconds=0.1)
    yield
    happens(stack, "webhooks/settings", retry_seconds=60)


def happens(stack: Stack, path: str, **wish: Any) -> Json:
    """Something happens at Kaltura."""
    response = stack.http.post(f"{stack.kaltura_url}/_sim/{path}", json=wish)
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


def kaltura_api(stack: Stack, service: str, action: str, **parameters: Any) -> Any:
    """What an administrator of the account asks for."""
    known = stack.description["kaltura"]
    session = {"secret": known["admin_secret"], "type": 2, "partnerId": known["partner_id"], "format": 1}
    url = f"{stack.kaltura_url}/api_v3/service"
    ks = stack.http.post(f"{url}/session/action/start", json=session).json()
    answer = stack.http.post(f"{url}/{service}/action/{action}", json={"ks": ks, "format": 1, **parameters}).json()
    assert not (isinstance(answer, dict) and "code" in answer), answer
    return answer


def start(stack: Stack, ann: Member, channel: str, title: str) -> str:
    """A meeting; the id of its room."""
    stack.use(ann, channel, "kaltura-start", type="room", title=title)
    return next(str(room["id"]) for room in stack.kaltura("rooms") if room["name"] == title)


def said(stack: Stack, channel: str, ann: Member, sentence: str) -> list[Message]:
    return [message for message in stack.messages(channel, ann) if sentence in words(message)]


def wait_for(what: Callable[[], Any], seconds: float = 20) -> Any:
    """What it gives, once that is something."""
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)
    return found


def jobs(stack: Stack, entry_id: str) -> list[Json]:
    return [job for job in stack.kaltura("webhooks") if job["entry_id"] == entry_id]


@pytest.mark.parametrize("naming", ["root", "recorded", "reference"])
def test_a_recording_comes_into_the_channel_of_its_meeting(
    stack: Stack, ann: Member, general: str, naming: str
) -> None:
    title = f"Recorded by {naming}"
    room = start(stack, ann, general, title)
    recording = happens(stack, f"rooms/{room}/recording", naming=naming, ready=True)
    sentence = f"The recording of **{title}** is ready"
    (message,) = wait_for(lambda: said(stack, general, ann, sentence))
    assert "Watch Together" in json.dumps(message)
    wait_for(lambda: [job["statuses"] for job in jobs(stack, recording["id"])] == [[200]])
    assert [job["template"] for job in jobs(stack, recording["id"])] == ["DISCORD_ENTRY_READY"]
    # It is in no category that the school was given, and the school's own all the same.
    found = stack.use(ann, general, "kaltura-video-search", query=title)["message"]
    assert title in words(found)


def test_told_again_and_in_another_way_it_is_said_once(stack: Stack, ann: Member, general: str) -> None:
    room = start(stack, ann, general, "Told three times")
    recording = happens(stack, f"rooms/{room}/recording", ready=True)
    sentence = "The recording of **Told three times** is ready"
    wait_for(lambda: said(stack, general, ann, sentence))
    (job,) = jobs(stack, recording["id"])
    happens(stack, f"webhooks/{job['id']}/send")
    happens(stack, f"entries/{recording['id']}/replaced")
    wait_for(lambda: [job["statuses"] for job in jobs(stack, recording["id"])] == [[200, 200], [200]])
    # Whatever comes of it is behind this one on the queues.
    other = start(stack, ann, general, "Told afterwards")
    happens(stack, f"rooms/{other}/recording", ready=True)
    wait_for(lambda: said(stack, general, ann, "The recording of **Told afterwards** is ready"))
    assert len(said(stack, general, ann, sentence)) == 1


@pytest.mark.usefixtures("impatient")
def test_every_form_that_kaltura_sends_is_taken_and_an_empty_one_is_not(stack: Stack, newsroom: Newsroom) -> None:
    of_object = {"objectType": "KalturaHttpNotificationObjectData", "apiObjectType": "KalturaMediaEntry"}
    forms: dict[str, Json | None] = {
        "json": {**of_object, "format": 1},
        "encoded": {**of_object, "format": 1},
        "xml": {**of_object, "format": 2},
        "php": {**of_object, "format": 3},
        "fields": {"objectType": "KalturaHttpNotificationDataFields"},
        "empty": None,
    }
    templates = [registered(stack, form, data) for form, data in forms.items()]
    try:
        # What other tests had our functions remember of this server may be half a minute old.
        title = wait_for(lambda: told_title(newsroom), 45)
        (entry_id,) = {job["entry_id"] for job in stack.kaltura("webhooks") if title in job["body"]}
        wait_for(lambda: all(job["state"] in ("finished", "failed") for job in jobs(stack, entry_id)))
        assert len(newsroom.said(f"A new video is ready: **{title}**")) == 1
        answered = {job["template"]: job["statuses"] for job in jobs(stack, entry_id)}
        taken = ("DISCORD_ENTRY_READY", *(f"TEST_{form}" for form in forms if form != "empty"))
        assert answered == {**{name: [200] for name in taken}, "TEST_empty": [401, 401, 401]}
    finally:
        for template in templates:
            kaltura_api(stack, SERVICE, "delete", id=template)


def registered(stack: Stack, form: str, data: Json | None) -> int:
    """Another notification of the same thing, in another form."""
    wanted = {"objectType": "KalturaEventNotificationTemplateFilter", "systemNameEqual": "HTTP_ENTRY_STATUS_EQUALS"}
    (origin,) = kaltura_api(stack, SERVICE, "listTemplates", filter=wanted)["objects"]
    changes = {
        "objectType": "KalturaHttpNotificationTemplate",
        "systemName": f"TEST_{form}",
        "url": stack.description["kaltura"]["webhook_url"],
        "secureHashingAlgo": 2,
        **({"data": data} if data else {}),
    }
    clone: Json = kaltura_api(stack, SERVICE, "clone", id=origin["id"], eventNotificationTemplate=changes)
    kaltura_api(stack, SERVICE, "updateStatus", id=clone["id"], status=2)
    happens(stack, f"templates/{clone['id']}", fills_object=True, url_encodes=form == "encoded")
    return int(clone["id"])


def told_title(newsroom: Newsroom) -> str:
    """The title of a new video, once it is told; empty where it is not."""
    title = f"Osmosis {time.monotonic_ns()}"
    happens(newsroom.stack, "entries", name=title, category_id=ALL_HANDS, ready=True)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        if newsroom.said(f"A new video is ready: **{title}**"):
            return title
        time.sleep(0.2)
    return ""


BODY = b'{"entry_id":"1_bio00001","entry_status":"2"}'


@dataclass(frozen=True)
class Postman:
    """Somebody who sends to the door of Kaltura's webhooks; its address and secret are the deployment's."""

    stack: Stack
    url: str
    secret: str

    def signature(self, body: bytes) -> str:
        return hashlib.sha256(self.secret.encode() + body).hexdigest()

    def status(self, body: bytes, signature: str, algorithm: str = "sha256", *, to: str = "") -> int:
        headers = {"X-KALTURA-SIGNATURE": signature, "X-KALTURA-HASH-ALGO": algorithm}
        return self.stack.http.post(to or self.url, content=body, headers=headers).status_code

    def bare(self, body: bytes) -> int:
        return self.stack.http.post(self.url, content=body).status_code

    def signed(self, body: bytes) -> int:
        return self.status(body, self.signature(body))

    def appended(self, more: bytes) -> int:
        """Bytes after a genuine webhook, signed without the secret."""
        longer, signature = extended(self.signature(BODY), BODY, len(self.secret), more)
        assert signature == self.signature(longer)
        return self.status(longer, signature)


@pytest.fixture
def postman(stack: Stack) -> Postman:
    return Postman(stack, *(stack.description["kaltura"][name] for name in ("webhook_url", "admin_secret")))


def events(stack: Stack) -> dict[str, Json]:
    """All events in the table, by their keys."""
    pages = stack.dynamodb.meta.client.get_paginator("scan").paginate(TableName=stack.description["dynamodb"]["table"])
    return {item["pk"]: item for page in pages for item in page["Items"] if item["sk"] == "EVENT"}


REFUSED: dict[str, tuple[int, Callable[[Postman], int]]] = {
    "a flipped bit": (401, lambda postman: postman.status(BODY[:13] + b"0" + BODY[14:], postman.signature(BODY))),
    "an appended byte": (401, lambda postman: postman.status(BODY + b" ", postman.signature(BODY))),
    "another algorithm": (401, lambda postman: postman.status(BODY, postman.signature(BODY), "sha1")),
    "no signature": (401, lambda postman: postman.bare(BODY)),
    "an empty body": (401, lambda postman: postman.signed(b"")),
    "another address": (404, lambda postman: postman.status(BODY, postman.signature(BODY), to=f"{postman.url}x")),
    "a length extension": (400, lambda postman: postman.appended(b'{"entry_id":"1_evil","entry_status":"2"}')),
    "no UTF-8": (400, lambda postman: postman.signed(b'{"entry_id":"\xff"}')),
    "a key twice": (400, lambda postman: postman.signed(b'{"entry_id":"1_bio00001","entry_id":"1_bio00002"}')),
    "five megabytes": (413, lambda postman: postman.signed(b"{" + b" " * (5 << 20) + b"}")),
}


@pytest.mark.parametrize(("status", "sent"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_webhook_of_kalturas_is_refused_and_not_kept(
    stack: Stack, postman: Postman, status: int, sent: Callable[[Postman], int]
) -> None:
    before = events(stack)
    assert sent(postman) == status
    assert events(stack) == before


def test_a_webhook_that_a_stranger_sends_again_changes_nothing(stack: Stack, postman: Postman) -> None:
    numbered = {"object": {"id": "7"}, "eventObjectType": 2, "eventNotificationJobId": time.monotonic_ns()}
    body, before = json.dumps(numbered).encode(), events(stack)
    assert postman.signed(body) == 200
    kept = events(stack)
    assert len(kept) == len(before) + 1
    assert [postman.signed(body) for _ in range(3)] == [200, 200, 200]
    assert events(stack) == kept


def test_while_kaltura_is_down_nothing_is_lost(stack: Stack, ann: Member, general: str) -> None:
    room = start(stack, ann, general, "Told later")
    stack.order_fault(target="kaltura", match="*multirequest*", kind="status", value=503, times=3)
    recording = happens(stack, f"rooms/{room}/recording", ready=True)
    wait_for(lambda: [job["statuses"] for job in jobs(stack, recording["id"])] == [[200]])
    wait_for(lambda: said(stack, general, ann, "The recording of **Told later** is ready"), 40)


def test_a_stream_that_goes_on_air_is_told_once(stack: Stack, newsroom: Newsroom) -> None:
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])

    def told() -> list[Message]:
        # As if the last look were long ago.
        table.delete_item(Key={"pk": "LIVE", "sk": "WATCH"})
        stack.keep_house()
        return newsroom.said("town hall** is live now.")

    happens(stack, f"entries/{STREAM}", live=True)
    try:
        wait_for(told, 45)
        assert [len(told()) for _ in range(3)] == [1, 1, 1]
    finally:
        happens(stack, f"entries/{STREAM}", live=False)
