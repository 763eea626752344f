"""Both ways of holding meetings behind one: new rooms are made the chosen way, old ones stay with their own.

An operator may change the strategy while meetings run; those must still be joined, ended and revoked where they are.
"""

from collections.abc import Mapping
from contextlib import suppress

from kaltura_discord.kaltura.errors import Forbidden
from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.rooms import (
    CreatedRoom,
    Guest,
    JoinLink,
    MeetingRequest,
    MeetingStrategy,
    StrategyName,
)
from kaltura_discord.resilience.deadline import Deadline


class StrategyByRoom:
    """Speaks `MeetingStrategy` for all strategies; `chosen` makes new rooms."""

    def __init__(self, chosen: StrategyName, strategies: Mapping[StrategyName, MeetingStrategy]) -> None:
        self._chosen = strategies[chosen]
        self._strategies = strategies

    @property
    def name(self) -> StrategyName:
        """The one that makes new rooms."""
        return self._chosen.name

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        """See `MeetingStrategy`."""
        return await self._chosen.create(request, deadline)

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        """See `MeetingStrategy`; asks the chosen strategy, then the others.

        Where the account may not use one of the others, that one has made no room, so its refusal is no failure.
        """
        room = await self._chosen.find_by_reference(reference_id, deadline)
        others = [strategy for strategy in self._strategies.values() if strategy is not self._chosen]
        for strategy in others:
            if room is None:
                with suppress(Forbidden):
                    room = await strategy.find_by_reference(reference_id, deadline)
        return room

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        await self._strategies[room.strategy].discard(room, deadline)

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        """See `MeetingStrategy`."""
        return self._strategies[room.strategy].join_url(room, guest, expires_at, session_group)

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        await self._strategies[room.strategy].revoke(room, session_group, deadline)

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        await self._strategies[room.strategy].mark_ended(room, ended_at, deadline)

    async def probe(self, deadline: Deadline) -> list[Finding]:
        """See `MeetingStrategy`; probes the chosen one."""
        return await self._chosen.probe(deadline)
