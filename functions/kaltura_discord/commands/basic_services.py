"""What everything else is put together from: the table and queues, settings, Discord and Kaltura.

At the top stands what every interaction needs before it is acknowledged; all else is imported inside the part that it
makes, so that a cold start does not pay for what only the queue's worker, or another command, uses.
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.table import Table
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.override_store import OverrideStore
from kaltura_discord.server_config.server_configs import ServerConfigs
from kaltura_discord.server_config.server_lookup import ServerLookup
from kaltura_discord.server_config.written_defaults import default_config_file, merged_defaults
from kaltura_discord.settings import (
    AwsSettings,
    KalturaSettings,
    aws_settings,
    discord_settings,
    jwt_secret,
    kaltura_settings,
)

if TYPE_CHECKING:
    import httpx

    from kaltura_discord.audit.log import AuditLog
    from kaltura_discord.aws.due_list import DueList
    from kaltura_discord.aws.sliding_window import SlidingWindow
    from kaltura_discord.commands.departures import Suspicions
    from kaltura_discord.discord.rest import DiscordRest
    from kaltura_discord.discord.server_directory import ServerDirectories
    from kaltura_discord.events.store import EventStore
    from kaltura_discord.kaltura.addresses import KalturaAddresses
    from kaltura_discord.kaltura.rooms import MeetingStrategy
    from kaltura_discord.kaltura.transport import KalturaTransport
    from kaltura_discord.kaltura.videos import VideoLibrary
    from kaltura_discord.server_config.models import ServerConfig


class BasicServices:
    """The parts.

    Args:
        environment: the function's environment, secrets included.
        caller_for: makes an `AwsCaller` for a service such as `dynamodb`.
        now: epoch seconds.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        caller_for: Callable[[str], AwsCaller],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.environment = environment
        self.now = now
        self.caller_for = caller_for

    @cached_property
    def aws(self) -> AwsSettings:
        """Names of our own resources."""
        return aws_settings(self.environment)

    @cached_property
    def table(self) -> Table:
        """The table."""
        return Table(self.caller_for("dynamodb"), self.aws.table_name, self.now)

    @cached_property
    def tasks(self) -> Queue:
        """The tasks queue."""
        return Queue(self.caller_for("sqs"), self.aws.tasks_queue_url)

    @cached_property
    def events(self) -> "EventStore":
        """What happened and has to be told."""
        from kaltura_discord.events.store import EventStore

        return EventStore(self.table, self.tasks, self.now)

    @cached_property
    def window(self) -> "SlidingWindow":
        """The limits against abuse."""
        from kaltura_discord.aws.sliding_window import SlidingWindow

        return SlidingWindow(self.table, self.now)

    @cached_property
    def due(self) -> "DueList":
        """What is due."""
        from kaltura_discord.aws.due_list import DueList

        return DueList(self.table)

    @cached_property
    def audit(self) -> "AuditLog":
        """Who did what."""
        from kaltura_discord.audit.log import AuditLog
        from kaltura_discord.audit.pseudonyms import Pseudonyms

        return AuditLog(self.table, Pseudonyms(lambda: jwt_secret(self.environment)), self.now)

    @cached_property
    def servers(self) -> AllowedServers:
        """Which servers may use this deployment."""
        return AllowedServers(self.table)

    @cached_property
    def written_defaults(self) -> Mapping[str, Any]:
        """The settings that servers start from, as they are written."""
        return merged_defaults(default_config_file().read_text(encoding="utf-8"), self.environment)

    @cached_property
    def defaults(self) -> "ServerConfig":
        """The same, checked."""
        from kaltura_discord.server_config.defaults import load_defaults

        return load_defaults(default_config_file().read_text(encoding="utf-8"), self.environment)

    @cached_property
    def overrides(self) -> OverrideStore:
        """What servers have set for themselves."""
        return OverrideStore(self.table, self.now)

    @cached_property
    def server_configs(self) -> ServerConfigs:
        """The settings of each server."""
        return ServerConfigs(self.overrides, self.written_defaults)

    @cached_property
    def lookup(self) -> ServerLookup:
        """Both of a server, by one read: whether it may use this deployment, and its settings."""
        return ServerLookup(self.table, self.servers, self.server_configs)

    @cached_property
    def http(self) -> "httpx.AsyncClient":
        """One pool of connections to Discord."""
        import httpx

        return httpx.AsyncClient(limits=httpx.Limits(max_connections=20))

    @cached_property
    def rest(self) -> "DiscordRest":
        """Discord's REST API."""
        from kaltura_discord.discord.rest import DiscordRest
        from kaltura_discord.notifications.bucket_turns import BucketTurns

        settings = discord_settings(self.environment)
        return DiscordRest(
            settings.api_url,
            settings.application_id,
            settings.bot_token,
            self.http,
            lost=self.suspicions.suspect,
            turns=BucketTurns(self.table, self.now),
        )

    @cached_property
    def directories(self) -> "ServerDirectories":
        """What there is in each server, and what the bot may do there."""
        from kaltura_discord.discord.server_directory import ServerDirectories

        return ServerDirectories(self.rest)

    @cached_property
    def kaltura(self) -> KalturaSettings:
        """Kaltura's settings."""
        return kaltura_settings(self.environment)

    @cached_property
    def kaltura_addresses(self) -> "KalturaAddresses":
        """Where things are in Kaltura."""
        from kaltura_discord.kaltura.addresses import KalturaAddresses

        account = self.kaltura
        return KalturaAddresses.of_account(
            account.service_url, account.cdn_url, account.kaf_url, account.partner_id, account.player_id
        )

    @cached_property
    def kaltura_transport(self) -> "KalturaTransport":
        """Calls to Kaltura's API."""
        from kaltura_discord.kaltura.account import KalturaAccount
        from kaltura_discord.kaltura.transport import KalturaTransport

        account = KalturaAccount(self.kaltura.partner_id, self.kaltura.admin_secret)
        return KalturaTransport(account, self.kaltura_addresses)

    @cached_property
    def rooms(self) -> "MeetingStrategy":
        """How meetings are held in Kaltura."""
        from kaltura_discord.kaltura.room_entry import RoomEntryStrategy
        from kaltura_discord.kaltura.schedule_resource import ScheduleResourceStrategy
        from kaltura_discord.kaltura.strategies import StrategyByRoom

        transport = self.kaltura_transport
        return StrategyByRoom(
            self.defaults.kaltura.meeting_strategy,
            {
                "room_entry": RoomEntryStrategy(transport),
                "schedule_resource": ScheduleResourceStrategy(transport),
            },
        )

    @cached_property
    def videos(self) -> "VideoLibrary":
        """Kaltura's videos."""
        from kaltura_discord.kaltura.videos import VideoLibrary

        return VideoLibrary(self.kaltura_transport, self.kaltura_addresses)

    @cached_property
    def suspicions(self) -> "Suspicions":
        """Notices that servers may have removed the app."""
        from kaltura_discord.commands.departures import REMEMBERED_SECONDS, Suspicions
        from kaltura_discord.commands.told_lately import ToldLately

        return Suspicions(self.tasks, ToldLately(REMEMBERED_SECONDS))
