"""Kaltura's official Python client, pointed at the simulated Kaltura, agrees with us about what is there."""

from typing import Any

import pytest
from KalturaClient import KalturaClient, KalturaConfiguration
from KalturaClient.exceptions import KalturaException
from KalturaClient.Plugins.Core import KalturaSessionType
from KalturaClient.Plugins.Room import KalturaRoomEntryFilter

from kaltura_discord.kaltura.session import inspect
from tests.integration.running_stack import Stack


def client_of(stack: Stack, session: str = "") -> Any:
    configuration = KalturaConfiguration(stack.description["kaltura"]["partner_id"])
    configuration.serviceUrl = stack.kaltura_url
    client = KalturaClient(configuration)
    if session:
        client.setKs(session)
    return client


def session_of(stack: Stack, type_: int, privileges: str = "", expiry: int = 3600) -> str:
    account = stack.description["kaltura"]
    client = client_of(stack)
    session: str = client.session.start(
        account["admin_secret"], "official", type_, account["partner_id"], expiry, privileges
    )
    return session


def test_it_lists_the_room_that_a_command_made(stack: Stack) -> None:
    ann = stack.member("Ann")
    stack.use(ann, stack.channel("lessons"), "kaltura-start", type="room", title="Seen by the official client")

    rooms = client_of(stack, session_of(stack, KalturaSessionType.ADMIN)).room.room.list(
        KalturaRoomEntryFilter(statusIn="2,7")
    )

    found = [room for room in rooms.objects if room.name == "Seen by the official client"]
    assert len(found) == 1
    assert found[0].userId == f"discord_{ann.user_id}"


def test_its_session_says_the_same_as_ours(stack: Stack) -> None:
    account = stack.description["kaltura"]
    client = client_of(stack)

    started = session_of(stack, KalturaSessionType.ADMIN, "disableentitlement")
    local = client.generateSessionV2(
        account["admin_secret"], "official", KalturaSessionType.ADMIN, account["partner_id"], 3600, "disableentitlement"
    )
    _, theirs = inspect(local.decode(), account["admin_secret"])
    _, ours = inspect(started, account["admin_secret"])

    assert ours.user_id == theirs.user_id == "official"
    assert ours.privileges == theirs.privileges
    assert abs(ours.expires_at - theirs.expires_at) <= 5


def refused(call: Any) -> str:
    with pytest.raises(KalturaException) as refusal:
        call()
    return str(refusal.value.code)


def test_it_is_refused_with_the_right_codes(stack: Stack) -> None:
    account = stack.description["kaltura"]
    anonymous = client_of(stack)
    user = client_of(stack, session_of(stack, KalturaSessionType.USER))
    admin = client_of(stack, session_of(stack, KalturaSessionType.ADMIN))

    assert refused(lambda: anonymous.session.start("0" * 32, "x", 2, account["partner_id"])) == "START_SESSION_ERROR"
    assert refused(lambda: anonymous.room.room.list(KalturaRoomEntryFilter())) == "MISSING_KS"
    assert refused(lambda: user.partner.getInfo()) == "SERVICE_FORBIDDEN"
    assert refused(lambda: admin.room.room.get("1_zzzzzzzz")) in ("ENTRY_ID_NOT_FOUND", "INVALID_OBJECT_ID")

    session = session_of(stack, KalturaSessionType.ADMIN)
    client_of(stack, session).session.end()
    assert refused(lambda: client_of(stack, session).room.room.list(KalturaRoomEntryFilter())) == "INVALID_KS"
