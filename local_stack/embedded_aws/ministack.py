"""Starting and stopping MiniStack (PyPI, pinned), which plays DynamoDB, SQS and the rest of AWS.

It lives in a virtual environment of its own, `.local/embedded_aws`, because it pins botocore. It looks for Docker
unless `DOCKER_HOST` points nowhere.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

import aiohttp

from local_stack.places import REPOSITORY

LAUNCHER = Path(__file__).resolve().parent / "launcher.py"
ENVIRONMENT_FOLDER = REPOSITORY / ".local" / "embedded_aws"
START_SECONDS = 20.0
STOP_SECONDS = 3.0
HEALTH_INTERVAL_SECONDS = 0.02
REGION = "us-east-1"


class EmbeddedAwsFailed(Exception):
    """MiniStack is not installed, did not start, or died; the message says what to do."""


class EmbeddedAws:
    """One MiniStack process."""

    def __init__(self, process: asyncio.subprocess.Process, log_file: IO[bytes], log_path: Path) -> None:
        self._process = process
        self._log_file = log_file
        self._log_path = log_path

    @classmethod
    async def start(
        cls,
        port: int,
        logs: Path,
        kept_in: Path | None = None,
        environment_folder: Path = ENVIRONMENT_FOLDER,
    ) -> "EmbeddedAws":
        """Start MiniStack on a loopback port and wait until it is healthy.

        Args:
            port: where it listens.
            logs: folder for `embedded_aws.log`.
            kept_in: folder where its state survives an orderly stop; None forgets everything.
            environment_folder: its virtual environment.

        Raises:
            EmbeddedAwsFailed: it is not installed or did not become healthy.
        """
        interpreter = environment_folder / "bin" / "python"
        if not interpreter.exists():
            raise EmbeddedAwsFailed(f"MiniStack is not installed in {environment_folder}; `make run` installs it.")
        log_path = logs / "embedded_aws.log"
        log_file = _open_log(log_path)
        process = await asyncio.create_subprocess_exec(
            str(interpreter),
            "-P",
            str(LAUNCHER),
            cwd=logs,
            env=_environment(port, logs, kept_in),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log_file,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        started = cls(process, log_file, log_path)
        try:
            await started._await_health(f"http://127.0.0.1:{port}/_ministack/health")
        except BaseException:
            await started.stop()
            raise
        return started

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def _await_health(self, url: str) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < give_up_at:
                if self._process.returncode is not None:
                    raise EmbeddedAwsFailed(f"MiniStack ended at once; its output is in {self._log_path}.")
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(url) as response:
                        if response.status == 200:
                            return
                await asyncio.sleep(HEALTH_INTERVAL_SECONDS)
        raise EmbeddedAwsFailed(f"MiniStack was not ready after {START_SECONDS:.0f} s; see {self._log_path}.")

    async def ended(self) -> EmbeddedAwsFailed:
        """Wait until the process ends by itself; gives the error to report."""
        status = await self._process.wait()
        return EmbeddedAwsFailed(f"MiniStack died (exit status {status}); its output is in {self._log_path}.")

    async def stop(self) -> None:
        """Ask it to end (it saves its state then), and kill it when it does not."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        self._log_file.close()


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _environment(port: int, logs: Path, kept_in: Path | None) -> dict[str, str]:
    temporary = logs / "embedded_aws_temporary"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "DOCKER_HOST": f"unix://{temporary}/no-docker",
        "S3_DATA_DIR": str(temporary / "s3"),
        # Nobody here speaks MQTT, and its listener would take a fixed port.
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    if kept_in is not None:
        kept_in.mkdir(parents=True, exist_ok=True)
        environment |= {"PERSIST_STATE": "1", "STATE_DIR": str(kept_in)}
    if sys.platform == "darwin":
        # Without it, forking after a framework was loaded aborts the process on macOS.
        environment["OBJC_DISABLE_INITIALIZE_FORK_SAFETY"] = "YES"
    return environment
