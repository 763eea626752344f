"""The simulated services as the stack knows them; imported only where they are used.

Which part of the library a server was given is the operator's decision; here it is made for the seeded servers.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from local_stack.faults import FaultTable
from local_stack.gateway.discord_proxy import DiscordProxy
from local_stack.gateway.frame_policy import FramePolicy
from local_stack.gateway.function_environment import SimulatedDiscord, SimulatedKaltura
from local_stack.gateway.operator_steps import OperatorStep, allow_server, register_commands, register_webhooks
from local_stack.places import REPOSITORY, Places

PAGE_DIRECTORY: Path = REPOSITORY / "local_stack" / "discord" / "client_page" / "dist"


class DiscordStage:
    """The simulated Discord: its world, its application, its description."""

    def __init__(self, page_url: str) -> None:
        """Make the world; its CDN lies below the client's page, at `page_url`."""
        from local_stack.discord.world import DiscordWorld

        self._world = DiscordWorld.seeded()
        self._world.cdn_url = f"{page_url}cdn"

    @property
    def credentials(self) -> SimulatedDiscord:
        """What the functions need."""
        world = self._world
        return SimulatedDiscord(world.application_id, world.public_key, world.bot_token, world.client_secret)

    def map_hosts(self, hosts: Iterable[str]) -> None:
        """Enter URL mappings in the portal: `/k/{key}` for each host, as the setup guide says, longest prefix first."""
        from local_stack.discord.url_mappings import url_mapping

        keys = {re.sub(r"[^a-z0-9]", "-", host.lower()): host for host in hosts}
        mappings = [url_mapping(f"/k/{key}", host) for key, host in keys.items()]
        self._world.url_mappings = sorted(mappings, key=lambda one: -len(one.prefix))

    def proxy(self, faults: FaultTable, policy: FramePolicy) -> DiscordProxy:
        """Discord's proxy with these mappings."""
        return DiscordProxy(lambda: self._world.url_mappings, faults, policy)

    def application(self, faults: FaultTable, interactions_url: str, events_url: str) -> web.Application:
        """To mount at `/discord-sim`; no webhook events are sent where `events_url` is empty."""
        from local_stack.discord.server import create_discord_app

        return create_discord_app(self._world, faults, interactions_url, PAGE_DIRECTORY, events_url)

    def description(self) -> dict[str, Any]:
        """The parts `discord` and `servers` of `stack.json`."""
        return self._world.description_for_tests()

    def operator_steps(self, simulated_kaltura: bool) -> list[OperatorStep]:
        """Allow the servers that the operator allowed, and register the commands."""
        steps = [
            allow_server(server["guild_id"], server["name"], _categories_of(server["name"], simulated_kaltura))
            for server in self.description()["servers"]
            if server["allowed"]
        ]
        return [*steps, register_commands()]


def _categories_of(server_name: str, simulated_kaltura: bool) -> Sequence[int]:
    """The part of the seeded library that a server may see; a real account has other categories."""
    if not simulated_kaltura:
        return ()
    from local_stack.kaltura import library_titles as library

    if server_name.startswith("Riverside"):
        return (
            library.BIOLOGY_CATEGORY_ID,
            library.HISTORY_CATEGORY_ID,
            library.MATHEMATICS_CATEGORY_ID,
            library.MUSIC_CATEGORY_ID,
        )
    if server_name.startswith("Northwind"):
        return (library.PRODUCT_CATEGORY_ID, library.ENGINEERING_CATEGORY_ID, library.ALL_HANDS_CATEGORY_ID)
    return ()


class KalturaStage:
    """The simulated Kaltura: its world and its two applications."""

    def __init__(self, places: Places) -> None:
        from local_stack.kaltura.world import KalturaWorld

        self._world = KalturaWorld.seeded(places)

    @property
    def credentials(self) -> SimulatedKaltura:
        """What the functions need."""
        world = self._world
        return SimulatedKaltura(world.partner_id, world.admin_secret, world.player_id)

    def operator_steps(self) -> list[OperatorStep]:
        """Have it notify us. Of a real account an operator decides that."""
        return [register_webhooks()]

    def api_application(self, faults: FaultTable) -> web.Application:
        """The service URL, the CDN front and KAF."""
        from local_stack.kaltura.server import create_kaltura_app

        return create_kaltura_app(self._world, faults)

    def media_application(self) -> web.Application:
        """The media host."""
        from local_stack.kaltura.server import create_media_app

        return create_media_app(self._world)
