"""Which room the browser tabs of a channel lead into: the one where people are, else one of the tabs' own.

somebody watches in this channel, in the Activity or in a tab ──► there
nobody does, and a link was made in the last ten minutes ───────► where that one leads
that room was closed, or everybody has left it ─────────────────► another one
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.watch.launches import Launch, Launches
from kaltura_discord.watch.links import LINK_SECONDS
from kaltura_discord.watch.models import RoomId
from kaltura_discord.watch.room_store import RoomStore


@dataclass(frozen=True, slots=True)
class TabRooms:
    """Finds them. `now` is epoch seconds."""

    launches: Launches
    store: RoomStore
    now: Callable[[], float]

    async def room_for(self, launch: Launch) -> RoomId:
        """The room for a link that is made now, and opened within its ten minutes."""
        living = [
            room
            for room in await self.store.open_in_channel(launch.guild_id, launch.channel_id)
            if room.is_lived_in(self.now() * 1000)
        ]
        if living:
            return max(living, key=lambda room: len(room.connections)).room_id
        bound = await self.launches.tabs_of_channel(launch, LINK_SECONDS)
        if bound.launch is not launch and await self._is_over(RoomId(bound.room_id)):
            bound = await self.launches.bind_anew(bound, launch, LINK_SECONDS)
        return RoomId(bound.room_id)

    async def _is_over(self, room_id: RoomId) -> bool:
        room = await self.store.find(room_id)
        if room is None:
            return await self.store.was_closed(room_id)
        return not room.is_lived_in(self.now() * 1000)
