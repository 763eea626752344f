"""The parts of Watch Together put together, for every door that has to do with rooms."""

from collections.abc import Callable, Mapping
from functools import cached_property

from kaltura_discord.aws.socket_poster import SocketPoster
from kaltura_discord.aws.table import Table
from kaltura_discord.observation.metrics import Metrics
from kaltura_discord.settings import socket_callback_url
from kaltura_discord.watch.holds import Holds
from kaltura_discord.watch.participants import ParticipantStore
from kaltura_discord.watch.presence import Presence
from kaltura_discord.watch.relay import Poster, Relay
from kaltura_discord.watch.room_items import MOST_IN_ROOM_ITEM
from kaltura_discord.watch.room_store import RoomStore
from kaltura_discord.watch.rooms import Rooms
from kaltura_discord.watch.tickets import Tickets


class WatchParts:
    """The parts, each made when it is first needed.

    Args:
        environment: the function's environment; credentials, and where sockets are posted to.
        table: the table.
        now: epoch seconds.
        most_in_room_item: beyond so many, a room's connections go to shards.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        table: Table,
        now: Callable[[], float],
        most_in_room_item: int = MOST_IN_ROOM_ITEM,
    ) -> None:
        self._environment = environment
        self._table = table
        self._now = now
        self._most = most_in_room_item

    @cached_property
    def tickets(self) -> Tickets:
        """Tickets for the socket."""
        return Tickets(self._table, self._now)

    @cached_property
    def store(self) -> RoomStore:
        """How rooms are kept."""
        return RoomStore(self._table, self._now)

    @cached_property
    def rooms(self) -> Rooms:
        """What may be done with rooms."""
        return Rooms(self.store, self._now)

    @cached_property
    def participants(self) -> ParticipantStore:
        """How participants are kept."""
        return ParticipantStore(self._table, self._now)

    @cached_property
    def presence(self) -> Presence:
        """Coming, being there and going."""
        holds = Holds(self.store, self._now)
        return Presence(self.store, self.participants, holds, self._now, self._most)

    @cached_property
    def metrics(self) -> Metrics:
        """Numbers for operators."""
        return Metrics(self._now)

    @cached_property
    def poster(self) -> Poster:
        """Posts to sockets."""
        return SocketPoster(socket_callback_url(self._environment), self._environment)

    @cached_property
    def relay(self) -> Relay:
        """Telling everybody in a room."""
        return Relay(self.store, self.presence, self.poster, self.metrics)
