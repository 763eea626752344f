"""Whatever words a message is given, Discord takes every form and message on the way to saving them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.commands.config.drafts import Draft
from kaltura_discord.commands.config.sample_message import sample
from kaltura_discord.commands.config.template_form import replaces_message, seen_version_of, template_form
from kaltura_discord.commands.config.template_preview import changed_meanwhile, preview, refused, saved
from kaltura_discord.discord.components import Component
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.notifications.samples import samples
from kaltura_discord.notifications.words import notification
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, DEFAULT_TEMPLATES, NOTIFICATION_TYPES
from kaltura_discord.server_config.template_rules import MESSAGE_LIMIT
from local_stack.discord.rules.messages import ANSWER, ANSWER_EDIT
from local_stack.discord.rules.responses import COMMAND, check_answer
from tests.unit.domain.commands.config.template_forms import field_of
from tests.unit.domain.discord_double import takes
from tests.unit.domain.server_config.overrides import values_of

NOW = 1_790_000_000
LONGEST_ID = "9" * 20
NEWEST_VERSION = 10**9

TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=4000)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft that can be saved."""
    message_type = draw(st.sampled_from(sorted(ALLOWED_VARIABLES)))
    words = draw(st.just("") | values_of(f"notifications.templates.{message_type}"))
    return Draft(LONGEST_ID, message_type, words, draw(st.integers(0, NEWEST_VERSION)))


@settings(deadline=None)
@given(drafts())
def test_every_preview_and_every_sample_is_taken(draft: Draft) -> None:
    default = DEFAULT_TEMPLATES[draft.message_type]
    takes(preview(draft, default, NOW).body(), ANSWER)
    if draft.message_type in NOTIFICATION_TYPES:
        takes(sample(draft.message_type, draft.text or default, UserId(LONGEST_ID), NOW).body())


@settings(deadline=None)
@given(drafts())
def test_a_preview_a_sample_and_the_real_message_look_alike(draft: Draft) -> None:
    words = draft.text or DEFAULT_TEMPLATES[draft.message_type]
    _, previewed, _ = preview(draft, words, NOW).components
    (told,) = notification(draft.message_type, words, samples(draft.message_type, NOW), LONGEST_ID).components
    assert sample(draft.message_type, words, UserId(LONGEST_ID), NOW).components[1] == previewed
    assert _without_what_buttons_do(previewed) == _without_what_buttons_do(told)


def _without_what_buttons_do(component: Component) -> Component:
    shown = {name: value for name, value in component.items() if name not in ("custom_id", "disabled")}
    if "components" in shown:
        shown["components"] = [_without_what_buttons_do(child) for child in shown["components"]]
    return shown


@settings(deadline=None)
@given(drafts(), st.text("`\n*x", min_size=1, max_size=1500))
def test_what_is_said_after_save_is_taken(draft: Draft, others: str) -> None:
    after = draft.text or DEFAULT_TEMPLATES[draft.message_type]
    takes(saved(draft.message_type, others, after, f"{10**13}#{NEWEST_VERSION}", "-# A footnote").body(), ANSWER_EDIT)
    reason = f"<@{LONGEST_ID}> changed " + "`notifications.subscriptions.except_categories`, " * 5
    takes(changed_meanwhile(draft, reason, others, after).body(), ANSWER_EDIT)


@settings(deadline=None)
@given(st.sampled_from(sorted(ALLOWED_VARIABLES)), TYPED, st.integers(0, NEWEST_VERSION), st.booleans())
def test_every_form_is_taken_and_holds_all_that_was_typed(
    message_type: str, words: str, version: int, on_message: bool
) -> None:
    default = DEFAULT_TEMPLATES[message_type]
    form = template_form(message_type, words, default, version, replaces_message=on_message)
    check_answer(form, COMMAND)
    assert field_of(form["data"]).get("value", "") == words
    assert seen_version_of(form["data"]["custom_id"]) == version
    assert replaces_message(form["data"]["custom_id"]) is on_message


@pytest.mark.parametrize("message_type", NOTIFICATION_TYPES)
def test_what_stands_above_the_words_fits_beside_the_longest(message_type: str) -> None:
    draft = Draft(LONGEST_ID, message_type, "", NEWEST_VERSION)
    above = (
        preview(draft, "x", NOW).components[0]["content"],
        sample(message_type, "x", UserId(LONGEST_ID), NOW).components[0]["content"],
    )
    assert all(MESSAGE_LIMIT + len(line) <= 4000 for line in above)


def test_words_leave_no_block_that_they_are_quoted_in() -> None:
    shown = saved("meeting_start", "``` **loud** ```", "calm", "1").body()
    assert "``` **loud**" not in str(shown)


def test_a_refusal_is_taken() -> None:
    takes(refused(Draft(LONGEST_ID, "user_join", "x" * 4000, NEWEST_VERSION), "It is too long.").body(), ANSWER)
