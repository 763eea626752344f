"""A server that is told of things, in the words in which tests speak of it: Northwind, with channels of its own."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import boto3
from boto3.dynamodb.conditions import Key

from tests.integration.pressure import kill_workers, let_notes_come_due
from tests.integration.running_stack import Member, Message, Stack, button, buttons, words

Json = dict[str, Any]
Found = TypeVar("Found")

SERVER = "Northwind"
SEND_MESSAGES, VIEW_CHANNEL = 1 << 11, 1 << 10
_PATIENCE_SECONDS = 45.0
# Longer than an interruption of a stream may last (`notifications.live_watch`).
_LONG_SILENCE_SECONDS = 120


def eventually(what: Callable[[], Found], said: str) -> Found:
    """What `what` finds, once it finds something."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not (found := what()):
        assert time.monotonic() < until, said
        time.sleep(0.1)
    return found


def quiet_now() -> str:
    """Quiet hours that it is now, in UTC, for an hour at least."""
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"


@dataclass
class ToldServer:
    """A server, its owner, and the channels that a test gives it."""

    stack: Stack
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def guild_id(self) -> str:
        return str(self.stack.server(SERVER)["guild_id"])

    @property
    def owner(self) -> Member:
        return self.stack.member("Grace", SERVER)

    @property
    def talks(self) -> str:
        return self.stack.channel("talks", SERVER)

    @property
    def table(self) -> Any:
        return self.stack.dynamodb.Table(self.stack.description["dynamodb"]["table"])

    @cached_property
    def queues(self) -> Any:
        return boto3.client(
            "sqs",
            endpoint_url=self.stack.description["dynamodb"]["endpoint_url"],
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    # --- Discord -------------------------------------------------------------------------------------------------

    def sim(self, method: str, path: str, body: Any = None) -> Any:
        response = self.stack.http.request(method, f"{self.stack.rest_url}/_sim/{path}", json=body)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def open_channel(self, name: str) -> str:
        """A new channel."""
        self.channels[name] = str(self.sim("POST", f"guilds/{self.guild_id}/channels", {"name": name})["id"])
        return self.channels[name]

    def open_thread(self, name: str) -> str:
        """A thread that the owner begins in #talks."""
        thread = self.sim("POST", f"channels/{self.talks}/threads", {"user_id": self.owner.user_id, "name": name})
        return str(thread["id"])

    def archive(self, thread: str) -> None:
        self.sim("POST", f"channels/{thread}/archive")

    def deny(self, channel: str, permission: int) -> None:
        """Take a permission from the bot in a channel."""
        bot = self.stack.description["discord"]["application_id"]
        self.sim("PUT", f"channels/{channel}/overwrites/{bot}", {"type": 1, "deny": str(permission)})

    def said(self, channel: str, sentence: str) -> list[str]:
        """What stands in a channel and says so, oldest first."""
        seen = self.stack.messages(channel, self.owner)
        return [text for message in seen if sentence in (text := words(message))]

    def hears(self, channel: str, sentence: str) -> str:
        """The one message in a channel that says so, once it is there."""
        eventually(lambda: self.said(channel, sentence), f"nobody ever said {sentence!r}")
        (text,) = self.said(channel, sentence)
        return text

    # --- its settings --------------------------------------------------------------------------------------------

    def configure(self, subcommand: str, **options: Any) -> Message:
        """What the owner reads after `/kaltura-config {subcommand}`."""
        shown = self.stack.use(self.owner, self.talks, f"kaltura-config {subcommand}", **options)
        message: Message = shown["message"]
        return message

    def settle(self, settings: Json, *functions: str) -> None:
        """Have these settings and no others; the functions that act by them know nothing else."""
        content = json.dumps({"app": "kaltura-for-discord", "schema": 2, "settings": settings})
        asked = self.configure("import", file={"filename": "settings.json", "content": content})
        apply = next(each["label"] for each in buttons(asked) if each["label"].startswith("Apply"))
        assert "Imported." in words(self.stack.press(self.owner, asked, apply)["message"])
        self.forget(*functions)

    def forget(self, *functions: str) -> None:
        """Whoever routes, tells and watches streams remembers nothing, as after half a minute; or these functions."""
        # What a worker has in hand when it dies is seen again after six minutes.
        eventually(lambda: not any(map(self._in_hand, ("tasks", "notifications.fifo"))), "the workers are never idle")
        for function in functions or ("tasks", "notifier", "housekeeping"):
            kill_workers(self.stack, function)

    def _in_hand(self, queue: str) -> int:
        attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self.queues.get_queue_url(QueueName=queue)["QueueUrl"]
        found = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=attributes)["Attributes"]
        return sum(map(int, found.values()))

    def put_on_tasks_queue(self, task: Json) -> None:
        """Put a task onto the tasks queue."""
        url = self.queues.get_queue_url(QueueName="tasks")["QueueUrl"]
        self.queues.send_message(QueueUrl=url, MessageBody=json.dumps(task))

    def listed(self) -> str:
        """What the owner reads of deliveries."""
        return words(self.configure("notifications"))

    # --- meetings and Kaltura ------------------------------------------------------------------------------------

    def start(self, title: str, channel: str = "") -> Message:
        """The owner starts a meeting; its card, once it is live."""
        where = channel or self.talks
        self.stack.use(self.owner, where, "kaltura-start", type="room", title=title)
        return self.stack.wait_for_card(where, title, self.owner, "LIVE")

    def come_in(self, member: Member, card: Message) -> None:
        """Somebody presses Join, and opens the link that they get."""
        shown = self.stack.press(member, card, "Join")
        response = self.stack.http.get(button(shown["message"], "Open the meeting")["url"], follow_redirects=False)
        assert response.status_code < 400, response.text

    def happens(self, path: str, **wish: Any) -> Json:
        """Something happens at Kaltura."""
        response = self.stack.http.post(f"{self.stack.kaltura_url}/_sim/{path}", json=wish)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    def uploads(self, title: str, category: int, tags: str = "") -> str:
        """Somebody uploads a video, which is ready at once; its id."""
        return str(self.happens("entries", name=title, category_id=category, tags=tags, ready=True)["id"])

    # --- what is kept, and time ----------------------------------------------------------------------------------

    def kept(self, sort_key: str) -> list[Json]:
        """What the table holds of the server under keys that begin like this."""
        of_server = Key("pk").eq(f"SERVER#{self.guild_id}") & Key("sk").begins_with(sort_key)
        answer = self.table.query(KeyConditionExpression=of_server, ConsistentRead=True)
        items: list[Json] = answer["Items"]
        return items

    def notification(self, key: str) -> Json:
        """A notification as it is kept; empty where it is none."""
        found = self.table.get_item(Key={"pk": f"EVENT#{key}", "sk": f"SERVER#{self.guild_id}"}, ConsistentRead=True)
        item: Json = found.get("Item", {})
        return item

    def quiet_hours_end(self) -> None:
        """As if it were the end of the quiet hours, for the note about it."""
        assert let_notes_come_due(self.stack, self.guild_id, "digest") > 0
        self.stack.keep_house()

    def look_at_streams(self, stream: str) -> None:
        """Housekeeping's look at live streams, as if the last one were long ago."""
        self.table.delete_item(Key={"pk": "LIVE", "sk": "WATCH"})
        key = {"pk": f"LIVE#{stream}", "sk": "LIVE"}
        state = self.table.get_item(Key=key, ConsistentRead=True).get("Item")
        if state is not None:
            silent_since = state["silent_since"] and int(state["silent_since"]) - _LONG_SILENCE_SECONDS
            self.table.update_item(
                Key=key,
                UpdateExpression="SET look_at = :now, silent_since = :since",
                ExpressionAttributeValues={":now": 1, ":since": silent_since},
            )
        self.stack.keep_house()

    def look_at_streams_until(self, stream: str, channel: str, sentence: str) -> None:
        """The same again and again, as housekeeping remembers for half a minute what servers want."""

        def is_said() -> bool:
            self.look_at_streams(stream)
            return bool(self.said(channel, sentence))

        eventually(is_said, f"nobody ever said {sentence!r}")

    def clear(self) -> None:
        """Leave the server as other tests find it."""
        of_streams = Key("pk").begins_with("LIVE")
        left = self.table.scan(FilterExpression=of_streams, ConsistentRead=True)["Items"]
        for sort_key in ("CONFIG", "LOST#", "HELD#", "QUIET", "DELIVERY#", "MEETING#", "RUNNING#"):
            left += self.kept(sort_key)
        for item in left:
            self.table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
        for channel in self.channels.values():
            self.stack.http.delete(f"{self.stack.rest_url}/_sim/channels/{channel}")
        self.forget()
        self.queues.close()
