"""Opening a door of `functions/` as Lambda does: its module is loaded fresh, in the environment of a function."""

import asyncio
import base64
import gc
import importlib.util
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from kaltura_discord.aws.json_log import JsonLines
from kaltura_discord.aws.signed_caller import SignedCaller
from local_stack.places import REPOSITORY

Json = dict[str, Any]

# The loops of the doors that are open, the innermost last: each door sets its own when it is loaded.
_loops: list[asyncio.AbstractEventLoop] = []


@contextmanager
def opened(name: str, environment: Mapping[str, str]) -> Iterator[ModuleType]:
    """The module of the function `name`; afterwards, process and logging are as they were."""
    before = dict(os.environ)
    root, handlers, level = logging.root, list(logging.root.handlers), logging.root.level
    ours = logging.getLogger("kaltura_discord").level
    os.environ.update(environment)
    of_others = _callers()
    try:
        module = _loaded(name)
        _loops.append(asyncio.get_event_loop_policy().get_event_loop())
        try:
            yield module
        finally:
            _close_what_a_process_would_keep(_loops.pop(), of_others)
    finally:
        os.environ.clear()
        os.environ.update(before)
        root.handlers, root.level = handlers, level
        logging.getLogger("kaltura_discord").setLevel(ours)


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"door_{name}", REPOSITORY / "functions" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _callers() -> list[SignedCaller]:
    return [each for each in gc.get_objects() if isinstance(each, SignedCaller)]


def _close_what_a_process_would_keep(loop: asyncio.AbstractEventLoop, of_others: list[SignedCaller]) -> None:
    # A door keeps its connections until its process ends, and has no need to close them; a test process lives on.
    # What was there before this door was opened belongs to another one, and to that one's loop.
    for caller in _callers():
        if not any(caller is other for other in of_others):
            loop.run_until_complete(caller.close())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    asyncio.set_event_loop(_loops[-1] if _loops else None)


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, is_binary: bool = False
) -> Json:
    """A request as API Gateway passes it on (HTTP API, payload format 2.0)."""
    event: Json = {
        "version": "2.0",
        "routeKey": f"ANY {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "host": "kaltura.example",
            "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "domainName": "kaltura.example",
            "domainPrefix": "kaltura",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "D"},
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"ANY {path}",
            "stage": "$default",
            "time": "20/Nov/2026:14:00:00 +0000",
            "timeEpoch": 1_795_183_200_000,
        },
        "isBase64Encoded": is_binary,
    }
    if body:
        event["body"] = base64.b64encode(body).decode() if is_binary else body.decode()
    return event


def body_of(answer: Json) -> bytes:
    """What the function answered."""
    text: str = answer["body"]
    return base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()


def lines(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged, as it would stand in CloudWatch."""
    return "\n".join(JsonLines().format(record) for record in caplog.records)
