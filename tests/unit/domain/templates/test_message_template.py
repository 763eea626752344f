"""The template grammar: variables in double braces, and nothing that runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.templates.message_template import InvalidTemplate, MessageTemplate
from tests.unit.domain.markdown_model import show

ALLOWED = frozenset({"username", "title"})


def test_variables_are_filled_in_and_the_rest_stays() -> None:
    template = MessageTemplate("**{{username}}** invites <@&5> to {{ title }}.", ALLOWED)
    assert template.fill({"username": "Ann", "title": "Review"}) == "**Ann** invites <@&5> to Review."


def test_values_are_escaped_and_never_read_as_templates() -> None:
    filled = MessageTemplate("{{title}}", ALLOWED).fill({"title": "{{username}} *x*", "username": "Ann"})
    assert "Ann" not in filled
    assert show(filled).formatted == ()


@given(st.text(max_size=60))
def test_a_value_formats_nothing(title: str) -> None:
    assert show(MessageTemplate("to {{title}}", ALLOWED).fill({"title": title})).formatted == ()


def test_a_variable_without_a_value_is_empty() -> None:
    assert MessageTemplate("[{{title}}]", ALLOWED).fill({}) == "[]"


@pytest.mark.parametrize(
    "text",
    ["{{secret}}", "{{title", "title}}", "{{title}} {{", "{{Title}}", "{{title.length}}", "{{title()}}", "{{}}"],
)
def test_what_is_no_variable_of_ours_is_refused_for_the_one_who_wrote_it(text: str) -> None:
    with pytest.raises(InvalidTemplate, match=r"braces|no variable"):
        MessageTemplate(text, ALLOWED)


def test_the_refusal_names_what_there_is() -> None:
    with pytest.raises(InvalidTemplate, match=r"`secret` here. You can use: `title`, `username`"):
        MessageTemplate("{{secret}}", ALLOWED)


def test_the_refusal_formats_and_mentions_nothing_of_what_was_typed() -> None:
    with pytest.raises(InvalidTemplate) as refused:
        MessageTemplate("{{**`<@200000000000000001>` " + "x" * 900 + "}}", ALLOWED)
    sentence = str(refused.value)
    assert sentence.startswith("There is no variable `**'<@200000000000000001>' xx")
    assert len(sentence) < 200


def test_a_variable_without_a_name_is_called_so() -> None:
    with pytest.raises(InvalidTemplate, match="no variable without a name"):
        MessageTemplate("{{ }}", ALLOWED)
