"""What tests under pressure do to a running stack: many at once, time that passes, killed workers, hand-made calls."""

import itertools
import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx
from nacl.signing import SigningKey

from tests.integration.running_stack import Member, Message, Stack, words

Json = dict[str, Any]
Item = dict[str, Any]

VIEW_AND_SEND = str((1 << 10) | (1 << 11))
Result = TypeVar("Result")

_DISCORD_EPOCH_MS = 1_420_070_400_000
_numbers = itertools.count()


def at_once(*deeds: Callable[[], Result]) -> list[Result]:
    """The results of deeds that are all begun at the same moment."""
    with ThreadPoolExecutor(len(deeds)) as people:
        return [waited.result() for waited in [people.submit(deed) for deed in deeds]]


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


# --- what is kept --------------------------------------------------------------------------------------------------


def kept_items(stack: Stack) -> list[Item]:
    """Everything in the table."""
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    items: list[Item] = []
    page: Json = {}
    while True:
        answer = table.scan(**page)
        items += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return items
        page = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def meetings_called(stack: Stack, title: str) -> list[Item]:
    """The meetings of this title, as they are kept."""
    return [item for item in kept_items(stack) if item["sk"].startswith("MEETING#") and item["title"] == title]


def meeting_id_of(stack: Stack, title: str) -> str:
    """The id of the one meeting of this title."""
    (meeting,) = meetings_called(stack, title)
    return str(meeting["sk"]).removeprefix("MEETING#")


def rooms_called(stack: Stack, title: str) -> list[Json]:
    """Kaltura's rooms of this title that were not deleted (status 3)."""
    return [room for room in stack.kaltura("rooms") if room["name"] == title and str(room["status"]) != "3"]


def cards_of(stack: Stack, channel: str, title: str, member: Member) -> list[Message]:
    """All public cards of this title."""
    return [
        message
        for message in stack.messages(channel, member)
        if title in words(message) and "●" in words(message) and not message["_sim"]["ephemeral_for"]
    ]


def let_notes_come_due(stack: Stack, meeting_id: str, kind: str) -> int:
    """As if time had passed for what housekeeping has noted about a meeting; how many notes there were."""
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    notes = [i for i in kept_items(stack) if i.get("kind") == kind and str(i.get("subject")).startswith(meeting_id)]
    for note in notes:
        table.delete_item(Key={"pk": note["pk"], "sk": note["sk"]})
        table.put_item(Item={**note, "at": 1, "sk": f"{1:012d}#{kind}#{note['subject']}"})
    return len(notes)


def let_lease_run_out(stack: Stack, interaction_id: str) -> None:
    """As if the time had passed that a worker has for an interaction."""
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    table.update_item(
        Key={"pk": f"INTERACTION#{interaction_id}", "sk": "INTERACTION"},
        UpdateExpression="SET work_until = :past",
        ConditionExpression="attribute_exists(work_until)",
        ExpressionAttributeValues={":past": 1},
    )


STATES = {"live": "● LIVE", "ended": "● ENDED", "failed": "● NOT STARTED", "starting": "● STARTING"}


def started(stack: Stack, member: Member, channel: str, title: str) -> Message:
    """A meeting's card."""
    stack.use(member, channel, "kaltura-start", type="room", title=title)
    return stack.card(channel, title, member)


def assert_whole(stack: Stack, channel: str, title: str, state: str) -> None:
    """One meeting, one card that says so in its turn, and one room, or none where it failed."""
    (meeting,) = meetings_called(stack, title)
    assert meeting["state"] == state
    ann = stack.member("Ann")
    assert eventually(lambda: [STATES[state] in words(card) for card in cards_of(stack, channel, title, ann)] == [True])
    assert len(rooms_called(stack, title)) == (0 if state == "failed" else 1)


# --- by hand -------------------------------------------------------------------------------------------------------


def signed(stack: Stack, payload: Json) -> httpx.Response:
    """Send an interaction as Discord would sign it."""
    body = json.dumps(payload).encode()
    stamp = str(int(time.time()))
    key = SigningKey(bytes.fromhex(stack.description["discord"]["signing_key"]))
    headers = {
        "X-Signature-Ed25519": key.sign(stamp.encode() + body).signature.hex(),
        "X-Signature-Timestamp": stamp,
        "Content-Type": "application/json",
    }
    return httpx.post(stack.description["interactions_url"], content=body, headers=headers, timeout=10)


def by_hand(stack: Stack, member: Member, channel: str, kind: int, data: Any, server: str = "Riverside") -> Json:
    """An interaction of any content, whose token the simulated Discord knows."""
    token = f"by-hand-{time.time_ns()}-{next(_numbers)}"
    interaction_id = str((int(time.time() * 1000 - _DISCORD_EPOCH_MS) << 22) + next(_numbers))
    person = {"user_id": member.user_id, "channel_id": channel, "token": token, "interaction_id": interaction_id}
    registered = stack.http.post(f"{stack.rest_url}/_sim/tokens", json=person)
    assert registered.status_code == 201, registered.text
    return {
        "type": kind,
        "id": interaction_id,
        "application_id": stack.description["discord"]["application_id"],
        "token": token,
        "version": 1,
        "guild_id": stack.server(server)["guild_id"],
        "channel_id": channel,
        "app_permissions": VIEW_AND_SEND,
        "member": {"user": {"id": member.user_id, "username": "somebody"}, "roles": [], "permissions": "0"},
        "data": data,
    }


def command(name: str, **options: Any) -> Json:
    """The data of a command, whatever the options are."""
    given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    return {"id": "1", "name": name, "type": 1, "options": given}


def pressed(custom_id: Any) -> Json:
    """The data of a button."""
    return {"custom_id": custom_id, "component_type": 2}


def what_is_said(stack: Stack, payload: Json) -> str:
    """What the person reads in answer to a hand-made interaction, in the end."""
    answer = signed(stack, payload)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    if body["type"] in (4, 7):
        return words(body["data"])
    if body["type"] == 9:
        return str(body["data"]["title"])
    said = ""

    def is_said() -> bool:
        nonlocal said
        said = _answer_or_follow_up(stack, payload)
        return bool(said)

    assert eventually(is_said), "they wait for ever"
    return said


def _answer_or_follow_up(stack: Stack, payload: Json) -> str:
    reader = Member(payload["member"]["user"]["id"], "")
    own = [
        words(message)
        for message in stack.messages(payload["channel_id"], reader)
        if (message.get("interaction_metadata") or {}).get("id") == payload["id"]
    ]
    return "\n".join(own)


def deliver_again(stack: Stack, payload: Json) -> None:
    """The queue shows an interaction's work once more, as it does with what nobody has finished."""
    queues = boto3.client(
        "sqs",
        endpoint_url=stack.description["dynamodb"]["endpoint_url"],
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    url = queues.get_queue_url(QueueName="tasks")["QueueUrl"]
    task = {"kind": "interaction", "interaction": payload, "received_at": int(time.time())}
    queues.send_message(QueueUrl=url, MessageBody=json.dumps(task))
    queues.close()


# --- workers -------------------------------------------------------------------------------------------------------


def kill_workers(stack: Stack, function: str) -> int:
    """Kill the stack's own worker processes of a function, whatever they are doing; how many there were."""
    victims = [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdecimal() and _is_worker(folder, stack.process_id, function)
    ]
    for process_id in victims:
        os.kill(process_id, signal.SIGKILL)
    # Until the stack has noticed, it would hand the next message to a dead one.
    assert eventually(lambda: not any(Path(f"/proc/{process_id}").exists() for process_id in victims))
    return len(victims)


def _is_worker(folder: Path, parent: int, function: str) -> bool:
    try:
        status = (folder / "status").read_text()
        environment = (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"\nPPid:\t{parent}\n" in status and f"_HANDLER={function}.handler".encode() in environment
