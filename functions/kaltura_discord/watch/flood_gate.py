"""Against floods: how many messages one connection sends in ten seconds.

A viewer says hello, reads the clock sixteen times and then speaks three times a minute; counting that in the table
would cost a write for each message. So each process counts for itself, and only from `_UNCOUNTED` on also in the table,
where all processes that a flood is spread over meet:

    process A   20 messages, then each one adds to the count: 21, 22, 23 …  ┐
    process B   20 messages, then each one adds to the count: 21, 22, 23 …  ┴ the count is the sum

A connection may so send a few more than it should, if many processes serve it, and never without end. Windows begin
every ten seconds; of the one before, that share counts which the last ten seconds still reach into.
"""

from collections.abc import Callable

from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.watch.models import ConnectionId
from kaltura_discord.watch.protocol import MESSAGES_IN_TEN_SECONDS

_WINDOW_SECONDS = 10
_UNCOUNTED = 20

# A process remembers so many connections before it forgets those of earlier windows.
_REMEMBERED = 5_000


class FloodGate:
    """Counts messages. `now` is epoch seconds."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now
        self._counts: dict[ConnectionId, tuple[int, int]] = {}

    async def admits(self, connection_id: ConnectionId) -> bool:
        """Count one message; whether it is not too many."""
        window, into_window = divmod(self._now() / _WINDOW_SECONDS, 1)
        window = int(window)
        known_window, count = self._counts.get(connection_id, (window, 0))
        count = count + 1 if known_window == window else 1
        if len(self._counts) >= _REMEMBERED:
            self._counts = {one: seen for one, seen in self._counts.items() if seen[0] == window}
        self._counts[connection_id] = (window, count)
        if count <= _UNCOUNTED:
            return True
        if count > MESSAGES_IN_TEN_SECONDS:
            return False
        more = count if count == _UNCOUNTED + 1 else 1
        item = await self._table.update(
            Update(
                Key(f"LIMIT#socket#{connection_id}", "LIMIT"),
                "SET expires_at = :expires ADD #window :more",
                names={"#window": f"in_{window}"},
                values={":more": more, ":expires": (window + 2) * _WINDOW_SECONDS},
            )
        )
        before: int = item.get(f"in_{window - 1}", 0)
        return bool(item[f"in_{window}"] + before * (1 - into_window) <= MESSAGES_IN_TEN_SECONDS)
