"""From what a webhook says to an event. Who looks into it asks Kaltura, so nothing is believed here."""

from kaltura_discord.events.models import Event
from kaltura_discord.kaltura.webhook_body import EventHint


def event_of(hint: EventHint, now: float) -> Event:
    """The event; an `unknown` one where it is about no entry. `now` is epoch seconds."""
    told = {"job_id": hint.job_id, "template": hint.template, "status": hint.status}
    return Event(
        hint.key(int(now // 60)),
        "entry_changed" if hint.entry_id else "unknown",
        hint.entry_id,
        details={name: value for name, value in told.items() if value},
        at=int(now),
    )
