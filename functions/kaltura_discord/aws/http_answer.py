"""Reading one HTTP/1.1 answer: as much of RFC 9112 as AWS's JSON services use, and suspicious of the rest.

An answer that does not say how long it is, is refused: nobody could tell a whole one from one cut short, and an item
cut to nothing would read as "there is none".

Two ways in: `read_answer` from a stream, and `take_answer` from what has come so far, for whoever reads a thousand of
them at once and cannot pay for a coroutine each.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import NamedTuple

_LARGEST_BODY_BYTES = 8 * 1024 * 1024
_LONGEST_NUMBER = 8
_LONGEST_HEAD_BYTES = 64 * 1024

_HEAD_END = b"\r\n\r\n"
_STATUS_LINE = re.compile(rb"http/1\.[0-9] ([0-9]{3})[ \r]")

# Answers that never have a body, and need not say so (RFC 9110, 15.3.5 and 15.4.5).
_BODILESS = frozenset({204, 304})


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
        body = b"" if status in _BODILESS else await _read_body(reader, headers)
    except asyncio.IncompleteReadError:
        raise MalformedAnswer("cut short") from None
    except asyncio.LimitOverrunError:
        raise MalformedAnswer("a line without end") from None
    return HttpAnswer(status, body, headers.get("connection", "").lower() != "close")


def take_answer(data: bytes) -> tuple[HttpAnswer, bytes] | None:
    """The answer at the beginning of `data`, and what comes after it; None while it is not all there.

    Raises:
        MalformedAnswer: it is not HTTP, too long, or of no stated length.
    """
    end = data.find(_HEAD_END)
    if end < 0:
        if len(data) > _LONGEST_HEAD_BYTES:
            raise MalformedAnswer("a line without end")
        return None
    begin = end + len(_HEAD_END)
    head = data[: end + 2].lower()
    status_line = _STATUS_LINE.match(head) if data.startswith(b"HTTP") else None
    if status_line is None:
        raise MalformedAnswer("not HTTP")
    status = int(status_line.group(1))
    keeps_alive = _header(head, b"\r\nconnection:") != b"close"
    if status in _BODILESS:
        return HttpAnswer(status, b"", keeps_alive), data[begin:]
    if _header(head, b"\r\ntransfer-encoding:") == b"chunked":
        taken = _take_chunks(data, begin)
        return None if taken is None else (HttpAnswer(status, taken[0], keeps_alive), data[taken[1] :])
    length = _header(head, b"\r\ncontent-length:")
    if not length.isdigit() or len(length) > _LONGEST_NUMBER:
        raise MalformedAnswer("no usable length")
    body_end = begin + int(length)
    if body_end - begin > _LARGEST_BODY_BYTES:
        raise MalformedAnswer("no usable length")
    if len(data) < body_end:
        return None
    return HttpAnswer(status, data[begin:body_end], keeps_alive), data[body_end:]


def _header(head: bytes, name: bytes) -> bytes:
    """The value of a header in a head that is all small letters; nothing where there is none."""
    at = head.find(name)
    if at < 0:
        return b""
    begin = at + len(name)
    return head[begin : head.find(b"\r\n", begin)].strip()


def _take_chunks(data: bytes, begin: int) -> tuple[bytes, int] | None:
    """The body in chunks from `begin` on, and where it ends; None while it is not all there."""
    body = bytearray()
    while True:
        line_end = data.find(b"\r\n", begin)
        if line_end < 0:
            return None
        size = _chunk_size(data[begin : line_end + 2])
        if len(body) + size > _LARGEST_BODY_BYTES:
            raise MalformedAnswer("too long")
        begin = line_end + 2
        if size == 0:
            return _after_trailers(bytes(body), data, begin)
        if len(data) < begin + size + 2:
            return None
        body += data[begin : begin + size]
        begin += size + 2


def _after_trailers(body: bytes, data: bytes, begin: int) -> tuple[bytes, int] | None:
    while True:
        line_end = data.find(b"\r\n", begin)
        if line_end < 0:
            return None
        if line_end == begin:
            return body, line_end + 2
        begin = line_end + 2


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
