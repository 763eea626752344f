"""Proof that a package is complete: its function is imported in a process that sees the package and Python only.

The compiled libraries of another architecture do not load here, so the proof is made with the same contents for this
machine; that the names of both agree is checked too.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from infra.packaging.contents import Contents
from infra.packaging.slimming import without_symbols

# What a function may ask its environment for while it is imported. Nothing is called, so all of it is invented.
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "DISCORD_APPLICATION_ID": "1",
    "DISCORD_PUBLIC_KEY": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "KALTURA_PARTNER_ID": "1",
    "NOTIFICATIONS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/notifications.fifo",
    "PUBLIC_BASE_URL": "https://example.org",
    "SOCKET_CALLBACK_URL": "https://example.org/ws",
    "TABLE_NAME": "kaltura-discord",
    "TASKS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/tasks",
}

# -I and -S leave Python's own folders on the path; the package comes before them, as on Lambda.
_TIME_THE_HANDLER = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
getattr(importlib.import_module(sys.argv[2]), sys.argv[3])
print(json.dumps((time.perf_counter() - began) * 1000))
"""
_IMPORT_ALL = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
for module in sys.argv[2:]:
    importlib.import_module(module)
for service in sys.stdin.read().split():
    importlib.import_module("boto3").client(service)
"""
_TRIES = 5


class Incomplete(Exception):
    """A package lacks something; the message is Python's."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing took: the best of several fresh processes, with compiled modules, in milliseconds."""

    milliseconds: float


def check_imports(handler: str, contents: Contents, folder: Path) -> Imported:
    """Lay the contents out in `folder` and import all that our code names there, at once or later, in fresh processes.

    The time is the handler's own. AWS clients are made, too: their services' descriptions must be there.

    Raises:
        Incomplete: something could not be imported.
    """
    lay_out(contents.files, folder)
    module, _, name = handler.rpartition(".")
    services = " ".join(contents.services)
    _run(_IMPORT_ALL, [str(folder), module, *contents.own_modules, *contents.library_modules], services)
    times = [float(json.loads(_run(_TIME_THE_HANDLER, [str(folder), module, name]))) for _ in range(_TRIES)]
    return Imported(min(times))


def lay_out(files: Mapping[PurePosixPath, Path], folder: Path) -> None:
    """The files as Lambda would unpack them."""
    for name, source in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(without_symbols(source.read_bytes()))


def names_without_platform(contents: Contents) -> set[str]:
    """The names of all files, compiled libraries by their module: what two platforms must agree on."""
    names = set()
    for name in contents.files:
        if name.parts[0].endswith(".dist-info") or name.parts[0].endswith(".libs"):
            continue
        module = name.name.split(".", 1)[0]
        names.add(str(name.parent / f"{module}.so" if name.suffix == ".so" else name))
    return names


def _run(program: str, arguments: list[str], text: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-S", "-c", program, *arguments],
        input=text,
        capture_output=True,
        text=True,
        env=_ENVIRONMENT,
        check=False,
    )
    if done.returncode:
        raise Incomplete(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no reason was given")
    return done.stdout
