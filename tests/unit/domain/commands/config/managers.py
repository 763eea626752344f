"""Who changes settings in these tests, and how they do it."""

from typing import Any

from local_stack.discord.rules.messages import ANSWER_UPDATE
from local_stack.discord.rules.responses import COMMAND, COMPONENT, MODAL_SUBMIT, check_answer
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, Member, snowflake
from tests.unit.domain.stage import Stage

Json = dict[str, Any]

MANAGER = Member("200000000000000005", "Mia", permissions=1 << 5)
OTHER_MANAGER = Member("200000000000000006", "Max", permissions=1 << 5)


async def form_for(stage: Stage, message_type: str, by: Member = ADMINISTRATOR) -> Json:
    """The form that `/kaltura-config template` opens."""
    return await _form(stage, stage.place.subcommand("kaltura-config", "template", {"type": message_type}, by), COMMAND)


async def form_behind(stage: Stage, button: str, by: Member = ADMINISTRATOR) -> Json:
    """The form that a button opens."""
    return await _form(stage, stage.place.press(button, by), COMPONENT)


async def _form(stage: Stage, payload: Json, kind: int) -> Json:
    answer = await stage.acknowledged(payload)
    assert answer.body is not None
    assert answer.body["type"] == 9, answer.body
    form: Json = check_answer(answer.body, kind)["data"]
    return form


async def submit(stage: Stage, form: Json, words: str, by: Member = ADMINISTRATOR, *, on_message: bool = False) -> Json:
    """What somebody sees who sends the form with these words in it."""
    payload = stage.place.submit(form["custom_id"], {"words": words}, by)
    if on_message:
        payload["message"] = {"id": snowflake(), "channel_id": stage.channel_id}
    answer = await stage.acknowledged(payload)
    assert answer.body is not None
    assert answer.body["type"] == (7 if on_message else 4)
    if on_message:
        takes(answer.body["data"], ANSWER_UPDATE)
    else:
        check_answer(answer.body, MODAL_SUBMIT)
    message: Json = answer.body["data"]
    return message


def field_of(form: Json) -> Json:
    """The text field of a form."""
    field: Json = next(part["component"] for part in form["components"] if part["type"] == 18)
    return field


async def settings_of(stage: Stage) -> Json:
    """What the server has set."""
    return (await stage.services.overrides.read(stage.guild_id)).document
