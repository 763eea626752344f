"""`/kaltura-config notifications`: what was told, what was not and why; what failed can be tried again, once."""

from dataclasses import dataclass

import pytest

from kaltura_discord.commands.config import deliveries
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.notifications.reasons import NO_CHANNEL, SAID_BY_THE_CARD, SWITCHED_OFF
from local_stack.discord.rules.messages import ANSWER_EDIT
from tests.unit.domain.commands.config.config_world import ADA, GENERAL, HIDDEN, NEWS, configure, furnish, press
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import BO, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, components_of, text_of


@dataclass
class Told:
    """A server that was told of videos."""

    stage: Stage

    async def of(self, title: str = "Cells") -> Notification:
        entry_id = f"1_{snowflake()[-8:]}"
        details = {"title": title, "id": entry_id}
        video = Notification(f"video_ready#{entry_id}", self.stage.guild_id, "video_ready", entry_id, details)
        await self.stage.services.telling.outbox.tell(video)
        await self.stage.tell()
        self.stage.clock.pass_seconds(60)
        return video

    async def state(self, video: Notification) -> NotificationState:
        found = await self.stage.services.telling.store.find(video.guild_id, video.key)
        assert found is not None
        return found.state


@pytest.fixture
async def told(stage: Stage) -> Told:
    furnish(stage)
    await stage.set({"notifications": {"channels": {"default": NEWS}}})
    return Told(stage)


async def shown(told: Told) -> dict[str, object]:
    message = await configure(told.stage, "notifications")
    takes(message, ANSWER_EDIT)
    return message


async def test_before_anything_was_told_it_says_so(told: Told) -> None:
    assert deliveries.NOTHING_YET in text_of(await shown(told))


async def test_what_was_told_leads_to_the_message(told: Told) -> None:
    await told.of("**Cells**")
    (posted,) = told.stage.discord.in_channel(NEWS)
    message = await shown(told)
    said = text_of(message)
    assert "**A new video is ready**: \\*\\*Cells\\*\\*" in said
    link = f"https://discord.com/channels/{told.stage.guild_id}/{NEWS}/{posted.message_id}"
    assert f"Told in <#{NEWS}> <t:{int(told.stage.clock.seconds) - 60}:R> · [see the message]({link})" in said
    assert "Retry" not in buttons_of(message)


async def test_what_failed_says_why_and_which_channel_is_lost(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of()
    message = await shown(told)
    assert f"I can't write in <#{NEWS}>." in text_of(message)
    assert f"I could not write in <#{NEWS}> lately. `/kaltura-config channel` sets another." in text_of(message)
    assert "Retry" in buttons_of(message)


async def test_what_could_not_be_told_for_want_of_a_channel_says_so_and_is_not_tried_again(told: Told) -> None:
    await told.stage.set({})
    await told.of()
    message = await shown(told)
    assert NO_CHANNEL in text_of(message)
    assert "Retry" not in buttons_of(message)


async def test_what_a_server_has_chosen_not_to_be_told_does_not_drown_what_went_wrong(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of()
    await told.stage.set({"notifications": {"types": {"video_ready": False}}})
    for _ in range(deliveries.ON_A_PAGE):
        await told.of()
    for _ in range(deliveries.ON_A_PAGE):
        await told.stage.start()
    message = await shown(told)
    assert "Retry" in buttons_of(message), "the failure is on the first page"
    said = text_of(message)
    assert SWITCHED_OFF not in said
    assert SAID_BY_THE_CARD not in said
    assert deliveries.NOT_LISTED in said


async def test_what_was_held_and_then_switched_off_is_not_listed_either(told: Told) -> None:
    quiet = {"quiet_hours": {"hours": "00:00-23:59"}}
    await told.stage.set({"notifications": {"channels": {"default": NEWS}, **quiet}})
    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 3600
    video = await told.of()
    await told.stage.set({"notifications": {"types": {"video_ready": False}}})
    (held,) = await told.stage.services.telling.held.of(told.stage.guild_id)
    await told.stage.services.telling.digests.deliver(told.stage.guild_id, held.until, soon())
    assert await told.state(video) is NotificationState.DROPPED
    assert deliveries.NOTHING_YET in text_of(await shown(told))


async def test_a_press_tries_again_and_a_second_one_says_so(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    video = await told.of()
    message = await shown(told)
    told.stage.discord.closed_channels.clear()

    again = await press(told.stage, message, "Retry")
    assert deliveries.SENT_AGAIN in text_of(again)
    assert await told.state(video) is NotificationState.SENT
    assert len(told.stage.discord.in_channel(NEWS)) == 1

    second = await press(told.stage, message, "Retry")
    assert deliveries.TOLD_MEANWHILE in text_of(second)
    assert "Told in" in text_of(second)
    assert "Retry" not in buttons_of(second)
    assert len(told.stage.discord.in_channel(NEWS)) == 1


async def test_what_fails_again_is_listed_once_where_it_stands_now(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of()
    page = await shown(told)
    for _ in range(2):
        assert "Being tried again" in text_of(await press(told.stage, page, "Retry"))
        told.stage.clock.pass_seconds(60)
        page = await shown(told)
    assert text_of(page).count("A new video is ready") == 1
    assert f"Failed <t:{int(told.stage.clock.seconds) - 60}:R>" in text_of(page), "the last time, and not the first"
    told.stage.discord.closed_channels.clear()
    await press(told.stage, page, "Retry")
    page = await shown(told)
    assert text_of(page).count("A new video is ready") == 1
    assert "Told in" in text_of(page)
    assert "Retry" not in buttons_of(page)


async def test_what_failed_again_is_not_found_on_an_older_page_as_well(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of("the first")
    page = await shown(told)
    for number in range(deliveries.ON_A_PAGE):
        await told.of(f"number {number}")
    await press(told.stage, page, "Retry")
    page = await shown(told)
    assert "the first" in text_of(page)
    older = await press(told.stage, page, "Older")
    takes(older, ANSWER_EDIT)
    assert "the first" not in text_of(older)
    assert text_of(older).count("A new video is ready") == 1
    assert "Older" not in buttons_of(older)


async def test_where_the_queue_did_not_know_a_second_press_makes_up_for_it(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    video = await told.of()
    message = await shown(told)
    told.stage.discord.closed_channels.clear()
    await told.stage.services.telling.store.revive(video.guild_id, video.key)
    assert deliveries.ON_ITS_WAY in text_of(await press(told.stage, message, "Retry"))
    assert await told.state(video) is NotificationState.SENT


async def test_what_is_not_wanted_any_more_when_it_is_tried_again_says_so(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    video = await told.of()
    message = await shown(told)
    await told.stage.set({"notifications": {"channels": {"default": NEWS}, "types": {"video_ready": False}}})
    assert deliveries.SENT_AGAIN in text_of(await press(told.stage, message, "Retry"))
    assert await told.state(video) is NotificationState.DROPPED

    second = await press(told.stage, message, "Retry")
    assert f"It was not told. {SWITCHED_OFF}" in text_of(second)
    assert f"-# Tried again, and not told. {SWITCHED_OFF}" in text_of(second)
    assert "Retry" not in buttons_of(second)


async def test_what_fails_again_while_it_is_looked_for_says_so(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of()
    message = await shown(told)

    async def too_early(*_: object, **__: object) -> None:
        return None

    monkeypatch.setattr(told.stage.services.telling.store, "revive", too_early)
    again = await press(told.stage, message, "Retry")
    assert deliveries.FAILED_AGAIN in text_of(again)
    assert "Retry" in buttons_of(again)


async def test_whoever_presses_waits_for_it_so_quiet_hours_do_not_hold_it(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    video = await told.of()
    message = await shown(told)
    told.stage.discord.closed_channels.clear()
    quiet_hours = {"hours": "00:00-23:59"}
    await told.stage.set({"notifications": {"channels": {"default": NEWS}, "quiet_hours": quiet_hours}})
    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 3600
    await press(told.stage, message, "Retry")
    assert await told.state(video) is NotificationState.SENT


async def test_the_message_that_bears_the_button_is_changed(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    await told.of()
    message = await shown(told)
    answer = await told.stage.acknowledged(told.stage.place.press(buttons_of(message)["Retry"], ADA))
    assert answer.body == {"type": 6}


async def test_what_nobody_knows_any_more_is_too_old(told: Told) -> None:
    payload = told.stage.place.press("1:config-retry:video_ready#1_gone@0", ADA)
    assert deliveries.TOO_OLD in text_of(await told.stage.answer_to(payload))


async def test_what_is_held_is_counted_with_when_it_comes(told: Told) -> None:
    quiet_hours = {"hours": "00:00-23:59"}
    await told.stage.set({"notifications": {"channels": {"default": NEWS}, "quiet_hours": quiet_hours}})
    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 3600
    await told.of()
    until = int(told.stage.clock.seconds) // 86400 * 86400 + 23 * 3600 + 59 * 60
    assert f"One is held until <t:{until}:f>" in text_of(await shown(told))
    await told.of()
    assert "2 are held until" in text_of(await shown(told))


async def test_what_is_held_says_when_it_comes_as_the_quiet_hours_are_now(told: Told) -> None:
    def until(hour: int) -> str:
        return f"<t:{int(told.stage.clock.seconds) // 86400 * 86400 + hour * 3600}:f>"

    async def quiet(hours: str) -> None:
        document = {"channels": {"default": NEWS}, "quiet_hours": {"hours": hours}}
        await told.stage.set({"notifications": document})

    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 3600
    await quiet("00:00-07:00")
    await told.of()
    assert f"One is held until {until(7)}" in text_of(await shown(told))

    await quiet("00:00-09:00")
    assert f"One is held until {until(9)}" in text_of(await shown(told)), "its digest will be postponed"
    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 8 * 3600
    assert f"One is held until {until(9)}" in text_of(await shown(told)), "it was postponed"
    told.stage.clock.seconds = told.stage.clock.seconds // 86400 * 86400 + 9 * 3600
    assert "One was held while it was quiet, and is being told now." in text_of(await shown(told))
    await told.stage.housekeeping(told.stage.guild_id)
    assert "held" not in text_of(await shown(told))


async def test_many_are_turned_over_and_discord_takes_every_page(told: Told) -> None:
    told.stage.discord.closed_channels.update({NEWS, GENERAL, HIDDEN})
    for number in range(12):
        await told.of(f"{number} " + "*" * 250)
    page = await shown(told)
    seen = [page]
    while "Older" in buttons_of(page):
        page = await press(told.stage, page, "Older")
        takes(page, ANSWER_EDIT)
        seen.append(page)
    assert [text_of(each).count("A new video is ready") for each in seen] == [5, 5, 2]
    assert "Newer" in buttons_of(page)
    labels = [part.get("label") for part in components_of(await press(told.stage, page, "Newer"))]
    assert labels.count("Retry") == 5


async def test_a_page_that_is_no_more_is_the_last_one(told: Told) -> None:
    await told.of()
    payload = told.stage.place.press("1:config-notifications:7", ADA)
    assert "A new video is ready" in text_of(await told.stage.answer_to(payload))


async def test_it_is_for_whoever_manages_the_server(told: Told) -> None:
    told.stage.discord.closed_channels.add(NEWS)
    video = await told.of()
    told.stage.discord.closed_channels.clear()
    refused = await told.stage.answer_to(told.stage.place.press(f"1:config-retry:{video.key}@0", BO))
    assert "Only whoever may manage this server" in text_of(refused)
    assert await told.state(video) is NotificationState.FAILED
