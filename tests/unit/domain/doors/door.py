"""Opening a door of `functions/` as Lambda does: its module is loaded fresh, in the environment of a function."""

import asyncio
import base64
import gc
import importlib.util
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from kaltura_discord.aws.json_log import JsonLines
from kaltura_discord.aws.signed_caller import SignedCaller
from local_stack.places import REPOSITORY

Json = dict[str, Any]


@dataclass
class _Open:
    """A door that is open, and the callers of AWS that were made while no door inside it was."""

    loop: asyncio.AbstractEventLoop
    callers: list[SignedCaller] = field(default_factory=list)

    def notes_new_callers(self) -> None:
        """What is frozen was there before, and is not looked through: a test process has a million objects."""
        self.callers += [each for each in gc.get_objects() if isinstance(each, SignedCaller)]
        gc.freeze()


# The innermost last: each door sets its own loop when it is loaded.
_open: list[_Open] = []


@contextmanager
def opened(name: str, environment: Mapping[str, str]) -> Iterator[ModuleType]:
    """The module of the function `name`; afterwards, process and logging are as they were."""
    before = dict(os.environ)
    root, handlers, level = logging.root, list(logging.root.handlers), logging.root.level
    ours = logging.getLogger("kaltura_discord").level
    os.environ.update(environment)
    if _open:
        _open[-1].notes_new_callers()
    gc.freeze()
    try:
        module = _loaded(name)
        _open.append(_Open(asyncio.get_event_loop_policy().get_event_loop()))
        try:
            yield module
        finally:
            _open[-1].notes_new_callers()
            _close_what_a_process_would_keep(_open.pop())
    finally:
        if not _open:
            gc.unfreeze()
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


def _close_what_a_process_would_keep(door: _Open) -> None:
    # A door keeps its connections until its process ends, and has no need to close them; a test process lives on.
    for caller in door.callers:
        door.loop.run_until_complete(caller.close())
    door.loop.run_until_complete(door.loop.shutdown_default_executor())
    door.loop.close()
    asyncio.set_event_loop(_open[-1].loop if _open else None)


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
