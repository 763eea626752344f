"""Whatever goes wrong is told as a problem, and nothing internal with it."""

import json
import logging

import pytest

from kaltura_discord.aws.caller import AwsError, AwsThrottled
from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.http_api.problems import BadRequest, method_not_allowed, not_found, problem_of
from kaltura_discord.kaltura.errors import Forbidden, KalturaBusy, KalturaCircuitOpen, NotFound
from kaltura_discord.server_config.errors import InvalidSetting, NewerSettings
from kaltura_discord.settings import MissingSetting
from kaltura_discord.watch.refusals import HostNotListed, NotNow, SignedOut, TooOften
from tests.unit.domain.doors.door import lines

INTERNAL = "djJ8-internal"


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (BadRequest("“page” has to be a number."), 400, "bad-request"),
        (SignedOut(), 401, "signed-out"),
        (TooOften(0), 429, "too-often"),
        (HostNotListed("x.example"), 502, "media-host-not-mapped"),
        (NotNow(), 503, "unavailable"),
        (KalturaBusy(INTERNAL), 503, "kaltura"),
        (KalturaCircuitOpen(12), 503, "kaltura"),
        (NotFound(INTERNAL), 404, "kaltura"),
        (Forbidden(INTERNAL), 502, "kaltura"),
        (AwsThrottled("Query", INTERNAL), 503, "unavailable"),
        (AwsError("Query", INTERNAL), 503, "unavailable"),
        (DiscordUnavailable(INTERNAL), 503, "unavailable"),
        (TimeoutError(INTERNAL), 503, "unavailable"),
        (MissingSetting("DISCORD_CLIENT_SECRET"), 503, "unavailable"),
        (InvalidSetting(INTERNAL), 503, "unavailable"),
        (NewerSettings(9, 2), 503, "unavailable"),
        (RuntimeError(INTERNAL), 500, "internal"),
        (KeyError(INTERNAL), 500, "internal"),
    ],
)
def test_every_error_is_a_problem(error: Exception, status: int, slug: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = problem_of(error)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told = json.loads(bytes(answer.body))
    assert told.keys() == {"type", "title", "status", "detail"}
    assert (told["type"], told["status"]) == (f"/problems/{slug}", status)
    assert told["detail"].endswith(".")
    assert INTERNAL not in bytes(answer.body).decode()
    assert INTERNAL not in lines(caplog)
    if status in (429, 503):
        assert int(answer.headers["retry-after"]) > 0


def test_what_was_not_foreseen_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    try:
        raise RuntimeError(INTERNAL)
    except RuntimeError as error:
        problem_of(error)
    assert "test_problems.py:" in lines(caplog)
    assert "RuntimeError" in lines(caplog)


def test_where_there_is_no_route() -> None:
    assert json.loads(bytes(not_found().body))["type"] == "/problems/not-found"
    answer = method_not_allowed({"Allow": "GET"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
