"""A server is greeted once, where it will be seen, and the greeting says what is so."""

import asyncio
import re

import pytest

from kaltura_discord.commands.onboarding.greeting_store import LEASE_SECONDS, GreetingStore
from kaltura_discord.commands.work import TryAgain
from kaltura_discord.server_config.allowed_servers import AllowedServer
from local_stack.discord.errors import missing_access
from tests.unit.domain.commands.newcomer import CHANNEL, INSTALLER, Newcomer, set_up
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import buttons_of, text_of

STEPS = 22


@pytest.fixture
def newcomer(stage: Stage) -> Newcomer:
    return Newcomer(stage)


class TestWhereItStands:
    async def test_in_the_system_channel(self, newcomer: Newcomer) -> None:
        await newcomer.installed()
        said = text_of(newcomer.greeting)
        assert "### Kaltura is here" in said
        assert said.count("✓") == 1, "the operator has allowed this server"
        assert said.count("○") == 3
        assert list(buttons_of(newcomer.greeting)) == ["Choose a channel", "Choose roles", "Start one"]
        assert newcomer.direct_messages() == []

    async def test_else_in_the_direct_messages_of_whoever_installed_it(self, newcomer: Newcomer) -> None:
        newcomer.stage.discord.system_channel = None
        newcomer.stage.discord.server_name = "**Choir** & [friends](https://evil.example)"
        await newcomer.installed()
        (posted,) = newcomer.direct_messages()
        said = text_of(posted.body)
        assert r"\*\*Choir\*\*" in said
        assert r"\[friends\]" in said
        assert "`/kaltura-config channel`" in said, "a button pressed there would not say which server is meant"
        guild_id = newcomer.stage.guild_id
        assert buttons_of(posted.body) == {"Open the server": f"https://discord.com/channels/{guild_id}"}

    async def test_a_system_channel_that_is_closed_to_the_bot_is_none(self, newcomer: Newcomer) -> None:
        newcomer.stage.discord.closed_channels.add(newcomer.system_channel)
        await newcomer.installed()
        assert newcomer.greetings == []
        assert len(newcomer.direct_messages()) == 1

    async def test_a_first_use_greets_where_no_event_came(self, newcomer: Newcomer) -> None:
        await newcomer.used(by=ANN)
        assert "Kaltura is here" in text_of(newcomer.greeting)
        await newcomer.installed()
        assert len(newcomer.greetings) == 1

    async def test_nobody_is_written_to_who_only_used_it(self, newcomer: Newcomer) -> None:
        newcomer.stage.discord.system_channel = None
        await newcomer.used(by=ANN)
        assert newcomer.stage.discord.messages == []
        await newcomer.installed()
        assert len(newcomer.direct_messages()) == 1, "now it is known who installed it"

    async def test_an_app_without_a_bot_can_write_nowhere(self, newcomer: Newcomer) -> None:
        newcomer.stage.discord.without_direct_messages.add(INSTALLER.user_id)
        newcomer.stage.discord.closed_channels.add(newcomer.system_channel)
        await newcomer.installed()
        assert newcomer.stage.discord.messages == []

    async def test_installing_it_for_oneself_needs_no_greeting(self, newcomer: Newcomer) -> None:
        await newcomer.carry_out(newcomer.event(guild_id=""))
        assert newcomer.stage.discord.messages == []


class TestOnce:
    async def test_an_event_that_comes_again_greets_nobody_again(self, newcomer: Newcomer) -> None:
        event = newcomer.event()
        for _ in range(3):
            await newcomer.carry_out(event)
        (posted,) = newcomer.greetings
        assert posted.edits == 0

    async def test_workers_and_first_uses_at_the_same_moment(self, newcomer: Newcomer) -> None:
        event = newcomer.event()
        tasks = [newcomer.carry_out(event) for _ in range(3)] + [newcomer.used(by=BO) for _ in range(3)]
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, TryAgain) for end in ends if isinstance(end, BaseException))
        await newcomer.carry_out(event)
        assert len(newcomer.greetings) == 1
        assert newcomer.direct_messages() == []

    async def test_a_first_use_that_finds_no_place_leaves_it_to_the_event(self, newcomer: Newcomer) -> None:
        """The use is about to greet when the event comes, and does not know who installed the app."""
        stage, event = newcomer.stage, newcomer.event()
        stage.discord.system_channel = None
        store = GreetingStore(stage.services.table, stage.clock)
        assert await store.lease(stage.guild_id)
        with pytest.raises(TryAgain):
            await newcomer.carry_out(event)
        await store.wait(stage.guild_id)
        await newcomer.carry_out(event)
        assert len(newcomer.direct_messages()) == 1

    async def test_an_undisturbed_greeting_takes_the_steps_that_are_tried_below(self, newcomer: Newcomer) -> None:
        event, before = newcomer.event(), newcomer.stage.steps.taken
        await newcomer.carry_out(event)
        assert newcomer.stage.steps.taken - before == STEPS

    @pytest.mark.parametrize("seconds", [LEASE_SECONDS + 1, 400, 7 * 24 * 3600])
    @pytest.mark.parametrize("step", range(1, STEPS + 1))
    async def test_interrupted_anywhere_it_is_one_when_the_event_comes_again(
        self, newcomer: Newcomer, step: int, seconds: int
    ) -> None:
        stage, event = newcomer.stage, newcomer.event()
        stage.steps.crash_at = stage.steps.taken + step
        with pytest.raises(Crash):
            await newcomer.carry_out(event)
        await newcomer.used()
        stage.clock.pass_seconds(seconds)
        await newcomer.carry_out(event)
        (posted,) = newcomer.greetings
        found = await GreetingStore(stage.services.table).find(stage.guild_id)
        assert found is not None
        assert found.message_id == posted.message_id

    @pytest.mark.parametrize("step", range(8, STEPS + 1))
    async def test_interrupted_anywhere_it_is_one_in_direct_messages_as_well(
        self, newcomer: Newcomer, step: int
    ) -> None:
        stage, event = newcomer.stage, newcomer.event()
        stage.discord.system_channel = None
        stage.steps.crash_at = stage.steps.taken + step
        with pytest.raises(Crash):
            await newcomer.carry_out(event)
        stage.clock.pass_seconds(400)
        await newcomer.carry_out(event)
        assert len(newcomer.direct_messages()) == 1

    async def test_while_discord_is_down_it_is_tried_again_at_once(self, newcomer: Newcomer) -> None:
        event = newcomer.event()
        newcomer.stage.discord.is_down = True
        with pytest.raises(TryAgain):
            await newcomer.carry_out(event)
        newcomer.stage.discord.is_down = False
        await newcomer.carry_out(event)
        assert len(newcomer.greetings) == 1

    async def test_somebody_who_deleted_it_does_not_want_it(self, newcomer: Newcomer) -> None:
        event = newcomer.event()
        await newcomer.carry_out(event)
        newcomer.stage.discord.messages.clear()
        await set_up(newcomer.stage, notifications=CHANNEL)
        await newcomer.carry_out(event)
        asked = len(newcomer.stage.discord.requests)
        await newcomer.used()
        await newcomer.used()
        assert newcomer.greetings == []
        assert len(newcomer.stage.discord.requests) == asked, "nor is it looked for again and again"

    async def test_installed_anew_it_is_greeted_anew_where_the_old_greeting_is_gone(self, newcomer: Newcomer) -> None:
        await newcomer.installed()
        await newcomer.installed()
        assert len(newcomer.greetings) == 1, "it stands there already, and is brought up to date"
        newcomer.stage.discord.messages.clear()
        await newcomer.installed()
        assert len(newcomer.greetings) == 1


class TestShownToWhoComesFirst:
    @pytest.fixture
    async def waiting(self, newcomer: Newcomer) -> Newcomer:
        newcomer.stage.discord.system_channel = None
        newcomer.stage.discord.without_direct_messages.add(INSTALLER.user_id)
        await newcomer.installed()
        return newcomer

    async def test_the_first_who_may_set_it_up_sees_it_once(self, waiting: Newcomer) -> None:
        follow_ups = waiting.stage.discord.follow_ups
        await waiting.used(by=ANN)
        assert follow_ups == []
        await waiting.used(by=ADMINISTRATOR)
        (shown,) = follow_ups
        assert shown["flags"] & 64, "only they see it"
        assert list(buttons_of(shown)) == ["Choose a channel", "Choose roles", "Start one", "Look again"]
        await waiting.used(by=INSTALLER)
        assert len(follow_ups) == 1

    async def test_it_comes_after_their_own_answer_and_not_instead(self, waiting: Newcomer) -> None:
        stage = waiting.stage
        waiting.as_another_process()
        payload = stage.place.command("kaltura-end", {"meeting": "none"}, ADMINISTRATOR)
        await stage.acknowledged(payload)
        own, first_use = stage.tasks.take_all()
        with pytest.raises(TryAgain):
            await waiting.carry_out(first_use)
        await waiting.carry_out(own)
        await waiting.carry_out(first_use)
        assert "No running meeting" in text_of(stage.discord.answers[payload["token"]])
        assert len(stage.discord.follow_ups) == 1

    async def test_an_answer_that_discord_has_not_taken_yet_is_waited_for(self, waiting: Newcomer) -> None:
        stage = waiting.stage
        waiting.as_another_process()
        payload = stage.place.command("kaltura-help", by=ADMINISTRATOR)
        await stage.acknowledged(payload)
        (first_use,) = stage.tasks.take_all()
        stage.discord.unknown_tokens[payload["token"]] = 1
        with pytest.raises(TryAgain):
            await waiting.carry_out(first_use)
        await waiting.carry_out(first_use)
        assert len(stage.discord.follow_ups) == 1

    async def test_a_late_event_shows_it_to_nobody_else(self, waiting: Newcomer) -> None:
        waiting.stage.discord.without_direct_messages.clear()
        await waiting.used(by=ADMINISTRATOR)
        await waiting.installed()
        assert waiting.direct_messages() == []

    async def test_installed_again_after_a_departure_it_is_shown_anew(self, waiting: Newcomer) -> None:
        stage = waiting.stage
        await waiting.used(by=ADMINISTRATOR)
        stage.discord.server_trouble = missing_access()
        await waiting.carry_out({"kind": "suspected_departure", "guild_id": stage.guild_id})
        stage.discord.server_trouble = None
        stage.discord.without_direct_messages.clear()
        await waiting.installed()
        assert len(waiting.direct_messages()) == 1

    async def test_it_can_be_looked_at_again(self, waiting: Newcomer) -> None:
        await set_up(waiting.stage, notifications=CHANNEL)
        shown = await waiting.stage.answer_to(waiting.stage.place.press("1:setup-look:", ADMINISTRATOR))
        assert "✓ **Where to tell** · <#440000000000000001>" in text_of(shown)


class TestAServerThatIsNotAllowedYet:
    @pytest.fixture
    async def stranger(self, newcomer: Newcomer) -> Newcomer:
        stage = newcomer.stage
        await stage.services.servers.revoke(stage.guild_id)
        await stage.services.servers.find_now(stage.guild_id)
        stage.services.server_configs.forget(stage.guild_id)
        await newcomer.installed()
        return newcomer

    async def test_it_is_told_its_id_and_whom_to_send_it_to(self, stranger: Newcomer) -> None:
        said = text_of(stranger.greeting)
        assert f"Send them this server's id: `{stranger.stage.guild_id}`" in said
        assert said.count("○") == 4
        assert buttons_of(stranger.greeting) == {}, "a button that cannot work is not there"

    async def test_once_it_is_allowed_the_next_use_continues(self, stranger: Newcomer) -> None:
        stage = stranger.stage
        await stage.answer_to(stage.place.command("kaltura-help", by=ANN))
        await stage.services.servers.allow(AllowedServer(stage.guild_id))
        await stage.services.servers.find_now(stage.guild_id)
        await stage.acknowledged(stage.place.command("kaltura-help", by=ANN))
        await stage.work()
        assert "✓ **Allowed**" in text_of(stranger.greeting)
        assert "Choose a channel" in buttons_of(stranger.greeting)


class TestTakenBack:
    async def test_whoever_takes_their_authorisation_back_is_forgotten(self, newcomer: Newcomer) -> None:
        stage = newcomer.stage
        await newcomer.installed()
        await stage.start(by=INSTALLER)
        assert any(INSTALLER.user_id in str(record) for record in await stage.audited())
        event = newcomer.event(event="deauthorized", guild_id="")
        for _ in range(2):
            await newcomer.carry_out(event)
        assert INSTALLER.user_id not in str(await stage.audited())
        everything, _ = await stage.services.table.scan(None)
        whole_id = re.compile(rf"(?<!\d){INSTALLER.user_id}(?!\d)")
        of_theirs = [item for item in everything if whole_id.search(str(item))]
        assert {item["sk"] for item in of_theirs} <= {"LIMIT", "INTERACTION"}, "those run out within the hour"
