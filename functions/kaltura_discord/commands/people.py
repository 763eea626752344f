"""What is remembered of people, put together: their Kaltura users, their levels, and how all of it is forgotten."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level, level_mapping
from kaltura_discord.identity.profiles import ProfileStore
from kaltura_discord.identity.sync_settings import SyncSettings
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.commands.services import Services
    from kaltura_discord.identity.forgetting import Forgetting, Rule
    from kaltura_discord.identity.rounds import MemberRounds
    from kaltura_discord.identity.user_sync import UserSync
    from kaltura_discord.kaltura.users import KalturaUsers


class PeopleParts:
    """The parts, each made when it is first needed."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    @cached_property
    def profiles(self) -> ProfileStore:
        """What is remembered."""
        services = self._services
        return ProfileStore(services.table, services.audit, services.now)

    @cached_property
    def kaltura_users(self) -> "KalturaUsers":
        """Kaltura's users."""
        from kaltura_discord.kaltura.users import KalturaUsers

        return KalturaUsers(self._services.kaltura_transport)

    @cached_property
    def sync(self) -> "UserSync":
        """Keeps Kaltura's users as the members are."""
        from kaltura_discord.identity.user_sync import UserSync

        services = self._services
        return UserSync(
            self.profiles, lambda: self.kaltura_users, services.tasks, services.due, self.settings, services.now
        )

    @cached_property
    def rounds(self) -> "MemberRounds":
        """Looks at members again."""
        from kaltura_discord.identity.rounds import MemberRounds

        services = self._services
        return MemberRounds(
            self.profiles, services.rest, lambda: self.kaltura_users, services.due, self.mapping, self.settings
        )

    @cached_property
    def forgetting(self) -> "Forgetting":
        """Forgets people."""
        from kaltura_discord.identity.forgetting import Forgetting

        services = self._services
        is_user_deleted = services.defaults.kaltura.delete_forgotten_users
        return Forgetting(
            services.table,
            services.due,
            services.audit,
            self._rules(),
            self._delete_user if is_user_deleted else None,
            services.now,
        )

    def _rules(self) -> "Mapping[str, Rule]":
        from kaltura_discord.identity.forgotten_items import PeopleForget
        from kaltura_discord.meetings.forgetting import MeetingsForget
        from kaltura_discord.watch.forgetting import WatchForgets

        services = self._services
        people = PeopleForget(services.table, lambda: self.kaltura_users)
        meetings = MeetingsForget(services.table, services.due, services.now)
        watch = WatchForgets(services.table, services.watch.presence)
        return {**people.rules(), **meetings.rules(), **watch.rules()}

    async def _delete_user(self, user_id: UserId, deadline: Deadline) -> None:
        await self.kaltura_users.delete(kaltura_user_id(user_id), deadline)

    async def settings(self, guild_id: GuildId) -> SyncSettings:
        """What a server says about Kaltura users."""
        config = await self._services.server_configs.whole(guild_id)
        return SyncSettings(config.features.user_sync, config.kaltura.user_group)

    async def mapping(self, guild_id: GuildId) -> Mapping[RoleId, Level]:
        """Which role gives which level in a server, as it is at this moment."""
        quick = await self._services.server_configs.quick(guild_id, now=True)
        return level_mapping(quick.role_levels)
