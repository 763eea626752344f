"""Deliveries in words, for administrators: what it was, where it stands, or why it does not."""

from collections.abc import Sequence

from kaltura_discord.notifications.held import Held
from kaltura_discord.notifications.lost_channels import LostChannel
from kaltura_discord.notifications.models import Delivery, NotificationState
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.templates.discord_markdown import inline_within

_TITLE_ROOM = 150
_CHANNELS_NAMED = 5


def delivery_in_words(delivery: Delivery, title: str, since: Delivery | None) -> str:
    """What became of it; `since` is how a failed one is now, None where that is not kept any more."""
    about = inline_within(title, _TITLE_ROOM) if title else ""
    what = f"**{LOOKS[delivery.notification.type].name}**" + (f": {about}" if about else "")
    return "\n".join([what, _outcome(delivery, since)])


def _outcome(delivery: Delivery, since: Delivery | None) -> str:
    when = f"<t:{delivery.finished_at}:R>"
    if delivery.state is NotificationState.SENT:
        place = f"https://discord.com/channels/{delivery.notification.guild_id}/{delivery.channel_id}"
        return f"Told in <#{delivery.channel_id}> {when} · [see the message]({place}/{delivery.message_id})"
    if delivery.state is NotificationState.DROPPED:
        return f"Not told {when}. {delivery.reason}"
    again = _since_it_failed(since) if since is not None else ""
    return "\n-# ".join([f"Failed {when}. {delivery.reason}", *([again] if again else [])])


def _since_it_failed(since: Delivery) -> str:
    match since.state:
        case NotificationState.SENT:
            return "Told since"
        case NotificationState.PENDING:
            return "Being tried again"
        case NotificationState.HELD:
            return "Held until the quiet hours are over"
        case NotificationState.DROPPED:
            return f"Tried again, and not told. {since.reason}"
        case NotificationState.FAILED:
            return ""


def what_is_held(held: Sequence[Held], until: int | None) -> str:
    """How much is waiting for the end of quiet hours, at an epoch second or, with None, now; empty where nothing is."""
    if not held:
        return ""
    is_one = len(held) == 1
    if until is None:
        count = "One was" if is_one else f"{len(held)} were"
        return f"{count} held while it was quiet, and {'is' if is_one else 'are'} being told now."
    count = "One is" if is_one else f"{len(held)} are"
    return f"{count} held until <t:{until}:f>, when the quiet hours are over."


def what_is_lost(lost: Sequence[LostChannel]) -> str:
    """Which channels do not take messages, and what to do; empty where all do."""
    if not lost:
        return ""
    closed = [f"<#{each.channel_id}>" for each in lost if not each.is_gone][:_CHANNELS_NAMED]
    sentences = []
    if closed:
        sentences.append(f"I could not write in {', '.join(closed)} lately.")
    if any(each.is_gone for each in lost):
        sentences.append("A channel that is set does not exist any more.")
    return " ".join([*sentences, "`/kaltura-config channel` sets another."])
