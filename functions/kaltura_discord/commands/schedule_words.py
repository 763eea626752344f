"""What people read and fill in about meetings in the future. Pure."""

from collections.abc import Mapping
from typing import Any

from kaltura_discord.commands.model import Body
from kaltura_discord.commands.start import form_field
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    action_row,
    button,
    container,
    link_button,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.messages import AnswerType, Message, note
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.meetings.planned_card import event_url, planned_details, time_words, where_cancelled
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.meetings.wishes import DESCRIPTION_LIMIT, DURATION_LIMIT, KIND_NAMES, TITLE_LIMIT, WHEN_LIMIT
from kaltura_discord.templates.discord_markdown import inline

_SHORT, _LONG = 1, 2

_NOT_IN_STEP = "\n-# Kaltura or Discord don't have all of it yet. I keep trying."


def preview_of(meeting: Meeting, plan: Schedule, wish_id: str) -> Message:
    """How it was read, before anything is made."""
    heading = f"-# ● SCHEDULED · {KIND_NAMES[meeting.kind]}\n### {inline(meeting.title, 300)}"
    buttons = [
        button("Schedule it", custom_id("schedule-make", wish_id), ButtonStyle.PRIMARY),
        button("Change", custom_id("schedule-change", wish_id)),
        button("Cancel", custom_id("schedule-drop")),
    ]
    parts = [
        text(f"{heading}\n{planned_details(meeting)}"),
        text(f"-# Read in the time zone {inline(plan.time_zone, 60)}. Nothing is scheduled yet."),
        separator(),
        action_row(buttons),
    ]
    return Message((container(parts, Accent.NEUTRAL),))


def unclear(sentence: str, wish_id: str) -> Message:
    """Why it could not be read, with the form to write it otherwise."""
    return note(sentence, button("Change", custom_id("schedule-change", wish_id)))


def scheduled(meeting: Meeting, *, is_in_step: bool) -> Message:
    """It is scheduled."""
    return _told(meeting, f"**{inline(meeting.title, 200)}** is scheduled for {_when(meeting)}.", is_in_step)


def changed(meeting: Meeting, *, is_in_step: bool) -> Message:
    """It was changed."""
    sentence = f"**{inline(meeting.title, 200)}** is changed: it is on {_when(meeting)}, for {_length(meeting)}."
    return _told(meeting, sentence, is_in_step)


def cancelled_elsewhere(meeting: Meeting) -> Message:
    """It was changed here after it had been called off elsewhere."""
    undo = button("Undo", custom_id("plan-restore", meeting.meeting_id))
    sentence = f"**{inline(meeting.title, 200)}** was cancelled {where_cancelled(meeting)} meanwhile. "
    return note(sentence + "Your change is kept: **Undo** schedules it again with it.", undo)


def cancel_question(meeting: Meeting) -> Message:
    """Whether it is really to be cancelled."""
    revision = meeting.schedule.revision if meeting.schedule is not None else 0
    argument = f"{meeting.meeting_id}:{revision}"
    return note(
        f"Cancel **{inline(meeting.title, 200)}**? Its card and Discord's list of events will say so.",
        button("Cancel the meeting", custom_id("plan-cancel-now", argument), ButtonStyle.DANGER),
        button("Keep it", custom_id("plan-keep")),
    )


def cancelled(meeting: Meeting) -> Message:
    """It was cancelled."""
    undo = button("Undo", custom_id("plan-restore", meeting.meeting_id))
    return note(f"**{inline(meeting.title, 200)}** is cancelled.", undo)


def ask_form(wish_id: str, typed: Mapping[str, Any]) -> Body:
    """The form over a preview."""
    return _form(custom_id("schedule-form", wish_id), "Schedule a meeting", typed)


def edit_form(meeting: Meeting) -> Body:
    """The form over a card."""
    from kaltura_discord.meetings.plan_marks import as_typed, fields_here, mark_of
    from kaltura_discord.meetings.time_words import written_duration, written_moment

    plan = meeting.schedule or Schedule(0, 0, "UTC")
    typed = {
        "title": meeting.title,
        "when": written_moment(plan.starts_at, plan.time_zone),
        "duration": written_duration(plan.minutes),
        "description": meeting.description,
    }
    shown = mark_of(as_typed(fields_here(meeting)))
    return _form(custom_id("plan-form", f"{meeting.meeting_id}:{plan.revision}:{shown}"), "Edit the meeting", typed)


def edit_target(of_id: str) -> tuple[MeetingId, int]:
    """Which meeting a button or form of a card is about, and the revision that was seen (0: none in particular)."""
    _, argument = read_custom_id(of_id)
    meeting_id, _, rest = argument.partition(":")
    revision = rest.partition(":")[0]
    return MeetingId(meeting_id), int(revision) if revision.isascii() and revision.isdecimal() else 0


def shown_in(form_id: str) -> str:
    """The mark of what a form showed before anybody changed anything in it; empty where it bears none."""
    _, argument = read_custom_id(form_id)
    return argument.partition(":")[2].partition(":")[2]


def _form(form_id: str, title: str, typed: Mapping[str, Any]) -> Body:
    fields = [
        form_field("title", "Title", _SHORT, typed["title"], TITLE_LIMIT, required=True),
        form_field("when", "When", _SHORT, typed["when"], WHEN_LIMIT, required=True),
        form_field("duration", "Duration", _SHORT, typed["duration"], DURATION_LIMIT, required=False),
        form_field("description", "Description", _LONG, typed["description"], DESCRIPTION_LIMIT, required=False),
    ]
    return {"type": int(AnswerType.MODAL), "data": {"custom_id": form_id, "title": title, "components": fields}}


def _told(meeting: Meeting, sentence: str, is_in_step: bool) -> Message:
    plan = meeting.schedule
    buttons = []
    if meeting.card is not None:
        card = meeting.card
        url = f"https://discord.com/channels/{meeting.guild_id}/{card.channel_id}/{card.message_id}"
        buttons.append(link_button("Go to the card", url))
    if plan is not None and plan.event_id:
        buttons.append(link_button("Interested", event_url(meeting.guild_id, plan.event_id)))
    if plan is not None and plan.event_problem:
        sentence += f"\n-# {plan.event_problem}"
    return note(sentence + ("" if is_in_step else _NOT_IN_STEP), *buttons)


def _when(meeting: Meeting) -> str:
    return time_words(meeting.schedule) if meeting.schedule is not None else ""


def _length(meeting: Meeting) -> str:
    from kaltura_discord.meetings.time_words import written_duration

    return written_duration(meeting.schedule.minutes) if meeting.schedule is not None else ""
