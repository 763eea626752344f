"""What looking a server's settings up costs: remembered, and read from a table in memory.

    settings_lookup.py quick|whole|server cached|cold <seconds>      prints {"microseconds", "reads"}

`quick` and `whole` are the two forms of the settings, `server` is what every interaction begins with: whether the
server is allowed, and its quick settings. `reads` is how many calls to the table one lookup made.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

from kaltura_discord.aws.attributes import to_item
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.override_store import OverrideStore
from kaltura_discord.server_config.schema_versions import SCHEMA
from kaltura_discord.server_config.server_configs import ServerConfigs
from kaltura_discord.server_config.server_lookup import ServerLookup
from kaltura_discord.server_config.written_defaults import default_config_file, merged_defaults

GUILD = GuildId("1300000000000000002")
_TABLE = "table"
_WARM_UP = 20

# What a server that cares may well have set.
_OVERRIDES: Document = {
    "roles": {"mapping": {str(1330000000000000000 + number): "moderator" for number in range(8)}},
    "commands": {"permissions": {"kaltura-start": ["moderator", "1330000000000000001"], "kaltura-end": ["moderator"]}},
    "notifications": {
        "channels": {"default": "1340000000000000001"},
        "templates": {"meeting_start": "**{{title}}** by {{creator}} begins"},
    },
    "meetings": {"auto_end_hours": 6},
    "features": {"web_fallback": False},
}
_CONFIG = to_item(
    {
        "pk": f"SERVER#{GUILD}",
        "sk": "CONFIG",
        "overrides": _OVERRIDES,
        "version": 7,
        "schema": SCHEMA,
        "changed_at_ms": 1_790_000_000_000,
        "changed_by": "200000000000000001",
    }
)
_ALLOWED = to_item({"pk": f"SERVER#{GUILD}", "sk": "ALLOWED", "category_ids": [12], "tags": ["biology"]})

Lookup = Callable[[], Awaitable[object]]


class TwoItems:
    """Knows what the table has of one server; counts how often it is asked."""

    def __init__(self) -> None:
        self.reads = 0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """See `AwsCaller.call`."""
        self.reads += 1
        if operation == "BatchGetItem":
            return {"Responses": {_TABLE: [_ALLOWED, _CONFIG]}}
        return {"Item": _CONFIG if request["Key"]["sk"]["S"] == "CONFIG" else _ALLOWED}


def _lookup(what: str, caller: TwoItems, written: dict[str, object]) -> Lookup:
    table = Table(caller, _TABLE)
    configs = ServerConfigs(OverrideStore(table), written)
    server = ServerLookup(table, AllowedServers(table), configs)
    lookups: dict[str, Lookup] = {
        "quick": lambda: configs.quick(GUILD),
        "whole": lambda: configs.whole(GUILD),
        "server": lambda: server.find(GUILD),
    }
    return lookups[what]


async def _measure(what: str, *, cold: bool, seconds: float) -> dict[str, float]:
    written = merged_defaults(default_config_file().read_text(encoding="utf-8"), {})
    caller = TwoItems()
    remembering = _lookup(what, caller, written)
    lookups, spent = 0, 0.0
    begun = time.perf_counter()
    while lookups < _WARM_UP or time.perf_counter() - begun < seconds:
        # Another process, as far as the lookup knows.
        lookup = _lookup(what, caller, written) if cold else remembering
        started = time.perf_counter()
        await lookup()
        if lookups >= _WARM_UP:
            spent += time.perf_counter() - started
        lookups += 1
    return {"microseconds": spent / max(lookups - _WARM_UP, 1) * 1e6, "reads": caller.reads / lookups}


def main() -> None:
    """Measure and print."""
    what, warmth, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(_measure(what, cold=warmth == "cold", seconds=float(seconds)))))


main()
