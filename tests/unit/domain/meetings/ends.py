"""Ending a meeting, in the words in which tests speak of it."""

from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.meetings.models import Meeting, Person
from tests.unit.domain.sent_by_discord import ANN, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

HOUR = 3600


THE_STARTER = Person(UserId(ANN.user_id), "Ann")


def an_interaction() -> InteractionId:
    return InteractionId(snowflake())


def button(action: str, meeting: Meeting) -> str:
    return f"1:{action}:{meeting.meeting_id}"


async def end(stage: Stage, meeting: Meeting, by: Member = ANN) -> str:
    return text_of(await stage.answer_to(stage.place.press(button("end", meeting), by)))


async def audited(stage: Stage, kind: str) -> list[tuple[str, str, str]]:
    """By whom, from which interaction, which meeting."""
    records = [record for record in await stage.audited() if record.kind == kind]
    return [(record.user_id, record.interaction_id, record.subject) for record in records]
