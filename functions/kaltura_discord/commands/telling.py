"""What tells servers of what happened, put together."""

from functools import cached_property
from typing import TYPE_CHECKING

from kaltura_discord.aws.queues import OrderedQueue
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.settings import notifications_queue_url

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.notifications.card_editor import CardEditor
    from kaltura_discord.notifications.delivery import Deliverer
    from kaltura_discord.notifications.digests import Digests
    from kaltura_discord.notifications.forum_posts import ForumPosts
    from kaltura_discord.notifications.held import HeldNotifications
    from kaltura_discord.notifications.join_lines import JoinLines
    from kaltura_discord.notifications.last_resort import Greeted
    from kaltura_discord.notifications.live_watch import LiveWatch
    from kaltura_discord.notifications.lost_channels import LostChannels
    from kaltura_discord.notifications.outbox import Outbox
    from kaltura_discord.notifications.routing import Router
    from kaltura_discord.notifications.sending import Sender
    from kaltura_discord.notifications.store import NotificationStore
    from kaltura_discord.server_config.many_servers import ManyServers


class TellingParts:
    """The parts, each made when it is first needed."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    @cached_property
    def queue(self) -> OrderedQueue:
        """The queue of what is to be told."""
        services = self._services
        return OrderedQueue(services.caller_for("sqs"), notifications_queue_url(services.environment))

    @cached_property
    def store(self) -> "NotificationStore":
        """All notifications."""
        from kaltura_discord.notifications.store import NotificationStore

        return NotificationStore(self._services.table, self._services.now)

    @cached_property
    def outbox(self) -> "Outbox":
        """Puts on the queue what is to be told."""
        from kaltura_discord.notifications.outbox import Outbox

        return Outbox(self.store, self.queue)

    @cached_property
    def lost_channels(self) -> "LostChannels":
        """Channels that do not take messages any more."""
        from kaltura_discord.notifications.lost_channels import LostChannels

        services = self._services
        return LostChannels(services.table, services.servers, services.suspicions.suspect, services.now)

    @cached_property
    def card_editor(self) -> "CardEditor":
        """Makes cards show how their meetings are."""
        from kaltura_discord.notifications.card_editor import CardEditor

        services = self._services
        return CardEditor(
            services.rest,
            services.meetings,
            services.server_configs,
            services.kaltura_addresses,
            services.cards.note_stale,
            services.suspicions.suspect,
            services.now,
        )

    @cached_property
    def deliverer(self) -> "Deliverer":
        """Tells servers."""
        from kaltura_discord.notifications.delivery import Deliverer
        from kaltura_discord.notifications.digests import Holding
        from kaltura_discord.notifications.line_words import LineWords

        services = self._services
        return Deliverer(
            self.sender,
            services.servers,
            services.server_configs,
            services.meetings,
            self.join_lines,
            LineWords(services.rest),
            Holding(self.held, services.due, services.now),
            services.now,
        )

    @cached_property
    def sender(self) -> "Sender":
        """Posts what is to be told."""
        from kaltura_discord.notifications.last_resort import LastResort
        from kaltura_discord.notifications.posting import Poster
        from kaltura_discord.notifications.sending import Sender

        services = self._services
        poster = Poster(services.rest, self.store, self.forum_posts, services.now)
        return Sender(self.store, poster, self.lost_channels, LastResort(services.rest, self._greeted_in, services.now))

    async def _greeted_in(self, guild_id: GuildId) -> "Greeted | None":
        from kaltura_discord.commands.onboarding.greeting_store import GreetingStore
        from kaltura_discord.notifications.last_resort import Greeted

        known = await GreetingStore(self._services.table, self._services.now).find(guild_id)
        if known is None or known.channel_id is None:
            return None
        return Greeted(known.channel_id, known.server_name if known.is_direct else "")

    @cached_property
    def forum_posts(self) -> "ForumPosts":
        """Begins posts in forums."""
        from kaltura_discord.notifications.forum_posts import ForumPosts

        return ForumPosts(self._services.rest)

    @cached_property
    def join_lines(self) -> "JoinLines":
        """Who joins."""
        from kaltura_discord.notifications.join_lines import JoinLines

        return JoinLines(self._services.table, self._services.tasks, self._services.now)

    @cached_property
    def held(self) -> "HeldNotifications":
        """What is held in quiet hours."""
        from kaltura_discord.notifications.held import HeldNotifications

        return HeldNotifications(self._services.table, self._services.now)

    @cached_property
    def digests(self) -> "Digests":
        """Tell what was held."""
        from kaltura_discord.notifications.digests import Digests

        services = self._services
        return Digests(
            self.sender,
            self.held,
            services.servers,
            services.server_configs,
            services.meetings,
            self.join_lines,
            services.due,
            services.now,
        )

    @cached_property
    def many_servers(self) -> "ManyServers":
        """Servers by the hundred."""
        from kaltura_discord.server_config.many_servers import ManyServers

        services = self._services
        return ManyServers(services.table, services.servers, services.server_configs)

    @cached_property
    def router(self) -> "Router":
        """Finds out who is to be told of an event."""
        from kaltura_discord.kaltura.entries import EntryDesk
        from kaltura_discord.meetings.recordings import Recordings
        from kaltura_discord.notifications.origins import Origins
        from kaltura_discord.notifications.routing import Router

        services = self._services
        entries = EntryDesk(services.kaltura_transport)
        recordings = Recordings(services.table, services.meetings)
        return Router(
            entries,
            Origins(entries, services.rooms, recordings),
            recordings,
            self.many_servers,
            self.outbox,
            self.join_lines,
            services.kaltura_addresses,
            services.now,
        )

    @cached_property
    def live_watch(self) -> "LiveWatch":
        """Looks whether live streams start or stop."""
        from kaltura_discord.kaltura.entries import EntryDesk
        from kaltura_discord.kaltura.live_streams import LiveDesk
        from kaltura_discord.notifications.live_states import LiveStates
        from kaltura_discord.notifications.live_watch import LiveWatch

        services = self._services
        transport = services.kaltura_transport
        return LiveWatch(
            services.table,
            LiveStates(services.table, services.now),
            services.events,
            self.many_servers,
            LiveDesk(transport),
            EntryDesk(transport),
            services.now,
        )
