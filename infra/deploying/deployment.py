"""A deployment from beginning to end, in the order in which a failure does least harm.

    pages · quota · whose application · plan shown, agreed · apply · new versions called once ·
    live step by step · tried out · Discord and Kaltura are told

Whatever fails stops it, and running it again goes on from there. Discord is told last, as it tries an address out
before it takes it.

The first time everything is live as soon as Terraform has made it, schedules and queues before anything is tried out.
That is meant: nobody is served yet, so there is nothing to watch and nothing to go back to; housekeeping finds an empty
table, queues are empty, and the canary tries out what the smoke test does. Functions are made after CloudFront, whose
address they are told, so what they ask from outside is there when they begin.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.deploying.aliases import WATCH_SECONDS, Aliases, Move, TakenOver
from infra.deploying.first_calls import FirstCalls
from infra.deploying.keys import versions_with_a_key
from infra.deploying.old_versions import delete_old_versions
from infra.deploying.plans import KEPT, protected, reserved_environments, takes_a_key
from infra.deploying.terraform import Terraform
from infra.deploying.variables import STATE_BUCKET, NotDeployable
from infra.deploying.versions import LiveVersions
from kaltura_discord.aws.caller import AwsCaller

LEAST_CONCURRENCY = 100
"""What a deployment should have at once: Watch Together alone takes some dozens when a room is full. It is also what
Lambda keeps for functions without a reservation (AWS Lambda guide, "Configuring reserved concurrency")."""

_KEY_IN_USE = (
    "This would delete the key with which secrets and settings are encrypted of functions that are live, or would be "
    "after make rollback ({}), and they could read neither. Nothing was changed. Leave keep_customer_key = true until "
    "nothing needs the key any more: docs/deployment.md says when."
)

_TRIES = 4
_PAUSE_SECONDS = 20.0
"""A queue that has just been connected is read within a minute (AWS Lambda guide, "Using Lambda with Amazon SQS")."""

_ASK_FOR_MORE = (
    "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value {}"
)

# What S3 calls the region of a bucket there (Amazon S3 API: GetBucketLocation). It need not be the deployment's.
_OLD_NAMES = {"": "us-east-1", "EU": "eu-west-1"}

Outputs = Mapping[str, Any]


@dataclass
class Deployer:
    """Deploys one environment; each part can be another one in tests.

    Attributes:
        write_pages: writes /privacy and /terms beside the built page, as the settings say it.
        first_calls: calls new versions before anybody is served by them.
        look: whether Discord's application is this deployment's, whose address is given (empty: it has none yet), with
            all addresses that lead to it.
        smoke: tries the deployment out; the names of what failed.
        announce: tells Discord and Kaltura where it is; they may know it by one of the addresses that are given.
        agrees: asks the operator.
        watch_seconds: how long new versions have a tenth of all calls; 0: not at all.
    """

    environment: str
    settings: Mapping[str, str]
    terraform: Terraform
    aliases: Aliases
    functions: AwsCaller
    storage: AwsCaller
    versions: LiveVersions
    write_pages: Callable[[], None]
    first_calls: FirstCalls
    look: Callable[[str, Collection[str]], Awaitable[None]]
    smoke: Callable[[Outputs], Awaitable[list[str]]]
    announce: Callable[[Outputs, Collection[str]], Awaitable[None]]
    agrees: Callable[[str], bool]
    say: Callable[[str], None] = print
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    watch_seconds: float = WATCH_SECONDS

    async def deploy(self) -> None:
        """All of it.

        Raises:
            NotDeployable: something was refused or failed, or somebody else began; the message says what.
            Rung: an alarm rang; the versions before are live.
        """
        self.write_pages()
        quota = await self._quota()
        await self._prepare()
        await self.versions.look()
        before = self.terraform.outputs()
        await self.look(str(before.get("public_base_url", "")), _addresses(before))
        self.terraform.plan()
        planned = self.terraform.planned()
        self._check_reservations(planned, quota)
        if takes_a_key(planned):
            await self._check_keys(before)
        self._ask("Apply what is shown above?")
        self.terraform.apply()
        outputs = self.terraform.outputs()
        names = [each["name"] for each in outputs["functions"].values()]
        try:
            await self._put_live(outputs, names)
        except BaseException:
            await self.versions.leave()
            raise
        await self.announce(outputs, _addresses(before) | _addresses(outputs))
        await delete_old_versions(self.functions, names, await self.versions.noted(), self.say)
        self.say(f"Deployed: {outputs['public_base_url']}")
        self._say_where(outputs["operator_environment"])

    async def _put_live(self, outputs: Outputs, names: Sequence[str]) -> None:
        wanted = await self.aliases.moves(outputs["functions"])
        if wanted:
            await self.first_calls.make(outputs["functions"], wanted)
        # Where an interrupted one had moved them all, and not tried them out, there is still what to go back to.
        moves = await self.versions.begin(wanted, names)
        if wanted:
            alarms = outputs["guarding_alarms"]
            await self.aliases.go_live(moves, alarms, self.watch_seconds, self.versions.check_wanted)
        await self._try_out(outputs, moves)
        await self.versions.finish()

    async def roll_back(self) -> None:
        """Put the versions before live again.

        Raises:
            NotDeployable: none are known, or AWS did not take it.
        """
        self._bucket()
        # Noted first, so that a deployment under way elsewhere does not put live again what goes back here.
        kept = await self.versions.take_back()
        ended = "" if kept.is_finished else " and has not come to its end"
        self.say(f"The last deployment of {self.environment} that moved any function began {kept.begun_at}{ended}.")
        for move in kept.moves:
            self.say(f"{move.function}: back to version {move.live}")
        if not await self.aliases.go_back(kept.moves):
            raise NotDeployable("Some functions are not back. Run it again.")
        await self.versions.finish()

    async def destroy(self, typed: Callable[[str], str]) -> None:
        """Take everything down; `typed` asks for a text.

        Raises:
            NotDeployable: another name was typed, or data is protected.
        """
        await self._prepare()
        self.terraform.plan(destroy=True)
        refusing = protected(self.terraform.planned())
        if refusing:
            raise NotDeployable(
                f"{' and '.join(refusing)} would refuse, with the rest gone already. Nothing was changed. To delete "
                "what is in there too, set protect_data = false in infra/terraform/environments/"
                f"{self.environment}.tfvars, make deploy ENV={self.environment}, and then this again."
            )
        self.say(KEPT)
        question = f"This deletes {self.environment} with all it knows. Type its name to go on: "
        if typed(question) != self.environment:
            raise NotDeployable("Another name was typed; nothing was changed.")
        self.terraform.apply()
        await self.versions.forget()

    async def _prepare(self) -> None:
        bucket = self._bucket()
        answer = await self.storage.call("GetBucketLocation", {"Bucket": bucket})
        location = str(answer.get("LocationConstraint") or "")
        region = _OLD_NAMES.get(location, location)
        self.terraform.prepare(bucket, f"kaltura-discord/{self.environment}.tfstate", region)

    def _bucket(self) -> str:
        bucket = self.settings.get(STATE_BUCKET, "")
        if not bucket:
            raise NotDeployable(f"{STATE_BUCKET} is not set: an S3 bucket of yours for Terraform's state.")
        return bucket

    async def _quota(self) -> int:
        account = await self.functions.call("GetAccountSettings", {})
        quota = int(account["AccountLimit"]["ConcurrentExecutions"])
        if quota < LEAST_CONCURRENCY:
            self.say(
                f"This account may run {quota} functions at once, and {LEAST_CONCURRENCY} are advised. It goes on all "
                f"the same; ask for more, it takes days:\n  {_ASK_FOR_MORE.format(LEAST_CONCURRENCY)}"
            )
        return quota

    def _check_reservations(self, plan: Mapping[str, Any], quota: int) -> None:
        """AWS would refuse in the middle of applying."""
        reserved = reserved_environments(plan)
        needed = reserved + LEAST_CONCURRENCY
        if reserved and quota < needed:
            raise NotDeployable(
                f"reserved_concurrency sets {reserved} environments apart, and AWS keeps {LEAST_CONCURRENCY} for all "
                f"others, but this account has {quota}. Nothing was changed. Ask for more, or take it out:\n"
                f"  {_ASK_FOR_MORE.format(needed)}"
            )

    async def _check_keys(self, before: Outputs) -> None:
        needing = await versions_with_a_key(self.functions, before.get("functions", {}), await self.versions.noted())
        if needing:
            raise NotDeployable(_KEY_IN_USE.format("; ".join(needing)))

    def _say_where(self, found: Mapping[str, str]) -> None:
        new = [f"  {name}={value}" for name, value in sorted(found.items()) if self.settings.get(name) != value]
        if new:
            self.say("Into .env, so that make doctor, make allow-server and the others work on it:\n" + "\n".join(new))

    async def _try_out(self, outputs: Outputs, moves: Sequence[Move]) -> None:
        failures = await self._failures(outputs)
        if moves:
            await self._go_back_unless_wanted(moves)
        if not failures:
            return
        if moves:
            await self.aliases.go_back(moves)
        live = "The versions before are live again" if moves else "It is live"
        raise NotDeployable(
            f"What was deployed does not work: {', '.join(failures)}. {live}, and Discord was told nothing."
        )

    async def _go_back_unless_wanted(self, moves: Sequence[Move]) -> None:
        try:
            await self.versions.check_wanted()
        except TakenOver:
            raise
        except NotDeployable:
            await self.aliases.go_back(moves)
            raise

    async def _failures(self, outputs: Outputs) -> list[str]:
        failures = await self.smoke(outputs)
        for _ in range(_TRIES - 1):
            if failures:
                self.say(f"Not yet: {', '.join(failures)}. Trying again in {_PAUSE_SECONDS:.0f} s.")
                await self.pause(_PAUSE_SECONDS)
                failures = await self.smoke(outputs)
        return failures

    def _ask(self, question: str) -> None:
        if not self.agrees(question):
            raise NotDeployable("Nothing was changed.")


def _addresses(outputs: Outputs) -> set[str]:
    """What leads to this deployment: CloudFront's own name does, whether it has a domain or not."""
    return {str(outputs[name]) for name in ("public_base_url", "cloudfront_address") if name in outputs}
