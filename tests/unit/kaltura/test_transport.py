import json
import logging

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaltura_discord.kaltura.answers import Answer
from kaltura_discord.kaltura.errors import (
    Forbidden,
    KalturaBusy,
    KalturaError,
    KalturaUnavailable,
    NotFound,
    SessionRefused,
)
from kaltura_discord.kaltura.session import SessionType, inspect
from kaltura_discord.kaltura.transport import CLIENT_TAG, Call, KalturaTransport
from kaltura_discord.kaltura.wire import Limits
from tests.unit.kaltura.scripted_kaltura import (
    EPOCH,
    PARTNER_ID,
    SECRET,
    Reply,
    ScriptedKaltura,
    SeenCall,
    api_exception,
)

ENTRY = {"objectType": "KalturaMediaEntry", "id": "1_abcd1234"}


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    return ScriptedKaltura()


async def get(kaltura: ScriptedKaltura, transport: KalturaTransport, *, repeatable: bool = True) -> Answer:
    return await transport.call(
        "baseentry", "get", {"entryId": "1_abcd1234"}, deadline=kaltura.clock.deadline(60), repeatable=repeatable
    )


async def outcome(kaltura: ScriptedKaltura, *replies: Reply, repeatable: bool = True) -> KalturaError:
    kaltura.on("baseentry.get", *replies)
    async with kaltura.transport() as transport:
        with pytest.raises(KalturaError) as caught:
            await get(kaltura, transport, repeatable=repeatable)
    return caught.value


async def test_sends_json_as_kaltura_wants_it(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", ENTRY)
    async with kaltura.transport() as transport:
        assert await get(kaltura, transport) == ENTRY
    call = kaltura.only("baseentry.get")
    assert call.headers["Content-Type"] == "application/json"
    assert call.parameters["format"] == 1
    assert call.parameters["clientTag"] == CLIENT_TAG
    assert call.parameters["entryId"] == "1_abcd1234"


async def test_acts_with_an_admin_session_made_locally(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", ENTRY)
    async with kaltura.transport() as transport:
        await get(kaltura, transport)
    partner_id, grant = inspect(str(kaltura.only("baseentry.get").parameters["ks"]), SECRET)
    assert partner_id == PARTNER_ID
    assert grant.type is SessionType.ADMIN
    assert EPOCH < grant.expires_at <= EPOCH + 86400


async def test_keeps_its_session_until_five_minutes_before_it_expires(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", ENTRY)
    async with kaltura.transport() as transport:
        await get(kaltura, transport)
        _, grant = inspect(str(kaltura.calls[0].parameters["ks"]), SECRET)
        kaltura.clock.seconds = grant.expires_at - EPOCH - 301
        await get(kaltura, transport)
        kaltura.clock.seconds += 1
        await get(kaltura, transport)
    first, second, third = (call.parameters["ks"] for call in kaltura.calls)
    assert first == second
    assert second != third


@pytest.mark.parametrize("answer", [None, True, 7, "djJ8MTIz", [], {"totalCount": 0, "objects": []}])
async def test_bare_scalars_and_null_are_results(kaltura: ScriptedKaltura, answer: object) -> None:
    kaltura.on("baseentry.get", answer)
    async with kaltura.transport() as transport:
        assert await get(kaltura, transport) == answer


async def test_an_error_object_at_http_200_is_raised_and_not_repeated(kaltura: ScriptedKaltura) -> None:
    error = await outcome(kaltura, api_exception("ENTRY_ID_NOT_FOUND", "Entry id not found", ENTRY_ID="1_x"))
    assert isinstance(error, NotFound)
    assert error.arguments == {"ENTRY_ID": "1_x"}
    assert len(kaltura.calls) == 1


GARBAGE = {
    "html": b"<html><body>\xff\xfe upstream connect error</body></html>",
    "nothing": b"",
    "half an object": b'{"id": "1_ab',
    "not UTF-8": b'{"name": "\xff"}',
    "a number that is none": b'{"plays": NaN}',
    "nested without end": b"[" * 200_000,
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_means_unavailable(kaltura: ScriptedKaltura, body: bytes) -> None:
    error = await outcome(kaltura, lambda _: httpx.Response(200, content=body))
    assert isinstance(error, KalturaUnavailable)
    assert error.code == "GARBAGE"
    assert not error.retry_safe


async def test_an_endless_answer_is_not_read_to_its_end(kaltura: ScriptedKaltura) -> None:
    kaltura.on("baseentry.get", lambda _: httpx.Response(200, content=b'"' + b"x" * 5000 + b'"'))
    async with kaltura.transport(limits=Limits(answer_bytes=1000)) as transport:
        with pytest.raises(KalturaUnavailable, match="more than 1000 bytes"):
            await get(kaltura, transport)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 301, 204])
async def test_a_status_that_kaltura_never_gives_means_unavailable(kaltura: ScriptedKaltura, status: int) -> None:
    error = await outcome(kaltura, lambda _: httpx.Response(status, text="bad gateway"))
    assert isinstance(error, KalturaUnavailable)
    assert error.code == f"HTTP_{status}"


async def test_too_many_requests_means_busy(kaltura: ScriptedKaltura) -> None:
    assert isinstance(await outcome(kaltura, lambda _: httpx.Response(429)), KalturaBusy)


async def test_an_address_that_is_not_kalturas_is_not_asked_again(kaltura: ScriptedKaltura) -> None:
    assert isinstance(await outcome(kaltura, lambda _: httpx.Response(404)), Forbidden)
    assert len(kaltura.calls) == 1


FAILURES_THAT_MAY_PASS: dict[str, Reply] = {
    "time-out": httpx.ReadTimeout("slow"),
    "lost connection": httpx.RemoteProtocolError("server disconnected"),
    "bad gateway": lambda _: httpx.Response(502),
    "internal error": api_exception("INTERNAL_SERVERL_ERROR"),
    "garbage": lambda _: httpx.Response(200, content=b"?"),
}


@pytest.mark.parametrize("failure", FAILURES_THAT_MAY_PASS.values(), ids=FAILURES_THAT_MAY_PASS.keys())
async def test_a_repeatable_call_is_repeated_after_what_may_pass(kaltura: ScriptedKaltura, failure: Reply) -> None:
    kaltura.on("baseentry.get", failure, failure, ENTRY)
    async with kaltura.transport() as transport:
        assert await get(kaltura, transport) == ENTRY
    assert len(kaltura.calls) == 3
    assert len(kaltura.clock.pauses) == 2


@pytest.mark.parametrize("failure", FAILURES_THAT_MAY_PASS.values(), ids=FAILURES_THAT_MAY_PASS.keys())
async def test_any_other_call_is_not_repeated_when_it_may_have_been_carried_out(
    kaltura: ScriptedKaltura, failure: Reply
) -> None:
    error = await outcome(kaltura, failure, ENTRY, repeatable=False)
    assert isinstance(error, KalturaUnavailable)
    assert not error.retry_safe
    assert len(kaltura.calls) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), api_exception("ACTION_BLOCKED", "blocked")])
async def test_every_call_is_repeated_when_nothing_can_have_happened(kaltura: ScriptedKaltura, failure: Reply) -> None:
    kaltura.on("baseentry.get", failure, ENTRY)
    async with kaltura.transport() as transport:
        assert await get(kaltura, transport, repeatable=False) == ENTRY


async def test_blocked_for_good_ends_as_busy(kaltura: ScriptedKaltura) -> None:
    assert isinstance(await outcome(kaltura, api_exception("ACTION_BLOCKED")), KalturaBusy)
    assert len(kaltura.calls) == 3


@pytest.mark.parametrize("number", ["-5", "-6", "-8"])
async def test_a_session_no_longer_accepted_is_made_anew_once(kaltura: ScriptedKaltura, number: str) -> None:
    refused = api_exception("INVALID_KS", 'Invalid KS "djJ8abc"', KSID="djJ8abc", ERR_CODE=number)
    kaltura.on("baseentry.get", refused, ENTRY)
    async with kaltura.transport() as transport:
        assert await get(kaltura, transport, repeatable=False) == ENTRY
    first, second = (call.parameters["ks"] for call in kaltura.calls)
    assert first != second


async def test_a_session_that_never_was_good_is_not_made_anew(kaltura: ScriptedKaltura) -> None:
    error = await outcome(kaltura, api_exception("INVALID_KS", "Invalid KS", ERR_CODE="-1"))
    assert isinstance(error, SessionRefused)
    assert len(kaltura.calls) == 1


async def test_a_session_refused_twice_is_refused(kaltura: ScriptedKaltura) -> None:
    assert isinstance(await outcome(kaltura, api_exception("INVALID_KS", ERR_CODE="-5")), SessionRefused)
    assert len(kaltura.calls) == 2


async def test_a_session_of_the_callers_own_is_never_replaced(kaltura: ScriptedKaltura) -> None:
    kaltura.on("session.end", api_exception("INVALID_KS", ERR_CODE="-6"))
    async with kaltura.transport() as transport:
        with pytest.raises(SessionRefused):
            await transport.call(
                "session", "end", {}, deadline=kaltura.clock.deadline(5), repeatable=True, session="djJ8own"
            )
    assert kaltura.only("session.end").parameters["ks"] == "djJ8own"


async def test_several_calls_in_one_request(kaltura: ScriptedKaltura) -> None:
    kaltura.on("multirequest", [ENTRY, api_exception("INVALID_USER_ID", "no"), None])
    calls = [Call("baseentry", "get", {"entryId": "1_abcd1234"}), Call("user", "get"), Call("session", "end")]
    async with kaltura.transport() as transport:
        first, second, third = await transport.multi(calls, deadline=kaltura.clock.deadline(5), repeatable=True)
    assert first == ENTRY
    assert isinstance(second, NotFound)
    assert third is None
    sent = kaltura.only("multirequest").parameters
    assert sent["1"] == {"service": "baseentry", "action": "get", "entryId": "1_abcd1234"}
    assert set(sent) == {"1", "2", "3", "ks", "format", "clientTag"}


@pytest.mark.parametrize("answer", [[ENTRY], {}, None, "x"])
async def test_fewer_results_than_calls_are_garbage(kaltura: ScriptedKaltura, answer: object) -> None:
    kaltura.on("multirequest", answer)
    calls = [Call("user", "get"), Call("user", "list")]
    async with kaltura.transport() as transport:
        with pytest.raises(KalturaUnavailable):
            await transport.multi(calls, deadline=kaltura.clock.deadline(5), repeatable=False)


async def test_several_calls_get_a_new_session_too(kaltura: ScriptedKaltura) -> None:
    expired = api_exception("INVALID_KS", ERR_CODE="-5")
    kaltura.on("multirequest", [expired, expired], [ENTRY, ENTRY])
    calls = [Call("user", "get"), Call("user", "list")]
    async with kaltura.transport() as transport:
        results = await transport.multi(calls, deadline=kaltura.clock.deadline(5), repeatable=False)
    assert results == [ENTRY, ENTRY]


async def test_each_try_is_one_line_in_the_log(kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kaltura_discord")
    kaltura.on("baseentry.get", lambda _: httpx.Response(502), ENTRY)
    async with kaltura.transport() as transport:
        await get(kaltura, transport)
    lines = [record for record in caplog.records if record.name.startswith("kaltura_discord")]
    assert [vars(line)["kaltura_code"] for line in lines] == ["HTTP_502", "OK"]
    assert vars(lines[1])["kaltura_request"] == "1234567890"
    assert vars(lines[1])["kaltura_service"] == "baseentry"
    assert vars(lines[1])["kaltura_action"] == "get"


@given(secret_words=st.text(min_size=8, max_size=40), code=st.sampled_from(["INVALID_KS", "ENTRY_ID_NOT_FOUND"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
async def test_neither_a_session_nor_a_parameter_is_ever_logged(
    caplog: pytest.LogCaptureFixture, secret_words: str, code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.clear()

    def echo(call: SeenCall) -> Reply:
        return api_exception(code, json.dumps(call.parameters), KSID=str(call.parameters["ks"]), ERR_CODE="-5")

    kaltura = ScriptedKaltura()
    kaltura.on("user.get", echo)
    words = f"secret {secret_words} secret"
    async with kaltura.transport() as transport:
        with pytest.raises(KalturaError):
            await transport.call("user", "get", {"userId": words}, deadline=kaltura.clock.deadline(5), repeatable=True)
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "user" in logged
    assert words not in logged
    for call in kaltura.calls:
        assert str(call.parameters["ks"]) not in logged
