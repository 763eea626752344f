"""Who may do what with a meeting. Pure, and cheap to import: the quick half of a command asks it too."""

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.meetings.errors import NotTheirs
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.templates.discord_markdown import inline


def check_may_end(meeting: Meeting, user_id: UserId, level: Level, moderators: str) -> None:
    """Whether somebody may end (or open again) the meeting: its starter, moderators and administrators.

    `moderators` says in words who that is in this server.

    Raises:
        NotTheirs: they may not.
    """
    if user_id == meeting.started_by.user_id or level >= Level.MODERATOR:
        return
    starter = inline(meeting.started_by.name, 80)
    title = inline(meeting.title, 100)
    did = "started" if meeting.schedule is None else "scheduled"
    raise NotTheirs(f"Only {starter}, who {did} **{title}**, and moderators can do that. Here that means {moderators}.")
