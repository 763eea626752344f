"""What meetings in the future are planned with, put together."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.meetings.plan_housekeeping import PlanHousekeeper
    from kaltura_discord.meetings.plan_keeper import PlanKeeper
    from kaltura_discord.meetings.schedule_store import ScheduleStore
    from kaltura_discord.meetings.scheduling import Scheduler


class PlanningParts:
    """The parts, each made when it is first needed."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    @cached_property
    def plans(self) -> "ScheduleStore":
        """The plans of all meetings."""
        from kaltura_discord.meetings.schedule_store import ScheduleStore

        services = self._services
        return ScheduleStore(services.table, services.audit, services.events)

    @cached_property
    def keeper(self) -> "PlanKeeper":
        """Keeps Discord and Kaltura in step."""
        from kaltura_discord.discord.scheduled_events import ScheduledEvents
        from kaltura_discord.meetings.plan_elsewhere import PlanElsewhere
        from kaltura_discord.meetings.plan_keeper import PlanKeeper

        services = self._services
        events = ScheduledEvents(services.rest)
        elsewhere = PlanElsewhere(self.plans, events, services.calendar, services.rooms, services.due, services.now)
        return PlanKeeper(
            services.meetings,
            self.plans,
            services.rooms,
            services.calendar,
            events,
            elsewhere,
            services.cards,
            services.server_configs,
            services.now,
        )

    @cached_property
    def scheduler(self) -> "Scheduler":
        """Plans meetings."""
        from kaltura_discord.meetings.scheduling import Scheduler

        services = self._services
        return Scheduler(services.meetings, self.plans, self.keeper, services.cards, services.due, services.now)

    @cached_property
    def housekeeper(self) -> "PlanHousekeeper":
        """Does what is due."""
        from kaltura_discord.meetings.plan_housekeeping import PlanHousekeeper

        services = self._services
        return PlanHousekeeper(
            services.meetings,
            self.plans,
            self.keeper,
            services.ender,
            services.cards,
            services.due,
            services.auto_end,
            services.now,
        )
