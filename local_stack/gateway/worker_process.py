"""One Lambda execution environment as the gateway sees it: start, invoke, kill at the timeout.

AWS Lambda guide, "Lambda execution environment lifecycle": an environment serves one event at a time, keeps its
globals between events, and is thrown away after a timeout or a crash.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKER_FILE = Path(__file__).resolve().parent / "worker.py"
LENGTH = struct.Struct("!I")
INITIALISATION_SECONDS = 30.0
STOP_SECONDS = 2.0
LONGEST_LOG_LINE = 1024 * 1024

LogSink = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FunctionError:
    """How an invocation failed, in Lambda's words."""

    error_type: str
    message: str
    stack_trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one invocation gave: a JSON value, or an error."""

    request_id: str
    result: Any = None
    error: FunctionError | None = None


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """How to start one environment; `environment` is all that the handler finds in `os.environ`."""

    handler: str
    folder: Path
    environment: Mapping[str, str]
    timeout_seconds: float


class WorkerGone(Exception):
    """The process ended before it answered."""


class WorkerProcess:
    """One running environment; made by `start`."""

    def __init__(
        self,
        plan: WorkerPlan,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: LogSink,
    ) -> None:
        self._plan = plan
        self._process = process
        self._reader = reader
        self._writer = writer
        self._log = log
        self._log_pump = asyncio.create_task(self._pump_log())
        self.initialisation_error: FunctionError | None = None

    @classmethod
    async def start(cls, plan: WorkerPlan, log: LogSink) -> "WorkerProcess":
        """Start a process and wait until it has imported its handler.

        An import that fails leaves the worker with `initialisation_error`; it can't be invoked.
        """
        ours, theirs = socket.socketpair()
        environment = {
            **plan.environment,
            "_HANDLER": plan.handler,
            "PYTHONPATH": str(plan.folder),
            "LAMBDA_TASK_ROOT": str(plan.folder),
        }
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                # -P: the folder of the worker itself is not importable; -u: what is printed survives a kill.
                "-P",
                "-u",
                str(WORKER_FILE),
                str(theirs.fileno()),
                cwd=plan.folder,
                env=environment,
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                limit=LONGEST_LOG_LINE,
            )
        finally:
            theirs.close()
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = cls(plan, process, reader, writer, log)
        await worker._await_import()
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs, as far as is known."""
        return self._process.returncode is None

    async def _await_import(self) -> None:
        try:
            async with asyncio.timeout(INITIALISATION_SECONDS):
                answer = await self._receive()
        except (TimeoutError, WorkerGone):
            await self.kill()
            message = f"{self._plan.handler} did not start: its process ended or hung while importing"
            self.initialisation_error = FunctionError("Runtime.ExitError", message)
            return
        if "error" in answer:
            self.initialisation_error = _function_error(answer["error"])
            await self.kill()

    async def invoke(self, event: Any) -> Outcome:
        """Run the handler on `event`; never raises for what the handler does.

        A handler that is over its time is killed with everything it started, as AWS does.
        """
        request_id = str(uuid.uuid4())
        started = time.monotonic()
        timeout = self._plan.timeout_seconds
        deadline_ms = int((time.time() + timeout) * 1000)
        try:
            async with asyncio.timeout(timeout):
                self._send({"request_id": request_id, "deadline_ms": deadline_ms, "event": event})
                answer = await self._receive()
        except TimeoutError:
            await self.kill()
            self._log(f"{request_id} Task timed out after {timeout:.2f} seconds")
            message = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
            return Outcome(request_id, error=FunctionError("Sandbox.Timedout", message))
        except WorkerGone:
            await self.kill()
            status = self._process.returncode
            self._log(f"{request_id} ERROR Runtime exited with status {status}")
            message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {status}"
            return Outcome(request_id, error=FunctionError("Runtime.ExitError", message))
        except asyncio.CancelledError:
            await self.kill()
            raise
        self._log(f"REPORT RequestId: {request_id}\tDuration: {(time.monotonic() - started) * 1000:.2f} ms")
        if "error" in answer:
            error = _function_error(answer["error"])
            self._log(f"[ERROR] {error.error_type}: {error.message}\n{''.join(error.stack_trace)}".rstrip())
            return Outcome(request_id, error=error)
        return Outcome(request_id, result=answer.get("result"))

    def _send(self, request: dict[str, Any]) -> None:
        body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self._writer.write(LENGTH.pack(len(body)) + body)

    async def _receive(self) -> dict[str, Any]:
        try:
            header = await self._reader.readexactly(LENGTH.size)
            body = await self._reader.readexactly(LENGTH.unpack(header)[0])
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerGone from error
        answer: dict[str, Any] = json.loads(body)
        return answer

    async def _pump_log(self) -> None:
        """Hand on what the handler prints, line by line."""
        stream = self._process.stdout
        if stream is None:
            return
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                self._log("(a line longer than 1 MiB was left out)")
                continue
            if not line:
                return
            self._log(line.decode("utf-8", "replace").rstrip("\n"))

    async def kill(self) -> None:
        """End the process and all it started, at once."""
        self._writer.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._finish_log()

    async def stop(self) -> None:
        """Let an idle process end by closing its socket; kill it when it does not."""
        self._writer.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
        await self._finish_log()

    async def _finish_log(self) -> None:
        """What was printed before the end still belongs into the log."""
        done, _ = await asyncio.wait({self._log_pump}, timeout=0.5)
        if not done:
            self._log_pump.cancel()


def _function_error(described: dict[str, Any]) -> FunctionError:
    return FunctionError(
        error_type=str(described.get("errorType", "Error")),
        message=str(described.get("errorMessage", "")),
        stack_trace=tuple(described.get("stackTrace", ())),
    )
