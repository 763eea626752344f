"""`/kaltura-config notifications`: what was told and what was not, newest first, why, and a button to try again."""

from kaltura_discord.commands.config.delivery_words import delivery_in_words, what_is_held, what_is_lost
from kaltura_discord.commands.config.history import page_of
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import (
    Accent,
    Component,
    action_row,
    button,
    container,
    section,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.notifications.contents import title_of
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.quiet_hours import told_at
from kaltura_discord.notifications.reasons import about_meetings
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError

ON_A_PAGE = 5
"""With a button each, they and all else take 34 of the 40 components that Discord allows."""

NOTHING_YET = "Nothing has been told in this server yet."
NOT_LISTED = "-# Not listed: what a meeting's card says where it stands, and what you have switched off."
SENT_AGAIN = "It is on its way again."
ON_ITS_WAY = "It is on its way already."
TOLD_MEANWHILE = "It has been told meanwhile."
HELD_NOW = "It is held until the quiet hours are over."
FAILED_AGAIN = "It has failed again."
TOO_OLD = "That is too old to be told."


async def show_deliveries(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """The first page, or the page that the pressed button names."""
    return await _page(guild_of(interaction), services, page_of(read_custom_id(interaction.custom_id)[1]))


async def try_again(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """Have told what failed, as the pressed button says; and the page again."""
    key, _sign, page = read_custom_id(interaction.custom_id)[1].rpartition("@")
    guild_id = guild_of(interaction)
    return await _page(guild_id, services, page_of(page), await _revived(guild_id, key, services))


async def _revived(guild_id: GuildId, key: str, services: Services) -> str:
    """What became of it, in a sentence. A second press says so."""
    store, outbox = services.telling.store, services.telling.outbox
    revived = await store.revive(guild_id, key, at_once=True)
    if revived is not None:
        await outbox.send_again(revived.notification)
        return SENT_AGAIN
    found = await store.find(guild_id, key)
    if found is None:
        return TOO_OLD
    match found.state:
        case NotificationState.PENDING:
            # Whoever revived it may have died before the queue knew.
            await outbox.send_again(found.notification)
            return ON_ITS_WAY
        case NotificationState.SENT:
            return TOLD_MEANWHILE
        case NotificationState.HELD:
            return HELD_NOW
        case NotificationState.DROPPED:
            return f"It was not told. {found.reason}"
        case NotificationState.FAILED:
            return FAILED_AGAIN


async def _page(guild_id: GuildId, services: Services, page: int, notice: str = "") -> Message:
    deliveries = await services.telling.store.last(guild_id, (page + 1) * ON_A_PAGE + 1)
    page = min(page, max(0, len(deliveries) - 1) // ON_A_PAGE)
    first = page * ON_A_PAGE
    parts: list[Component] = [text("\n".join(["## Notifications", *([notice] if notice else [])]))]
    standing = [
        await _held(guild_id, services),
        what_is_lost(await services.telling.lost_channels.all(guild_id)),
    ]
    parts += [text(words) for words in standing if words]
    if not deliveries:
        parts.append(text(NOTHING_YET))
    for delivery in deliveries[first : first + ON_A_PAGE]:
        parts += [separator(), await _part(delivery, services, page)]
    parts.append(text(NOT_LISTED))
    paging = _paging(page, has_more=len(deliveries) > first + ON_A_PAGE)
    if paging:
        parts += [separator(), action_row(paging)]
    return Message((container(parts, Accent.NEUTRAL),))


async def _held(guild_id: GuildId, services: Services) -> str:
    held = await services.telling.held.of(guild_id)
    if not held:
        return ""
    until = max(each.until for each in held)
    try:
        config = await services.server_configs.whole(guild_id, now=True)
    except ConfigError:
        return what_is_held(held, until)
    return what_is_held(held, told_at(config.notifications.quiet_hours, until, services.now()))


async def _part(delivery: Delivery, services: Services, page: int) -> Component:
    told = delivery.notification
    since = None
    if delivery.state is NotificationState.FAILED:
        since = await services.telling.store.find(told.guild_id, told.key)
    words = delivery_in_words(delivery, title_of(told, await _meeting(told, services)), since)
    if since is None or since.state is not NotificationState.FAILED:
        return text(words)
    return section([words], button("Retry", custom_id("config-retry", f"{told.key}@{page}")))


async def _meeting(told: Notification, services: Services) -> Meeting | None:
    if not about_meetings(told):
        return None
    return await services.meetings.find(told.guild_id, MeetingId(told.details.get("meeting_id", told.subject)))


def _paging(page: int, *, has_more: bool) -> list[Component]:
    buttons = []
    if page > 0:
        buttons.append(button("Newer", custom_id("config-notifications", str(page - 1))))
    if has_more:
        buttons.append(button("Older", custom_id("config-notifications", str(page + 1))))
    return buttons
