"""Posts to sockets over kept connections: who is told, who is gone, and what happens when the other end misbehaves."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.aws.sigv4 import Credentials, OneBodySigner, signed_headers
from kaltura_discord.aws.socket_poster import LANES, PostPatience, SocketPoster

TOKEN = "a-session-token"
ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": TOKEN,
}
PATIENT = PostPatience(post_seconds=20, broadcast_seconds=40, pause_seconds=(0.0, 0.01))
QUICK = PostPatience(post_seconds=0.3, broadcast_seconds=1.5, pause_seconds=(0.0, 0.01))

Answer = Callable[["Seen"], bytes | None]


class Seen:
    """One request as it arrived."""

    def __init__(self, connection: int, head: str, body: bytes) -> None:
        request_line, *lines = head.split("\r\n")
        self.connection = connection
        self.method, self.path, _ = request_line.split(" ")
        self.headers = dict(line.split(": ", 1) for line in lines if line)
        self.body = body
        self.target = unquote(self.path.rsplit("/", 1)[1])


class ManagementApiDouble:
    """An @connections endpoint: answers each request as it is told; None hangs up, an empty answer keeps silent."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answer: Answer = lambda _: answered(200)
        self.late_seconds = 0.0
        self.connections = 0
        self.url = ""
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ws"

    async def stop(self) -> None:
        self._server.close()
        self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def hang_up(self) -> None:
        """Close every connection, as a front end does that was not used for a while."""
        for writer in self._writers:
            writer.close()
        self._writers = []

    def told(self) -> list[str]:
        return sorted(request.target for request in self.seen)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        task = asyncio.create_task(self._serve(self.connections, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"content-length: (\d+)", head)
                assert length is not None
                seen = Seen(number, head, await reader.readexactly(int(length.group(1))))
                self.seen.append(seen)
                answer = self.answer(seen)
                await asyncio.sleep(self.late_seconds)
                if answer is None:
                    writer.close()
                    return
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def answered(status: int, *headers: str, body: bytes = b"") -> bytes:
    length = [] if status == 204 else [f"Content-Length: {len(body)}"]
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *length, *headers, "", ""]).encode() + body


def gone_for(*targets: str) -> Answer:
    return lambda seen: answered(410, body=b'{"message":"Gone"}') if seen.target in targets else answered(200)


@pytest.fixture
async def api() -> AsyncIterator[ManagementApiDouble]:
    double = ManagementApiDouble()
    await double.start()
    yield double
    await double.stop()


@pytest.fixture
async def poster(api: ManagementApiDouble) -> AsyncIterator[SocketPoster]:
    poster = SocketPoster(api.url, ENVIRONMENT, PATIENT)
    yield poster
    await poster.close()


@pytest.fixture
async def impatient(api: ManagementApiDouble) -> AsyncIterator[SocketPoster]:
    poster = SocketPoster(api.url, ENVIRONMENT, QUICK)
    yield poster
    await poster.close()


def names(count: int) -> list[str]:
    return [f"L0SM9cOFvHcC{number:04}=" for number in range(count)]


async def test_everybody_is_told_once_and_the_same(poster: SocketPoster, api: ManagementApiDouble) -> None:
    posted = await poster.post(b'{"type":"clock"}', names(250))
    assert (posted.sent, posted.gone, posted.throttled, posted.failed) == (250, [], 0, 0)
    assert api.told() == names(250)
    assert {request.body for request in api.seen} == {b'{"type":"clock"}'}
    assert posted.milliseconds > 0


async def test_nobody_to_tell_costs_nothing(poster: SocketPoster, api: ManagementApiDouble) -> None:
    assert (await poster.post(b"{}", [])).sent == 0
    assert api.connections == 0


async def test_the_address_is_api_gateways_and_signed_as_botocore_signs(
    poster: SocketPoster, api: ManagementApiDouble
) -> None:
    await poster.post(b"{}", ["L0SM9cOFvHcCIhw="])
    (request,) = api.seen
    assert (request.method, request.path) == ("POST", "/ws/%40connections/L0SM9cOFvHcCIhw%3D")
    assert request.headers["x-amz-security-token"] == TOKEN
    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-central-1/execute-api/aws4_request, "
        r"SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}",
        request.headers["authorization"],
    )


async def test_connections_are_kept_and_no_more_than_so_many(poster: SocketPoster, api: ManagementApiDouble) -> None:
    for _ in range(3):
        await poster.post(b"{}", names(300))
    assert len(api.seen) == 900
    assert api.connections <= LANES


async def test_exactly_those_who_are_gone_are_named(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = gone_for("L0SM9cOFvHcC0003=", "L0SM9cOFvHcC0007=")
    posted = await poster.post(b"{}", names(10))
    assert sorted(posted.gone) == ["L0SM9cOFvHcC0003=", "L0SM9cOFvHcC0007="]
    assert posted.sent == 8


async def test_who_is_throttled_is_told_a_moment_later(poster: SocketPoster, api: ManagementApiDouble) -> None:
    seen: set[str] = set()

    def once_too_many(request: Seen) -> bytes:
        is_new = request.target not in seen
        seen.add(request.target)
        return answered(429) if is_new else answered(200)

    api.answer = once_too_many
    posted = await poster.post(b"{}", names(20))
    assert (posted.sent, posted.throttled) == (20, 0)
    assert len(api.seen) == 40


async def test_who_is_throttled_again_is_left_to_the_next_state(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = lambda request: answered(429) if request.target.endswith("1=") else answered(200)
    posted = await poster.post(b"{}", names(20))
    assert (posted.sent, posted.throttled, posted.gone, posted.failed) == (18, 2, [], 0)
    assert len(api.seen) == 22


async def test_a_broken_answer_costs_one_post_and_not_the_broadcast(
    poster: SocketPoster, api: ManagementApiDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    wrong = {"L0SM9cOFvHcC0001=": b"nonsense\r\n\r\n", "L0SM9cOFvHcC0002=": answered(500), "L0SM9cOFvHcC0004=": None}
    api.answer = lambda request: wrong.get(request.target, answered(200))
    posted = await poster.post(b"{}", names(10))
    assert posted.sent == 7
    assert posted.failed == 3
    assert posted.gone == []
    assert "L0SM9" not in caplog.text


async def test_silence_is_waited_for_only_so_long(api: ManagementApiDouble) -> None:
    poster = SocketPoster(api.url, ENVIRONMENT, PostPatience(post_seconds=2, broadcast_seconds=40))
    api.answer = lambda request: b"" if request.target == "L0SM9cOFvHcC0002=" else answered(200)
    posted = await poster.post(b"{}", names(20))
    await poster.close()
    assert (posted.sent, posted.failed) == (19, 1)
    assert 2_000 <= posted.milliseconds < 20_000


async def test_a_broadcast_ends_when_its_time_is_over(impatient: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = lambda _: b""
    begun = time.monotonic()
    posted = await impatient.post(b"{}", names(1000))
    assert time.monotonic() - begun < 3
    assert posted.sent == 0
    assert posted.failed == 1000


async def test_after_a_silence_the_connection_is_not_used_again(
    impatient: SocketPoster, api: ManagementApiDouble
) -> None:
    api.answer = lambda _: b""
    await impatient.post(b"{}", names(1))
    api.answer = lambda _: answered(200)
    assert (await impatient.post(b"{}", names(1))).sent == 1
    assert [request.connection for request in api.seen] == [1, 2]


async def test_what_was_kept_and_closed_meanwhile_is_opened_anew(
    poster: SocketPoster, api: ManagementApiDouble
) -> None:
    await poster.post(b"{}", names(30))
    api.hang_up()
    posted = await poster.post(b"{}", names(30))
    assert (posted.sent, posted.failed) == (30, 0)


async def test_what_dies_as_it_is_used_is_sent_once_more(poster: SocketPoster, api: ManagementApiDouble) -> None:
    await poster.post(b"{}", names(1))
    died: list[str] = []

    def dies_the_first_time(request: Seen) -> bytes | None:
        if not died:
            died.append(request.target)
            return None
        return answered(200)

    api.answer = dies_the_first_time
    posted = await poster.post(b"{}", names(1))
    assert (posted.sent, posted.failed) == (1, 0)
    assert len(api.seen) == 3


async def test_a_new_connection_that_dies_is_not_tried_for_ever(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = lambda _: None
    posted = await poster.post(b"{}", names(5))
    assert (posted.sent, posted.failed) == (0, 5)
    assert len(api.seen) == 5


async def test_where_nobody_listens_it_ends_soon(unused_tcp_port: int) -> None:
    poster = SocketPoster(f"http://127.0.0.1:{unused_tcp_port}", ENVIRONMENT, QUICK)
    begun = time.monotonic()
    posted = await poster.post(b"{}", names(200))
    assert (posted.sent, posted.failed) == (0, 200)
    assert time.monotonic() - begun < 2


async def test_an_answer_that_ends_the_connection_is_an_answer(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = lambda _: answered(200, "Connection: close")
    assert (await poster.post(b"{}", names(3))).sent == 3
    assert (await poster.post(b"{}", names(3))).sent == 3


async def test_hanging_up_deletes(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = lambda _: answered(204)
    await poster.hang_up(names(3))
    assert api.told() == names(3)
    assert {request.method for request in api.seen} == {"DELETE"}


async def test_broadcasts_side_by_side_do_not_mix(poster: SocketPoster, api: ManagementApiDouble) -> None:
    api.answer = gone_for("L0SM9cOFvHcC0003=")
    first, second = await asyncio.gather(poster.post(b"1", names(120)), poster.post(b"2", names(60)))
    assert (first.sent, second.sent) == (119, 59)
    assert first.gone == second.gone == ["L0SM9cOFvHcC0003="]
    assert sorted(request.body for request in api.seen) == [b"1"] * 120 + [b"2"] * 60


async def test_an_id_may_hold_anything(poster: SocketPoster, api: ManagementApiDouble) -> None:
    odd = ["a/b=", "ü€", "a b", "x%2F", "?#&", "=a"]
    assert (await poster.post(b"{}", odd)).sent == len(odd)
    assert api.told() == sorted(odd)


@settings(deadline=None)
@given(
    target=st.text(min_size=1, max_size=40),
    body=st.binary(max_size=500),
    token=st.sampled_from(["", "token", "two  spaces"]),
    at=st.integers(0, 4_102_444_800),
    method=st.sampled_from(["POST", "DELETE"]),
)
def test_the_quick_signature_is_the_thorough_one(target: str, body: bytes, token: str, at: int, method: str) -> None:
    """Which is botocore's, byte for byte (`test_sigv4`)."""
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    host = "abc.execute-api.eu-central-1.amazonaws.com"
    path = f"/ws/%40connections/{quote(target.encode('utf-8', 'replace'), safe='')}"
    signer = OneBodySigner(
        credentials, region="eu-central-1", service="execute-api", method=method, host=host, body=body, at=at
    )
    thorough = signed_headers(
        credentials,
        region="eu-central-1",
        service="execute-api",
        method=method,
        path=path,
        headers={"host": host},
        body=body,
        at=at,
    )
    assert {**signer.fixed_headers, "authorization": signer.authorization(path)} == thorough


def test_a_path_with_more_than_escapes_is_signed_too() -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret")
    common = {"region": "us-east-1", "service": "execute-api", "method": "POST"}
    signer = OneBodySigner(credentials, **common, host="h", body=b"", at=0)
    thorough = signed_headers(
        credentials, **common, path="/prod/@connections/a=", headers={"host": "h"}, body=b"", at=0
    )
    assert signer.authorization("/prod/@connections/a=") == thorough["authorization"]
