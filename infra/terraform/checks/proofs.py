"""What is tried on a deployment in MiniStack: is it alive, do the parts reach each other, does a missing right hurt?"""

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Any

import aiohttp
import boto3
from nacl.signing import SigningKey

from infra.terraform.checks.embedded_aws import REGION, ROOT_KEY
from kaltura_discord.aws.boto_caller import BotoCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import RoomId
from kaltura_discord.watch.tickets import TicketHolder, Tickets

_REQUEST_SECONDS = 60
_QUEUE_SECONDS = 120.0


class NotProved(Exception):
    """Something is not as it should be; the message says what."""


class Deployment:
    """A deployment that runs in MiniStack, seen from outside.

    Args:
        address: MiniStack's.
        name: what all names begin with.
        table: the table's name.
        key: what Discord's signatures are made with.
    """

    def __init__(self, address: str, name: str, table: str, key: SigningKey) -> None:
        self._address = address
        self._name = name
        self._table = table
        self._key = key
        gateway = self._client("apigatewayv2")
        self._apis = {api["Name"]: api["ApiId"] for api in gateway.get_apis()["Items"]}

    def _client(self, service: str) -> Any:
        make_client: Any = boto3.client
        return make_client(
            service,
            endpoint_url=self._address,
            region_name=REGION,
            aws_access_key_id=ROOT_KEY,
            aws_secret_access_key=ROOT_KEY,
        )

    def let_secrets_be_read(self, functions: list[str]) -> None:
        """MiniStack checks GetParametersByPath against `*` and not against the folder, as AWS does: grant it that."""
        statement = {"Effect": "Allow", "Action": "ssm:GetParametersByPath", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        for function in functions:
            role = f"{self._name}-{function}"
            self._client("iam").put_role_policy(RoleName=role, PolicyName="ministack", PolicyDocument=document)

    def secret(self, function: str, name: str) -> str:
        """A secret as a function would read it."""
        path = f"/{self._name.replace('-dev', '/dev')}/{function}/{name}"
        found = self._client("ssm").get_parameter(Name=path, WithDecryption=True)
        value: str = found["Parameter"]["Value"]
        return value

    def http(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of a request to the HTTP API."""
        url = f"{self._address}/_aws/execute-api/{self._apis[f'{self._name}-http']}{path}"
        request = urllib.request.Request(url, body, {"content-type": "application/json", **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=_REQUEST_SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def signed_ping(self) -> tuple[int, bytes]:
        """What Discord sends to see whether the endpoint is one."""
        body, timestamp = b'{"id":"1","application_id":"1","type":1,"token":"t","version":1}', str(int(time.time()))
        signature = self._key.sign(timestamp.encode() + body).signature.hex()
        headers = {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}
        return self.http("/discord/interactions", body, headers)

    def work_off(self, queue: str, message: dict[str, str]) -> None:
        """Send a message and wait until it was worked off.

        Raises:
            NotProved: it was not.
        """
        queues = self._client("sqs")
        url = queues.get_queue_url(QueueName=f"{self._name}-{queue}")["QueueUrl"]
        queues.send_message(QueueUrl=url, MessageBody=json.dumps(message))
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        until = time.monotonic() + _QUEUE_SECONDS
        while time.monotonic() < until:
            left = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            if all(left[name] == "0" for name in names):
                return
            time.sleep(0.5)
        raise NotProved(f"A message on {queue} was not worked off in {_QUEUE_SECONDS:.0f} s.")

    def invoke(self, function: str) -> tuple[str | None, str]:
        """The kind of error and the answer of one invocation."""
        lambdas = self._client("lambda")
        answer = lambdas.invoke(FunctionName=f"{self._name}-{function}", Qualifier="live", Payload=b"{}")
        return answer.get("FunctionError"), answer["Payload"].read().decode()

    def without_action(self, function: str, action: str) -> str:
        """Take one action from a role; the policy as it was."""
        rights, role = self._client("iam"), f"{self._name}-{function}"
        document = rights.get_role_policy(RoleName=role, PolicyName="access")["PolicyDocument"]
        self.set_policy(function, json.dumps(document_without(document, action)))
        return json.dumps(document)

    def set_policy(self, function: str, document: str) -> None:
        """Give a role this policy."""
        role = f"{self._name}-{function}"
        self._client("iam").put_role_policy(RoleName=role, PolicyName="access", PolicyDocument=document)

    def socket_answer(self, ticket: str, message: str) -> str:
        """What a page gets back that opens a socket with `ticket` and says `message`; empty where it is not let in."""
        return asyncio.run(self._socket_answer(ticket, message))

    async def _socket_answer(self, ticket: str, message: str) -> str:
        host = f"{self._apis[f'{self._name}-websocket']}.execute-api.localhost:{self._address.rsplit(':', 1)[1]}"
        async with aiohttp.ClientSession() as session:
            try:
                async with session.ws_connect(f"{self._address}/ws?ticket={ticket}", headers={"Host": host}) as socket:
                    await socket.send_str(message)
                    return str((await socket.receive(timeout=_REQUEST_SECONDS)).data)
            except aiohttp.WSServerHandshakeError:
                return ""

    def ticket(self) -> str:
        """A ticket into a room, as the API gives them out."""
        environment = {
            "AWS_ENDPOINT_URL": self._address,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        }
        tickets = Tickets(Table(BotoCaller("dynamodb", environment), self._table), time.time)
        holder = TicketHolder(RoomId("r"), GuildId("1"), UserId("2"), "Zoë", None, Level.VIEWER, "browser")
        return asyncio.run(tickets.issue(holder))


def prove(deployment: Deployment) -> None:
    """Try everything.

    Raises:
        NotProved: something is not as it should be.
    """
    expect("the API is alive", deployment.http("/api/v1/health")[0], 200)
    expect("a request without a signature is refused", deployment.http("/discord/interactions", b"{}")[0], 401)
    expect("a signed PING is answered", deployment.signed_ping(), (200, b'{"type": 1}'))
    deployment.work_off("tasks", {"kind": "refresh_card", "guild_id": "1", "meeting_id": "none"})
    print("  a message on the queue is worked off")
    expect("a socket without a ticket is refused", deployment.socket_answer("made-up", "{}"), "")
    answer = deployment.socket_answer(deployment.ticket(), "not json")
    expect("a socket with a ticket is answered", json.loads(answer or "{}").get("code"), "malformed")
    _prove_rights(deployment)


def _prove_rights(deployment: Deployment) -> None:
    expect("what is scheduled runs", deployment.invoke("housekeeping")[0], None)
    before = deployment.without_action("housekeeping", "dynamodb:Query")
    error, answer = deployment.invoke("housekeeping")
    expect("without one of its rights it does not", (error is not None, "dynamodb:Query" in answer), (True, True))
    deployment.set_policy("housekeeping", before)
    expect("with it, it does again", deployment.invoke("housekeeping")[0], None)


def document_without(document: dict[str, Any], action: str) -> dict[str, Any]:
    """A policy of the same statements, in which nobody may do this.

    Raises:
        NotProved: nobody might before.
    """
    statements = [
        {**statement, "Action": [each for each in statement["Action"] if each != action]}
        for statement in document["Statement"]
    ]
    if statements == document["Statement"]:
        raise NotProved(f"{action} is not in the policy, so it could not be taken away.")
    return {**document, "Statement": statements}


def expect(what: str, found: object, expected: object) -> None:
    """Say what was proved.

    Raises:
        NotProved: it was not.
    """
    if found != expected:
        raise NotProved(f"{what}: {expected!r} was expected, and {found!r} was found.")
    print(f"  {what}")
