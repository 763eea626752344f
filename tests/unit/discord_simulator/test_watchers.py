"""The feed behind the stream of events, and answers that were promised and never came."""

from local_stack.discord.events import BACKLOG, EventFeed
from local_stack.discord.messages import Message
from local_stack.discord.routes.watching import give_up_waiting
from tests.unit.discord_simulator.stage import ANN, BO, GENERAL, TravellingClock, seeded_world


def test_only_the_audience_hears() -> None:
    feed = EventFeed()
    ann, bo = feed.watch(ANN), feed.watch(BO)
    feed.publish("message_delete", {"id": "1"}, {BO})
    assert ann.pending.empty()
    assert bo.pending.get_nowait() == b'event: message_delete\ndata: {"id": "1"}\n\n'


def test_a_watcher_who_cannot_follow_is_let_go() -> None:
    feed = EventFeed()
    slow = feed.watch(ANN)
    for _ in range(BACKLOG + 1):
        feed.publish("message_delete", {}, {ANN})
    assert feed.watched_by() == set()
    frames = [slow.pending.get_nowait() for _ in range(slow.pending.qsize())]
    assert frames[-1] is None, "the stream ends"


def test_closing_ends_every_stream() -> None:
    feed = EventFeed()
    watchers = [feed.watch(ANN), feed.watch(BO)]
    feed.close()
    assert [watcher.pending.get_nowait() for watcher in watchers] == [None, None]
    assert feed.watched_by() == set()


def test_pages_learn_that_an_answer_never_came() -> None:
    clock = TravellingClock()
    world = seeded_world(clock)
    watcher = world.feed.watch(ANN)
    world.post(Message("1", GENERAL, world.bot, clock.at, state="thinking"))
    watcher.pending.get_nowait()
    clock.travel(899)
    give_up_waiting(world)
    assert watcher.pending.empty()
    clock.travel(2)
    give_up_waiting(world)
    frame = watcher.pending.get_nowait()
    assert frame is not None
    assert b"The application did not respond" in frame
    give_up_waiting(world)
    assert watcher.pending.empty()
