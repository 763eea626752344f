"""Kaltura's meetings as a double: one room for each reference, revoked groups, marks of the end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.rooms import CreatedRoom, Guest, JoinLink, MeetingRequest, StrategyName
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.steps import Crash, Steps

SESSION = "djJ8secretsession"


@dataclass
class RoomsDouble:
    """Speaks `MeetingStrategy`.

    `failure` is raised by every call that asks Kaltura; with `makes_room_all_the_same` the room exists afterwards,
    as after a time-out. With `dies_after_making` our process dies in that moment.
    `meanwhile` is what others do while a room is made.
    """

    steps: Steps
    rooms: dict[str, CreatedRoom] = field(default_factory=dict)
    requests: list[MeetingRequest] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    marked: dict[str, int] = field(default_factory=dict)
    guests: list[Guest] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    failure: KalturaError | None = None
    makes_room_all_the_same: bool = False
    dies_after_making: bool = False
    meanwhile: Callable[[], Awaitable[None]] | None = None

    @property
    def name(self) -> StrategyName:
        return "room_entry"

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        self.steps.take()
        if self.failure is None or self.makes_room_all_the_same:
            room = CreatedRoom("room_entry", f"1_{len(self.requests):08d}", request.reference_id)
            self.rooms.setdefault(request.reference_id, room)
            self.requests.append(request)
        if self.meanwhile is not None:
            await self.meanwhile()
        if self.dies_after_making:
            raise Crash
        self._fail_if_told()
        self.steps.take()
        return self.rooms[request.reference_id]

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        self.steps.take()
        self._fail_if_told()
        return self.rooms.get(reference_id)

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        self.steps.take()
        self._fail_if_told()
        self.rooms.pop(room.reference_id, None)
        self.discarded.append(room.reference_id)
        self.steps.take()

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        assert session_group not in self.revoked, "Kaltura never takes a group again once it was revoked"
        self.guests.append(guest)
        self.groups.append(session_group)
        self.until.append(expires_at)
        return JoinLink(f"https://kaf.test/room/{room.room_id}/ks/{SESSION}", expires_at)

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        self.steps.take()
        self._fail_if_told()
        self.revoked.append(session_group)
        self.steps.take()

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        self.steps.take()
        self._fail_if_told()
        self.marked[room.reference_id] = ended_at
        self.steps.take()

    async def probe(self, deadline: Deadline) -> list[Finding]:
        return []

    def _fail_if_told(self) -> None:
        if self.failure is not None:
            raise self.failure
