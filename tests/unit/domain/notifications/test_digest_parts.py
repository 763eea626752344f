"""A digest is as many messages as it takes: each once, and each thing that happened in one of them."""

import re
from dataclasses import replace
from functools import partial

import pytest

from kaltura_discord.notifications.closed_words import TAGS_OFF
from kaltura_discord.notifications.digest_parts import MOST_PARTS, DigestPart, Division
from kaltura_discord.notifications.digest_words import Line, digest_message
from kaltura_discord.notifications.digests import MORE_THAN_FITS
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.templates.plain_text import utf16_length
from tests.unit.domain.notifications.nights import HOUR, NEWS, dying_at, morning, said_in, state, videos
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of


async def test_a_night_with_much_to_tell_is_as_many_messages_as_it_takes(night: Stage) -> None:
    held = await videos(night, 60, "*" * 200)
    await morning(night)
    posted = night.discord.in_channel(NEWS)
    assert len(posted) > 1
    said = {each.message_id: text_of(each.body) for each in posted}
    assert all(utf16_length(words) <= 4000 for words in said.values())
    assert [words.splitlines()[0] for words in said.values()] == [
        "### While it was quiet",
        *(f"### While it was quiet, part {number}" for number in range(2, len(posted) + 1)),
    ]
    named = [name for words in said.values() for name in re.findall(r"V\d{3}", words)]
    assert named == [f"V{number:03d}" for number in range(60)], "each once, and in its order"
    for each in held:
        done = await state(night, each)
        assert done.state is NotificationState.SENT
        assert done.message_id is not None
        assert each.details["title"][:4] in said[done.message_id], "the message that it leads to names it"


async def test_more_than_anybody_reads_in_a_morning_is_counted_and_listed(night: Stage) -> None:
    held = await videos(night, 250, "*" * 200)
    await morning(night)
    said = said_in(night, NEWS)
    assert len(said) == MOST_PARTS
    named = {name for words in said for name in re.findall(r"V\d{3}", words)}
    rest = 250 - len(named)
    assert said[-1].splitlines()[-1] == (
        f"-# and {rest} more: A new video is ready ({rest}). "
        "Whoever manages this server finds each of them in `/kaltura-config notifications`."
    )
    assert all(utf16_length(words) <= 4000 - len(TAGS_OFF) - 50 for words in said), "a footnote has room still"
    for each in held:
        done = await state(night, each)
        is_named = each.details["title"][:4] in named
        assert done.state is (NotificationState.SENT if is_named else NotificationState.DROPPED)
        assert is_named or done.reason == MORE_THAN_FITS
    assert len(await night.services.telling.store.last(night.guild_id, 300)) == 250, "what is counted is listed as well"


async def test_a_meeting_that_was_called_something_longer_meanwhile_still_fits(night: Stage) -> None:
    lines = [Line(Notification(str(each), night.guild_id, "video_ready", "1_a", {}, 1), None) for each in range(40)]
    meeting = replace(await night.start(), title="L" * 250)
    longer = [replace(line, meeting=meeting, names="N" * 100) for line in lines]
    assert utf16_length(text_of(digest_message(longer, [], 1).body())) <= 4000


@pytest.mark.parametrize("step", range(1, 96, 2))
async def test_wherever_a_digest_of_several_parts_dies_each_thing_is_named_once(night: Stage, step: int) -> None:
    small = partial(Division, most_lines=2, most_parts=3)
    night.services.telling.digests = replace(night.services.telling.digests, division=small)
    told = await videos(night, 7)
    # The next one comes while Discord knows the nonces, or when it has forgotten them.
    await dying_at(night, step, 600 if step % 4 == 1 else 1)
    said = said_in(night, NEWS)
    assert [re.findall(r"V\d{3}", words) for words in said] == [["V000", "V001"], ["V002", "V003"], ["V004", "V005"]]
    assert "-# and 1 more: A new video is ready (1)." in said[-1]
    states = [(await state(night, each)).state for each in told]
    assert states == [NotificationState.SENT] * 6 + [NotificationState.DROPPED]
    assert await night.services.telling.held.of(night.guild_id) == []


async def test_whoever_was_taken_for_dead_divides_it_as_the_other_one_did(night: Stage) -> None:
    await videos(night, 5)
    night.clock.pass_seconds(8 * HOUR)
    held = night.services.telling.held
    seen = await held.of(night.guild_id)
    other = [await held.put_into(each, DigestPart(seen[0].until, NEWS, 2).key) for each in seen[:3]]
    assert [each.digest for each in other if each] == [f"digest#{seen[0].until}#{NEWS}#2"] * 3
    late = await held.put_into(seen[0], DigestPart(seen[0].until, NEWS).key)
    assert late == other[0]
    await night.housekeeping(night.guild_id)
    assert len(re.findall(r"V\d{3}", "".join(said_in(night, NEWS)))) == 5
    assert await held.put_into(seen[4], "digest#1#1") is None, "it has been told"
