"""The page for who deploys: what GitHub may do in AWS is no more than it says, and names are the deployment's own."""

import json
import re
from typing import Any

import pytest

from infra.deploying.variables import STATE_BUCKET
from local_stack.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "deployment.md").read_text(encoding="utf-8")
WORKFLOW = (REPOSITORY / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
TERRAFORM = REPOSITORY / "infra" / "terraform"

Policy = dict[str, Any]


def policies() -> tuple[Policy, Policy]:
    """Whom AWS trusts, and what they may do with roles."""
    trust, roles = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    return trust, roles


def test_aws_trusts_this_repository_and_this_environment_only() -> None:
    (statement,) = policies()[0]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    # Not StringLike: a wildcard would let other branches, or other repositories, in.
    assert list(statement["Condition"]) == ["StringEquals"]
    condition = statement["Condition"]["StringEquals"]
    issuer = statement["Principal"]["Federated"].partition("oidc-provider/")[2]
    assert condition == {
        f"{issuer}:aud": "sts.amazonaws.com",
        f"{issuer}:sub": "repo:YOUR-NAME/YOUR-REPOSITORY:environment:dev",
    }
    assert "*" not in json.dumps(policies()[0])


def test_roles_that_it_may_make_are_the_deployments_own() -> None:
    (statement,) = policies()[1]["Statement"]
    (resource,) = statement["Resource"]
    prefix = re.search(r'^  name = "(.+)\$\{var.environment\}"', (TERRAFORM / "locals.tf").read_text(), re.MULTILINE)
    assert prefix is not None
    assert resource.partition(":role/")[2] == f"{prefix[1]}dev-*"
    assert not [action for action in statement["Action"] if "*" in action or "User" in action or "Group" in action]


def test_it_may_make_each_kind_of_iam_resource_that_terraform_makes() -> None:
    kinds = {
        kind
        for file in TERRAFORM.rglob("*.tf")
        for kind in re.findall(r'^resource "(aws_iam_\w+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    needed = {
        "aws_iam_role": {"iam:CreateRole", "iam:GetRole", "iam:DeleteRole", "iam:TagRole", "iam:PassRole"},
        "aws_iam_role_policy": {"iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"},
        "aws_iam_role_policy_attachment": {
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:ListAttachedRolePolicies",
        },
    }
    assert kinds <= set(needed), "a kind that the role may not make"
    allowed = set(policies()[1]["Statement"][0]["Action"])
    assert {action for kind in kinds for action in needed[kind]} <= allowed


@pytest.mark.parametrize("name", ["DOTENV", "AWS_REGION", "AWS_ROLE", "DEPLOY_ON_PUSH"])
def test_what_is_set_in_github_is_what_the_workflow_reads(name: str) -> None:
    assert re.search(rf"(secrets|vars)\.{name}\b", WORKFLOW)
    assert re.search(rf"\b{name}\b", PAGE)


def test_nothing_else_is_read_from_github() -> None:
    assert set(re.findall(r"(?:secrets|vars)\.(\w+)", WORKFLOW)) == {
        "DOTENV",
        "AWS_REGION",
        "AWS_ROLE",
        "DEPLOY_ON_PUSH",
    }


@pytest.mark.parametrize("switch", ["SKIP_TESTS", "YES", "UNWATCHED", "ENV"])
def test_each_switch_is_one_of_makes(switch: str) -> None:
    assert f"$({switch})" in MAKEFILE or f"$(if $({switch})" in MAKEFILE
    assert f"{switch}=" in PAGE or f"`{switch}" in PAGE


def test_the_alarms_that_guard_a_deployment_are_named() -> None:
    alarms = (TERRAFORM / "modules" / "monitoring" / "alarms.tf").read_text(encoding="utf-8")
    guarding = re.search(r"^  guarding = (\[.+\])$", alarms, re.MULTILINE)
    assert guarding is not None
    (row,) = (line for line in PAGE.splitlines() if "a tenth of all calls" in line)
    assert [name for name in re.findall(r"`([a-z-]+)`", row) if name != "interactions"] == json.loads(guarding[1])


def test_the_guide_says_how_to_make_the_bucket_that_is_named() -> None:
    guide = (REPOSITORY / "docs" / "setup.md").read_text(encoding="utf-8")
    assert f"`{STATE_BUCKET}`" in guide
    assert "put-bucket-versioning --bucket YOUR-BUCKET --versioning-configuration Status=Enabled" in guide
