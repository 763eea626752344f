"""What the API works with beside the services of commands, each part put together when it is first needed."""

from functools import cached_property

from kaltura_discord.commands.services import Services, ServicesOnDemand
from kaltura_discord.discord.oauth import DiscordSignIn
from kaltura_discord.http_api.readiness import Readiness, dependencies_of
from kaltura_discord.identity.tokens import Tokens
from kaltura_discord.kaltura.playback import PlaybackDesk
from kaltura_discord.settings import discord_client_secret, discord_settings, jwt_secret
from kaltura_discord.watch.instances import Instances
from kaltura_discord.watch.media_door import MediaDoor
from kaltura_discord.watch.media_fetcher import MediaFetcher
from kaltura_discord.watch.media_hosts import MediaHosts
from kaltura_discord.watch.media_paths import MediaPaths
from kaltura_discord.watch.playback_desks import PlaybackDesks
from kaltura_discord.watch.room_door import RoomDoor
from kaltura_discord.watch.room_store import RoomStore
from kaltura_discord.watch.screening import Screening
from kaltura_discord.watch.sign_in import Membership, SignIn
from kaltura_discord.watch.tickets import Tickets
from kaltura_discord.watch.video_shelf import VideoShelf


class Parts:
    """The parts."""

    def __init__(self, services: Services) -> None:
        self.services = services

    @cached_property
    def readiness(self) -> Readiness:
        """Whether all that we depend on answers."""
        return Readiness(dependencies_of(self.services))

    @cached_property
    def tokens(self) -> Tokens:
        """Our own tokens."""
        return Tokens(jwt_secret(self.services.environment), self.services.now)

    @cached_property
    def hosts(self) -> MediaHosts:
        """Where media may come from."""
        kaltura = self.services.kaltura
        return MediaHosts.of_settings(kaltura.cdn_url, kaltura.service_url, kaltura.media_hosts)

    @cached_property
    def membership(self) -> Membership:
        """Who may do what in a server."""
        services = self.services
        return Membership(services.lookup, services.rest)

    @cached_property
    def sign_in(self) -> SignIn:
        """Makes sessions."""
        services = self.services
        settings = discord_settings(services.environment)
        secret = discord_client_secret(services.environment)
        discord = DiscordSignIn(settings.api_url, settings.application_id, secret, services.http)
        return SignIn(discord, self.membership, self.tokens, services.window, services.now)

    @cached_property
    def shelf(self) -> VideoShelf:
        """A server's videos."""
        return VideoShelf(self.services.videos, self.services.servers, self.hosts, self.tokens)

    @cached_property
    def room_door(self) -> RoomDoor:
        """Lets people into rooms."""
        services = self.services
        return RoomDoor(
            instances=Instances(services.rest),
            launches=services.launches,
            links=services.room_links,
            membership=self.membership,
            rooms=RoomStore(services.table, services.now),
            tickets=Tickets(services.table, services.now),
            tokens=self.tokens,
            shelf=self.shelf,
            window=services.window,
            configs=services.server_configs,
            people=services.people.sync,
        )

    @cached_property
    def desks(self) -> PlaybackDesks:
        """Ask Kaltura about playback, each for its server."""
        services = self.services
        desk = PlaybackDesk(services.kaltura_transport, services.aws.public_base_url)
        return PlaybackDesks(desk, services.kaltura_addresses, services.server_configs)

    @cached_property
    def paths(self) -> MediaPaths:
        """Our own media addresses."""
        return MediaPaths(jwt_secret(self.services.environment))

    @cached_property
    def screening(self) -> Screening:
        """Describes playback."""
        services = self.services
        return Screening(self.shelf, self.desks, self.paths, self.tokens, services.now)

    @cached_property
    def media_door(self) -> MediaDoor:
        """Serves manifests, keys and captions."""
        kaltura = self.services.kaltura
        fetcher = MediaFetcher(self.hosts, [kaltura.cdn_url, kaltura.service_url])
        return MediaDoor(self.tokens, self.paths, self.hosts, fetcher, self.desks, self.screening)


class PartsOnDemand:
    """The parts of one process, made when first needed."""

    def __init__(self, services: ServicesOnDemand) -> None:
        self._services = services
        self._parts: Parts | None = None

    async def ready(self) -> Parts:
        """The parts, with the secrets read.

        Raises:
            AwsError: the secrets could not be read.
        """
        if self._parts is None:
            self._parts = Parts(await self._services.ready())
        return self._parts
