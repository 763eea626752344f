"""Which live streams are looked at when: what may start or stop in a minute first, and in the end every one."""

import itertools
import logging

import pytest

from kaltura_discord.kaltura.live_streams import MOST_STREAMS, LiveDesk, Selection
from kaltura_discord.kaltura.search_terms import ContentScope
from kaltura_discord.notifications import live_watch
from kaltura_discord.notifications.live_watch import LOOKS_A_MINUTE
from tests.unit.domain.notifications.broadcasts import Broadcaster, Scene, live_scene, subscribe
from tests.unit.domain.stage import Stage, soon
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

# More than can be looked at once every five minutes.
CROWD = 5 * LOOKS_A_MINUTE + 100


@pytest.fixture
async def scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    return await live_scene(stage, kaltura)


async def test_idle_streams_are_asked_about_less_and_less(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    looks = []
    for minute in range(31):
        await scene.look()
        if scene.broadcaster.asked:
            looks.append(minute)
        scene.broadcaster.asked.clear()
    assert [later - earlier for earlier, later in itertools.pairwise(looks)][:5] == [1, 2, 4, 5, 5]
    assert stream in scene.broadcaster.streams


async def test_a_stream_that_may_be_about_to_start_is_asked_about_every_minute(scene: Scene) -> None:
    await subscribe(scene)
    now = int(scene.stage.clock.seconds)
    planned, far, changed = (
        scene.stream(startDate=now + 1200),
        scene.stream(startDate=now + 10**6),
        scene.stream(updatedAt=now),
    )
    for _ in range(13):
        await scene.look()
    asked = scene.broadcaster.asked
    assert (asked.count(changed), asked.count(planned) > asked.count(far)) == (13, True)


async def test_no_more_than_the_budget_is_asked_in_a_minute(scene: Scene) -> None:
    await subscribe(scene)
    streams = {scene.stream() for _ in range(LOOKS_A_MINUTE + 30)}
    await scene.look()
    assert len(scene.broadcaster.asked) == LOOKS_A_MINUTE
    # Who was not asked about has waited longest.
    await scene.look()
    assert set(scene.broadcaster.asked) == streams
    # Twenty in a request.
    assert scene.kaltura.names().count("multirequest") == 3 + 3


async def test_in_a_crowd_those_on_air_and_those_that_are_planned_are_asked_about_every_minute(scene: Scene) -> None:
    await subscribe(scene)
    planned = scene.stream(startDate=int(scene.stage.clock.seconds) + 1500)
    idle = [scene.stream() for _ in range(CROWD)]
    on_air = idle[CROWD // 2]
    scene.start(on_air)
    told = [event.subject for _ in range(10) for event in await scene.look()]
    assert told == [on_air]
    scene.broadcaster.asked.clear()
    for _ in range(20):
        await scene.look()
    asked = scene.broadcaster.asked
    assert (asked.count(on_air), asked.count(planned), len(asked)) == (20, 20, 20 * LOOKS_A_MINUTE)
    assert set(asked) == {planned, *idle}


async def test_however_many_are_on_air_others_are_asked_about_as_well(scene: Scene) -> None:
    await subscribe(scene)
    for _ in range(LOOKS_A_MINUTE + 20):
        scene.start(scene.stream())
    for _ in range(3):
        await scene.look()
    late = scene.stream()
    await scene.look(180)
    scene.start(late)
    told = [event.subject for _ in range(3) for event in await scene.look()]
    assert told == [late]


@pytest.mark.parametrize("refusal", ["SERVICE_FORBIDDEN", "INTERNAL_SERVERL_ERROR"])
async def test_streams_that_kaltura_does_not_answer_for_keep_no_other_from_its_turn(
    scene: Scene, refusal: str, caplog: pytest.LogCaptureFixture
) -> None:
    await subscribe(scene)
    unanswered = {scene.stream() for _ in range(LOOKS_A_MINUTE)}
    scene.broadcaster.refuses, scene.broadcaster.refusal = unanswered, refusal
    good = scene.stream()
    scene.start(good)
    told = [event.subject for _ in range(2) for event in await scene.look()]
    assert told == [good]
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "live streams that kaltura says nothing of" in warnings
    # Once it answers again, they are seen as well.
    scene.broadcaster.refuses = set()
    first = min(unanswered)
    scene.start(first)
    assert first in [event.subject for _ in range(6) for event in await scene.look()]


async def test_a_stream_on_air_that_kaltura_does_not_answer_for_is_not_over(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    scene.start(stream)
    await scene.look()
    scene.broadcaster.refuses, scene.broadcaster.refusal = {stream}, "SERVICE_FORBIDDEN"
    assert [await scene.look() for _ in range(10)] == [[]] * 10
    scene.broadcaster.refuses = set()
    assert [await scene.look() for _ in range(6)] == [[]] * 6
    del scene.broadcaster.on_air[stream]
    assert [event.kind for _ in range(6) for event in await scene.look()] == ["live_end"]


WANTED = Selection(ContentScope((7,), ()), ContentScope((7,), ()), ContentScope((), ()))


@pytest.mark.parametrize("count", [499, 500, 501, 1200, MOST_STREAMS])
async def test_streams_are_listed_page_by_page(
    kaltura: ScriptedKaltura, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    broadcaster = Broadcaster(kaltura, {f"1_{number:08}": {} for number in range(count)})
    listed = await LiveDesk(kaltura.transport()).listed([WANTED], soon())
    assert [stream.entry_id for stream in listed] == list(broadcaster.streams)
    assert caplog.records == []


async def test_of_too_many_streams_those_that_were_changed_last_are_listed_and_the_log_says_so(
    kaltura: ScriptedKaltura, caplog: pytest.LogCaptureFixture
) -> None:
    broadcaster = Broadcaster(kaltura, {f"1_{number:08}": {} for number in range(MOST_STREAMS + 1)})
    listed = await LiveDesk(kaltura.transport()).listed([WANTED], soon())
    assert len(listed) == MOST_STREAMS
    (order,) = broadcaster.searches[0]["searchParams"]["orderBy"]["orderItems"]
    assert (order["sortField"], order["sortOrder"]) == ("updated_at", "desc")
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert warning.getMessage() == "more live streams than are watched"
    assert getattr(warning, "streams", 0) == MOST_STREAMS + 1


async def test_a_stream_whose_facts_kaltura_refuses_holds_up_no_other(scene: Scene) -> None:
    await subscribe(scene)
    hidden = scene.stream(startDate=int(scene.stage.clock.seconds) + 100)
    shown = scene.stream()
    await scene.look()
    scene.broadcaster.hides = {hidden}
    scene.start(hidden)
    scene.start(shown)
    told = [event.subject for _ in range(6) for event in await scene.look()]
    assert told == [shown]
    scene.broadcaster.hides.clear()
    assert [event.subject for _ in range(6) for event in await scene.look()] == [hidden]


async def test_while_others_are_on_air_each_stream_has_its_turn_in_the_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long that takes, none is forgotten before."""
    monkeypatch.setattr(live_watch, "LOOKS_A_MINUTE", 4)
    monkeypatch.setattr(live_watch, "_LEFT_TO_OTHERS", 1)
    await subscribe(scene)
    on_air, off_air = [scene.stream() for _ in range(4)], {scene.stream() for _ in range(100)}
    for stream in on_air:
        scene.start(stream)
    for _ in range(30):
        await scene.look()
    scene.broadcaster.asked.clear()
    for _ in range(2 * len(off_air)):
        await scene.look()
    assert off_air <= set(scene.broadcaster.asked)
