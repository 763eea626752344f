"""What a webhook says, in every form in which Kaltura's templates have it sent."""

import json
from typing import Any
from urllib.parse import quote_plus

import phpserialize
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.webhook_body import EventHint, MalformedWebhook, read_webhook

NOTIFICATION: dict[str, Any] = {
    "object": {"id": "1_abcd1234", "name": "Zellen & Käse", "status": 2, "objectType": "KalturaMediaEntry"},
    "eventObjectType": 1,
    "eventNotificationJobId": 33578094492,
    "templateId": 340,
    "templateName": "Entry ready",
    "templateSystemName": "DISCORD_ENTRY_READY",
    "eventType": 3,
    "objectType": "KalturaHttpNotification",
}
SAID = EventHint("33578094492", "DISCORD_ENTRY_READY", "1_abcd1234", "2")
TOLD_BY_OUR_OWN_TEXT = EventHint("", "", "1_abcd1234", "2")


def as_json() -> str:
    return json.dumps(NOTIFICATION)


def as_xml() -> str:
    of_object = "".join(f"<{name}>{value}</{name}>" for name, value in NOTIFICATION["object"].items() if name != "name")
    others = "".join(f"<{name}>{value}</{name}>" for name, value in NOTIFICATION.items() if name != "object")
    return f"<notification><object>{of_object}</object>{others}</notification>"


def as_php() -> str:
    subject = phpserialize.phpobject("KalturaMediaEntry", NOTIFICATION["object"])
    whole = phpserialize.phpobject("KalturaHttpNotification", {**NOTIFICATION, "object": subject})
    text: str = phpserialize.dumps(whole, object_hook=lambda thing: thing).decode()
    return text


FORMS = {
    "JSON": as_json(),
    "JSON, url-encoded": "data=" + quote_plus(as_json()),
    "XML": "data=" + as_xml(),
    "PHP": "data=" + as_php(),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
def test_a_notification_says_the_same_in_each_form(body: str) -> None:
    assert read_webhook(body.encode()) == SAID


@pytest.mark.parametrize(
    "body",
    [
        '{"entry_id": "1_abcd1234", "entry_status": "2"}',
        '{"entry_id":"1_abcd1234","entry_status":2}',
        "entry_id=1_abcd1234&entry_status=2&entry_name=Cells+%26+K%C3%A4se",
    ],
)
def test_our_own_text_and_the_parameters_as_a_form_name_the_entry(body: str) -> None:
    assert read_webhook(body.encode()) == TOLD_BY_OUR_OWN_TEXT


def test_what_is_about_no_entry_names_none() -> None:
    of_category = {**NOTIFICATION, "eventObjectType": 2, "object": {"id": "7", "objectType": "KalturaCategory"}}
    assert read_webhook(json.dumps(of_category).encode()).entry_id == ""
    scheduled = {**NOTIFICATION, "eventObjectType": "scheduleEventNotifications.ScheduleEvent"}
    assert read_webhook(json.dumps(scheduled).encode()).entry_id == ""


def test_a_live_stream_is_an_entry() -> None:
    assert read_webhook(json.dumps({**NOTIFICATION, "eventObjectType": 38}).encode()).entry_id == "1_abcd1234"


@pytest.mark.parametrize("subject", [None, [], "1_abcd1234", {"id": ["1_a"]}, {"id": True}, {"id": "x" * 201}])
def test_an_object_that_kaltura_did_not_fill_names_nothing(subject: object) -> None:
    assert read_webhook(json.dumps({**NOTIFICATION, "object": subject}).encode()).entry_id == ""


MALFORMED = {
    "nothing": b"",
    "no UTF-8": b'{"entry_id": "\xff"}',
    "half of it": as_json()[:-1].encode(),
    "more after it": as_json().encode() + b"{}",
    "a list": b'[{"entry_id": "1_a"}]',
    "a number that is none": b'{"entry_id": "1_a", "entry_status": NaN}',
    "too deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "words": b"hello",
    "a field twice": b"entry_id=1_a&entry_id=1_b",
    "a key twice": b'{"entry_id": "1_a", "entry_id": "1_b"}',
    "a key twice, further in": b'{"object": {"id": "1_a", "id": "1_b"}, "eventObjectType": 1}',
    "a key twice, url-encoded": b"data=%7B%22entry_id%22%3A%221_a%22%2C%22entry_id%22%3A%221_b%22%7D",
    "an element twice": b"data=<notification><entry_id>1_a</entry_id><entry_id>1_b</entry_id></notification>",
    "an element twice, further in": (
        b"data=<notification><object><id>1_a</id><id>1_b</id></object><eventObjectType>1</eventObjectType>"
        b"</notification>"
    ),
    "too many fields": b"&".join(b"f%d=1" % number for number in range(101)),
    "data of nothing": b"data=",
    "data that is no UTF-8 once decoded": b"data=%7B%22entry_id%22%3A%22%ff%22%7D",
    "half an XML": b"data=<notification><object>",
    "XML with an entity": b'data=<!DOCTYPE n [<!ENTITY a "b">]><notification><name>&a;</name></notification>',
    "PHP cut short": ("data=" + as_php()).encode()[:-4],
    "PHP and more": ("data=" + as_php()).encode() + b"i:1;",
    "a string that is longer than all": b'data=O:1:"A":1:{s:999999999:"x";i:1;}',
    "a number without end": b'data=O:1:"A":1:{s:1:"x";i:' + b"9" * 10_000 + b";}",
    "PHP without a name": b"data=O:",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_whatever_else_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedWebhook, match=r"\w"):
        read_webhook(body)


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
def test_what_a_length_extension_appends_is_refused(body: str) -> None:
    """The padding of the hash stands between what was signed and what was appended: 0x80, zeros, the length."""
    padding = b"\x80" + b"\x00" * 20 + (len(body) * 8).to_bytes(8, "big")
    with pytest.raises(MalformedWebhook):
        read_webhook(body.encode() + padding + b'{"entry_id": "1_evil"}')


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        hint = read_webhook(body)
    except MalformedWebhook:
        return
    assert isinstance(hint.entry_id, str)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_end_of_php_and_xml_is_read_or_refused(one: str, other: str) -> None:
    for body in (f"data=O:{one}", f'data=O:3:"Abc":1:{{{one}}}', f"data=<{one}>{other}</{one}>"):
        try:
            read_webhook(body.encode(errors="replace"))
        except MalformedWebhook:
            continue


def test_an_event_is_one_however_often_it_is_sent() -> None:
    assert SAID.key(minute=1) == SAID.key(minute=999)
    assert TOLD_BY_OUR_OWN_TEXT.key(minute=1) == TOLD_BY_OUR_OWN_TEXT.key(minute=1)


def test_without_a_number_of_kalturas_an_event_is_one_within_its_minute() -> None:
    assert TOLD_BY_OUR_OWN_TEXT.key(minute=1) != TOLD_BY_OUR_OWN_TEXT.key(minute=2)
    assert TOLD_BY_OUR_OWN_TEXT.key(minute=1) != EventHint("", "", "1_other", "2").key(minute=1)
