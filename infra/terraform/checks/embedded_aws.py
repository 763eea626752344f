"""MiniStack, the local stack's AWS, with IAM switched on: a function can do what its role allows, and no more."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REGION = "us-east-1"
# MiniStack's root key; with it everything is allowed, as with an account's root user.
ROOT_KEY = "test"

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


class NotStarted(Exception):
    """MiniStack did not start; the message says where its log is."""


@contextmanager
def embedded_aws(interpreter: Path, folder: Path) -> Iterator[str]:
    """Its address, while it runs. Everything that it writes goes into `folder`.

    Raises:
        NotStarted: it did not answer in time.
    """
    port = _free_port()
    log = folder / "ministack.log"
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [str(interpreter), "-m", "ministack"],
            cwd=temporary,
            env=_environment(port, temporary),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(port: int, temporary: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "DOCKER_HOST": f"unix://{temporary}/no-docker",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise NotStarted(f"MiniStack did not start: {log.read_text(encoding='utf-8')[-500:]}")
