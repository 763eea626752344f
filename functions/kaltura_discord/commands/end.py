"""`/kaltura-end`, the End button, and taking an end back."""

from kaltura_discord.commands.access import level_in
from kaltura_discord.commands.meeting_choices import chosen_meeting, guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import ButtonStyle, button
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.identity.levels import level_mapping, moderators_in_words
from kaltura_discord.meetings.errors import MeetingNotFound
from kaltura_discord.meetings.models import Meeting, MeetingId, Person
from kaltura_discord.meetings.rights import check_may_end
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline


async def end(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """End the chosen meeting, and say what that does and does not do."""
    meeting = await chosen_meeting(interaction, services)
    await check_theirs(meeting, interaction, services)
    is_revoked = await services.ender.end(meeting, _caller(interaction), interaction.interaction_id, deadline)
    return _told(meeting, is_revoked=is_revoked)


async def reopen(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """Open an ended meeting again."""
    meeting_id = read_custom_id(interaction.custom_id)[1]
    meeting = await services.meetings.find(guild_of(interaction), MeetingId(meeting_id))
    if meeting is None:
        raise MeetingNotFound("That meeting is too old to open again. Use `/kaltura-start`.")
    await check_theirs(meeting, interaction, services)
    await services.ender.reopen(meeting, _caller(interaction), interaction.interaction_id)
    join = button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS)
    return note(f"**{inline(meeting.title, 200)}** is open again.", join)


def _caller(interaction: Interaction) -> Person:
    return Person(interaction.caller.user_id, interaction.caller.name)


async def check_theirs(meeting: Meeting, interaction: Interaction, services: Services) -> None:
    """Whether the caller may decide about the meeting: its starter, moderators and administrators.

    Raises:
        NotTheirs: they may not.
    """
    if interaction.caller.user_id == meeting.started_by.user_id:
        return
    # Read now: whoever was a moderator half a minute ago may be none any more.
    settings = await services.server_configs.quick(meeting.guild_id, now=True)
    moderators = moderators_in_words(level_mapping(settings.role_levels))
    check_may_end(meeting, interaction.caller.user_id, level_in(interaction, settings), moderators)


def _told(meeting: Meeting, *, is_revoked: bool) -> Message:
    sentence = f"**{inline(meeting.title, 200)}** has ended: nobody can join any more. "
    sentence += "Whoever is inside stays until the moderator ends it there."
    if not is_revoked:
        sentence += "\n-# Kaltura did not confirm yet that links handed out before stopped working. I keep trying."
    return note(sentence, button("Open it again", custom_id("reopen", meeting.meeting_id)))
