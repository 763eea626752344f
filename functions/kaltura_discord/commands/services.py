"""Everything that commands work with, put together once per process, each part when it is first needed.

What is slow to import (httpx, cryptography, pydantic) is imported inside the part that needs it, so that an inline
answer does not pay for what only the queue's worker uses.
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.pseudonyms import Pseudonyms
from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.aws.due_list import DueList
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from kaltura_discord.aws.sliding_window import SlidingWindow
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.server_directory import ServerDirectories
from kaltura_discord.events.store import EventStore
from kaltura_discord.meetings.join_links import JoinLinks
from kaltura_discord.meetings.store import MeetingStore
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

    from kaltura_discord.commands.departures import Departures, Suspicions
    from kaltura_discord.commands.onboarding.first_use import FirstUses
    from kaltura_discord.commands.people import PeopleParts
    from kaltura_discord.commands.telling import TellingParts
    from kaltura_discord.discord.rest import DiscordRest
    from kaltura_discord.kaltura.addresses import KalturaAddresses
    from kaltura_discord.kaltura.rooms import MeetingStrategy
    from kaltura_discord.kaltura.transport import KalturaTransport
    from kaltura_discord.kaltura.videos import VideoLibrary
    from kaltura_discord.meetings.auto_end import AutoEnd
    from kaltura_discord.meetings.card_board import CardBoard
    from kaltura_discord.meetings.ending import MeetingEnder
    from kaltura_discord.meetings.housekeeping import MeetingHousekeeper
    from kaltura_discord.meetings.join_door import JoinDoor
    from kaltura_discord.meetings.starting import MeetingStarter
    from kaltura_discord.server_config.models import ServerConfig
    from kaltura_discord.watch.launches import Launches
    from kaltura_discord.watch.links import RoomLinks
    from kaltura_discord.watch.parts import WatchParts
    from kaltura_discord.watch.tab_rooms import TabRooms


class Services:
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
    def events(self) -> EventStore:
        """What happened and has to be told."""
        return EventStore(self.table, self.tasks, self.now)

    @cached_property
    def window(self) -> SlidingWindow:
        """The limits against abuse."""
        return SlidingWindow(self.table, self.now)

    @cached_property
    def due(self) -> DueList:
        """What is due."""
        return DueList(self.table)

    @cached_property
    def audit(self) -> AuditLog:
        """Who did what."""
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

        settings = discord_settings(self.environment)
        return DiscordRest(
            settings.api_url, settings.application_id, settings.bot_token, self.http, lost=self.suspicions.suspect
        )

    @cached_property
    def directories(self) -> ServerDirectories:
        """What there is in each server, and what the bot may do there."""
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
    def meetings(self) -> MeetingStore:
        """All meetings."""
        return MeetingStore(self.table, self.audit)

    @cached_property
    def cards(self) -> "CardBoard":
        """The meetings' cards."""
        from kaltura_discord.meetings.card_board import CardBoard
        from kaltura_discord.meetings.pictures import Pictures

        pictures = Pictures(self.kaltura_addresses)
        return CardBoard(self.rest, self.meetings, pictures, self.due, self.suspicions.suspect, self.now)

    @cached_property
    def telling(self) -> "TellingParts":
        """What servers are told."""
        from kaltura_discord.commands.telling import TellingParts

        return TellingParts(self)

    @cached_property
    def auto_end(self) -> "AutoEnd":
        """When meetings end by themselves."""
        from kaltura_discord.meetings.auto_end import AutoEnd

        return AutoEnd(self.server_configs, self.defaults.meetings.auto_end_hours)

    @cached_property
    def starter(self) -> "MeetingStarter":
        """Starts meetings."""
        from kaltura_discord.meetings.starting import MeetingStarter

        return MeetingStarter(
            self.meetings,
            self.rooms,
            self.cards,
            self.due,
            self.server_configs,
            self.auto_end,
            self.now,
        )

    @cached_property
    def ender(self) -> "MeetingEnder":
        """Ends meetings."""
        from kaltura_discord.meetings.ending import MeetingEnder

        return MeetingEnder(self.meetings, self.rooms, self.cards, self.due, self.auto_end, self.now)

    @cached_property
    def housekeeper(self) -> "MeetingHousekeeper":
        """Does what is due."""
        from kaltura_discord.meetings.housekeeping import MeetingHousekeeper

        return MeetingHousekeeper(self.meetings, self.rooms, self.ender, self.cards, self.due, self.auto_end)

    @cached_property
    def first_uses(self) -> "FirstUses":
        """Notices that servers use the app."""
        from kaltura_discord.commands.onboarding.first_use import REMEMBERED_SECONDS, FirstUses
        from kaltura_discord.commands.told_lately import ToldLately

        return FirstUses(self.tasks, self.servers, ToldLately(REMEMBERED_SECONDS))

    @cached_property
    def suspicions(self) -> "Suspicions":
        """Notices that servers may have removed the app."""
        from kaltura_discord.commands.departures import REMEMBERED_SECONDS, Suspicions
        from kaltura_discord.commands.told_lately import ToldLately

        return Suspicions(self.tasks, ToldLately(REMEMBERED_SECONDS))

    @cached_property
    def departures(self) -> "Departures":
        """Deletes what servers leave behind."""
        from kaltura_discord.commands.departures import Departures

        return Departures(self.table, self.due, self.rest, self.audit, self.suspicions, self.now)

    @cached_property
    def join_links(self) -> JoinLinks:
        """Makes links into meetings."""
        return JoinLinks(self.table, self.aws.public_base_url, self.now)

    @cached_property
    def people(self) -> "PeopleParts":
        """What is remembered of people, here and in Kaltura."""
        from kaltura_discord.commands.people import PeopleParts

        return PeopleParts(self)

    @cached_property
    def launches(self) -> "Launches":
        """What launches of the Activity were about."""
        from kaltura_discord.watch.launches import Launches

        return Launches(self.table, self.now)

    @cached_property
    def watch(self) -> "WatchParts":
        """Rooms."""
        from kaltura_discord.watch.parts import WatchParts

        return WatchParts(self.environment, self.table, self.now)

    @cached_property
    def tab_rooms(self) -> "TabRooms":
        """Which room a browser tab leads into."""
        from kaltura_discord.watch.tab_rooms import TabRooms

        return TabRooms(self.launches, self.watch.store, self.now)

    @cached_property
    def room_links(self) -> "RoomLinks":
        """Links into rooms from a browser tab."""
        from kaltura_discord.watch.links import RoomLinks

        return RoomLinks(self.table, self.aws.public_base_url, self.now)

    @cached_property
    def join_door(self) -> "JoinDoor":
        """Opens links into meetings."""
        from kaltura_discord.meetings.join_door import JoinDoor

        return JoinDoor(
            self.table, self.meetings, self.lookup, self.rest, self.rooms, self.window, self.people.sync, self.now
        )


class ServicesOnDemand:
    """The services of one process, made when first needed: a PING needs none, and reading secrets takes time.

    Args:
        environment: the function's own.
        caller_for: makes a caller for a service, given an environment.
    """

    def __init__(
        self, environment: Mapping[str, str], caller_for: Callable[[str, Mapping[str, str]], AwsCaller]
    ) -> None:
        self._environment = environment
        self.caller_for = caller_for
        self._services: Services | None = None

    async def ready(self) -> Services:
        """The services, with the secrets read.

        Raises:
            AwsError: the secrets could not be read.
        """
        if self._services is None:
            environment = self._environment
            if environment.get(SECRETS_PATH):
                environment = await with_secrets(environment, self.caller_for("ssm", environment))
            known = environment
            self._services = Services(known, lambda service: self.caller_for(service, known))
        return self._services
