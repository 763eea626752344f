"""A signed no-op that goes the whole way of a command: door, table, queue, worker, table. See `functions/canary.py`.

Discord's private key is not ours, so the canary signs with a key of its own. What is signed with it is never read as an
interaction: nothing but this module sees it, and all that it can do is to change one item, the same each time. Whoever
stole the key would have that and nothing else.
"""

import json
import re

from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.commands.services import Services
from kaltura_discord.observation.correlation import follow

KIND = "canary"

_PLACE = Key("CANARY", "CANARY")
_KEPT_SECONDS = 3600
_MARK = re.compile(r"[0-9a-f]{32}")
_LONGEST_BODY_BYTES = 64


class NoCanary(Exception):
    """Signed with the canary's key, and nothing that it sends."""


def canary_body(mark: str) -> bytes:
    """What the canary sends; `mark` (32 hexadecimal digits) is new each time."""
    return json.dumps({KIND: mark}).encode()


async def take_in(body: bytes, services: Services) -> None:
    """The quick half: write the mark down, and put it on the queue.

    Raises:
        NoCanary: the body is another one.
        AwsError: it is not known to have worked.
    """
    mark = _mark_in(body)
    follow(f"canary-{mark}")
    await services.table.put(
        {"pk": _PLACE.pk, "sk": _PLACE.sk, "mark": mark, "expires_at": int(services.now()) + _KEPT_SECONDS}
    )
    await services.tasks.send({"kind": KIND, "mark": mark})


async def finish(mark: str, table: Table) -> None:
    """The slow half: say that the mark has come through, unless a newer one is under way."""
    update = Update(_PLACE, "SET is_done = :yes", condition="mark = :mark", values={":yes": True, ":mark": mark})
    try:
        await table.update(update)
    except ConditionNotMet:
        return


async def has_come_through(mark: str, table: Table) -> bool:
    """Whether the worker has seen the mark."""
    item = await table.get(_PLACE, consistent=True)
    return item is not None and item.get("mark") == mark and item.get("is_done") is True


def _mark_in(body: bytes) -> str:
    if len(body) > _LONGEST_BODY_BYTES:
        raise NoCanary
    try:
        value = json.loads(body)
    except ValueError:
        raise NoCanary from None
    mark = value.get(KIND) if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(mark, str) or not _MARK.fullmatch(mark):
        raise NoCanary
    return mark
