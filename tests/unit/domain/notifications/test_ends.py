"""That a meeting has ended is told while it is so, and where its card can't say it."""

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId, UserId
from kaltura_discord.meetings.models import NOBODY, Meeting, Person
from kaltura_discord.notifications.models import Delivery, NotificationState
from kaltura_discord.notifications.reasons import OPENED_AGAIN, SAID_BY_THE_CARD
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of

NEWS = ChannelId("400000000000000077")


def said_in(stage: Stage, channel_id: ChannelId) -> list[str]:
    return [text_of(posted.body) for posted in stage.discord.in_channel(channel_id)]


async def end(stage: Stage, meeting: Meeting) -> None:
    """After three quarters of an hour, and everybody who has to know of it is yet to hear."""
    stage.clock.pass_seconds(2700)
    assert await stage.services.meetings.end(await stage.meeting(meeting.meeting_id), NOBODY, int(stage.clock()))


async def reopen(stage: Stage, meeting: Meeting) -> None:
    stage.clock.pass_seconds(60)
    assert await stage.services.meetings.reopen(await stage.meeting(meeting.meeting_id), NOBODY, int(stage.clock()))


async def delivery_of_end(stage: Stage, meeting: Meeting, opening: int = 1) -> Delivery:
    found = await stage.services.telling.store.find(stage.guild_id, f"meeting_end#{meeting.meeting_id}#{opening}")
    assert found is not None
    return found


class TestOpenedAgain:
    @pytest.fixture(autouse=True)
    async def told_elsewhere(self, stage: Stage) -> None:
        await stage.set({"notifications": {"channels": {"meeting_end": NEWS}}})

    async def test_an_end_that_was_taken_back_is_not_told(self, stage: Stage) -> None:
        meeting = await stage.start()
        await end(stage, meeting)
        await reopen(stage, meeting)
        await stage.work()
        assert said_in(stage, NEWS) == []
        done = await delivery_of_end(stage, meeting)
        assert (done.state, done.reason) == (NotificationState.DROPPED, OPENED_AGAIN)

    async def test_the_next_one_is_told_once(self, stage: Stage) -> None:
        meeting = await stage.start()
        await end(stage, meeting)
        await reopen(stage, meeting)
        await end(stage, meeting)
        await stage.work()
        assert said_in(stage, NEWS) == ["**Weekly review** has ended after 1 h 31 min."]
        assert (await delivery_of_end(stage, meeting, 2)).state is NotificationState.SENT

    async def test_what_may_stand_there_already_says_how_it_was(self, stage: Stage) -> None:
        meeting = await stage.start()
        await end(stage, meeting)
        stage.discord.closed_channels.add(stage.channel_id)
        stage.discord.replies = [httpx.Response(204), httpx.ReadTimeout("never arrived")]
        await stage.work()
        key = (await delivery_of_end(stage, meeting)).notification.key
        assert (await delivery_of_end(stage, meeting)).sending_to == NEWS
        await reopen(stage, meeting)
        await stage.services.telling.deliverer.deliver(stage.guild_id, key, soon())
        assert said_in(stage, NEWS) == ["**Weekly review** has ended after 45 min."]


class TestWithoutACard:
    @pytest.fixture(autouse=True)
    async def told_where_the_card_stands(self, stage: Stage) -> None:
        await stage.set({"notifications": {"channels": {"default": stage.channel_id}}})

    async def test_the_card_says_it_where_it_stands(self, stage: Stage) -> None:
        meeting = await stage.start()
        await end(stage, meeting)
        await stage.work()
        done = await delivery_of_end(stage, meeting)
        assert (done.state, done.reason) == (NotificationState.DROPPED, SAID_BY_THE_CARD)

    @pytest.mark.parametrize("code", [10008, 10003])
    async def test_where_somebody_deleted_it_a_message_does(self, stage: Stage, code: int) -> None:
        meeting = await stage.start()
        stage.discord.messages.clear()
        if code == 10003:
            stage.discord.replies = [httpx.Response(404, json={"message": "Unknown Channel", "code": code})]
        await end(stage, meeting)
        await stage.work()
        assert said_in(stage, stage.channel_id) == ["**Weekly review** has ended after 45 min."]

    async def test_what_leads_to_the_meeting_leads_to_no_deleted_card(self, stage: Stage) -> None:
        words = {"meeting_end": "over: {{url}}"}
        channels = {"default": stage.channel_id}
        await stage.set({"notifications": {"channels": channels, "templates": words}})
        meeting = await stage.start()
        stage.discord.messages.clear()
        await end(stage, meeting)
        await stage.work()
        url = f"https://discord.com/channels/{stage.guild_id}/{stage.channel_id}"
        assert said_in(stage, stage.channel_id) == [f"over: {url}"]


class TestACardThatCannotBeChanged:
    async def test_nobody_asks_again_for_one_that_is_gone(self, stage: Stage) -> None:
        meeting = await stage.start()
        stage.discord.messages.clear()
        assert await self.asked_for(stage, meeting, joins=5) == 1
        stage.clock.pass_seconds(3600)
        assert await self.asked_for(stage, meeting, joins=5) == 0

    async def test_one_that_is_closed_is_asked_for_once_in_ten_minutes(self, stage: Stage) -> None:
        meeting = await stage.start()
        stage.clock.seconds -= stage.clock.seconds % 600
        stage.discord.closed_channels.add(stage.channel_id)
        assert await self.asked_for(stage, meeting, joins=5) == 1
        stage.clock.pass_seconds(600)
        assert await self.asked_for(stage, meeting, joins=5) == 1

    async def test_its_end_is_tried_at_once(self, stage: Stage) -> None:
        meeting = await stage.start()
        stage.discord.closed_channels.add(stage.channel_id)
        await self.asked_for(stage, meeting, joins=1)
        stage.discord.closed_channels.clear()
        assert await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
        await stage.work()
        (card,) = stage.discord.in_channel(stage.channel_id)
        assert "ENDED" in text_of(card.body)

    async def test_it_is_shown_as_it_is_when_the_channel_is_open_again(self, stage: Stage) -> None:
        meeting = await stage.start()
        stage.discord.closed_channels.add(stage.channel_id)
        await self.asked_for(stage, meeting, joins=2)
        stage.discord.closed_channels.clear()
        stage.clock.pass_seconds(600)
        await self.asked_for(stage, meeting, joins=1)
        (card,) = stage.discord.in_channel(stage.channel_id)
        assert "3 joined" in text_of(card.body)

    async def asked_for(self, stage: Stage, meeting: Meeting, joins: int) -> int:
        """How often Discord was asked to change the card, while so many came in."""
        before = len(stage.discord.requests)
        for _ in range(joins):
            person = Person(UserId(snowflake()), "Guest")
            await stage.services.meetings.record_join(meeting, person, int(stage.clock()))
            await stage.services.telling.card_editor.show(stage.guild_id, meeting.meeting_id, 1, soon())
        return len(stage.discord.requests) - before
