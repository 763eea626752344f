"""Everything that commands work with, put together once per process, each part when it is first needed.

What they are put together from is in `basic_services`; the same holds here for what is slow to import.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.aws.secrets import SECRETS_PATH, with_secrets
from kaltura_discord.commands.basic_services import BasicServices
from kaltura_discord.commands.onboarding.first_use import REMEMBERED_SECONDS, FirstUses
from kaltura_discord.commands.told_lately import ToldLately

if TYPE_CHECKING:
    from kaltura_discord.commands.departures import Departures
    from kaltura_discord.commands.people import PeopleParts
    from kaltura_discord.commands.planning import PlanningParts
    from kaltura_discord.commands.telling import TellingParts
    from kaltura_discord.kaltura.schedule_event import ScheduleDesk
    from kaltura_discord.meetings.auto_end import AutoEnd
    from kaltura_discord.meetings.card_board import CardBoard
    from kaltura_discord.meetings.ending import MeetingEnder
    from kaltura_discord.meetings.housekeeping import MeetingHousekeeper
    from kaltura_discord.meetings.join_door import JoinDoor
    from kaltura_discord.meetings.join_links import JoinLinks
    from kaltura_discord.meetings.starting import MeetingStarter
    from kaltura_discord.meetings.store import MeetingStore
    from kaltura_discord.watch.launches import Launches
    from kaltura_discord.watch.links import RoomLinks
    from kaltura_discord.watch.parts import WatchParts
    from kaltura_discord.watch.tab_rooms import TabRooms


class Services(BasicServices):
    """The parts: people, meetings and rooms."""

    @cached_property
    def meetings(self) -> "MeetingStore":
        """All meetings."""
        from kaltura_discord.meetings.store import MeetingStore

        return MeetingStore(self.table, self.audit, self.events)

    @cached_property
    def cards(self) -> "CardBoard":
        """The meetings' cards."""
        from kaltura_discord.meetings.card_board import CardBoard
        from kaltura_discord.meetings.pictures import Pictures

        pictures = Pictures(self.kaltura_addresses)
        return CardBoard(
            self.rest,
            self.meetings,
            pictures,
            self.due,
            self.suspicions.suspect,
            lambda guild_id, meeting_id: self.telling.outbox.refresh_card(guild_id, meeting_id),
            self.now,
        )

    @cached_property
    def telling(self) -> "TellingParts":
        """What servers are told."""
        from kaltura_discord.commands.telling import TellingParts

        return TellingParts(self)

    @cached_property
    def planning(self) -> "PlanningParts":
        """Meetings in the future."""
        from kaltura_discord.commands.planning import PlanningParts

        return PlanningParts(self)

    @cached_property
    def calendar(self) -> "ScheduleDesk":
        """Kaltura's calendar."""
        from kaltura_discord.kaltura.schedule_event import ScheduleDesk

        return ScheduleDesk(self.kaltura_transport)

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
    def first_uses(self) -> FirstUses:
        """Notices that servers use the app."""
        return FirstUses(self.tasks, self.servers, ToldLately(REMEMBERED_SECONDS))

    @cached_property
    def departures(self) -> "Departures":
        """Deletes what servers leave behind."""
        from kaltura_discord.commands.departures import Departures

        return Departures(self.table, self.due, self.rest, self.audit, self.suspicions, self.now)

    @cached_property
    def join_links(self) -> "JoinLinks":
        """Makes links into meetings."""
        from kaltura_discord.meetings.join_links import JoinLinks

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
            known = self._environment
            if known.get(SECRETS_PATH):
                known = await with_secrets(known, lambda service: self.caller_for(service, self._environment))
            self._services = Services(known, lambda service: self.caller_for(service, known))
        return self._services
