"""Terraform, AWS, Discord and the operator, by script: what a deployment does to them is noted in its order."""

import io
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.deploying.aliases import Aliases
from infra.deploying.deployment import Deployer
from infra.deploying.first_calls import FirstCalls
from infra.deploying.versions import LiveVersions
from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest, AwsUnavailable

NAMES = ("interactions", "api", "tasks")
ALARMS = ("k-function-errors", "k-http-errors", "k-socket-errors")
FUNCTIONS = tuple(f"k-{name}" for name in NAMES)


def wanted(version: str = "5") -> dict[str, dict[str, str]]:
    """Terraform's output `functions`, when each has this version."""
    return {name: {"name": f"k-{name}", "alias": "live", "version": version} for name in NAMES}


@dataclass
class Cloud:
    """Lambda's aliases and alarms; `rings_after` looks the last rings, the `fails_at`th change is refused."""

    versions: dict[str, str] = field(default_factory=lambda: dict.fromkeys(FUNCTIONS, "4"))
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    alarm: str = "OK"
    rings_after: int = -1
    fails_at: int = -1
    fails_from: int = 10_000
    looks: int = 0
    changes: int = 0
    order: list[str] = field(default_factory=list)
    deleted: set[tuple[str, str]] = field(default_factory=set)

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == "DescribeAlarms":
            self.looks += 1
            state = "ALARM" if 0 <= self.rings_after < self.looks else self.alarm
            *others, last = request["AlarmNames"]
            found = {**dict.fromkeys(others, "OK"), **({last: state} if state else {})}
            return {"MetricAlarms": [{"AlarmName": name, "StateValue": found[name]} for name in found]}
        name = request["FunctionName"]
        if name not in self.versions:
            raise AwsError(operation, "ResourceNotFoundException", f"Function not found: {name}")
        if operation == "UpdateAlias":
            self.changes += 1
            if self.changes == self.fails_at or self.changes >= self.fails_from:
                raise AwsUnavailable(operation, "down")
            if (name, request["FunctionVersion"]) in self.deleted and self.versions[name] != request["FunctionVersion"]:
                raise AwsError(operation, "ResourceNotFoundException", f"Function not found: {name}")
            self.versions[name] = request["FunctionVersion"]
            self.weights[name] = request["RoutingConfig"]["AdditionalVersionWeights"]
            self.order.append(name)
        routing = {"AdditionalVersionWeights": self.weights.get(name, {})}
        return {"FunctionVersion": self.versions[name], "RoutingConfig": routing}

    @property
    def live(self) -> set[str]:
        """Which versions take calls, in any share."""
        return set(self.versions.values()) | {version for each in self.weights.values() for version in each}


@dataclass
class Storage:
    """S3, as far as one small object needs it."""

    objects: dict[str, bytes] = field(default_factory=dict)
    versioning: str = "Enabled"
    location: str | None = None

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == "GetBucketVersioning":
            if request["Bucket"] == "nobody-has-it":
                raise AwsError(operation, "NoSuchBucket", "The specified bucket does not exist")
            return {"Status": self.versioning} if self.versioning else {}
        if operation == "GetBucketLocation":
            return {"LocationConstraint": self.location}
        place = f"{request['Bucket']}/{request['Key']}"
        match operation:
            case "PutObject":
                self.objects[place] = request["Body"]
            case "DeleteObject":
                self.objects.pop(place, None)
            case "GetObject" if place in self.objects:
                return {"Body": io.BytesIO(self.objects[place])}
            case "GetObject":
                raise AwsError(operation, "NoSuchKey", "The specified key does not exist.")
        return {}


@dataclass
class World:
    """Everything that a deployment touches; `dies_at` names a deed at which it ends, once.

    `encrypted` are versions whose settings are, with a key of one's own. `stillborn` is a function whose new version
    does not start; at the deed `meanwhile_at`, somebody else does `meanwhile_do`, which is to roll back.
    """

    aws: Cloud = field(default_factory=Cloud)
    storage: Storage = field(default_factory=Storage)
    version: str = "5"
    quota: int = 1000
    agreed: bool = True
    broken: list[list[str]] = field(default_factory=list)
    plan_says: dict[str, Any] = field(default_factory=dict)
    stillborn: str = ""
    meanwhile_at: str = ""
    meanwhile_do: Callable[[], Awaitable[None]] | None = None
    dies_at: str = ""
    dies_with: BaseException = field(default_factory=KeyboardInterrupt)
    deeds: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    said: list[str] = field(default_factory=list)
    published: int = 5
    deleted: set[str] = field(default_factory=set)
    encrypted: set[str] = field(default_factory=set)
    looked_for: list[str] = field(default_factory=list)
    own_before: list[set[str]] = field(default_factory=list)

    def do(self, deed: str) -> None:
        if deed == self.dies_at:
            self.dies_at = ""
            raise self.dies_with
        self.deeds.append(deed)

    # --- Terraform ---------------------------------------------------------------------------------------------------

    def prepare(self, bucket: str, key: str, region: str) -> None:
        self.do(f"state {bucket}/{key} {region}")

    def plan(self, *, destroy: bool = False) -> None:
        self.do("plan destroy" if destroy else "plan")

    def planned(self) -> dict[str, Any]:
        return self.plan_says

    def apply(self) -> None:
        self.do("apply")

    def outputs(self) -> dict[str, Any]:
        if "apply" not in self.deeds:
            return {}
        return {
            "functions": {
                name: each for name, each in wanted(self.version).items() if each["name"] in self.aws.versions
            },
            "guarding_alarms": list(ALARMS),
            "public_base_url": "https://k.example",
            "cloudfront_address": "https://d111.cloudfront.net",
            "operator_environment": {"TABLE_NAME": "k-table", "AWS_REGION": "us-east-1"},
        }

    # --- everything else ---------------------------------------------------------------------------------------------

    async def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if operation == "ListAliases":
            return {"Aliases": [{"FunctionVersion": self.aws.versions[request["FunctionName"]]}]}
        if operation == "GetAlias":
            return await self.aws.call(operation, request)
        if operation == "GetFunctionConfiguration":
            if request["FunctionName"] not in self.aws.versions:
                raise AwsError(operation, "ResourceNotFoundException", "Function not found")
            return {"KMSKeyArn": "arn:aws:kms:…:key/1"} if request["Qualifier"] in self.encrypted else {}
        if operation == "ListVersionsByFunction":
            return {"Versions": [{"Version": str(number)} for number in range(1, self.published + 1)]}
        if operation == "DeleteFunction":
            self.deleted.add(request["Qualifier"])
            return {}
        assert operation == "GetAccountSettings"
        self.do("quota")
        return {"AccountLimit": {"ConcurrentExecutions": self.quota}}

    async def invoke(self, function: str, version: str, event: dict[str, Any]) -> dict[str, Any]:
        await self.meanwhile("call")
        assert version != self.aws.versions[function], "nobody is served by it yet"
        if function == self.stillborn:
            raise AwsError("Invoke", "Runtime.ImportModuleError", "No module named 'nacl'")
        self.do(f"call {function.removeprefix('k-')}")
        answers: dict[str, dict[str, Any]] = {
            "interactions": {"statusCode": 202},
            "api": {"statusCode": 200},
            "tasks": {"batchItemFailures": []},
        }
        return answers[function.removeprefix("k-")]

    async def look(self, base_url: str, own: Collection[str]) -> None:
        await self.meanwhile("look")
        self.do("look")
        self.looked_for.append(base_url)
        self.own_before.append(set(own))

    async def meanwhile(self, deed: str) -> None:
        if deed == self.meanwhile_at:
            self.meanwhile_at = ""
            await (self.meanwhile_do or self.deployer().roll_back)()

    async def smoke(self, _: object) -> list[str]:
        await self.meanwhile("smoke")
        self.do("smoke")
        return self.broken.pop(0) if self.broken else []

    async def announce(self, _: object, own: Collection[str]) -> None:
        self.do("announce")
        assert self.own_before[-1] <= set(own)

    def agrees(self, _: str) -> bool:
        return self.agreed

    async def pause(self, _: float) -> None:
        await self.meanwhile("pause")
        self.do("pause")

    def deployer(self, environment: str = "dev", **settings: str) -> Deployer:
        return Deployer(
            environment=environment,
            settings=settings or {"TERRAFORM_STATE_BUCKET": "bucket"},
            terraform=self,
            aliases=Aliases(self.aws, self.aws, pause=self.pause, say=self.said.append),
            functions=self,
            storage=self.storage,
            versions=LiveVersions(self.storage, "bucket", environment, lambda: self.now),
            write_pages=lambda: self.do("pages"),
            first_calls=FirstCalls(self.invoke, "7e" * 32, self.pause, self.said.append),
            look=self.look,
            smoke=self.smoke,
            announce=self.announce,
            agrees=self.agrees,
            say=self.said.append,
            pause=self.pause,
            watch_seconds=60,
        )


def change(kind: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> dict[str, Any]:
    """One resource of a plan."""
    return {"type": kind, "change": {"before": before, "after": after}}
