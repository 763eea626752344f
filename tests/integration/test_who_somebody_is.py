"""Who somebody is, from Discord's roles to Kaltura's users and back to nobody, through the real functions."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.integration.running_stack import Member, Stack, buttons, link_in, words

Json = dict[str, Any]

PATIENCE_SECONDS = 20.0
PASSING = ("LIMIT", "INTERACTION")


def wait_until(what: Callable[[], Any], said: str) -> Any:
    """What `what` finds, once it finds something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := what()):
        assert time.monotonic() < until, said
        time.sleep(0.2)
    return found


@pytest.fixture
def general(stack: Stack) -> str:
    return stack.channel("general")


@pytest.fixture
def table(stack: Stack) -> Any:
    return stack.dynamodb.Table(stack.description["dynamodb"]["table"])


@pytest.fixture
def chen(stack: Stack) -> Iterator[Member]:
    """A member without any role, who is put back at the end."""
    chen = stack.member("Chen")
    yield chen
    sim(stack, "PATCH", f"people/{chen.user_id}", display_name=chen.name)


def sim(stack: Stack, method: str, path: str, **body: Any) -> None:
    response = stack.http.request(method, f"{stack.rest_url}/_sim/{path}", json=body)
    assert response.status_code < 300, response.text


def comes_in(stack: Stack, member: Member, channel: str, title: str) -> None:
    shown = stack.press(member, stack.card(channel, title, member), "Join")
    answer = httpx.get(link_in(shown, "Open the meeting"), follow_redirects=False)
    assert answer.status_code == 302, answer.text


def in_kaltura(stack: Stack, member: Member) -> Json | None:
    users: list[Json] = stack.kaltura("users")
    return next((user for user in users if user["id"] == f"discord_{member.user_id}"), None)


def named(stack: Stack, member: Member, name: str) -> Callable[[], bool]:
    def is_it() -> bool:
        user = in_kaltura(stack, member)
        return user is not None and user["fullName"] == name

    return is_it


def mentions(table: Any, *texts: str) -> list[Json]:
    """What the table says of somebody, but for what runs out within the hour."""
    items = table.scan(ConsistentRead=True)["Items"]
    found = [item for item in items if any(text in str(item) for text in texts)]
    return [item for item in found if not str(item["pk"]).startswith(PASSING)]


def test_whoever_comes_in_is_a_kaltura_user_and_stays_the_same_one(stack: Stack, general: str, chen: Member) -> None:
    stack.use(stack.member("Ann"), general, "kaltura-start", type="room", title="Roll call")

    comes_in(stack, chen, general, "Roll call")
    wait_until(named(stack, chen, chen.name), "there never was a Kaltura user")
    first = in_kaltura(stack, chen)
    sim(stack, "PATCH", f"people/{chen.user_id}", display_name="Chen of the Hills")
    comes_in(stack, chen, general, "Roll call")
    wait_until(named(stack, chen, "Chen of the Hills"), "the new name never arrived")

    user = in_kaltura(stack, chen)
    assert user is not None
    assert first is not None
    assert user["createdAt"] == first["createdAt"]
    assert not user["isAdmin"]


def test_kaltura_being_down_keeps_nobody_out(stack: Stack, general: str) -> None:
    dana = stack.member("Dana")
    stack.use(stack.member("Ann"), general, "kaltura-start", type="room", title="Come what may")
    stack.order_fault(target="kaltura", match="POST /api_v3/service/user/*", kind="status", value=503)

    comes_in(stack, dana, general, "Come what may")

    stack.lift_faults()
    wait_until(named(stack, dana, dana.name), "it was not tried again")


def test_a_member_is_told_what_they_are_and_why_and_an_administrator_what_others_are(
    stack: Stack, general: str
) -> None:
    ann, dana = stack.member("Ann"), stack.member("Dana")

    def ask(asker: Member, **options: str) -> Json:
        message: Json = stack.interact(asker, general, 45, command="kaltura-whoami", options=options)["message"]
        return message

    own = ask(dana)
    refused = ask(dana, member=ann.user_id)
    others = ask(ann, member=dana.user_id)

    assert own["_sim"]["ephemeral_for"] == dana.user_id
    assert "You are a viewer here" in words(own)
    assert f"`discord_{dana.user_id}` in Kaltura" in words(own)
    assert "Only administrators can ask about somebody else" in words(refused)
    assert "Dana" in words(others)
    assert "is a viewer here" in words(others)


def test_who_leaves_the_server_is_lowered_by_the_next_round(stack: Stack, general: str, table: Any) -> None:
    bo, guild_id = stack.member("Bo"), stack.server("Riverside")["guild_id"]
    stack.use(stack.member("Ann"), general, "kaltura-start", type="room", title="Last lesson")
    comes_in(stack, bo, general, "Last lesson")
    key = {"pk": f"SERVER#{guild_id}", "sk": f"MEMBER#{bo.user_id}"}
    member = wait_until(lambda: table.get_item(Key=key).get("Item"), "nobody remembers them")
    assert member["user_level"] == "moderator"

    sim(stack, "DELETE", f"guilds/{guild_id}/members/{bo.user_id}")
    try:
        _bring_forward_the_round(table, guild_id)
        wait_until(lambda: stack.keep_house() and not table.get_item(Key=key).get("Item"), "they were not lowered")
    finally:
        sim(stack, "POST", f"guilds/{guild_id}/members", user_id=bo.user_id)
        sim(stack, "PUT", f"guilds/{guild_id}/members/{bo.user_id}/roles/{_teachers(stack)}")

    audit = [item for item in table.scan()["Items"] if item.get("kind") == "lowered" and item["subject"] == bo.user_id]
    assert [item["details"]["why"] for item in audit] == ["left"]


def test_somebody_who_wants_to_be_forgotten_is(stack: Stack, general: str, table: Any, chen: Member) -> None:
    stack.use(chen, general, "kaltura-start", type="room", title="By somebody or other")
    comes_in(stack, chen, general, "By somebody or other")
    wait_until(lambda: any(item["sk"] == "PROFILE" for item in mentions(table, chen.user_id)), "no profile")

    asked = stack.use(chen, general, "kaltura-forget-me")["message"]
    assert [button["label"] for button in buttons(asked)] == ["Forget me", "Cancel"]
    done = stack.press(chen, asked, "Forget me")["message"]
    again = stack.use(chen, general, "kaltura-forget-me")["message"]
    nothing = stack.press(chen, again, "Forget me")["message"]

    assert words(done) == "You are forgotten: nothing here says any more that it was you."
    assert "There was nothing to forget" in words(nothing)
    assert mentions(table, chen.user_id, chen.name) == []
    stack.keep_house()
    card = stack.wait_for_card(general, "By somebody or other", stack.member("Ann"), "Started by Somebody")
    assert chen.name not in words(card)


def _bring_forward_the_round(table: Any, guild_id: str) -> None:
    """Have the round that is noted for today or tomorrow be due now."""
    items = table.scan(ConsistentRead=True)["Items"]
    for note in [item for item in items if item.get("kind") == "member_round" and item["subject"] == guild_id]:
        at = int(time.time()) - 1
        table.put_item(Item={**note, "sk": f"{at:012d}#member_round#{guild_id}", "at": at})


def _teachers(stack: Stack) -> str:
    roles = stack.server("Riverside")["roles"]
    return next(str(role["role_id"]) for role in roles if role["name"] == "Teachers")
