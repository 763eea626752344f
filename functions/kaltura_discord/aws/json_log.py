"""Logging: one JSON object a line, as CloudWatch Logs Insights reads it.

The standard library does it in a few lines. Powertools' Logger, which names the fields alike, costs 33 ms of every
cold start (measured on two cores). What goes into a line is decided by whoever logs; tokens, sessions and what
people wrote never do.
"""

import json
import logging
import os
import sys
import time
import traceback
from functools import lru_cache
from typing import Any

from kaltura_discord.observation.correlation import FIELD, followed

# Made once: `json.dumps` with a `default` makes an encoder each time.
_in_json = json.JSONEncoder(default=str).encode

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A record as one line: time, level, service, message, what it belongs to, and whatever was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "timestamp": f"{_second(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "service": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
            "message": record.getMessage(),
        }
        belongs_to = followed()
        if belongs_to:
            line[FIELD] = belongs_to
        extras = vars(record)
        for name in extras.keys() - _STANDARD:
            line[name] = extras[name]
        if record.exc_info:
            line["exception"] = _where_it_happened(record.exc_info[1])
        # Everything beyond ASCII is escaped: half a surrogate pair must not cost us the line.
        return _in_json(line)


def _where_it_happened(error: BaseException | None) -> str:
    """Kinds and places of an error and of what led to it. Never their texts, which may hold whatever was sent."""
    lines: list[str] = []
    while error is not None:
        lines.append(type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


@lru_cache(maxsize=2)
def _second(epoch_seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(epoch_seconds))


def start_logging(level: str) -> None:
    """Send all logging to standard output as JSON lines, from `level` up; libraries from WARNING up."""
    # No line shows these, and finding them out costs as much as the rest of a record (Python docs: Logging HOWTO).
    logging.logThreads = False
    logging.logProcesses = False
    logging.logMultiprocessing = False
    if sys.version_info >= (3, 12):
        logging.logAsyncioTasks = False
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger("kaltura_discord").setLevel(level.upper() or "INFO")
