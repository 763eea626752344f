"""A new version is called once, by its number, before anybody is served by it: what cannot even start serves nobody.

An alarm needs minutes and failures to ring. A package without a module, a setting that is missing or a right that was
forgotten shows in the first call. Each call is one that the function gets every day. Most leave nothing behind but the
canary's own item; what is scheduled does its work, so housekeeping, which changes what people have, comes last, once:

    doors of HTTP        alive? · the canary's command · what nobody signed is refused · a strange address is shut
    doors of sockets     a made-up ticket lets nobody in · a room that is not there says goodbye
    queues               an empty batch
    what is scheduled    as its schedule calls it: the canary's round · housekeeping's, when all others have answered
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.signing import SigningKey

from infra.deploying.aliases import Move
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.canary import canary_body
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import RoomId
from kaltura_discord.watch.protocol import PROTOCOL_VERSION
from kaltura_discord.watch.tickets import TicketHolder, context_of

_TRIES = 2
_PAUSE_SECONDS = 5.0

_HOLDER = TicketHolder(RoomId("none"), GuildId("0"), UserId("0"), "A deployment", None, Level.VIEWER, "browser")

Json = dict[str, Any]

Invoke = Callable[[str, str, Json], Awaitable[Json]]
"""Calls a function's version with an event, and gives its answer.

Raises:
    AwsError: the function failed, or AWS did not call it.
"""


@dataclass(frozen=True, slots=True)
class Call:
    """What a function is called with, and whether an answer is what it should be.

    `changes_data`: it does its work for people, so it is called when all others have answered, and not again.
    """

    event: Json
    is_right: Callable[[Json], bool]
    changes_data: bool = False


def first_calls(canary_secret: str, now: float) -> dict[str, Call]:
    """For each function of `infra/functions.json`, by its name there.

    Args:
        canary_secret: what the canary signs with, in hexadecimal digits.
        now: epoch seconds.
    """
    body = canary_body(secrets.token_hex(16))
    unsigned = {"x-signature-ed25519": "0" * 128, "x-signature-timestamp": str(int(now))}
    empty_batch = Call({"Records": []}, lambda answer: answer == {"batchItemFailures": []})
    return {
        "api": _request("GET", "/api/v1/health", status=200),
        "interactions": _request("POST", "/discord/interactions", body, _signed(canary_secret, now, body), status=202),
        "discord_events": _request("POST", "/discord/events", b'{"type":0}', unsigned, status=401),
        "kaltura_webhooks": _request("POST", "/kaltura/webhooks/canary", b"{}", status=404),
        "room_authorizer": Call({"methodArn": "none", "queryStringParameters": {"ticket": "x" * 32}}, _lets_nobody_in),
        "room_socket": Call(_hello(now), lambda answer: '"goodbye"' in answer.get("body", "")),
        "tasks": empty_batch,
        "notifier": empty_batch,
        "housekeeping": Call({}, lambda answer: "done" in answer, changes_data=True),
        # It looks at what is live, which may be what these versions are to mend.
        "canary": Call({}, lambda answer: "failures" in answer),
    }


@dataclass(frozen=True, slots=True)
class FirstCalls:
    """Makes them.

    Args:
        invoke: how a version is called.
        canary_secret: see `first_calls`.
    """

    invoke: Invoke
    canary_secret: str
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    say: Callable[[str], None] = print

    async def make(self, functions: Mapping[str, Mapping[str, str]], moves: Sequence[Move]) -> None:
        """Call what is new among `moves`; `functions` is Terraform's output of that name.

        Raises:
            NotDeployable: one does not answer as it should. No alias was moved.
        """
        names = {function["name"]: name for name, function in functions.items()}
        new = [(names[move.function], move) for move in moves if move.live != move.wanted]
        for name, move in sorted(new, key=lambda each: self._call(each[0]).changes_data):
            await self._make(name, move)
        self.say("Each new version was called once, and answers.")

    async def _make(self, name: str, move: Move) -> None:
        trouble = await self._trouble(name, move)
        for _ in range(0 if self._call(name).changes_data else _TRIES - 1):
            if trouble:
                await self.pause(_PAUSE_SECONDS)
                trouble = await self._trouble(name, move)
        if trouble:
            raise NotDeployable(
                f"Version {move.wanted} of {move.function} does not work: {trouble}. The new versions are made, and "
                f"nobody is served by them. Its log says more: CloudWatch, Log groups, /aws/lambda/{move.function}."
            )

    async def _trouble(self, name: str, move: Move) -> str:
        """What is wrong; empty where nothing is."""
        call = self._call(name)
        try:
            answer = await self.invoke(move.function, move.wanted, call.event)
        except AwsError as error:
            return str(error)
        return "" if call.is_right(answer) else f"it answers {json.dumps(answer)[:200]}"

    def _call(self, name: str) -> Call:
        return first_calls(self.canary_secret, time.time())[name]


def _request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, status: int
) -> Call:
    """A request as API Gateway passes it on (its guide: HTTP API, payload format 2.0), and the answer's status."""
    event = {
        "version": "2.0",
        "routeKey": f"ANY {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "deployment.invalid", "content-type": "application/json", **(headers or {})},
        "requestContext": {
            "domainName": "deployment.invalid",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
            "requestId": "first-call",
            "routeKey": f"ANY {path}",
            "stage": "$default",
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }
    return Call(event, lambda answer: answer.get("statusCode") == status)


def _signed(secret: str, now: float, body: bytes) -> dict[str, str]:
    timestamp = str(int(now))
    signature = SigningKey(bytes.fromhex(secret)).sign(timestamp.encode() + body).signature.hex()
    return {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}


def _hello(now: float) -> Json:
    """What `$default` gets when a page says hello, in a room that is not there."""
    context = {
        "routeKey": "$default",
        "connectionId": "first-call",
        "connectedAt": int(now * 1000),
        "requestTimeEpoch": int(now * 1000),
        "authorizer": context_of(_HOLDER, int((now + 60) * 1000)),
    }
    return {"requestContext": context, "body": json.dumps({"type": "hello", "version": PROTOCOL_VERSION, "c0": 0})}


def _lets_nobody_in(answer: Json) -> bool:
    statements = answer.get("policyDocument", {}).get("Statement", [])
    return [each["Effect"] for each in statements] == ["Deny"]
