"""A server installs the app, is greeted, sets up what the greeting lists, removes the app, and is forgotten."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from boto3.dynamodb.conditions import Key

from tests.integration.pressure import kill_workers
from tests.integration.running_stack import Member, Message, Stack, button, buttons, words

SERVER = "Northwind"
PATIENCE_SECONDS = 20.0


def wait_until(what: Callable[[], Any], said: str) -> Any:
    """What `what` finds, once it finds something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < until, said
        time.sleep(0.2)


@dataclass(frozen=True)
class Newcomer:
    """A server of the simulated Discord, in the hands of its owner."""

    stack: Stack

    @property
    def guild_id(self) -> str:
        return str(self.stack.server(SERVER)["guild_id"])

    @property
    def owner(self) -> Member:
        return self.stack.member("Grace", SERVER)

    @property
    def member(self) -> Member:
        return self.stack.member("ida", SERVER)

    @property
    def channel(self) -> str:
        return self.stack.channel("general", SERVER)

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        response = self.stack.http.request(method, f"{self.stack.rest_url}/_sim/{path}", json=body)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def system_channel(self, channel_id: str | None) -> None:
        self.sim("PATCH", f"guilds/{self.guild_id}", {"system_channel_id": channel_id})

    def install(self) -> int:
        """The owner installs the app; the number of the event."""
        event = self.sim("POST", "installs", {"guild_id": self.guild_id, "user_id": self.owner.user_id})
        wait_until(lambda: self.event(event["number"])["state"] == "delivered", "the event was not taken")
        return int(event["number"])

    def remove(self) -> None:
        self.sim("DELETE", f"installs/{self.guild_id}")

    def event(self, number: int) -> Any:
        return next(event for event in self.sim("GET", "webhook-events")["events"] if event["number"] == number)

    def kept(self) -> dict[str, Any]:
        """What the table holds of the server, by sort key."""
        answer = self.table.query(KeyConditionExpression=Key("pk").eq(f"SERVER#{self.guild_id}"), ConsistentRead=True)
        return {item["sk"]: item for item in answer["Items"]}

    @property
    def table(self) -> Any:
        return self.stack.dynamodb.Table(self.stack.description["dynamodb"]["table"])

    def forget_everything(self) -> None:
        """As if nobody had ever used the app there."""
        for key in self.kept():
            if key != "ALLOWED":
                self.table.delete_item(Key={"pk": f"SERVER#{self.guild_id}", "sk": key})

    def greetings(self, channel: str | None = None) -> list[Message]:
        messages = self.stack.messages(channel or self.channel, self.owner)
        return [message for message in messages if words(message).startswith("### Kaltura") and "✓" in words(message)]

    def delete(self, message: Message) -> None:
        path = f"channels/{message['channel_id']}/messages/{message['id']}"
        token = self.stack.description["discord"]["bot_token"]
        headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (https://example.com, 1)"}
        deleted = self.stack.http.delete(f"{self.stack.rest_url}/{path}", headers=headers)
        assert deleted.status_code == 204, deleted.text

    def says(self, what: str) -> Message:
        """The one greeting that everybody sees in the channel, once it says so."""
        wait_until(lambda: any(what in words(message) for message in self.public()), f"no greeting says {what}")
        (message,) = self.public()
        return message

    def public(self) -> list[Message]:
        return [message for message in self.greetings() if not message["_sim"]["ephemeral_for"]]

    def choose(self, shown: dict[str, Any], value: str) -> dict[str, Any]:
        """The owner chooses from the list in an answer."""
        message = shown["message"]
        select = next(row["components"][0] for row in message["components"] if row["type"] == 1)
        what = {"component": select["custom_id"], "message_id": message["id"], "values": [value]}
        return self.stack.interact(self.owner, message["channel_id"], 45, **what)


@pytest.fixture
def newcomer(stack: Stack) -> Iterator[Newcomer]:
    """A server that does not have the app, and has never been greeted; it is put back in order afterwards."""
    newcomer = Newcomer(stack)
    for message in newcomer.public():
        newcomer.delete(message)
    newcomer.remove()
    newcomer.forget_everything()
    newcomer.system_channel(newcomer.channel)
    yield newcomer
    newcomer.system_channel(None)
    newcomer.install()


def test_it_is_greeted_and_set_up_step_by_step(newcomer: Newcomer) -> None:
    stack, owner = newcomer.stack, newcomer.owner
    number = newcomer.install()
    greeting = newcomer.says("Kaltura is here")
    assert [each["label"] for each in buttons(greeting)] == ["Choose a channel", "Choose roles", "Start one"]

    refused = stack.press(newcomer.member, greeting, "Choose roles")
    assert "/kaltura-config" in words(refused["message"])

    asked = stack.press(owner, greeting, "Choose a channel")
    talks = stack.channel("talks", SERVER)
    told = newcomer.choose(asked, talks)
    assert f"<#{talks}>" in words(told["message"])
    greeting = newcomer.says(f"✓ **Where to tell** · <#{talks}>")

    asked = stack.press(owner, greeting, "Choose roles")
    leads = next(role["role_id"] for role in stack.server(SERVER)["roles"] if role["name"] == "Leads")
    newcomer.choose(asked, leads)
    greeting = newcomer.says(f"✓ **Who moderates** · <@&{leads}>")

    opened = stack.press(owner, greeting, "Start one", 0)
    form = opened["modal"]["custom_id"]
    stack.interact(owner, newcomer.channel, 45, modal=form, fields={"title": "Our first", "description": ""})
    greeting = newcomer.says("### Kaltura is ready")
    assert buttons(greeting) == []

    again = newcomer.sim("POST", f"webhook-events/{number}/again")
    wait_until(lambda: newcomer.event(again["number"])["state"] == "delivered", "the repetition was not taken")
    newcomer.install()
    time.sleep(2)
    assert len(newcomer.public()) == 1


def test_without_a_system_channel_whoever_installed_it_is_written_to(newcomer: Newcomer) -> None:
    newcomer.system_channel(None)
    newcomer.install()
    kept = wait_until(lambda: newcomer.kept().get("ONBOARDING", {}).get("message_id"), "nobody was greeted")
    item = newcomer.kept()["ONBOARDING"]
    assert item["is_direct"]
    (message,) = [each for each in newcomer.greetings(item["channel_id"]) if each["id"] == kept]
    assert "### Kaltura is in Northwind Labs" in words(message)
    assert button(message, "Open the server")["url"].endswith(f"/channels/{newcomer.guild_id}")


def test_where_nobody_can_be_written_to_the_first_who_may_sees_it(newcomer: Newcomer) -> None:
    stack, owner = newcomer.stack, newcomer.owner
    newcomer.system_channel(None)
    newcomer.sim("PATCH", f"people/{owner.user_id}", {"takes_direct_messages": False})
    try:
        newcomer.install()
        wait_until(lambda: newcomer.kept().get("ONBOARDING", {}).get("is_waiting"), "it does not wait for anybody")
        # A process tells of a server once an hour: new ones have not told of this one yet.
        assert kill_workers(stack, "interactions")
        stack.use(owner, newcomer.channel, "kaltura-whoami")
        seen = wait_until(newcomer.greetings, "the owner has not seen it")
        assert len(seen) == 1
        assert seen[0]["_sim"]["ephemeral_for"] == owner.user_id
        looked = stack.press(owner, seen[0], "Look again")
        assert "✓ **Allowed**" in words(looked["message"])
    finally:
        newcomer.sim("PATCH", f"people/{owner.user_id}", {"takes_direct_messages": True})


def a_meeting(newcomer: Newcomer, title: str) -> str:
    """A meeting that the owner started, and where their link into it leads."""
    stack, owner = newcomer.stack, newcomer.owner
    stack.use(owner, newcomer.channel, "kaltura-start", type="room", title=title)
    card = stack.wait_for_card(newcomer.channel, title, owner, "LIVE")
    link = stack.press(owner, card, "Join")
    return str(next(each["url"] for each in buttons(link["message"]) if each.get("url")))


def removed_and_noticed(newcomer: Newcomer) -> None:
    """The server has a meeting, removes the app, and somebody opens a link into the meeting."""
    newcomer.install()
    link = a_meeting(newcomer, "Before we go")
    newcomer.remove()
    # A process tells of a server once an hour: new ones have not told of this one yet.
    assert kill_workers(newcomer.stack, "api")
    newcomer.stack.http.get(link)
    wait_until(lambda: "DEPARTURE" in newcomer.kept(), "nobody noticed")


def thirty_days_pass(newcomer: Newcomer) -> None:
    """What is due about the server then is due now."""
    table, now = newcomer.table, int(time.time()) - 1
    items = table.scan(FilterExpression="subject = :server", ExpressionAttributeValues={":server": newcomer.guild_id})
    for note in items["Items"]:
        if note["kind"] == "departed_server":
            table.delete_item(Key={"pk": note["pk"], "sk": note["sk"]})
            table.put_item(Item={**note, "at": now, "sk": f"{now:012d}#departed_server#{newcomer.guild_id}"})
    table.update_item(
        Key={"pk": f"SERVER#{newcomer.guild_id}", "sk": "DEPARTURE"},
        UpdateExpression="SET due_at = :now",
        ExpressionAttributeValues={":now": now},
    )


def test_removed_for_thirty_days_its_data_is_gone(newcomer: Newcomer) -> None:
    removed_and_noticed(newcomer)
    assert {"MEETING", "RUNNING", "ONBOARDING"} <= {key.split("#")[0] for key in newcomer.kept()}
    newcomer.stack.keep_house()
    assert "ONBOARDING" in newcomer.kept(), "not before its time"
    thirty_days_pass(newcomer)
    newcomer.stack.keep_house()
    kept = newcomer.kept()
    assert {key.split("#")[0] for key in kept} == {"ALLOWED", "AUDIT"}
    assert any("server_data_deleted" in key for key in kept)
    assert newcomer.owner.user_id not in str(kept)


def test_installed_anew_in_time_it_keeps_everything(newcomer: Newcomer) -> None:
    removed_and_noticed(newcomer)
    before = set(newcomer.kept()) - {"DEPARTURE"}
    newcomer.install()
    wait_until(lambda: "DEPARTURE" not in newcomer.kept(), "it is still taken for gone")
    newcomer.stack.keep_house()
    assert before <= set(newcomer.kept())


def test_whoever_takes_their_authorisation_back_is_forgotten(newcomer: Newcomer) -> None:
    stack, member = newcomer.stack, newcomer.member
    newcomer.install()
    stack.use(member, newcomer.channel, "kaltura-start", type="room", title="Ida's own")
    stack.wait_for_card(newcomer.channel, "Ida's own", member, "LIVE")
    newcomer.sim("POST", "user-installs", {"user_id": member.user_id})
    newcomer.sim("DELETE", f"user-installs/{member.user_id}")

    def mentions() -> set[str]:
        items = newcomer.table.scan(ConsistentRead=True)["Items"]
        return {str(item["sk"]).split("#")[0] for item in items if member.user_id in str(item)}

    wait_until(lambda: mentions() <= {"LIMIT", "INTERACTION"}, "somebody still is mentioned")
