"""Which servers are told of an entry. Pure.

    what the operator gave the server  ∩  what the server subscribed to  −  what it excluded

A category stands for all below it. Tags are compared as Kaltura's search does: whatever the letters' case.
"""

from collections.abc import Iterable

from kaltura_discord.kaltura.entries import EntryFacts
from kaltura_discord.notifications.models import NotificationType
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.notification_settings import NotificationSettings


def is_within(entry: EntryFacts, categories: Iterable[int], tags: Iterable[str]) -> bool:
    """Whether the entry is in one of the categories, or below it, or has one of the tags."""
    own_tags = {tag.strip().casefold() for tag in entry.tags}
    wanted_tags = {tag.strip().casefold() for tag in tags} - {""}
    return not entry.category_ids.isdisjoint(categories) or not own_tags.isdisjoint(wanted_tags)


def may_see(entry: EntryFacts, server: AllowedServer) -> bool:
    """Whether the entry is inside what the operator gave the server."""
    return is_within(entry, server.category_ids, server.tags)


def has_subscribed(entry: EntryFacts, settings: NotificationSettings) -> bool:
    """Whether the server wants to be told of the entry."""
    wanted = settings.subscriptions
    return is_within(entry, wanted.categories, wanted.tags) and not is_within(
        entry, wanted.except_categories, wanted.except_tags
    )


def wants(told: NotificationType, config: ServerConfig) -> bool:
    """Whether the server wants to be told of this at all."""
    return config.notifications.enabled and bool(getattr(config.notifications.types, told))


def is_told(told: NotificationType, entry: EntryFacts, server: AllowedServer, config: ServerConfig) -> bool:
    """Whether the server is told this of the entry."""
    return wants(told, config) and may_see(entry, server) and has_subscribed(entry, config.notifications)
