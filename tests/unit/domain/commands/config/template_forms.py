"""The form of `/kaltura-config template` as tests fill it in, checked as Discord checks what it is given."""

from typing import Any

from local_stack.discord.rules.messages import ANSWER_UPDATE
from local_stack.discord.rules.responses import COMMAND, COMPONENT, MODAL_SUBMIT, check_answer
from tests.unit.domain.commands.config.config_world import ADA
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import Member, snowflake
from tests.unit.domain.stage import Stage

Json = dict[str, Any]


async def form_for(stage: Stage, message_type: str, by: Member = ADA) -> Json:
    """The form that `/kaltura-config template` opens."""
    return await _form(stage, stage.place.subcommand("kaltura-config", "template", {"type": message_type}, by), COMMAND)


async def form_behind(stage: Stage, button: str, by: Member = ADA) -> Json:
    """The form that a button opens."""
    return await _form(stage, stage.place.press(button, by), COMPONENT)


async def _form(stage: Stage, payload: Json, kind: int) -> Json:
    answer = await stage.acknowledged(payload)
    assert answer.body is not None
    assert answer.body["type"] == 9, answer.body
    form: Json = check_answer(answer.body, kind)["data"]
    return form


async def submit(stage: Stage, form: Json, words: str, by: Member = ADA, *, on_message: bool = False) -> Json:
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
