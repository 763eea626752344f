"""Both ways of holding meetings behind one: new rooms are made the way that is asked for, old ones stay with their own.

Servers may have different ways, and an operator may change one while meetings run; those must still be joined, ended
and revoked where they are.
"""

from collections.abc import Mapping

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
    """Speaks `MeetingStrategy` for all strategies; `chosen` makes new rooms that ask for no other."""

    def __init__(self, chosen: StrategyName, strategies: Mapping[StrategyName, MeetingStrategy]) -> None:
        self._chosen = strategies[chosen]
        self._strategies = strategies

    @property
    def name(self) -> StrategyName:
        """The one that makes new rooms that ask for no other."""
        return self._chosen.name

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        """See `MeetingStrategy`."""
        strategy = self._strategies[request.strategy] if request.strategy else self._chosen
        return await strategy.create(request, deadline)

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        """See `MeetingStrategy`; asks the chosen strategy, then the others.

        Where the account may not use one of them, that one has made no room, so its refusal is no failure. To be
        refused all of them is.
        """
        others = [strategy for strategy in self._strategies.values() if strategy is not self._chosen]
        refusals = []
        for strategy in (self._chosen, *others):
            try:
                room = await strategy.find_by_reference(reference_id, deadline)
            except Forbidden as refusal:
                refusals.append(refusal)
            else:
                if room is not None:
                    return room
        if len(refusals) == len(self._strategies):
            raise refusals[0]
        return None

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
