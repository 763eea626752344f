"""The counts behind docs/cost.md are those of the code as it is. `make costs` writes them anew."""

import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from infra.costs.flows import FILE, Flow, counted_flows, file_of
from kaltura_discord.events.models import Event
from local_stack.embedded_aws.json_api import AwsJson
from local_stack.embedded_aws.resources import create_resources
from local_stack.gateway.manifest import read_manifest
from local_stack.places import REPOSITORY
from tests.unit.domain.costs.rooms_counted import room_flows
from tests.unit.domain.costs.tally import Tally
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.watch.visitor import SEARCH, Visitor, library, visiting
from tests.unit.domain.words import buttons_of
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura

Happening = Callable[[Tally, ScriptedKaltura], Awaitable[None]]

WRITES_ANEW = "WRITE_COUNTED_FLOWS" in os.environ
FILM = "1_abcdefgh"


@pytest.fixture
async def environment(environment: dict[str, str], embedded_aws: str) -> dict[str, str]:
    """A table of each count's own: what another has left in it (somebody known, something due) would be counted too."""
    manifest = read_manifest(REPOSITORY / "infra" / "functions.json")
    table = replace(manifest.table, name=f"table-{uuid.uuid4().hex}")
    async with AwsJson(embedded_aws) as aws:
        await create_resources(aws, replace(manifest, table=table))
    return {**environment, "TABLE_NAME": table.name}


@pytest.fixture
def tally(stage: Stage) -> Tally:
    return Tally(stage)


async def a_meeting_starts(tally: Tally, _: ScriptedKaltura) -> None:
    stage = tally.stage
    await tally.interaction(stage.place.command("kaltura-start", {"type": "room", "title": "Weekly review"}, ANN))


async def somebody_joins(tally: Tally, _: ScriptedKaltura) -> None:
    stage = tally.stage
    meeting = await stage.start()
    tally.begin()
    answer = await tally.interaction(stage.place.press(f"1:join:{meeting.meeting_id}", BO))
    tally.passes("api")
    way = await stage.services.join_door.open(buttons_of(answer)["Open the meeting"].rsplit("/", 1)[-1], soon())
    now = int(stage.clock())
    assert await stage.services.meetings.book_refresh(way.meeting, now + 2, now)
    await stage.services.tasks.send(
        {"kind": "refresh_card", "guild_id": stage.guild_id, "meeting_id": meeting.meeting_id}, delay_seconds=2
    )
    await tally.work()


async def a_meeting_ends(tally: Tally, _: ScriptedKaltura) -> None:
    stage = tally.stage
    meeting = await stage.start()
    tally.begin()
    await tally.interaction(stage.place.press(f"1:end:{meeting.meeting_id}", ANN))


async def meetings_are_listed(tally: Tally, _: ScriptedKaltura) -> None:
    await tally.stage.start()
    tally.begin()
    await tally.interaction(tally.stage.place.command("kaltura-list"))


async def a_letter_is_typed(tally: Tally, _: ScriptedKaltura) -> None:
    await tally.stage.start()
    tally.begin()
    await tally.interaction(tally.stage.place.typing("kaltura-join", "meeting", "wee"))


async def videos_are_searched(tally: Tally, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, library(FILM))
    await tally.interaction(tally.stage.place.command("kaltura-video-search", {"query": "cells"}))


async def a_setting_is_changed(tally: Tally, _: ScriptedKaltura) -> None:
    change: dict[str, object] = {"setting": "meetings.auto_end_hours", "value": "6"}
    await tally.interaction(tally.stage.place.subcommand("kaltura-config", "set", change, ADMINISTRATOR))


async def a_room_is_opened(tally: Tally, kaltura: ScriptedKaltura) -> None:
    kaltura.on(SEARCH, library(FILM))
    await tally.interaction(tally.stage.place.command("kaltura-watch", {"video": FILM}, ANN))


async def somebody_enters_a_room(tally: Tally, kaltura: ScriptedKaltura) -> None:
    async with visiting(tally.stage, kaltura) as visitor:
        await _enters(tally, visitor)


async def _enters(tally: Tally, visitor: Visitor) -> None:
    instance = await visitor.launched(FILM, ANN.user_id, BO.user_id)
    await visitor.enter(instance)
    tally.begin()
    for _ in ("auth/token", "rooms/session"):
        tally.passes("api")
    entered = await visitor.enter(instance, BO.user_id, "Bo")
    tally.passes("api")
    answer = await visitor.get(f"/videos/{FILM}/playback", entered["room_token"])
    assert answer.status_code == 200
    tally.functions["room_authorizer"] += 1
    assert await tally.stage.services.watch.tickets.redeem(entered["ticket"]) is not None
    await tally.work()


async def a_server_is_told_of_a_video(tally: Tally, kaltura: ScriptedKaltura) -> None:
    stage = tally.stage
    channels = {"default": stage.channel_id}
    await stage.set({"notifications": {"channels": channels, "subscriptions": {"tags": ["biology"]}}})
    entry_id = f"1_{snowflake()[-8:]}"
    entry = {
        "id": entry_id,
        "name": "Cells",
        "status": 2,
        "type": "1",
        "mediaType": 1,
        "duration": 61,
        "tags": "biology",
    }
    none: dict[str, object] = {"objects": [], "totalCount": 0}
    kaltura.on("multirequest", [entry, none, none, none])
    kaltura.on(SEARCH, none)
    stage.services.kaltura_transport = kaltura.transport()
    stage.services.kaltura_addresses = ADDRESSES
    tally.begin()
    tally.passes("kaltura_webhooks")
    event = Event(f"kaltura#{snowflake()}", "entry_changed", entry_id, at=int(stage.clock()))
    assert await stage.services.events.receive(event)
    await stage.services.events.hand_on(event.key)
    await tally.work()
    assert stage.discord.in_channel(stage.channel_id), "the server was told"


async def a_minute_passes(tally: Tally, _: ScriptedKaltura) -> None:
    await tally.minute()


HAPPENINGS: dict[str, Happening] = {
    "minute": a_minute_passes,
    "video_told": a_server_is_told_of_a_video,
    "meeting_started": a_meeting_starts,
    "meeting_joined": somebody_joins,
    "meeting_ended": a_meeting_ends,
    "meetings_listed": meetings_are_listed,
    "letter_typed": a_letter_is_typed,
    "videos_searched": videos_are_searched,
    "setting_changed": a_setting_is_changed,
    "room_opened": a_room_is_opened,
    "room_entered": somebody_enters_a_room,
}


def same_or_written(name: str, flow: Flow) -> None:
    """Holds a count against the file, or puts it there where it is to be written anew."""
    if WRITES_ANEW:
        FILE.write_text(file_of({**counted_flows(), name: flow}), encoding="utf-8")
    assert counted_flows()[name].as_json() == flow.as_json(), "counted otherwise before; `make costs` writes it anew"


@pytest.mark.parametrize("name", HAPPENINGS)
async def test_what_happens_costs_what_the_page_says(name: str, tally: Tally, kaltura: ScriptedKaltura) -> None:
    tally.begin()
    await HAPPENINGS[name](tally, kaltura)
    same_or_written(name, tally.flow())


@pytest.mark.parametrize("viewers", [10, 1000])
async def test_what_happens_in_a_room_costs_what_the_page_says(viewers: int) -> None:
    for name, flow in (await room_flows(viewers)).items():
        same_or_written(f"{name}_{viewers}", flow)


def test_nothing_is_counted_that_does_not_happen() -> None:
    in_rooms = {name for name in counted_flows() if name.rpartition("_")[2] in ("10", "1000")}
    assert set(counted_flows()) - in_rooms == set(HAPPENINGS)
