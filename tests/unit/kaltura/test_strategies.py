"""Two ways of holding meetings side by side: the chosen one makes rooms, each room stays with its own."""

from dataclasses import dataclass, field

import pytest

from kaltura_discord.kaltura.errors import Forbidden
from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.rooms import CreatedRoom, Guest, JoinLink, MeetingRequest, StrategyName
from kaltura_discord.kaltura.strategies import StrategyByRoom
from kaltura_discord.resilience.deadline import Deadline

GUEST = Guest("discord_1", "Ann", "viewer")


@dataclass
class OneWay:
    """A strategy that remembers what it was asked."""

    name: StrategyName
    asked: list[str] = field(default_factory=list)
    rooms: dict[str, CreatedRoom] = field(default_factory=dict)
    is_forbidden: bool = False

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        self.rooms[request.reference_id] = CreatedRoom(self.name, "1", request.reference_id)
        return self.rooms[request.reference_id]

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        self.asked.append("find")
        if self.is_forbidden:
            raise Forbidden("SERVICE_FORBIDDEN")
        return self.rooms.get(reference_id)

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        self.asked.append("discard")

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        return JoinLink(f"https://{self.name}", expires_at)

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        self.asked.append("revoke")

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        self.asked.append("mark_ended")

    async def probe(self, deadline: Deadline) -> list[Finding]:
        return [Finding(self.name, "ok", "There.")]


@pytest.fixture
def entry() -> OneWay:
    return OneWay("room_entry")


@pytest.fixture
def resource() -> OneWay:
    return OneWay("schedule_resource")


@pytest.fixture
def both(entry: OneWay, resource: OneWay) -> StrategyByRoom:
    return StrategyByRoom("room_entry", {"room_entry": entry, "schedule_resource": resource})


async def test_new_rooms_are_made_the_chosen_way(both: StrategyByRoom) -> None:
    room = await both.create(MeetingRequest("7", "Title", "", "room", "discord_1"), Deadline.after(5))

    assert both.name == room.strategy == "room_entry"
    assert [finding.area for finding in await both.probe(Deadline.after(5))] == ["room_entry"]


async def test_a_room_is_made_the_way_that_is_asked_for(both: StrategyByRoom) -> None:
    asked = MeetingRequest("7", "Title", "", "room", "discord_1", strategy="schedule_resource")

    assert (await both.create(asked, Deadline.after(5))).strategy == "schedule_resource"
    assert both.name == "room_entry"


async def test_a_room_made_another_way_is_joined_and_ended_that_way(
    both: StrategyByRoom, entry: OneWay, resource: OneWay
) -> None:
    old = CreatedRoom("schedule_resource", "4711", "7")

    link = both.join_url(old, GUEST, 100, "group")
    await both.revoke(old, "group", Deadline.after(5))
    await both.mark_ended(old, 50, Deadline.after(5))
    await both.discard(old, Deadline.after(5))

    assert link.url == "https://schedule_resource"
    assert resource.asked == ["revoke", "mark_ended", "discard"]
    assert entry.asked == []


async def test_a_room_is_found_whichever_way_made_it(both: StrategyByRoom, resource: OneWay) -> None:
    resource.rooms["7"] = CreatedRoom("schedule_resource", "4711", "7")

    assert await both.find_by_reference("7", Deadline.after(5)) == resource.rooms["7"]
    assert await both.find_by_reference("8", Deadline.after(5)) is None


@pytest.mark.parametrize("forbidden", ["entry", "resource"])
async def test_a_way_that_the_account_may_not_use_has_made_no_room(
    both: StrategyByRoom, entry: OneWay, resource: OneWay, forbidden: str
) -> None:
    ways = {"entry": entry, "resource": resource}
    ways.pop(forbidden).is_forbidden = True
    [(_, other)] = ways.items()

    assert await both.find_by_reference("7", Deadline.after(5)) is None
    other.rooms["7"] = CreatedRoom(other.name, "1", "7")
    assert await both.find_by_reference("7", Deadline.after(5)) == other.rooms["7"]


async def test_being_refused_every_way_is_a_failure(both: StrategyByRoom, entry: OneWay, resource: OneWay) -> None:
    entry.is_forbidden = resource.is_forbidden = True

    with pytest.raises(Forbidden):
        await both.find_by_reference("7", Deadline.after(5))
