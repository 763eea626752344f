"""`/kaltura-start`: a meeting from a title. Also the buttons Start again and Try again, which ask through a form."""

from contextlib import suppress
from typing import Any

from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.onboarding.refresh import refresh_greeting_later
from kaltura_discord.commands.posting import bot_may_post
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import ButtonStyle, button, link_button
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.errors import DiscordSilent
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import AnswerType, Message, note
from kaltura_discord.kaltura.rooms import MeetingKind
from kaltura_discord.meetings import limits
from kaltura_discord.meetings.card import WILL_NOT_CHANGE
from kaltura_discord.meetings.errors import MeetingError, MeetingNotFound
from kaltura_discord.meetings.models import Meeting, MeetingId, Person
from kaltura_discord.meetings.wishes import DESCRIPTION_LIMIT, KIND_NAMES, TITLE_LIMIT
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import is_visible, one_line, shorten


async def start(interaction: Interaction, services: Services, deadline: Deadline) -> Message | None:
    """Start a meeting as the options say, or show how a time in the future was read."""
    if interaction.text_option("when"):
        # Imported here, as its buttons stand for this command.
        from kaltura_discord.commands.schedule import preview

        return await preview(interaction, services)
    if interaction.text_option("duration"):
        raise MeetingError("A duration is for meetings in the future. Give `when` as well, or leave it out.")
    kind = interaction.text_option("type")
    title = interaction.text_option("title")
    return await _start(interaction, services, deadline, kind, title, interaction.text_option("description"))


async def start_from_form(interaction: Interaction, services: Services, deadline: Deadline) -> Message | None:
    """Start a meeting as the form says; its custom id bears the type."""
    _, kind = read_custom_id(interaction.custom_id)
    description = interaction.fields.get("description", "")
    return await _start(interaction, services, deadline, kind, interaction.fields.get("title", ""), description)


async def ask_again(interaction: Interaction, services: Services) -> Body:
    """The form for another meeting like the one on the card."""
    _, meeting_id = read_custom_id(interaction.custom_id)
    meeting = await services.meetings.find(guild_of(interaction), MeetingId(meeting_id))
    if meeting is None:
        raise MeetingNotFound("That meeting is too old to start again. Use `/kaltura-start`.")
    return start_form(meeting.kind, meeting.title, meeting.description)


def start_form(kind: MeetingKind, title: str, description: str) -> Body:
    """The form that starts a meeting of this kind, filled in so far."""
    return {
        "type": int(AnswerType.MODAL),
        "data": {
            "custom_id": custom_id("start-form", kind),
            "title": f"Start: {KIND_NAMES[kind]}",
            "components": [
                form_field("title", "Title", 1, title, TITLE_LIMIT, required=True),
                form_field("description", "Description", 2, description, DESCRIPTION_LIMIT, required=False),
            ],
        },
    }


async def _start(
    interaction: Interaction, services: Services, deadline: Deadline, kind: str, title: str, description: str
) -> Message | None:
    wish = wished_meeting(interaction, services, kind, title, description)
    if await services.meetings.find(wish.guild_id, wish.meeting_id) is None:
        await limits.check_start(services.window, wish.guild_id, wish.started_by.user_id)
    may_post = bot_may_post(interaction)
    started = await services.starter.start(wish, may_post=may_post, deadline=deadline)
    meeting = started.meeting
    await refresh_greeting_later(services, meeting.guild_id)
    if started.has_card:
        return _told_privately(meeting)
    if not may_post:
        return services.cards.as_answer(meeting, WILL_NOT_CHANGE)
    # Discord said that we may write, and then refused: the card goes out as a further, public answer. It comes second,
    # since Discord takes the first one after "thinking" for the answer itself (Discord docs: Create Followup Message).
    await services.rest.edit_answer(interaction.token, _told_privately(meeting), deadline)
    with suppress(DiscordSilent):  # it may be there; a second card would be worse than none, as Join stands above
        await services.rest.follow_up(interaction.token, services.cards.as_answer(meeting, WILL_NOT_CHANGE), deadline)
    return None


def wished_meeting(interaction: Interaction, services: Services, kind: str, title: str, description: str) -> Meeting:
    """The meeting that somebody asks for.

    Raises:
        MeetingError: it has no title, or is of no kind that there is.
    """
    name = one_line(title)
    if not is_visible(name):
        raise MeetingError("A meeting needs a title. Use `/kaltura-start` again and give it one.")
    if kind not in KIND_NAMES:
        raise MeetingError("Choose one of the meeting types that `/kaltura-start` offers.")
    return Meeting(
        meeting_id=MeetingId(interaction.interaction_id),
        guild_id=guild_of(interaction),
        channel_id=ChannelId(interaction.channel_id or ""),
        title=shorten(name, TITLE_LIMIT),
        description=description.strip()[:DESCRIPTION_LIMIT],
        kind=kind,
        started_by=Person(interaction.caller.user_id, interaction.caller.name),
        started_at=int(services.now()),
    )


def _told_privately(meeting: Meeting) -> Message:
    buttons = [button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS)]
    if meeting.card is not None:
        card = meeting.card
        url = f"https://discord.com/channels/{meeting.guild_id}/{card.channel_id}/{card.message_id}"
        buttons.append(link_button("Go to the card", url))
    return note(f"**{inline(meeting.title, 200)}** is live in <#{meeting.channel_id}>.", *buttons)


def form_field(name: str, label: str, style: int, value: str, limit: int, *, required: bool) -> dict[str, Any]:
    """A field of a form, filled in so far; `style` is 1 for a line and 2 for a paragraph."""
    text_input: dict[str, Any] = {
        "type": 4,
        "custom_id": name,
        "style": style,
        "max_length": limit,
        "required": required,
    }
    if value:
        text_input["value"] = value[:limit]
    return {"type": 18, "label": label, "component": text_input}
