"""The quickest @connections endpoint there is: answers each post after a set time, so that the client is measured.

`python fake_sockets.py <milliseconds>` prints its port and serves until its input closes. Unsigned posts are refused,
as in AWS. It keeps to the last processor, so that clients, who keep to the first, do not wait for it.
"""

import asyncio
import os
import re
import sys
from collections.abc import Callable

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_SIGNATURE = re.compile(rb"(?i)\r\nauthorization: *AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[^/]+/execute-api/")
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 20:00:00 GMT\r\nContent-Type: application/json\r\n"
    b"Content-Length: 0\r\nConnection: keep-alive\r\nx-amzn-RequestId: 6b1a0b9c-1f2c-4a1e-9f3c-1d2e3f4a5b6c\r\n\r\n"
)
_REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


class _Endpoint(asyncio.Protocol):
    def __init__(self, late_seconds: float) -> None:
        self._late_seconds = late_seconds
        self._data = b""
        self._write: Callable[[bytes], object] = bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._data += data
        while True:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._data, 0, end + 2)
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._data) < whole:
                return
            answer = _ANSWER if _SIGNATURE.search(self._data, 0, end + 2) else _REFUSAL
            self._data = self._data[whole:]
            if self._late_seconds:
                asyncio.get_running_loop().call_later(self._late_seconds, self._write, answer)
            else:
                self._write(answer)


async def _main(late_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Endpoint(late_seconds), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1])
    sys.stdout.flush()
    # Whoever started us holds the other end of our input; when that closes, we are no longer needed.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asyncio.run(_main(float(sys.argv[1]) / 1000))
