"""The laws of who is told of an entry."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.kaltura.entries import EntryFacts
from kaltura_discord.notifications.audience import has_subscribed, is_told, may_see
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.notification_settings import NotificationSettings, Subscriptions

GUILD = GuildId("1")
CATEGORIES = st.frozensets(st.integers(1, 6), max_size=4)
TAGS = st.frozensets(st.sampled_from(["biology", "Biology", "history", " term 1", "TERM 1", ""]), max_size=3)
ENTRIES = st.builds(
    lambda categories, tags: EntryFacts("1_abcd1234", "x", 2, tags=tuple(tags), category_ids=categories),
    CATEGORIES,
    TAGS,
)
SERVERS = st.builds(lambda categories, tags: AllowedServer(GUILD, tuple(categories), tuple(tags)), CATEGORIES, TAGS)
SUBSCRIPTIONS = st.builds(
    lambda categories, tags, no_categories, no_tags: Subscriptions(
        categories=tuple(categories),
        tags=_written(tags),
        except_categories=tuple(no_categories),
        except_tags=_written(no_tags),
    ),
    CATEGORIES,
    TAGS,
    CATEGORIES,
    TAGS,
)


def _written(tags: frozenset[str]) -> tuple[str, ...]:
    """An empty tag cannot be written into settings; the operator's own may hold one."""
    return tuple(tag for tag in tags if tag)


def config(subscriptions: Subscriptions, **notifications: Any) -> ServerConfig:
    return ServerConfig(notifications=NotificationSettings(subscriptions=subscriptions, **notifications))


def told(entry: EntryFacts, server: AllowedServer, subscriptions: Subscriptions) -> bool:
    return is_told("video_ready", entry, server, config(subscriptions))


@settings(deadline=None)
@given(ENTRIES, SERVERS, SUBSCRIPTIONS)
def test_who_is_told_may_see_it_and_has_subscribed(
    entry: EntryFacts, server: AllowedServer, subscriptions: Subscriptions
) -> None:
    subscribed = has_subscribed(entry, NotificationSettings(subscriptions=subscriptions))
    assert told(entry, server, subscriptions) == (may_see(entry, server) and subscribed)


@settings(deadline=None)
@given(ENTRIES, SERVERS, SUBSCRIPTIONS, CATEGORIES, TAGS)
def test_who_is_given_more_is_told_at_least_as_much(
    entry: EntryFacts, server: AllowedServer, subscriptions: Subscriptions, more: frozenset[int], tags: frozenset[str]
) -> None:
    richer = replace(server, category_ids=(*server.category_ids, *more), tags=(*server.tags, *tags))
    assert told(entry, server, subscriptions) <= told(entry, richer, subscriptions)


@settings(deadline=None)
@given(ENTRIES, SERVERS, SUBSCRIPTIONS, CATEGORIES, TAGS)
def test_to_exclude_more_is_to_be_told_no_more_and_what_is_excluded_never(
    entry: EntryFacts, server: AllowedServer, subscriptions: Subscriptions, no: frozenset[int], tags: frozenset[str]
) -> None:
    stricter = subscriptions.model_copy(
        update={
            "except_categories": (*subscriptions.except_categories, *no),
            "except_tags": (*subscriptions.except_tags, *_written(tags)),
        }
    )
    assert told(entry, server, stricter) <= told(entry, server, subscriptions)
    if entry.category_ids & set(stricter.except_categories):
        assert not told(entry, server, stricter)


@settings(deadline=None)
@given(ENTRIES, SERVERS)
def test_without_a_subscription_nobody_is_told(entry: EntryFacts, server: AllowedServer) -> None:
    assert not told(entry, server, Subscriptions())


@settings(deadline=None)
@given(ENTRIES, SUBSCRIPTIONS)
def test_without_content_nobody_is_told(entry: EntryFacts, subscriptions: Subscriptions) -> None:
    assert not told(entry, AllowedServer(GUILD), subscriptions)


def test_letters_and_spaces_of_tags_do_not_matter() -> None:
    entry = EntryFacts("1_abcd1234", "x", 2, tags=("Term 1 ",))
    assert told(entry, AllowedServer(GUILD, (), ("TERM 1",)), Subscriptions(tags=("term 1",)))


def test_a_tag_that_is_empty_means_nothing() -> None:
    entry = EntryFacts("1_abcd1234", "x", 2, tags=("",))
    assert not may_see(entry, AllowedServer(GUILD, (), ("", " ")))
