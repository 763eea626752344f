"""The inside of a Lambda execution environment: one process that runs one handler, one event at a time.

The gateway starts this file by its path (`python -P worker.py <socket descriptor>`), so the handler finds only
what a function in AWS finds: its own folder and the installed packages, never `local_stack`. Nothing but the
standard library is imported here for the same reason.

Events arrive and results leave over a socket, as JSON behind a four byte length (big-endian):

    gateway -> worker   {"request_id", "deadline_ms", "event"}
    worker  -> gateway  {"ready": true} once, after the module was imported; then per event
                        {"result": ...} or {"error": {"errorType", "errorMessage", "stackTrace"}}

Shapes of errors: AWS Lambda developer guide, "Lambda function handler errors in Python". The process ends when
the socket closes, or when the gateway died without closing it.
"""

import importlib
import json
import os
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Handler = Callable[[Any, "LambdaContext"], Any]

LENGTH = struct.Struct("!I")
LARGEST_RESPONSE = 6 * 1024 * 1024 + 100
PARENT_WATCH_SECONDS = 1.0


class CognitoIdentity:
    """Empty, as for every function that no Cognito identity invoked."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext:
    """What the runtime hands to the handler beside the event (AWS Lambda guide, "Python context object")."""

    def __init__(self, request_id: str, deadline_ms: int) -> None:
        name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        region = os.environ["AWS_REGION"]
        account = os.environ.get("LOCAL_ACCOUNT_ID", "000000000000")
        self.aws_request_id = request_id
        self.function_name = name
        self.function_version = "$LATEST"
        self.invoked_function_arn = f"arn:aws:lambda:{region}:{account}:function:{name}"
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = f"/aws/lambda/{name}"
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = CognitoIdentity()
        self.client_context = None
        self.tenant_id = None
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the environment is killed."""
        return max(0, self._deadline_ms - int(time.time() * 1000))


def described(error: Exception) -> Json:
    """The error as Lambda reports it, without the frames of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    own_frames = [frame for frame in frames if frame.filename != __file__]
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": traceback.format_list(own_frames),
    }


def import_handler(address: str) -> Handler:
    """The function behind `module.function`; raises what importing it raises."""
    module_name, _, function_name = address.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module_name), function_name)
    return handler


def failed_import(address: str, error: Exception) -> Json:
    """An import failure by the names that Lambda gives it."""
    description = described(error)
    if isinstance(error, ImportError):
        description["errorType"] = "Runtime.ImportModuleError"
        description["errorMessage"] = f"Unable to import module '{address.rpartition('.')[0]}': {error}"
    if isinstance(error, AttributeError):
        description["errorType"] = "Runtime.HandlerNotFound"
    return description


def run(handler: Handler, request: Json) -> bytes:
    """One invocation; whatever the handler raises becomes an error answer."""
    context = LambdaContext(request["request_id"], request["deadline_ms"])
    try:
        result = handler(request["event"], context)
    except Exception as error:
        return encoded({"error": described(error)})
    try:
        answer = encoded({"result": result})
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return encoded({"error": {"errorType": "Runtime.MarshalError", "errorMessage": message, "stackTrace": []}})
    if len(answer) > LARGEST_RESPONSE:
        message = f"Response payload size ({len(answer)} bytes) exceeded maximum allowed payload size (6291556 bytes)."
        kind = "Function.ResponseSizeTooLarge"
        return encoded({"error": {"errorType": kind, "errorMessage": message, "stackTrace": []}})
    return answer


def encoded(answer: Json) -> bytes:
    """Compact UTF-8 JSON; `default=str` is deliberately absent, Lambda refuses such results too."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def receive(connection: socket.socket) -> Json | None:
    """The next request, or None when the gateway closed the socket."""
    header = receive_exactly(connection, LENGTH.size)
    if header is None:
        return None
    body = receive_exactly(connection, LENGTH.unpack(header)[0])
    if body is None:
        return None
    request: Json = json.loads(body)
    return request


def receive_exactly(connection: socket.socket, size: int) -> bytes | None:
    """`size` bytes, or None at the end of the stream."""
    chunks = bytearray()
    while len(chunks) < size:
        chunk = connection.recv(min(size - len(chunks), 1 << 20))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)


def send(connection: socket.socket, answer: bytes) -> None:
    """One answer behind its length."""
    connection.sendall(LENGTH.pack(len(answer)) + answer)


def leave_with(parent: int) -> None:
    """End this process when its parent is gone: a killed gateway must not leave workers behind."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    os._exit(1)


def main() -> None:
    """Import the handler, then serve until the socket closes."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=leave_with, args=(os.getppid(),), daemon=True).start()
    address = os.environ["_HANDLER"]
    try:
        handler = import_handler(address)
    except Exception as error:
        traceback.print_exc()
        sys.stderr.flush()
        send(connection, encoded({"error": failed_import(address, error)}))
        sys.exit(1)
    send(connection, encoded({"ready": True}))
    while True:
        request = receive(connection)
        if request is None:
            return
        answer = run(handler, request)
        sys.stdout.flush()
        sys.stderr.flush()
        send(connection, answer)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError, ConnectionResetError):
        sys.exit(0)
