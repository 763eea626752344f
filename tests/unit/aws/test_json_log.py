"""A line of the log is one JSON object, whatever was logged."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.observation.correlation import follow

log = logging.getLogger("kaltura_discord.tests")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    product = logging.getLogger("kaltura_discord")
    handlers, root_level, product_level = logging.root.handlers, logging.root.level, product.level
    yield
    logging.root.handlers = handlers
    logging.root.setLevel(root_level)
    product.setLevel(product_level)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_when_how_bad_where_what(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "interactions")
    start_logging("INFO")
    log.info("took %d ms", 12, extra={"guild_id": "1", "duration_ms": 12.5})
    (line,) = _lines(capsys)
    written = datetime.fromisoformat(line.pop("timestamp"))
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)
    assert line == {
        "level": "INFO",
        "service": "interactions",
        "message": "took 12 ms",
        "guild_id": "1",
        "duration_ms": 12.5,
    }


def test_fields_are_named_as_powertools_names_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever reads logs of other functions in the account asks ours the same way."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "interactions")
    theirs = Logger(service="interactions", level="INFO")
    theirs.set_correlation_id("story")
    theirs.info("took 12 ms", extra={"duration_ms": 12.5})
    start_logging("INFO")
    follow("story")
    log.info("took 12 ms", extra={"duration_ms": 12.5})
    follow("")
    expected, line = _lines(capsys)
    # Where in the code it was is for whoever debugs; the message tells it here.
    del expected["location"]
    del expected["timestamp"], line["timestamp"]
    assert line == expected


@pytest.mark.parametrize(
    "text",
    ["two\nlines\r\n", "Überblick 🎬", "half a pair \ud83c", '"quoted" \\ \u2028'],
    ids=["breaks", "a", "b", "c"],
)
def test_one_record_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str], text: str) -> None:
    start_logging("INFO")
    log.info("reason", extra={"reason": text})
    (line,) = _lines(capsys)
    assert line["reason"] == text


def test_what_json_does_not_know_is_written_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO")
    log.info("odd", extra={"error": ValueError("wrong"), "moment": datetime(2026, 11, 20, tzinfo=UTC)})
    (line,) = _lines(capsys)
    assert line["error"] == "wrong"
    assert line["moment"] == "2026-11-20 00:00:00+00:00"


def test_an_exception_comes_with_its_place_and_that_of_its_cause_and_without_their_texts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging("INFO")
    try:
        try:
            raise ValueError("what somebody typed")
        except ValueError as cause:
            raise RuntimeError("a token") from cause
    except RuntimeError:
        log.exception("not done")
    (line,) = _lines(capsys)
    assert line["level"] == "ERROR"
    kinds = [part for part in line["exception"].splitlines() if not part.startswith(" ")]
    assert kinds == ["RuntimeError", "ValueError"]
    assert "test_json_log.py:" in line["exception"]
    assert "somebody typed" not in line["exception"]
    assert "a token" not in line["exception"]


def test_libraries_are_heard_only_when_they_warn(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug")
    logging.getLogger("httpx").info("HTTP Request: GET https://host/with/a/token")
    logging.getLogger("httpx").warning("careful")
    log.debug("detail")
    assert [line["message"] for line in _lines(capsys)] == ["careful", "detail"]


def test_starting_twice_writes_once(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("")
    start_logging("")
    log.info("once")
    assert [line["message"] for line in _lines(capsys)] == ["once"]
