"""An answer taken from bytes is the one that is read from a stream, however the bytes come; and so are refusals."""

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kaltura_discord.aws.http_answer import HttpAnswer, MalformedAnswer, NothingCame, read_answer, take_answer

unhurried = settings(deadline=None)

bodies = st.binary(max_size=200)
headers = st.lists(
    st.sampled_from(["Connection: close", "connection: keep-alive", "X-Odd: a:b", "Date: now", "CONNECTION:close"]),
    max_size=3,
    unique_by=lambda header: header.partition(":")[0].lower(),
)


@st.composite
def whole_answers(draw: st.DrawFn) -> bytes:
    body, lines = draw(bodies), draw(headers)
    status = draw(st.sampled_from([200, 204, 304, 410, 429, 500]))
    if status in (204, 304):
        return _http(status, lines)
    if draw(st.booleans()):
        chunks = [body[at : at + 50] for at in range(0, len(body), 50)]
        encoded = b"".join(f"{len(chunk):x};odd\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
        trailer = draw(st.sampled_from([b"", b"X-Trailer: 1\r\n"]))
        return _http(status, [*lines, "Transfer-Encoding: chunked"]) + encoded + b"0\r\n" + trailer + b"\r\n"
    return _http(status, [*lines, f"content-length: {len(body)}"]) + body


def _http(status: int, lines: list[str]) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Reason", *lines, "", ""]).encode()


def read(data: bytes) -> HttpAnswer | type[Exception]:
    async def run() -> HttpAnswer:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_answer(reader)

    try:
        return asyncio.run(run())
    except (MalformedAnswer, NothingCame) as error:
        return type(error)


@unhurried
@given(whole_answers(), st.binary(max_size=20))
def test_taken_and_read_are_the_same(data: bytes, more: bytes) -> None:
    taken = take_answer(data + more)
    assert taken is not None
    assert taken == (read(data), more)


@unhurried
@given(whole_answers())
def test_until_the_last_byte_has_come_there_is_no_answer(data: bytes) -> None:
    for end in range(len(data)):
        assert take_answer(data[:end]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 xyz OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
    ],
)
def test_what_is_no_answer_is_refused_by_both(data: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        take_answer(data)
    assert read(data) is MalformedAnswer


def test_a_head_without_end_is_not_collected_for_ever() -> None:
    with pytest.raises(MalformedAnswer):
        take_answer(b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000)


@unhurried
@given(st.binary(max_size=300))
@example(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc")
def test_any_bytes_are_an_answer_or_not_yet_one_or_refused(data: bytes) -> None:
    try:
        taken = take_answer(data)
    except MalformedAnswer:
        return
    assert taken is None or data.endswith(taken[1])
