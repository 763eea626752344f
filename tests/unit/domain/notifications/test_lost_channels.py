"""Channels that do not take what is meant for them: told once, by a message that stands, until they do again."""

from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import pytest

from kaltura_discord.aws.attributes import Item
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.lost_channels import REMEMBERED_SECONDS
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.sending import MOST_ATTEMPTS
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.greetings import greet
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of


@dataclass
class Server:
    """A server where videos have a channel of their own, and everything else another one."""

    stage: Stage
    default: ChannelId = field(default_factory=lambda: ChannelId(snowflake()))
    own: ChannelId = field(default_factory=lambda: ChannelId(snowflake()))
    greeted_in: ChannelId = field(default_factory=lambda: ChannelId(snowflake()))

    async def begun(self, title: str = "How cells divide") -> Notification:
        """A video is ready."""
        entry_id = f"1_{snowflake()}"
        key = f"video_ready#{entry_id}"
        told = Notification(key, self.stage.guild_id, "video_ready", entry_id, {"title": title})
        assert await self.stage.services.telling.store.begin(told)
        return told

    async def deliver(self, told: Notification) -> Delivery:
        await self.stage.services.telling.deliverer.deliver(told.guild_id, told.key, soon())
        found = await self.stage.services.telling.store.find(told.guild_id, told.key)
        assert found is not None
        return found

    async def is_told(self) -> NotificationState:
        return (await self.deliver(await self.begun())).state

    async def give_up(self, told: Notification) -> None:
        """Discord is down until it has failed."""
        self.stage.discord.is_down = True
        for _ in range(MOST_ATTEMPTS):
            with suppress(NotNow):
                await self.deliver(told)
        self.stage.discord.is_down = False
        assert (await self.deliver(told)).state is NotificationState.FAILED

    async def greet(self) -> None:
        await greet(self.stage, self.greeted_in)

    async def lost(self) -> list[ChannelId]:
        """Which channels administrators are told of."""
        return [each.channel_id for each in await self.stage.services.telling.lost_channels.all(self.stage.guild_id)]

    def close(self, *channels: ChannelId) -> None:
        self.stage.discord.closed_channels = set(channels)

    def said_in(self, channel_id: ChannelId) -> list[str]:
        return [text_of(posted.body) for posted in self.stage.discord.in_channel(channel_id)]

    def footnotes(self) -> list[str]:
        return [said for said in self.said_in(self.default) if f"-# This was for <#{self.own}>" in said]


@pytest.fixture
async def server(stage: Stage) -> Server:
    server = Server(stage)
    await stage.set({"notifications": {"channels": {"default": server.default, "video_ready": server.own}}})
    server.close(server.own)
    return server


class TestToldOnce:
    async def test_by_the_first_message_that_the_default_gets_instead(self, server: Server) -> None:
        for _ in range(3):
            assert await server.is_told() is NotificationState.SENT
        assert len(server.said_in(server.default)) == 3
        assert len(server.footnotes()) == 1
        assert await server.lost() == [server.own]

    @pytest.mark.parametrize(
        "trouble",
        [
            httpx.Response(429, json={"retry_after": 7.5, "global": False}),
            httpx.Response(500),
            httpx.ReadTimeout("never arrived"),
        ],
        ids=["busy", "broken", "silent"],
    )
    @pytest.mark.parametrize("seconds", [8, 200])
    async def test_though_the_default_is_not_free_at_once(
        self, server: Server, trouble: httpx.Response | Exception, seconds: int
    ) -> None:
        told = await server.begun()
        closed = httpx.Response(403, json={"message": "Missing Access", "code": 50001})
        server.stage.discord.replies = [closed, trouble]
        with pytest.raises(NotNow):
            await server.deliver(told)
        server.stage.clock.pass_seconds(seconds)
        server.stage.pauses.taken.append(seconds)
        assert (await server.deliver(told)).state is NotificationState.SENT
        assert len(server.footnotes()) == 1

    @pytest.mark.parametrize("step", range(1, 30))
    async def test_wherever_a_worker_dies(self, server: Server, step: int) -> None:
        told = await server.begun()
        server.stage.steps.crash_at = server.stage.steps.taken + step
        with suppress(Crash):
            await server.deliver(told)
        server.stage.steps.crash_at = 0
        assert (await server.deliver(told)).state is NotificationState.SENT
        assert await server.is_told() is NotificationState.SENT
        assert [len(server.said_in(server.default)), len(server.footnotes())] == [2, 1]

    async def test_by_the_next_one_where_the_first_stood_nowhere(self, server: Server) -> None:
        first = await server.begun()
        closed = httpx.Response(403, json={"message": "Missing Access", "code": 50001})
        server.stage.discord.replies = [closed, httpx.Response(500)]
        with pytest.raises(NotNow):
            await server.deliver(first)
        assert await server.is_told() is NotificationState.SENT
        assert server.footnotes() == [], "the first one may tell it yet"
        await server.give_up(first)
        assert await server.is_told() is NotificationState.SENT
        assert len(server.footnotes()) == 1

    async def test_and_again_after_a_week(self, server: Server) -> None:
        await server.is_told()
        server.stage.clock.pass_seconds(REMEMBERED_SECONDS + 1)
        await server.is_told()
        assert len(server.footnotes()) == 2

    async def test_for_each_channel_that_a_message_was_for(self, server: Server) -> None:
        """A recording is told where its meeting was started, if nowhere else."""
        stage = server.stage
        channels = {"default": server.default, "recording_ready": server.own}
        await stage.set({"notifications": {"channels": channels}})
        meeting = await stage.start()
        server.close(server.own, server.default)
        details = {"meeting_id": meeting.meeting_id, "seconds": "2880"}
        told = Notification(f"recording_ready#{snowflake()}", stage.guild_id, "recording_ready", "1_rec", details)
        await stage.services.telling.store.begin(told)
        await server.deliver(told)
        said = server.said_in(stage.channel_id)[-1]
        assert f"-# This was for <#{server.own}>" in said
        assert f"-# This was for <#{server.default}>" in said

    async def test_as_far_as_there_is_room(self, server: Server) -> None:
        """With one more line Discord would take no message at all."""
        channels = {"default": server.default, "video_ready": server.own}
        words = "x" * 1330 + "{{title}}" * 5
        await server.stage.set({"notifications": {"channels": channels, "templates": {"video_ready": words}}})
        told = await server.begun(title="*" * 256)
        assert (await server.deliver(told)).state is NotificationState.SENT
        assert server.footnotes() == []

    async def test_and_one_that_was_known_before_it_was_written_down_who_tells_it(self, server: Server) -> None:
        former: Item = {"pk": f"SERVER#{server.stage.guild_id}", "sk": f"LOST#{server.own}", "is_gone": False}
        await server.stage.services.table.put(former)
        told = await server.begun()
        delivery = await server.stage.services.telling.store.find(told.guild_id, told.key)
        assert delivery is not None
        await server.stage.services.telling.store.begin_sending(delivery, server.default)
        assert (await server.deliver(told)).state is NotificationState.SENT


class TestLostNoMore:
    async def test_a_channel_that_takes_a_message_again_is_not_called_lost(self, server: Server) -> None:
        await server.is_told()
        server.close()
        await server.is_told()
        assert len(server.said_in(server.own)) == 1
        assert await server.lost() == []

    async def test_so_that_a_second_loss_is_told_as_well(self, server: Server) -> None:
        await server.is_told()
        server.close()
        await server.is_told()
        server.close(server.own)
        await server.is_told()
        assert len(server.footnotes()) == 2

    async def test_another_process_finds_out_as_well(self, server: Server) -> None:
        await server.is_told()
        await server.stage.services.servers.find_now(server.stage.guild_id)
        server.close()
        await server.is_told()
        assert await server.lost() == []

    async def test_though_the_operator_gives_the_server_other_content_meanwhile(self, server: Server) -> None:
        await server.is_told()
        servers, guild_id = server.stage.services.servers, server.stage.guild_id
        await servers.allow(AllowedServer(guild_id, (5,)))
        found = await servers.find_now(guild_id)
        assert found is not None
        assert (found.category_ids, found.lost_channels) == ((5,), frozenset({server.own}))
        server.close()
        await server.is_told()
        assert await server.lost() == []

    async def test_while_nothing_is_lost_it_costs_nothing(self, server: Server) -> None:
        server.close()
        await server.is_told()
        before = server.stage.steps.taken
        await server.is_told()
        usual = server.stage.steps.taken - before
        server.close(server.own)
        await server.is_told()
        server.close()
        await server.is_told()
        before = server.stage.steps.taken
        await server.is_told()
        assert server.stage.steps.taken - before == usual

    async def test_a_server_that_is_not_allowed_any_more_is_not_allowed_by_it(self, server: Server) -> None:
        servers = server.stage.services.servers
        told = await server.begun()
        assert await servers.find(server.stage.guild_id) is not None, "as far as is remembered"
        await servers.revoke(server.stage.guild_id)
        await server.deliver(told)
        assert await servers.find_now(server.stage.guild_id) is None
        await servers.allow(AllowedServer(server.stage.guild_id))


class TestWhereNoChannelIsLeft:
    @pytest.fixture
    def server(self, server: Server) -> Server:
        server.close(server.own, server.default)
        return server

    async def test_it_is_said_once_where_the_greeting_stands(self, server: Server) -> None:
        await server.greet()
        for _ in range(3):
            assert await server.is_told() is NotificationState.FAILED
        (said,) = server.said_in(server.greeted_in)
        assert f"I can't write in <#{server.own}>" in said
        assert "/kaltura-config channel" in said
        assert "/kaltura-config notifications" in said
        assert "How cells divide" not in said, "not everybody may read every channel"
        assert said.startswith("I can't"), "who reads it is in the server"

    async def test_in_direct_messages_it_names_the_server(self, server: Server) -> None:
        await greet(server.stage, server.greeted_in, direct_about="Riverside *School*")
        server.stage.discord.replies = [httpx.Response(404, json={"message": "Unknown Channel", "code": 10003})]
        await server.is_told()
        (said,) = server.said_in(server.greeted_in)
        assert said.startswith("About Riverside \\*School\\*: The channel that is set does not exist any more.")

    @pytest.mark.parametrize("only", ["default", "video_ready"])
    async def test_so_it_is_where_there_was_one_only(self, server: Server, only: str) -> None:
        await server.stage.set({"notifications": {"channels": {only: server.own}}})
        await server.greet()
        for _ in range(2):
            assert await server.is_told() is NotificationState.FAILED
        assert len(server.said_in(server.greeted_in)) == 1

    @pytest.mark.parametrize("step", range(1, 40))
    async def test_wherever_a_worker_dies(self, server: Server, step: int) -> None:
        await server.greet()
        told = await server.begun()
        server.stage.steps.crash_at = server.stage.steps.taken + step
        with suppress(Crash):
            await server.deliver(told)
        server.stage.steps.crash_at = 0
        server.stage.clock.pass_seconds(360)
        await server.deliver(told)
        await server.is_told()
        assert len(server.said_in(server.greeted_in)) == 1

    async def test_a_week_later_it_is_said_again(self, server: Server) -> None:
        await server.greet()
        await server.is_told()
        server.stage.clock.pass_seconds(REMEMBERED_SECONDS + 1)
        await server.is_told()
        assert len(server.said_in(server.greeted_in)) == 2

    async def test_without_a_greeting_it_stays_in_the_list(self, server: Server) -> None:
        assert await server.is_told() is NotificationState.FAILED
        assert set(await server.lost()) == {server.own, server.default}

    async def test_where_the_greeting_stands_in_a_closed_channel_nobody_is_asked_twice(self, server: Server) -> None:
        server.greeted_in = server.default
        await server.greet()
        await server.is_told()
        asked = len(server.stage.discord.requests)
        await server.is_told()
        assert len(server.stage.discord.requests) - asked == 2, "its own channel, and the default"

    async def test_what_was_said_nowhere_is_told_by_the_next_one_that_stands_somewhere(self, server: Server) -> None:
        assert await server.is_told() is NotificationState.FAILED
        server.close(server.own)
        assert await server.is_told() is NotificationState.SENT
        assert len(server.footnotes()) == 1

    async def test_what_discord_does_not_take_now_is_said_by_the_next_one(self, server: Server) -> None:
        await server.greet()
        closed = httpx.Response(403, json={"message": "Missing Access", "code": 50001})
        server.stage.discord.replies = [closed, closed, httpx.Response(500)]
        assert await server.is_told() is NotificationState.FAILED
        assert server.stage.pauses.taken == []
        assert await server.is_told() is NotificationState.FAILED
        assert len(server.said_in(server.greeted_in)) == 1

    @pytest.mark.parametrize("seconds", [5, 600])
    async def test_what_discord_says_without_an_answer_is_not_said_again_by_the_next_one(
        self, server: Server, seconds: int
    ) -> None:
        await server.greet()
        closed = httpx.Response(403, json={"message": "Missing Access", "code": 50001})
        server.stage.discord.replies = [closed, closed]
        server.stage.discord.loses_answers = 1
        for _ in range(3):
            assert await server.is_told() is NotificationState.FAILED
            server.stage.clock.pass_seconds(seconds)
        assert len(server.said_in(server.greeted_in)) == 1


@pytest.mark.parametrize("code", [50083, 160005])
async def test_a_thread_that_is_closed_is_to_be_opened(server: Server, code: int) -> None:
    server.close()
    server.stage.discord.replies = [httpx.Response(400, json={"message": "no", "code": code})]
    await server.is_told()
    (said,) = server.said_in(server.default)
    assert f"-# This was for <#{server.own}>, a thread that is closed. Open it again" in said
    closed = httpx.Response(400, json={"message": "no", "code": code})
    server.stage.discord.replies = [closed, closed]
    done = await server.deliver(await server.begun())
    assert done.state is NotificationState.FAILED
    assert done.reason.startswith(f"The thread <#{server.own}> is closed. Open it again")


async def test_a_channel_of_the_wrong_kind_is_not_to_be_opened(server: Server) -> None:
    server.close()
    server.stage.discord.replies = [httpx.Response(400, json={"message": "no", "code": 50024})]
    await server.is_told()
    (said,) = server.said_in(server.default)
    assert f"-# This was for <#{server.own}>, which takes no messages. Set another" in said
