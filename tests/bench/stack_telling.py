"""How long a running local stack takes from Kaltura's webhook to the message in a channel, one after the other.

Videos are uploaded while nobody has subscribed to them; then a server subscribes, and for each of them a webhook comes,
signed as Kaltura signs. A message's id says when Discord took it, by the same clock. Well below one a second, as the
simulated Discord has a channel take five messages in five seconds.
"""

import asyncio
import hashlib
import json
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from local_stack.embedded_aws.json_api import SQS, AwsJson
from local_stack.embedded_aws.resources import queue_url
from tests.bench.measuring import BenchBroken, Figure
from tests.bench.report import AtMost, Table

CATEGORY = 203
"""All hands, inside what the Labs were given."""

_SERVER, _OWNER = "Northwind Labs", "Grace"
_PACE_SECONDS = 1.5
_WARMING_UP = 4
_PATIENCE_SECONDS = 20.0
_UPLOADS_PATIENCE_SECONDS = 300.0
_IDLE_SECONDS = 5
_DISCORD_EPOCH_MS = 1_420_070_400_000

_ACCEPTED_MILLISECONDS, _TOLD_MILLISECONDS, _CALLS_OF_DISCORD = 60, 500, 1.1

_JUDGED = "95 of 100 within"

Json = dict[str, Any]


def messages(stack_file: Path, videos: int) -> list[Table]:
    """Have the stack that `stack_file` describes tell of so many videos.

    Raises:
        BenchBroken: it is not there, or did not tell of all of them once.
    """
    if not stack_file.exists():
        raise BenchBroken(f"{stack_file} is not there; start the stack with `make run` first.")
    return asyncio.run(_measured(json.loads(stack_file.read_text(encoding="utf-8")), videos))


@dataclass(frozen=True, slots=True)
class _Stack:
    """A running stack, and the server in it that is told."""

    http: aiohttp.ClientSession
    stack: Json
    owner_id: str
    guild_id: str
    talks: str

    async def ask(self, method: str, url: str, body: object = None) -> Any:
        async with self.http.request(method, url, json=body) as response:
            if response.status >= 300:
                raise BenchBroken(f"{method} {url}: {response.status} {await response.text()}")
            return await response.json() if response.content_type == "application/json" else None

    async def discord(self, method: str, path: str, body: object = None) -> Any:
        return await self.ask(method, f"{self.stack['discord']['rest_url']}/_sim/{path}", body)

    async def upload(self, number: int) -> str:
        wish = {"name": f"Measured {number}", "category_id": CATEGORY, "ready": True}
        entry = await self.ask("POST", f"{self.stack['kaltura']['service_url']}/_sim/entries", wish)
        return str(entry["id"])

    async def act(self, **what: object) -> Json:
        """The owner does something; the message that they read then."""
        body = {"user_id": self.owner_id, "channel_id": self.talks, "wait_seconds": 30, **what}
        outcome: Json = await self.discord("POST", "interactions", body)
        message: Json = outcome["message"]
        return message

    async def set(self, key: str, value: str) -> Json:
        return await self.act(command="kaltura-config set", options={"key": f"notifications.{key}", "value": value})

    async def undo(self, answer: Json) -> None:
        press = next(each for each in _buttons(answer) if each.get("label") == "Undo")
        await self.act(component=press["custom_id"], message_id=answer["id"])

    async def knock(self, entry_id: str, number: int) -> float:
        """Kaltura's webhook about a video; how many milliseconds it took to be accepted."""
        thing = {"id": entry_id, "status": 2}
        told = {"object": thing, "eventObjectType": 1, "eventNotificationJobId": int(time.time()) * 1000 + number}
        body = json.dumps(told).encode()
        signature = hashlib.sha256(self.stack["kaltura"]["admin_secret"].encode() + body).hexdigest()
        headers = {"X-KALTURA-SIGNATURE": signature, "X-KALTURA-HASH-ALGO": "sha256"}
        begun = time.perf_counter()
        async with self.http.post(self.stack["kaltura"]["webhook_url"], data=body, headers=headers) as response:
            if response.status != 200:
                raise BenchBroken(f"a webhook was answered {response.status}")
        return (time.perf_counter() - begun) * 1000

    async def told_at(self, channel: str) -> dict[str, float]:
        """When each video was told in a channel, epoch milliseconds, by its entry's id."""
        seen = await self.discord("GET", f"channels/{channel}/messages?as={self.owner_id}")
        return {_watched(message): (int(message["id"]) >> 22) + _DISCORD_EPOCH_MS for message in seen}

    async def calls_about(self, channel: str) -> int:
        requests = await self.discord("GET", "requests")
        return sum(f"/channels/{channel}" in request["path"] for request in requests)


async def _measured(stack: Json, videos: int) -> list[Table]:
    server = next(each for each in stack["servers"] if each["name"] == _SERVER)
    owner = next(member for member in server["members"] if member["name"].startswith(_OWNER))
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        labs = _Stack(http, stack, owner["user_id"], server["guild_id"], server["channels"][1]["channel_id"])
        entries = [await labs.upload(number) for number in range(_WARMING_UP + videos)]
        await _all_is_done(stack["dynamodb"]["endpoint_url"])
        async with _subscribed(labs) as channel:
            return await _told(labs, channel, entries)


async def _all_is_done(aws_url: str) -> None:
    """Wait until the uploads' own events are dealt with: they are told to nobody, and are not to be told later."""
    attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    asked = {"QueueUrl": queue_url(aws_url, "tasks"), "AttributeNames": attributes}
    idle_seconds = 0
    until = time.monotonic() + _UPLOADS_PATIENCE_SECONDS
    async with AwsJson(aws_url) as aws:
        while idle_seconds < _IDLE_SECONDS:
            if time.monotonic() > until:
                raise BenchBroken("the uploads were not dealt with")
            await asyncio.sleep(1)
            found = (await aws.call(SQS, "GetQueueAttributes", asked))["Attributes"]
            idle_seconds = 0 if any(int(found[name]) for name in attributes) else idle_seconds + 1


@asynccontextmanager
async def _subscribed(labs: _Stack) -> AsyncIterator[str]:
    """The server is told of the category, in a channel of its own; afterwards all is as before."""
    name = f"measured-{int(time.time())}"
    channel = str((await labs.discord("POST", f"guilds/{labs.guild_id}/channels", {"name": name}))["id"])
    answers = [
        await labs.set("channels.video_ready", f"<#{channel}>"),
        await labs.set("subscriptions.categories", str(CATEGORY)),
    ]
    try:
        yield channel
    finally:
        for answer in reversed(answers):
            await labs.undo(answer)
        await labs.discord("DELETE", f"channels/{channel}")


async def _told(labs: _Stack, channel: str, entries: list[str]) -> list[Table]:
    sent: dict[str, float] = {}
    accepted: list[float] = []
    for number, entry_id in enumerate(entries):
        begun = time.monotonic()
        sent[entry_id] = time.time() * 1000
        accepted.append(await labs.knock(entry_id, number))
        await asyncio.sleep(max(0.0, begun + _PACE_SECONDS - time.monotonic()))
    until = time.monotonic() + _PATIENCE_SECONDS
    while len(told := await labs.told_at(channel)) < len(entries):
        if time.monotonic() > until:
            raise BenchBroken(f"{len(told)} of {len(entries)} videos were told")
        await asyncio.sleep(0.2)
    # The first ones warm the workers.
    measured = entries[_WARMING_UP:]
    took = [told[entry_id] - sent[entry_id] for entry_id in measured]
    calls = await labs.calls_about(channel) / len(entries)
    return [
        _percentiles("Webhook accepted in the local stack", accepted[_WARMING_UP:], AtMost(_ACCEPTED_MILLISECONDS)),
        _percentiles("From webhook to message in the local stack", took, AtMost(_TOLD_MILLISECONDS)),
        Table(
            "Calls to Discord for each message, in the local stack",
            [Figure("calls", "calls", [calls])],
            (),
            limits={"calls": AtMost(_CALLS_OF_DISCORD)},
        ),
    ]


def _percentiles(title: str, milliseconds: list[float], target: AtMost) -> Table:
    ordered = sorted(milliseconds)
    shares = {"half of them within": 0.5, _JUDGED: 0.95, "99 of 100 within": 0.99}
    figures = [
        Figure(label, "ms", [ordered[max(0, math.ceil(len(ordered) * share) - 1)]]) for label, share in shares.items()
    ]
    note = f"{len(ordered)} videos, one every {_PACE_SECONDS} s; times of messages are whole milliseconds."
    return Table(title, figures, (), note=note, limits={_JUDGED: target})


def _buttons(message: Json) -> list[Json]:
    found: list[Json] = []
    waiting: list[Json] = list(message.get("components") or [])
    while waiting:
        component = waiting.pop()
        found += [component] if component.get("type") == 2 else []
        waiting += component.get("components") or []
    return found


def _watched(message: Json) -> str:
    """The video that a message's button leads to."""
    return next((str(each["custom_id"]).rpartition(":")[2] for each in _buttons(message) if "custom_id" in each), "")
