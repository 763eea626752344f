import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.kaltura.errors import (
    Forbidden,
    KalturaBusy,
    KalturaError,
    KalturaRefused,
    KalturaUnavailable,
    NotFound,
    SessionRefused,
    scrubbed,
)
from kaltura_discord.kaltura.refusals import refusal_in
from kaltura_discord.kaltura.session import SessionGrant, SessionType, mint
from tests.unit.kaltura.scripted_kaltura import PARTNER_ID, SECRET, api_exception

sessions = st.builds(
    lambda user, value: mint(
        SessionGrant(user, SessionType.USER, 1_900_000_000, {"firstName": value}), partner_id=PARTNER_ID, secret=SECRET
    ),
    st.from_regex(r"[a-z0-9_]{0,30}", fullmatch=True),
    st.text(max_size=60),
)
codes = st.sampled_from(
    ["INVALID_KS", "MISSING_KS", "SERVICE_FORBIDDEN", "ACTION_BLOCKED", "ENTRY_ID_NOT_FOUND", "SOMETHING_NEW"]
)


@given(session=sessions, code=codes, before=st.text(max_size=400), after=st.text(max_size=40))
def test_no_session_is_ever_shown_by_an_error(session: str, code: str, before: str, after: str) -> None:
    message = f"{before}{session}{after}"
    error = refusal_in(api_exception(code, message, KSID=session, ERR_CODE="-5", OTHER=message))
    assert error is not None
    shown = f"{error} {error!r} {error.args} {vars(error)}"
    assert session not in shown
    assert session[:60] not in shown


@given(session=sessions)
def test_a_session_is_scrubbed_wherever_it_stands(session: str) -> None:
    for text in (session, f"ks={session}&x=1", f'"{session}"', f"/ks/{session}/entry"):
        assert session[4:30] not in scrubbed(text)


@given(session=sessions, where=st.integers(200, 320))
def test_cutting_a_long_message_does_not_uncover_a_session(session: str, where: int) -> None:
    assert session[:30] not in scrubbed("x " * (where // 2) + session)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ENTRY_ID_NOT_FOUND", NotFound),
        ("INVALID_ENTRY_ID", NotFound),
        ("SCHEDULE_RESOURCE_ID_NOT_FOUND", NotFound),
        ("SERVICE_FORBIDDEN", Forbidden),
        ("FEATURE_FORBIDDEN", Forbidden),
        ("SERVICE_DOES_NOT_EXISTS", Forbidden),
        ("PLUGIN_NOT_AVAILABLE_FOR_PARTNER", Forbidden),
        ("INVALID_KS", SessionRefused),
        ("START_SESSION_ERROR", SessionRefused),
        ("ACTION_BLOCKED", KalturaBusy),
        ("LOCK_TIMED_OUT", KalturaBusy),
        ("INTERNAL_SERVERL_ERROR", KalturaUnavailable),
        ("INTERNAL_DATABASE_ERROR", KalturaUnavailable),
        ("PROPERTY_VALIDATION_MIN_LENGTH", KalturaRefused),
        ("SOMETHING_NEW", KalturaRefused),
    ],
)
def test_a_code_of_kaltura_becomes_our_error(code: str, kind: type[KalturaError]) -> None:
    error = refusal_in(api_exception(code, "words"))
    assert type(error) is kind
    assert error.code == code


def test_a_rate_limit_said_in_words_only_is_busy() -> None:
    error = refusal_in(api_exception("UNKNOWN", "Access to room_room was rate limited"))
    assert isinstance(error, KalturaBusy)
    assert error.retry_safe


@pytest.mark.parametrize(
    ("number", "renewable"),
    [("-1", False), ("-2", False), ("-4", False), ("-5", True), ("-6", True), ("-8", True), ("-9", False)],
)
def test_a_session_that_was_good_once_may_be_renewed(number: str, renewable: bool) -> None:
    error = refusal_in(api_exception("INVALID_KS", "Invalid KS", KSID="djJ8xyz", ERR_CODE=number, ERR_DESC="?"))
    assert isinstance(error, SessionRefused)
    assert error.renewable is renewable
    assert error.number == number


def test_an_untyped_error_object_is_an_error_too() -> None:
    assert isinstance(refusal_in({"code": "SERVICE_FORBIDDEN", "message": "no"}), Forbidden)


@pytest.mark.parametrize(
    "answer",
    [None, True, 3, "djJ8", [], {}, {"objectType": "KalturaRoomEntry", "id": "1"}, {"code": "en", "objectType": "X"}],
)
def test_a_result_is_no_error(answer: object) -> None:
    assert refusal_in(answer) is None


def test_every_error_has_a_sentence_and_a_status_for_our_own_answers() -> None:
    errors = [KalturaError("X"), KalturaUnavailable("X"), KalturaBusy("X"), KalturaRefused("X"), NotFound("X")]
    for error in [*errors, Forbidden("X"), SessionRefused("X")]:
        assert error.user_sentence.endswith(".")
        assert 400 <= error.http_status < 600
