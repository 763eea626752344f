"""Who works off what is due, by the kind of the note. Most of it is about meetings."""

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.departures import DEPARTED
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.forgetting import FORGET
from kaltura_discord.identity.rounds import MEMBER_ROUND
from kaltura_discord.meetings.plan_notes import PLAN_KINDS
from kaltura_discord.notifications.digests import DIGEST_NOTE
from kaltura_discord.resilience.deadline import Deadline


async def work_off(note: DueNote, services: Services, now: float, deadline: Deadline) -> None:
    """Do what the note asks for, and take it off; `now` is epoch seconds.

    Raises:
        AwsError, DiscordError: it could not be done now; the note stays.
    """
    if note.kind == DEPARTED:
        await services.departures.work_off(note, now, deadline)
    elif note.kind == MEMBER_ROUND:
        await services.people.rounds.work_off(note, now, deadline)
    elif note.kind in PLAN_KINDS:
        await services.planning.housekeeper.work_off(note, deadline)
    elif note.kind == FORGET:
        await services.people.forgetting.work_off(note, deadline)
    elif note.kind == DIGEST_NOTE:
        guild_id, until = note.details["guild_id"], note.details["until"]
        await services.telling.outbox.tell_digest(GuildId(str(guild_id)), int(str(until)))
        await services.due.take_off(note)
    else:
        await services.housekeeper.work_off(note, now, deadline)
