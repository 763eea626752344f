"""A deployment from beginning to end, in the order in which a failure does least harm.

    quota · plan shown, agreed · apply · new versions step by step · smoke test · commands · interactions endpoint

Whatever fails stops it. The interactions endpoint is last, as Discord tries an address out before it takes it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.deploying.aliases import Aliases
from infra.deploying.terraform import Terraform
from infra.deploying.variables import STATE_BUCKET, NotDeployable
from infra.deploying.versions import LiveVersions
from kaltura_discord.aws.caller import AwsCaller

LEAST_CONCURRENCY = 100
"""What a deployment should have at once: Watch Together alone takes some dozens when a room is full."""

Outputs = Mapping[str, Any]


@dataclass
class Deployer:
    """Deploys one environment; each part can be another one in tests.

    Attributes:
        smoke: tries the deployment out; the names of what failed.
        register: shows and registers the commands; the exit status.
        set_endpoint: tells Discord the interactions endpoint.
        agrees: asks the operator.
    """

    environment: str
    settings: Mapping[str, str]
    terraform: Terraform
    aliases: Aliases
    functions: AwsCaller
    versions: LiveVersions
    smoke: Callable[[Outputs], Awaitable[list[str]]]
    register: Callable[[Outputs], Awaitable[int]]
    set_endpoint: Callable[[Outputs], Awaitable[None]]
    agrees: Callable[[str], bool]
    say: Callable[[str], None] = print
    watch_seconds: float = field(default=660)

    async def deploy(self) -> None:
        """All of it.

        Raises:
            NotDeployable: something was refused or failed; the message says what.
            Rung: an alarm rang; the versions before are live.
        """
        self._prepare()
        await self._say_quota()
        self.terraform.plan()
        self._ask("Apply what is shown above?")
        self.terraform.apply()
        outputs = self.terraform.outputs()
        moves = await self.aliases.moves(outputs["functions"])
        if moves:
            self.versions.keep(self.environment, moves)
            await self.aliases.go_live(moves, outputs["alarms"]["function-errors"], self.watch_seconds)
        await self._try_out(outputs)
        if await self.register(outputs) != 0:
            raise NotDeployable("The commands were not registered, and Discord's endpoint was left as it is.")
        await self.set_endpoint(outputs)
        self.say(f"Deployed: {outputs['public_base_url']}")

    async def roll_back(self) -> None:
        """Put the versions before live again.

        Raises:
            NotDeployable: none are known here.
        """
        for move in self.versions.kept(self.environment):
            await self.aliases.set_live(move.function, move.alias, move.live)
            self.say(f"{move.function}: version {move.live} is live.")

    def destroy(self, typed: Callable[[str], str]) -> None:
        """Take everything down; `typed` asks for a text.

        Raises:
            NotDeployable: another name was typed, or nobody agreed.
        """
        if typed(f"This deletes {self.environment} with all it knows. Type its name to go on: ") != self.environment:
            raise NotDeployable("Another name was typed; nothing was changed.")
        self._prepare()
        self.terraform.plan(destroy=True)
        self._ask("Destroy what is shown above?")
        self.terraform.apply()

    def _prepare(self) -> None:
        bucket = self.settings.get(STATE_BUCKET, "")
        if not bucket:
            raise NotDeployable(f"{STATE_BUCKET} is not set: an S3 bucket of yours for Terraform's state.")
        region = self.settings.get("AWS_REGION") or "us-east-1"
        self.terraform.prepare(bucket, f"kaltura-discord/{self.environment}.tfstate", region)

    async def _say_quota(self) -> None:
        account = await self.functions.call("GetAccountSettings", {})
        quota = int(account["AccountLimit"]["ConcurrentExecutions"])
        if quota < LEAST_CONCURRENCY:
            self.say(
                f"This account may run {quota} functions at once, and {LEAST_CONCURRENCY} are advised. Ask for more: "
                "Service Quotas, AWS Lambda, Concurrent executions (L-B99A9384). It goes on all the same."
            )

    async def _try_out(self, outputs: Outputs) -> None:
        failures = await self.smoke(outputs)
        if failures:
            raise NotDeployable(
                f"What was deployed does not work: {', '.join(failures)}. It is live; make rollback puts the versions "
                "before back. Discord was told nothing."
            )

    def _ask(self, question: str) -> None:
        if not self.agrees(question):
            raise NotDeployable("Nothing was changed.")
