"""The words of messages: what may stand in them, and that they never become too long for Discord."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, DEFAULT_TEMPLATES, NOTIFICATION_TYPES
from kaltura_discord.server_config.template_rules import MESSAGE_LIMIT, VARIABLES, check_template, preview
from kaltura_discord.templates.message_template import Formatted, InvalidTemplate, MessageTemplate
from kaltura_discord.templates.plain_text import utf16_length


@pytest.mark.parametrize("name", [*NOTIFICATION_TYPES, "meeting_share"])
def test_every_message_has_words_and_variables(name: str) -> None:
    check_template(DEFAULT_TEMPLATES[name], name)
    assert "{{" not in preview(DEFAULT_TEMPLATES[name], name)
    assert set(ALLOWED_VARIABLES[name]) <= VARIABLES.keys()


def test_every_variable_is_of_use_somewhere() -> None:
    assert {variable for allowed in ALLOWED_VARIABLES.values() for variable in allowed} == VARIABLES.keys()


def test_a_preview_shows_times_as_times_and_names_as_written() -> None:
    assert preview("{{title}} {{start_time}}", "meeting_start") == "Weekly design review <t:1790000000:f>"


def test_what_we_formatted_stays_and_what_people_wrote_is_escaped() -> None:
    template = MessageTemplate("{{title}} {{start_time}}", {"title", "start_time"})
    filled = template.fill({"title": "<t:1:R>", "start_time": Formatted("<t:1:R>")})
    assert filled == r"\<t\:1\:R\> <t:1:R>"


NASTY = st.text(st.sampled_from("*_@everyone`א😀<># \n"), max_size=400)


@given(NASTY, st.text(st.sampled_from("*_@everyoneא😀"), max_size=32), st.integers(1, 12))
def test_a_template_that_is_accepted_never_becomes_too_long(title: str, name: str, times: int) -> None:
    text = "{{username}} {{title}} " * times
    try:
        check_template(text, "meeting_share")
    except InvalidTemplate:
        assert times > 3
        return
    filled = MessageTemplate(text, frozenset(ALLOWED_VARIABLES["meeting_share"])).fill(
        {"title": title, "username": name}
    )
    assert utf16_length(filled) <= MESSAGE_LIMIT
