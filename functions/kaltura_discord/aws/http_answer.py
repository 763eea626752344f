"""Reading one HTTP/1.1 answer: as much of RFC 9112 as AWS's JSON services use, and suspicious of the rest.

An answer that does not say how long it is, is refused: nobody could tell a whole one from one cut short, and an item
cut to nothing would read as "there is none".
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

_LARGEST_BODY_BYTES = 8 * 1024 * 1024
_LONGEST_NUMBER = 8


class MalformedAnswer(Exception):
    """What came is no HTTP answer that we can read; the message says why."""


class NothingCame(Exception):
    """The connection ended before the first byte of an answer."""


class HttpAnswer(NamedTuple):
    """One answer; with `keeps_alive` the connection may carry another."""

    status: int
    body: bytes
    keeps_alive: bool


async def read_answer(reader: asyncio.StreamReader) -> HttpAnswer:
    """The next answer on the stream.

    Raises:
        NothingCame: the stream ended before it.
        MalformedAnswer: it is not HTTP, too long, or of no stated length.
        OSError: the connection broke.
    """
    try:
        status, headers = _parse_head(await _read_head(reader))
        body = await _read_body(reader, headers)
    except asyncio.IncompleteReadError:
        raise MalformedAnswer("cut short") from None
    except asyncio.LimitOverrunError:
        raise MalformedAnswer("a line without end") from None
    return HttpAnswer(status, body, headers.get("connection", "").lower() != "close")


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as ended:
        if ended.partial:
            raise
        raise NothingCame from None


def _parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    status_line, *header_lines = head.decode("latin-1").split("\r\n")
    version, _, rest = status_line.partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/1.") or not status.isdecimal():
        raise MalformedAnswer("not HTTP")
    headers = {}
    for line in header_lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(status), headers


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader)
    length = headers.get("content-length", "")
    if not length.isdecimal() or len(length) > _LONGEST_NUMBER or int(length) > _LARGEST_BODY_BYTES:
        raise MalformedAnswer("no usable length")
    return await reader.readexactly(int(length))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        size = _chunk_size(await reader.readuntil(b"\r\n"))
        if len(body) + size > _LARGEST_BODY_BYTES:
            raise MalformedAnswer("too long")
        if size == 0:
            await _skip_trailers(reader)
            return bytes(body)
        body += (await reader.readexactly(size + 2))[:-2]


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits.isalnum() or len(digits) > _LONGEST_NUMBER:
        raise MalformedAnswer("not chunked")
    try:
        return int(digits, 16)
    except ValueError:
        raise MalformedAnswer("not chunked") from None


async def _skip_trailers(reader: asyncio.StreamReader) -> None:
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
