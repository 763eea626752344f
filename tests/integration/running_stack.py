"""A running local stack, and the words in which tests talk to it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx

REPOSITORY = Path(__file__).resolve().parents[2]

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a server."""

    user_id: str
    name: str


class Stack:
    """One stack, by its description in `stack.json`; whoever started it knows its process and its folder."""

    def __init__(self, description: dict[str, Any], process_id: int = 0, folder: Path = REPOSITORY / ".local") -> None:
        self.description = description
        self.process_id = process_id
        self.folder = folder
        self.base_url: str = description["base_url"]
        self.rest_url: str = description["discord"]["rest_url"]
        self.kaltura_url: str = description["kaltura"]["service_url"]
        self.http = httpx.Client(timeout=60)
        self.dynamodb: Any = boto3.resource(
            "dynamodb",
            endpoint_url=description["dynamodb"]["endpoint_url"],
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    # --- who and where -------------------------------------------------------------------------------------------

    def server(self, name: str) -> dict[str, Any]:
        """The server whose name begins like this."""
        servers: list[dict[str, Any]] = self.description["servers"]
        return next(server for server in servers if server["name"].startswith(name))

    def member(self, name: str, server: str = "Riverside") -> Member:
        """The member whose name begins like this."""
        members = self.server(server)["members"]
        found = next(member for member in members if member["name"].startswith(name))
        return Member(found["user_id"], found["name"])

    def channel(self, name: str, server: str = "Riverside") -> str:
        """The id of a channel."""
        channels = self.server(server)["channels"]
        found = next(channel for channel in channels if channel["name"] == name)
        return str(found.get("id") or found["channel_id"])

    # --- what people do ------------------------------------------------------------------------------------------

    def use(
        self, member: Member, channel: str, command: str, wait_seconds: float = 45, **options: Any
    ) -> dict[str, Any]:
        """Somebody uses a slash command; what Discord shows, once it is no longer thinking."""
        return self.interact(member, channel, wait_seconds, command=command, options=options)

    def press(self, member: Member, message: Message, label: str, wait_seconds: float = 45) -> dict[str, Any]:
        """Somebody presses the button with this label."""
        custom_id = button(message, label)["custom_id"]
        return self.interact(member, message["channel_id"], wait_seconds, component=custom_id, message_id=message["id"])

    def type_in(self, member: Member, channel: str, command: str, option: str, text: str) -> list[dict[str, Any]]:
        """Somebody types into an option; what is suggested."""
        shown = self.interact(member, channel, 0, command=command, options={option: text}, focused=option)
        choices: list[dict[str, Any]] = shown["choices"]
        return choices

    def interact(self, member: Member, channel: str, wait_seconds: float, **what: Any) -> dict[str, Any]:
        """Make, sign and send an interaction."""
        body = {"user_id": member.user_id, "channel_id": channel, "wait_seconds": wait_seconds, **what}
        response = self.http.post(f"{self.rest_url}/_sim/interactions", json=body)
        assert response.status_code == 200, response.text
        shown: dict[str, Any] = response.json()
        return shown

    def messages(self, channel: str, member: Member) -> list[Message]:
        """What somebody sees in a channel, oldest first."""
        response = self.http.get(f"{self.rest_url}/_sim/channels/{channel}/messages", params={"as": member.user_id})
        assert response.status_code == 200, response.text
        messages = response.json()
        found: list[Message] = messages["messages"] if isinstance(messages, dict) else messages
        return sorted(found, key=lambda message: int(message["id"]))

    def card(self, channel: str, title: str, member: Member) -> Message:
        """The public card of the meeting with this title, newest first; a moment later it shows that it is live."""
        until = time.monotonic() + 15
        while "STARTING" in words(card := self._card(channel, title, member)):
            assert time.monotonic() < until, f"the card goes on starting: {words(card)}"
            time.sleep(0.1)
        return card

    def _card(self, channel: str, title: str, member: Member) -> Message:
        for message in reversed(self.messages(channel, member)):
            if title in words(message) and not message["_sim"]["ephemeral_for"] and "●" in words(message):
                return message
        raise AssertionError(f"no card says {title!r}")

    def wait_for_card(self, channel: str, title: str, member: Member, says: str, seconds: float = 15) -> Message:
        """The card, once it says something."""
        until = time.monotonic() + seconds
        while True:
            card = self.card(channel, title, member)
            if says in words(card):
                return card
            assert time.monotonic() < until, f"the card never said {says!r}: {words(card)}"
            time.sleep(0.2)

    # --- Kaltura and faults --------------------------------------------------------------------------------------

    def kaltura(self, path: str) -> Any:
        """What the simulated Kaltura knows: `rooms`, `joins`, `calls`."""
        response = self.http.get(f"{self.kaltura_url}/_sim/{path}")
        assert response.status_code == 200, response.text
        return response.json()

    def order_fault(self, **fault: Any) -> None:
        """Have something go wrong."""
        response = self.http.post(self.description["faults_url"], json=fault)
        assert response.status_code < 300, response.text

    def lift_faults(self) -> None:
        """Have everything work again."""
        self.http.delete(self.description["faults_url"])

    def forget_limits(self) -> None:
        """Let everybody begin anew with what is limited, as if ten minutes had passed."""
        table = self.dynamodb.Table(self.description["dynamodb"]["table"])
        for item in table.scan()["Items"]:
            if str(item["pk"]).startswith("LIMIT#"):
                table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})

    def keep_house(self) -> dict[str, Any]:
        """Run housekeeping now."""
        response = self.http.post(f"{self.base_url}/_local/schedule/housekeeping")
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def have_the_school_greeted(self) -> None:
        """A server's first use has it greeted a moment later, in the middle of some test: here, before all of them."""
        ann, channel = self.member("Ann"), self.channel("general")
        body = {"guild_id": self.server("Riverside")["guild_id"], "user_id": ann.user_id}
        assert self.http.post(f"{self.rest_url}/_sim/installs", json=body).status_code == 201
        until = time.monotonic() + 15
        while not any("Kaltura is here" in words(message) for message in self.messages(channel, ann)):
            assert time.monotonic() < until, "nobody was greeted"
            time.sleep(0.2)


def words(message: Message) -> str:
    """All text of a message: content and text displays, top to bottom."""
    found = [message.get("content") or ""]
    waiting = list(message.get("components") or [])
    while waiting:
        component = waiting.pop(0)
        if component.get("type") == 10:
            found.append(component["content"])
        waiting[:0] = component.get("components") or []
    return "\n".join(text for text in found if text)


def buttons(message: Message) -> list[dict[str, Any]]:
    """All buttons of a message."""
    found = []
    waiting = list(message.get("components") or [])
    while waiting:
        component = waiting.pop(0)
        if component.get("type") == 2:
            found.append(component)
        waiting[:0] = [*(component.get("components") or []), *_accessory(component)]
    return found


def _accessory(component: dict[str, Any]) -> list[dict[str, Any]]:
    return [component["accessory"]] if component.get("accessory") else []


def button(message: Message, label: str) -> dict[str, Any]:
    """The button with this label."""
    for candidate in buttons(message):
        if candidate.get("label") == label:
            return candidate
    raise AssertionError(f"no button {label!r} among {[b.get('label') for b in buttons(message)]}")


def link_in(shown: dict[str, Any], label: str) -> str:
    """Where a link button of an answer leads."""
    url: str = button(shown["message"], label)["url"]
    return url


def start_stack(port_offset: int, state_directory: Path) -> tuple[subprocess.Popen[bytes], Stack]:
    """Start a stack as `make run` does, on other ports, and wait until it is ready."""
    description = state_directory / "stack.json"
    # The tests' own settings must not reach the stack, nor a developer's real credentials.
    environment = {name: value for name, value in os.environ.items() if not re.match("DISCORD_|KALTURA_|CONFIG_", name)}
    arguments = ["--port-offset", str(port_offset), "--state-directory", str(state_directory), "--simulated"]
    with (state_directory / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_stack", *arguments],
            cwd=REPOSITORY,
            env={**environment, "PYTHONPATH": "functions:."},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    until = time.monotonic() + 60
    while not description.exists():
        said = (state_directory / "output.txt").read_text(errors="replace")
        assert process.poll() is None, f"the stack did not start:\n{said}"
        assert time.monotonic() < until, f"the stack is not ready after 60 s:\n{said}"
        time.sleep(0.1)
    return process, Stack(json.loads(description.read_text()), process.pid, state_directory)


def stop_stack(process: subprocess.Popen[bytes]) -> int:
    """Stop a stack as Ctrl-C does; its exit status."""
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=30)
