"""Meetings in the future: what `/kaltura-start` does with `when`, and the buttons Edit and Cancel of their cards.

    /kaltura-start when:…  ──► preview ──Schedule it──► card, events
                               │    ▲
                             Change (form)

Nothing is made before whoever asks has seen how their words were read. What they typed waits in the table meanwhile
(`config.pending`); however many previews come of one command, one meeting does, as its id is the command's.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kaltura_discord.commands.config.pending import keep, kept
from kaltura_discord.commands.end import check_theirs
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.onboarding.refresh import refresh_greeting_later
from kaltura_discord.commands.posting import bot_may_post
from kaltura_discord.commands.schedule_words import (
    ask_form,
    cancel_question,
    cancelled,
    cancelled_elsewhere,
    changed,
    edit_form,
    edit_target,
    preview_of,
    scheduled,
    shown_in,
    unclear,
)
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.start import wished_meeting
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note, say, update
from kaltura_discord.meetings import limits
from kaltura_discord.meetings.errors import MeetingError, MeetingNotFound, PlanChanged, TimeNotClear
from kaltura_discord.meetings.models import Meeting, MeetingId, MeetingState, Person
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import is_visible, one_line

if TYPE_CHECKING:
    from kaltura_discord.meetings.time_words import Moment

OFF = (
    "Meetings can't be scheduled in this server, as `features.scheduled_events` is off. "
    "`/kaltura-config set` turns it on; without `when`, the meeting starts now."
)
NO_CHANNEL = "I can't write in this channel, so a meeting can't be scheduled here. Use `/kaltura-start` in another one."
TOO_LATE = "That was too long ago, so nothing was scheduled. Use `/kaltura-start` again."
NOT_SCHEDULED = "Nothing was scheduled."

Typed = dict[str, Any]


async def preview(interaction: Interaction, services: Services) -> Message:
    """How the options of `/kaltura-start` were read, with buttons to go on."""
    names = ("type", "title", "description", "when", "duration")
    typed = {name: interaction.text_option(name) for name in names}
    return await _previewed(interaction, services, {**typed, "meeting_id": interaction.interaction_id})


async def ask_again(interaction: Interaction, services: Services) -> Body:
    """The form with what was typed so far."""
    typed = await _typed(interaction, services)
    _, wish_id = read_custom_id(interaction.custom_id)
    return ask_form(wish_id, typed)


async def preview_again(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """How the form was read; takes the place of the former preview."""
    typed = await _typed(interaction, services)
    return await _previewed(interaction, services, {**typed, **interaction.fields})


async def make(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Schedule the meeting as previewed."""
    typed = await _typed(interaction, services)
    await _check_is_on(interaction, services)
    wish = _meeting(interaction, services, typed, Schedule(typed["at"], typed["minutes"], typed["time_zone"]))
    if typed["at"] <= services.now():
        raise TimeNotClear("The time that you chose is over by now. Use `/kaltura-start` with a later one.")
    if await services.meetings.find(wish.guild_id, wish.meeting_id) is None:
        await limits.check_start(services.window, wish.guild_id, wish.started_by.user_id)
    planned = await services.planning.scheduler.schedule(wish, deadline)
    await refresh_greeting_later(services, wish.guild_id)
    return scheduled(planned.meeting, is_in_step=planned.is_in_step)


async def drop(_: Interaction, __: Services) -> Body:
    """Leave it."""
    return update(note(NOT_SCHEDULED))


async def ask_for_change(interaction: Interaction, services: Services) -> Body:
    """The form that changes a scheduled meeting."""
    return edit_form(await _planned(interaction, services, "changed"))


async def change(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Change the meeting as the form says."""
    from kaltura_discord.meetings.plan_marks import PlanFields, as_typed
    from kaltura_discord.meetings.scheduling import Change
    from kaltura_discord.meetings.time_words import read_duration

    meeting = await _planned(interaction, services, "changed")
    fields = interaction.fields
    if not is_visible(one_line(fields.get("title", ""))):
        raise MeetingError("A meeting needs a title. Press Edit again and give it one.")
    shown = shown_in(interaction.custom_id)
    moment = await _moment(services, meeting, fields.get("when", ""), shown)
    minutes = read_duration(fields.get("duration", ""))
    wished = as_typed(PlanFields(fields["title"], fields.get("description", ""), moment.at, minutes))
    _, revision = edit_target(interaction.custom_id)
    wish = Change(wished, moment.time_zone, revision, shown)
    planned = await services.planning.scheduler.change(meeting, wish, _caller(interaction), _id(interaction), deadline)
    if planned.meeting.state is MeetingState.CANCELLED:
        return cancelled_elsewhere(planned.meeting)
    return changed(planned.meeting, is_in_step=planned.is_in_step)


async def ask_for_cancelling(interaction: Interaction, services: Services) -> Body:
    """Whether it is really to be cancelled."""
    return say(cancel_question(await _planned(interaction, services, "cancelled")))


async def cancel(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Cancel the meeting."""
    meeting = await _found(interaction, services)
    if meeting.state is not MeetingState.CANCELLED:
        meeting = await _planned(interaction, services, "cancelled")
    await check_theirs(meeting, interaction, services)
    seen = _as_seen(interaction, meeting)
    planned = await services.planning.scheduler.cancel(seen, _caller(interaction), _id(interaction), deadline)
    return cancelled(planned.meeting)


async def leave(_: Interaction, __: Services) -> Body:
    """Do not cancel it."""
    return update(note("It stays as it is."))


async def restore(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Take the cancelling back."""
    meeting = await _found(interaction, services)
    await check_theirs(meeting, interaction, services)
    await _check_is_on(interaction, services)
    planned = await services.planning.scheduler.restore(meeting, _caller(interaction), _id(interaction), deadline)
    return scheduled(planned.meeting, is_in_step=planned.is_in_step)


async def _moment(services: Services, meeting: Meeting, typed: str, shown: str) -> "Moment":
    """When, as the form says it. What it showed is not read again: clocks may show it twice, or it is past by now."""
    from kaltura_discord.meetings.plan_marks import told_start
    from kaltura_discord.meetings.time_words import Moment, read_moment, written_moment

    if shown and meeting.schedule is not None:
        start, zone = told_start(shown), meeting.schedule.time_zone
        if typed == written_moment(start, zone):
            return Moment(start, zone)
    zone = (await services.server_configs.whole(meeting.guild_id)).meetings.time_zone
    return read_moment(typed, zone, services.now())


async def _previewed(interaction: Interaction, services: Services, typed: Typed) -> Message:
    from kaltura_discord.meetings.time_words import read_duration, read_moment

    zone = await _check_is_on(interaction, services)
    if not bot_may_post(interaction):
        raise MeetingError(NO_CHANNEL)
    try:
        moment = read_moment(typed["when"], zone, services.now())
        minutes = read_duration(typed["duration"])
    except TimeNotClear as error:
        _meeting(interaction, services, typed, None)
        return unclear(error.sentence, await keep(interaction, services, typed))
    plan = Schedule(moment.at, minutes, moment.time_zone)
    read = {"at": moment.at, "minutes": minutes, "time_zone": moment.time_zone}
    meeting = _meeting(interaction, services, typed, plan)
    return preview_of(meeting, plan, await keep(interaction, services, {**typed, **read}))


def _meeting(interaction: Interaction, services: Services, typed: Typed, plan: Schedule | None) -> Meeting:
    wish = wished_meeting(interaction, services, typed["type"], typed["title"], typed["description"])
    return replace(
        wish,
        meeting_id=MeetingId(typed["meeting_id"]),
        state=MeetingState.SCHEDULED,
        started_at=plan.starts_at if plan is not None else 0,
        schedule=plan,
    )


async def _check_is_on(interaction: Interaction, services: Services) -> str:
    """The time zone of the server.

    Raises:
        MeetingError: nothing can be scheduled there.
    """
    config = await services.server_configs.whole(guild_of(interaction))
    if not config.features.scheduled_events:
        raise MeetingError(OFF)
    return config.meetings.time_zone


async def _typed(interaction: Interaction, services: Services) -> Typed:
    _, wish_id = read_custom_id(interaction.custom_id)
    return await kept(interaction, services, wish_id, TOO_LATE)


async def _found(interaction: Interaction, services: Services) -> Meeting:
    meeting_id, _ = edit_target(interaction.custom_id)
    meeting = await services.meetings.find(guild_of(interaction), meeting_id)
    if meeting is None:
        raise MeetingNotFound("That meeting is gone. Use `/kaltura-start` to schedule another.")
    return meeting


async def _planned(interaction: Interaction, services: Services, what: str) -> Meeting:
    """The meeting of the button, that is still to come and that the caller may change.

    Raises:
        MeetingNotFound, NotTheirs, PlanChanged: it is not so; `what` completes "can't be … any more".
    """
    meeting = await _found(interaction, services)
    await check_theirs(meeting, interaction, services)
    if meeting.state is not MeetingState.SCHEDULED:
        raise PlanChanged(f"**{inline(meeting.title, 100)}** is {meeting.state}, so it can't be {what} any more.")
    return meeting


def _as_seen(interaction: Interaction, meeting: Meeting) -> Meeting:
    """The meeting, with the revision that stood before the person's eyes."""
    _, revision = edit_target(interaction.custom_id)
    if meeting.schedule is None or not revision:
        return meeting
    return replace(meeting, schedule=replace(meeting.schedule, revision=revision))


def _caller(interaction: Interaction) -> Person:
    return Person(interaction.caller.user_id, interaction.caller.name)


def _id(interaction: Interaction) -> str:
    return interaction.interaction_id
