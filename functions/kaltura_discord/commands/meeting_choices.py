"""Finding the meeting that a person means: by choice, by typing, or by the button of its card."""

from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.identifiers import GuildId, is_snowflake
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import CHOICE_NAME_LIMIT
from kaltura_discord.meetings.errors import MeetingNotFound, MeetingNotRunning
from kaltura_discord.meetings.models import Meeting, MeetingId, MeetingState, RunningMeeting
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import isolate, one_line, shorten

_TITLE_IN_CHOICE = 60


async def suggest_running(interaction: Interaction, services: Services, _: Deadline) -> list[tuple[str, str]]:
    """Autocomplete: the server's live meetings whose title contains what was typed, newest first."""
    typed = interaction.text_option(interaction.focused).casefold()
    running = await services.meetings.running(guild_of(interaction))
    return [(_choice(meeting), meeting.meeting_id) for meeting in running if typed in meeting.title.casefold()]


async def chosen_meeting(interaction: Interaction, services: Services, *, is_joining: bool = False) -> Meeting:
    """The live meeting that the option `meeting` or the pressed button names.

    Whoever is joining may mean one that has not begun, if its doors are open. A person may type a title instead of
    choosing: then the one running meeting of that title is meant.

    Raises:
        MeetingNotFound: there is none.
        MeetingNotRunning: it has ended.
    """
    guild_id = guild_of(interaction)
    _, of_button = read_custom_id(interaction.custom_id)
    named = of_button or interaction.text_option("meeting")
    meeting = None
    if is_snowflake(named):
        meeting = await services.meetings.find(guild_id, MeetingId(named))
    if meeting is None and not of_button:
        meeting_id = _by_title(named, await services.meetings.running(guild_id))
        meeting = await services.meetings.find(guild_id, meeting_id)
    if meeting is None:
        raise MeetingNotFound("That meeting is gone. Use `/kaltura-list` to see what is running.")
    if is_joining and meeting.lets_people_in(services.now()):
        return meeting
    if meeting.schedule is not None and meeting.state is MeetingState.SCHEDULED:
        doors = f"Its doors open <t:{meeting.schedule.doors_open_at}:R>."
        raise MeetingNotRunning(f"**{inline(meeting.title, 100)}** has not begun. {doors}")
    if meeting.state is not MeetingState.LIVE:
        raise MeetingNotRunning(f"**{inline(meeting.title, 100)}** is not running any more.")
    return meeting


def guild_of(interaction: Interaction) -> GuildId:
    """The server; every command of ours is for servers only, which the dispatch has checked."""
    if interaction.guild_id is None:
        raise MeetingNotFound("This works in a server only.")
    return interaction.guild_id


def _by_title(typed: str, running: list[RunningMeeting]) -> MeetingId:
    wanted = one_line(typed).casefold()
    matching = [meeting for meeting in running if wanted and wanted in one_line(meeting.title).casefold()]
    exact = [meeting for meeting in matching if one_line(meeting.title).casefold() == wanted]
    candidates = exact or matching
    if len(candidates) != 1:
        raise MeetingNotFound(_not_one(typed, len(candidates)))
    return candidates[0].meeting_id


def _not_one(typed: str, found: int) -> str:
    meetings = "Several running meetings are" if found else "No running meeting is"
    return f"{meetings} called “{inline(typed, 60)}”. Choose one from the list while you type."


def _choice(meeting: RunningMeeting) -> str:
    title = isolate(shorten(one_line(meeting.title), _TITLE_IN_CHOICE))
    starter = isolate(one_line(meeting.started_by.name))
    return shorten(f"{title} · {KIND_NAMES[meeting.kind]} · {starter}", CHOICE_NAME_LIMIT)
