"""An administrator shapes what channels are told, and where: form, preview, saving, a test in the channel, and back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.running_stack import Member, Message, Stack, button, buttons, link_in, words

RIVERSIDE = "1320000000000000001"
KALTURAS_ROLE, TEACHERS, CHOIR = "1330000000000000001", "1330000000000000002", "1330000000000000005"
VIEW_CHANNEL, SEND_MESSAGES = 1 << 10, 1 << 11


@pytest.fixture
def ann(stack: Stack) -> Iterator[Member]:
    """Who owns the school; afterwards its settings are the defaults again."""
    ann = stack.member("Ann")
    yield ann
    asked = configure(stack, ann, "reset", section="everything")
    for offered in buttons(asked):
        if offered["label"].startswith("Reset"):
            stack.press(ann, asked, offered["label"])


@pytest.fixture
def news(stack: Stack) -> Iterator[str]:
    """A channel of this test's own."""
    url = f"{stack.rest_url}/_sim/guilds/{RIVERSIDE}/channels"
    channel: str = stack.http.post(url, json={"name": "news"}).json()["id"]
    yield channel
    stack.http.delete(f"{stack.rest_url}/_sim/channels/{channel}")


def use(stack: Stack, member: Member, subcommand: str, server: str = "Riverside", **options: Any) -> dict[str, Any]:
    """Somebody uses `/kaltura-config {subcommand}`."""
    channel = stack.channel("general", server)
    return stack.interact(member, channel, 45, command=f"kaltura-config {subcommand}", options=options)


def configure(stack: Stack, member: Member, subcommand: str, **options: Any) -> Message:
    """What they read in the end."""
    message: Message = use(stack, member, subcommand, **options)["message"]
    return message


def send(stack: Stack, member: Member, form: dict[str, Any], typed: str) -> Message:
    """What they read who send the form with these words."""
    channel = stack.channel("general")
    sent = stack.interact(member, channel, 45, modal=form["custom_id"], fields={"words": typed})
    message: Message = sent["message"]
    return message


def deny(stack: Stack, channel: str, permission: int) -> None:
    """Take a permission from the bot in a channel."""
    url = f"{stack.rest_url}/_sim/channels/{channel}/overwrites/{KALTURAS_ROLE}"
    assert stack.http.put(url, json={"type": 0, "deny": str(permission)}).status_code == 204


def test_words_are_typed_seen_saved_told_and_taken_back(stack: Stack, ann: Member, news: str) -> None:
    configure(stack, ann, "channel", type="meeting_start", channel=news)
    shown = use(stack, ann, "template", type="meeting_start")
    assert shown["acknowledged_in_ms"] < 1000

    preview = send(stack, ann, shown["modal"], "Come in: **{{title}}**\nby {{creator}}")
    assert "Come in: **Weekly design review**\nby Ann" in words(preview)
    assert preview["_sim"]["ephemeral_for"] == ann.user_id
    assert stack.messages(news, ann) == []

    saved = stack.press(ann, preview, "Save")["message"]
    assert saved["id"] == preview["id"]
    assert "Come in: **{{title}}**" in words(saved)

    answer = stack.press(ann, saved, "Send a test")
    (told,) = stack.messages(news, stack.member("Dana"))
    assert "Come in: **Weekly design review**" in words(told)
    assert f"A test that <@{ann.user_id}> asked for." in words(told)
    assert told["mentions"] == []
    assert button(told, "Join")["disabled"] is True
    assert link_in(answer, "Go to the message").endswith(f"/{RIVERSIDE}/{news}/{told['id']}")

    stack.press(ann, saved, "Undo")
    form = use(stack, ann, "template", type="meeting_start")["modal"]
    assert form["components"][0]["component"]["value"] == "A new {{type}} has started: **{{title}}**"


def test_another_server_keeps_its_own_words(stack: Stack, ann: Member) -> None:
    form = use(stack, ann, "template", type="meeting_end")["modal"]
    stack.press(ann, send(stack, ann, form, "Over: {{title}}"), "Save")
    form = use(stack, stack.member("Hugo", "Northwind"), "template", "Northwind", type="meeting_end")["modal"]
    assert form["components"][0]["component"]["value"] == "**{{title}}** has ended after {{duration}}."


def test_words_that_cannot_be_used_come_back_into_the_form(stack: Stack, ann: Member) -> None:
    form = use(stack, ann, "template", type="meeting_start")["modal"]
    refusal = send(stack, ann, form, "A {{type}}: {{titel}}")
    assert "There is no variable `titel` here." in words(refusal)

    again = stack.press(ann, refusal, "Edit again")["modal"]
    assert again["components"][0]["component"]["value"] == "A {{type}}: {{titel}}"

    preview = send(stack, ann, again, "A {{type}}: {{title}}")
    assert preview["id"] == refusal["id"]
    assert "A Interactive room: Weekly design review" in words(preview)


def test_a_channel_where_the_bot_may_not_write_is_not_taken(stack: Stack, ann: Member) -> None:
    closed = stack.channel("read-only-for-bot")
    said = words(configure(stack, ann, "channel", type="default", channel=closed))
    assert said.startswith(f"I need **Send Messages** in <#{closed}>")
    assert "No channel is set" in words(configure(stack, ann, "test", type="meeting_start"))


@pytest.mark.parametrize(("permission", "name"), [(VIEW_CHANNEL, "View Channel"), (SEND_MESSAGES, "Send Messages")])
def test_a_permission_that_was_taken_since_is_named_by_the_test(
    stack: Stack, ann: Member, news: str, permission: int, name: str
) -> None:
    configure(stack, ann, "channel", type="default", channel=news)
    deny(stack, news, permission)
    said = words(configure(stack, ann, "test", type="live_start"))
    assert said.startswith(f"I need **{name}** in <#{news}>, so nothing was sent.")
    assert stack.messages(news, ann) == []


def test_a_channel_that_was_deleted_since_is_told_by_the_test(stack: Stack, ann: Member, news: str) -> None:
    configure(stack, ann, "channel", type="default", channel=news)
    stack.http.delete(f"{stack.rest_url}/_sim/channels/{news}")
    assert "does not exist any more" in words(configure(stack, ann, "test", type="live_start"))


def test_a_role_makes_its_members_what_it_says_at_once(stack: Stack, ann: Member) -> None:
    emil, chen = stack.member("Herr Emil"), stack.member("Chen")
    channel = stack.channel("general")
    stack.use(ann, channel, "kaltura-start", type="room", title="Choir practice")
    card = stack.wait_for_card(channel, "Choir practice", chen, "LIVE")
    refused = words(stack.press(chen, card, "End")["message"])

    told = words(configure(stack, emil, "role", role=CHOIR, level="moderator"))
    ended = words(stack.press(chen, card, "End")["message"])

    assert "**Choir practice** has ended" not in refused
    assert "From now on only the listed roles count" in told
    assert "This makes you a viewer; you were an admin before." in told
    assert ended != refused
    assert "ENDED" in words(stack.wait_for_card(channel, "Choir practice", ann, "ENDED"))


def test_the_apps_own_role_and_everybody_get_no_level(stack: Stack, ann: Member) -> None:
    for role in (KALTURAS_ROLE, RIVERSIDE):
        said = words(configure(stack, ann, "role", role=role, level="moderator"))
        assert "Choose a role that" in said
    assert "Nothing changed" in words(configure(stack, ann, "role", role=TEACHERS, level="none"))
