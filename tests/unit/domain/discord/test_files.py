"""Files on their way out, with a message, and in, from Discord's CDN."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
from aiohttp.base_protocol import BaseProtocol
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.undelivered import MOST_KEPT, kept, restored
from kaltura_discord.discord.attachments import (
    AttachmentRefused,
    AttachmentTooLarge,
    fetch_attachment,
    is_discords,
)
from kaltura_discord.discord.components import file_component, text
from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.discord.messages import File, Message, say
from kaltura_discord.discord.request_body import RequestBody, request_body
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.resilience.deadline import Deadline
from local_stack.discord.files import cleansed_name
from tests.unit.domain.discord_double import DiscordDouble
from tests.unit.domain.stage import Pauses, rest_over, soon
from tests.unit.domain.steps import Steps

REAL = "https://discord.com/api/v10"
ADDRESS = "https://cdn.discordapp.com/ephemeral-attachments/1/2/settings.json?ex=1&is=2&hm=3&"
SETTINGS = File("kaltura-config.json", b'{"a": "\xc3\xa9\r\n--"}')
EXPORT = Message((text("Here it is."), file_component(SETTINGS.name)), files=(SETTINGS,))


class TestFilesOfMessages:
    @pytest.fixture
    def discord(self) -> DiscordDouble:
        return DiscordDouble(Steps())

    def rest(self, discord: DiscordDouble) -> DiscordRest:
        http = httpx.AsyncClient(transport=httpx.MockTransport(discord.answer))
        return rest_over(discord, http, Pauses())

    async def test_an_answer_takes_its_files_along_byte_for_byte(self, discord: DiscordDouble) -> None:
        await self.rest(discord).edit_answer("token", EXPORT, soon())
        assert discord.files == {SETTINGS.name: SETTINGS.content}
        assert discord.answers["token"]["attachments"] == [{"id": 0, "filename": SETTINGS.name}]

    async def test_so_do_a_follow_up_and_a_message_in_a_channel(self, discord: DiscordDouble) -> None:
        rest = self.rest(discord)
        await rest.follow_up("token", EXPORT, soon())
        assert discord.files.pop(SETTINGS.name) == SETTINGS.content
        await rest.create_message(ChannelId("4"), EXPORT, "nonce", soon())
        assert discord.files == {SETTINGS.name: SETTINGS.content}

    async def test_a_repetition_sends_the_same_bytes(self, discord: DiscordDouble) -> None:
        discord.replies = [httpx.Response(502)]
        await self.rest(discord).edit_answer("token", EXPORT, soon())
        first, second = discord.requests
        assert first.content == second.content

    async def test_without_files_a_message_is_plain_json(self, discord: DiscordDouble) -> None:
        await self.rest(discord).edit_answer("token", Message((text("x"),)), soon())
        assert discord.requests[0].headers["Content-Type"] == "application/json"
        assert "attachments" not in discord.answers["token"]

    def test_an_answer_over_http_cannot_carry_files(self) -> None:
        with pytest.raises(ValueError, match="deferred"):
            say(EXPORT)

    @pytest.mark.parametrize("name", ["", "my settings.json", "a/b", "_hidden", "é.json", 'a".json', "a.json\r\n"])
    def test_a_name_that_discord_would_change_is_none(self, name: str) -> None:
        with pytest.raises(ValueError, match="does not keep"):
            File(name, b"")


class TestBodies:
    async def parts(self, body: RequestBody) -> list[tuple[str | None, str | None, bytes]]:
        """The parts as another program's parser reads them: name, file name, content."""
        loop = asyncio.get_running_loop()
        stream = aiohttp.StreamReader(BaseProtocol(loop), limit=2**16, loop=loop)
        stream.feed_data(body.content)
        stream.feed_eof()
        read: list[tuple[str | None, str | None, bytes]] = []
        async for part in aiohttp.MultipartReader({"Content-Type": body.content_type}, stream):
            assert isinstance(part, aiohttp.BodyPartReader)
            read.append((part.name, part.filename, bytes(await part.read())))
        return read

    @given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
    @settings(deadline=None)
    def test_any_bytes_arrive_as_they_were(self, contents: list[bytes]) -> None:
        files = [File(f"file-{number}.bin", content) for number, content in enumerate(contents)]
        read = asyncio.run(self.parts(request_body({"a": 1}, files)))
        expected = [(f"files[{number}]", file.name, file.content) for number, file in enumerate(files)]
        assert read == [("payload_json", None, b'{"a": 1}'), *expected]

    @given(st.from_regex(r"[A-Za-z0-9-][A-Za-z0-9._-]{0,20}[A-Za-z0-9-]", fullmatch=True))
    @settings(deadline=None)
    def test_every_name_of_a_file_is_one_that_discord_keeps(self, name: str) -> None:
        assert cleansed_name(File(name, b"").name) == name


class TestAnswersThatAreKept:
    def test_a_kept_answer_comes_back_with_its_files(self) -> None:
        text_of_it = kept(EXPORT)
        assert text_of_it is not None
        assert restored(text_of_it) == EXPORT

    def test_one_that_is_too_large_for_the_table_is_not_kept(self) -> None:
        assert kept(Message((text("x"),), files=(File("a.bin", bytes(MOST_KEPT)),))) is None


class TestFetching:
    def served(self, *chunks: bytes, status: int = 200, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        async def body() -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk

        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(str(request.url))
            return httpx.Response(status, content=body(), headers=headers)

        return httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True)

    @pytest.fixture(autouse=True)
    def nothing_asked(self) -> None:
        self.asked: list[str] = []

    async def test_the_content_comes_whole(self) -> None:
        assert await fetch_attachment(self.served(b"ab", b"c"), REAL, ADDRESS, 3, soon()) == b"abc"

    async def test_reading_ends_at_the_limit_whatever_the_answer_says_of_its_length(self) -> None:
        with pytest.raises(AttachmentTooLarge):
            await fetch_attachment(self.served(b"ab", b"cd"), REAL, ADDRESS, 3, soon())

    async def test_what_says_that_it_is_too_large_is_not_read(self) -> None:
        with pytest.raises(AttachmentTooLarge, match="9 bytes"):
            await fetch_attachment(self.served(b"x" * 9, headers={"Content-Length": "9"}), REAL, ADDRESS, 3, soon())

    async def test_a_redirect_is_not_followed(self) -> None:
        elsewhere = self.served(status=302, headers={"Location": "https://169.254.169.254/"})
        with pytest.raises(AttachmentRefused):
            await fetch_attachment(elsewhere, REAL, ADDRESS, 3, soon())
        assert self.asked == [ADDRESS]

    async def test_what_is_compressed_is_not_unpacked(self) -> None:
        with pytest.raises(AttachmentRefused):
            await fetch_attachment(self.served(b"x", headers={"Content-Encoding": "gzip"}), REAL, ADDRESS, 3, soon())

    @pytest.mark.parametrize(("status", "error"), [(404, AttachmentRefused), (503, DiscordUnavailable)])
    async def test_gone_and_unwell_are_told_apart(self, status: int, error: type[Exception]) -> None:
        with pytest.raises(error):
            await fetch_attachment(self.served(status=status), REAL, ADDRESS, 3, soon())

    async def test_no_time_means_no_question(self) -> None:
        with pytest.raises(DiscordUnavailable):
            await fetch_attachment(self.served(b"x"), REAL, ADDRESS, 3, Deadline.after(0))
        assert self.asked == []

    @pytest.mark.parametrize(
        "url",
        [
            "http://cdn.discordapp.com/attachments/1/2/a",
            "https://cdn.discordapp.com.example.com/attachments/1/2/a",
            "https://example.com/cdn.discordapp.com",
            "https://cdn.discordapp.com@example.com/",
            "https://me:word@cdn.discordapp.com/",
            "https://cdn.discordapp.com:8443/",
            "https://cdn.discordapp.com:port/",
            "https://discord.com/api/v10/users/@me",
            "file:///etc/passwd",
            "//cdn.discordapp.com/",
            "",
        ],
    )
    async def test_other_addresses_are_not_asked(self, url: str) -> None:
        with pytest.raises(AttachmentRefused):
            await fetch_attachment(self.served(b"x"), REAL, url, 3, soon())
        assert self.asked == []

    @pytest.mark.parametrize(
        ("url", "api_url", "is_one"),
        [
            ("https://media.discordapp.net/attachments/1/2/a", REAL, True),
            ("https://cdn.discordapp.com:443/attachments/1/2/a", "https://canary.discord.com/api/v10", True),
            ("http://localhost:3333/discord-sim/cdn/a", "http://localhost:3333/discord-sim/api/v10", True),
            ("http://localhost:3336/", "http://localhost:3333/discord-sim/api/v10", False),
            ("https://cdn.discordapp.com/a", "http://localhost:3333/discord-sim/api/v10", False),
            ("http://localhost:3333/a", REAL, False),
        ],
    )
    def test_whose_an_address_is_follows_from_where_the_api_is(self, url: str, api_url: str, is_one: bool) -> None:
        assert is_discords(url, api_url) is is_one
