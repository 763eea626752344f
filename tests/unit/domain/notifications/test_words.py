"""A notification: the server's words, in a frame, with what one can do next; within Discord's limits, whatever is
filled in, and mentioning nobody whom its template does not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.notifications.contents import message_of
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.samples import samples
from kaltura_discord.notifications.words import LOOKS, framed, mentions_in, moment, notification, words
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, DEFAULT_TEMPLATES, NOTIFICATION_TYPES
from kaltura_discord.server_config.template_rules import MESSAGE_LIMIT, VARIABLES
from kaltura_discord.templates.message_template import Formatted
from kaltura_discord.templates.plain_text import utf16_length
from tests.unit.domain.discord_double import takes
from tests.unit.domain.server_config.overrides import values_of
from tests.unit.domain.words import accent_of, buttons_of, components_of, text_of

NOW = 1_790_000_000
ALL_TYPES = (*NOTIFICATION_TYPES, "meeting_share")

# Letters that take a backslash, take two units, or would call somebody.
HOSTILE = st.text(st.sampled_from("*_`|<>@&#[]():~\\א😀e \n"), max_size=600) | st.sampled_from(
    ["@everyone", "@here", "<@200000000000000001>", "<@&400000000000000001>", "<#300000000000000001>", "", " "]
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A type, a template that a server may have for it, and values as long as they may be."""
    message_type = draw(st.sampled_from(ALL_TYPES))
    template = draw(values_of(f"notifications.templates.{message_type}"))
    return message_type, template, {name: draw(_values(name)) for name in ALLOWED_VARIABLES[message_type]}


def _values(name: str) -> st.SearchStrategy[str]:
    longest, sample = VARIABLES[name].longest, VARIABLES[name].sample
    if isinstance(sample, Formatted):
        return st.sampled_from([sample, Formatted("h" * longest), Formatted("")])
    # What Discord and Kaltura let a value have at most; each unit of it may need a backslash, and two marks around it.
    return HOSTILE.map(lambda text: text[: max(1, (longest - 2) // 4)] if longest < 514 else text)


@settings(deadline=None)
@given(messages())
def test_discord_takes_every_message_whatever_is_filled_in(told: tuple[str, str, dict[str, str]]) -> None:
    takes(notification(*told, "900000000000000001").body())
    assert 0 < utf16_length(words(*told)) <= MESSAGE_LIMIT


@settings(deadline=None)
@given(messages())
def test_values_mention_nobody(told: tuple[str, str, dict[str, str]]) -> None:
    message_type, template, values = told
    # Between the variables and the template's own signs there is a space, so that neither completes the other.
    spaced = template.replace("{{", " {{").replace("}}", "}} ")
    assert _mentions(words(message_type, spaced, values)) == _mentions(spaced)
    assert notification(*told, "1").body()["allowed_mentions"] == {"parse": []}


def _mentions(markdown: str) -> list[str]:
    return re.findall(r"(?<!\\)<(?:@[!&]?|#)\d+>|@everyone|@here", markdown)


@pytest.mark.parametrize("message_type", ALL_TYPES)
def test_every_message_has_a_name_and_made_up_values_for_all_its_variables(message_type: str) -> None:
    every_variable = " ".join(f"{{{{{name}}}}}" for name in ALLOWED_VARIABLES[message_type])
    filled = words(message_type, every_variable, samples(message_type, NOW))
    assert samples(message_type, NOW).keys() == set(ALLOWED_VARIABLES[message_type])
    assert all(value for value in samples(message_type, NOW).values())
    assert LOOKS[message_type].name
    assert "{{" not in filled


def test_the_made_up_times_are_those_of_a_meeting_that_lasted_as_long_as_is_said() -> None:
    made_up = samples("meeting_end", NOW)
    assert made_up["start_time"] == f"<t:{NOW - 48 * 60}:f>"
    assert made_up["end_time"] == f"<t:{NOW}:f>"
    assert made_up["duration"] == "48 min"
    assert samples("meeting_start", NOW)["start_time"] == f"<t:{NOW}:f>"


def test_a_meeting_that_starts_is_told_with_a_way_in() -> None:
    made_up = samples("meeting_start", NOW)
    message = notification("meeting_start", DEFAULT_TEMPLATES["meeting_start"], made_up, "900000000000000001").body()
    assert text_of(message) == "A new Interactive room has started: **Weekly design review**"
    assert buttons_of(message) == {"Join": "1:join:900000000000000001"}
    assert accent_of(message) == 0x23A55A


def test_a_made_up_meeting_cannot_be_joined() -> None:
    frame = framed("meeting_start", "Come", samples("meeting_start", NOW))
    pressed = next(part for part in components_of({"components": [frame]}) if part["type"] == 2)
    assert pressed["label"] == "Join"
    assert pressed["disabled"] is True


def test_the_end_of_a_meeting_offers_nothing() -> None:
    message = notification("meeting_end", DEFAULT_TEMPLATES["meeting_end"], samples("meeting_end", NOW), "1").body()
    assert text_of(message) == "**Weekly design review** has ended after 48 min."
    assert buttons_of(message) == {}


def test_words_that_come_out_empty_are_replaced_by_what_has_happened() -> None:
    assert words("user_join", "{{roles}}", {"roles": ""}) == "Somebody joins a meeting"


def test_times_are_shown_to_each_reader_in_their_own_zone() -> None:
    assert words("meeting_start", "At {{start_time}}", {"start_time": moment(NOW)}) == f"At <t:{NOW}:f>"


ROLE, PERSON = "400000000000000001", "200000000000000001"


def told_with(template: str, **details: str) -> dict[str, object]:
    """What Discord is sent for a video, with this template."""
    video = Notification("video_ready#1", GuildId("3"), "video_ready", "1_ab12cd34", details)
    body: dict[str, object] = message_of(video, template, None).body()
    return body


def test_whom_a_template_mentions_is_pinged() -> None:
    body = told_with(f"<@&{ROLE}> and <@{PERSON}> and <@!{PERSON}>: {{{{title}}}}", title="Cells")
    assert body["allowed_mentions"] == {"parse": [], "roles": [ROLE], "users": [PERSON]}
    takes(body)


@pytest.mark.parametrize("template", ["@everyone {{title}}", "@here {{title}}", "<@{{id}}> {{title}}", "{{title}}"])
def test_nobody_else_is(template: str) -> None:
    body = told_with(template, title=f"<@&{ROLE}> @everyone <@{PERSON}>", id=PERSON)
    assert body["allowed_mentions"] == {"parse": []}


@settings(deadline=None)
@given(messages())
def test_no_value_can_add_a_mention(told: tuple[str, str, dict[str, str]]) -> None:
    message_type, template, values = told
    mentioned = mentions_in(template)
    in_template = set(re.findall(r"<@[&!]?([0-9]+)>", template))
    assert {*mentioned.roles, *mentioned.users} == in_template
    about = Notification("x#1", GuildId("3"), "video_ready", "1", {**values, "title": values["title"]})
    if message_type == "video_ready":
        assert message_of(about, template, None).mentions == mentioned


def test_a_hundred_mentions_are_the_most_that_discord_takes() -> None:
    template = " ".join(f"<@{number}>" for number in range(1, 151))
    assert len(mentions_in(template).users) == 100
