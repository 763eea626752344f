"""`/kaltura-list`: the meetings that are running in this server, page by page, each with its Join button."""

from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    section,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note, say, update
from kaltura_discord.meetings.models import RunningMeeting
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.templates.discord_markdown import inline

PAGE_SIZE = 5


async def list_meetings(interaction: Interaction, services: Services) -> Body:
    """The first page."""
    return say(page_of(await services.meetings.running(guild_of(interaction)), 0))


async def turn_page(interaction: Interaction, services: Services) -> Body:
    """Another page, or the same one read again; its number stands in the button."""
    _, argument = read_custom_id(interaction.custom_id)
    number = int(argument) if argument.isdecimal() else 0
    return update(page_of(await services.meetings.running(guild_of(interaction)), number))


def page_of(running: list[RunningMeeting], number: int) -> Message:
    """One page of the list; a number past the end shows the last page."""
    if not running:
        return note("No meeting is running in this server. Start one with `/kaltura-start`.")
    last = (len(running) - 1) // PAGE_SIZE
    page = min(number, last)
    shown = running[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    heading = "1 meeting is running" if len(running) == 1 else f"{len(running)} meetings are running"
    parts: list[Component] = [text(f"### {heading}")]
    for meeting in shown:
        parts += [separator(), _row(meeting)]
    if last:
        parts += [separator(), text(f"-# Page {page + 1} of {last + 1}"), action_row(_paging(page, last))]
    return Message((container(parts, Accent.LIVE),))


def _row(meeting: RunningMeeting) -> Component:
    details = f"{KIND_NAMES[meeting.kind]} · {inline(meeting.started_by.name, 80)} · <t:{meeting.started_at}:R>"
    join = button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS)
    return section([f"**{inline(meeting.title, 200)}**\n{details}"], join)


def _paging(page: int, last: int) -> list[Component]:
    buttons = []
    if page > 0:
        buttons.append(button("Newer", custom_id("list", str(page - 1))))
    if page < last:
        buttons.append(button("Older", custom_id("list", str(page + 1))))
    return buttons
