"""What a plan of Terraform says before anything is done (Terraform docs: JSON Output Format, Plan Representation)."""

from collections.abc import Iterator, Mapping
from typing import Any

KEPT = """\
Deleted for good: the table with its continuous backups, logs, secrets, files, addresses; a new deployment has others.
Stays: AWS's own last backup of the table for 35 days (DynamoDB console, Backups, System), metrics for 15 months,
  Terraform's state in its bucket; a key of your own is deleted after its waiting time.
Of another environment in this account and region, WebSockets are not logged any more if this one made the role for it:
  set set_gateway_log_role = true in the other, and deploy it.
Not touched: the application in Discord, whose commands and addresses then lead nowhere (take the addresses out of the
  portal), and in Kaltura rooms, recordings and the notification templates DISCORD_…"""


def reserved_environments(plan: Mapping[str, Any]) -> int:
    """How many environments functions are to have for themselves, in all."""
    reserved = [after.get("reserved_concurrent_executions") for _, after in _of_type(plan, "aws_lambda_function")]
    return sum(each for each in reserved if isinstance(each, int) and each > 0)


def protected(plan: Mapping[str, Any]) -> list[str]:
    """What would refuse to be deleted, by name: the table, the bucket of files."""
    tables = [before for before, _ in _of_type(plan, "aws_dynamodb_table") if before.get("deletion_protection_enabled")]
    buckets = [before for before, _ in _of_type(plan, "aws_s3_bucket") if before and not before.get("force_destroy")]
    return [f"table {table['name']}" for table in tables] + [f"bucket {bucket['bucket']}" for bucket in buckets]


def takes_a_key(plan: Mapping[str, Any]) -> bool:
    """Whether a key would be deleted with which functions may have their settings encrypted."""
    return any(before and not after for before, after in _of_type(plan, "aws_kms_key"))


def _of_type(plan: Mapping[str, Any], kind: str) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Before and after, of each resource of a type; empty where it is not there."""
    for resource in plan.get("resource_changes", []):
        if resource["type"] == kind:
            yield resource["change"].get("before") or {}, resource["change"].get("after") or {}
