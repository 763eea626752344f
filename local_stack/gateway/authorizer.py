"""The Lambda authorizer of a WebSocket API: asked once, at `$connect`.

API Gateway guide, "Lambda authorizer": a missing identity source is refused with 401 without asking; raising
`Exception("Unauthorized")` is 401; a policy that does not allow is 403; anything malformed is 500. The context may
hold strings, numbers and booleans only, 8 KB with the policy, and arrives as strings in later events.
"""

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

from local_stack.gateway.socket_events import ConnectionFacts, authorizer_event, method_arn
from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import WorkerPool

LARGEST_ANSWER = 8 * 1024
_QUERY_SOURCE = "route.request.querystring."
_HEADER_SOURCE = "route.request.header."


@dataclass(frozen=True, slots=True)
class Verdict:
    """The authorizer's answer: status 200 lets the client in, with `context` for all its events."""

    status: int
    message: str = ""
    context: dict[str, Any] = field(default_factory=dict)


UNAUTHORIZED = Verdict(401, "Unauthorized")
FORBIDDEN = Verdict(403, "User is not authorized to access this resource with an explicit deny")
BROKEN = Verdict(500, "Internal server error")


async def ask_authorizer(pool: WorkerPool, identity_sources: tuple[str, ...], facts: ConnectionFacts) -> Verdict:
    """Ask the authorizer function about a new connection."""
    if not all(_has_source(source, facts) for source in identity_sources):
        return UNAUTHORIZED
    verdict = read_verdict(await pool.invoke(authorizer_event(facts)))
    if verdict.status == BROKEN.status:
        pool.log.write("[ERROR] the authorizer's answer is not one that API Gateway takes")
    return verdict


def read_verdict(outcome: Outcome) -> Verdict:
    """What an authorizer's result means to API Gateway."""
    if outcome.error is not None:
        return UNAUTHORIZED if outcome.error.message == "Unauthorized" else BROKEN
    answer = outcome.result
    if not isinstance(answer, dict) or len(json.dumps(answer).encode()) > LARGEST_ANSWER:
        return BROKEN
    principal = answer.get("principalId")
    context = answer.get("context", {})
    statements = _statements(answer)
    if not isinstance(principal, str) or not isinstance(context, dict) or statements is None:
        return BROKEN
    if any(isinstance(value, dict | list) or value is None for value in context.values()):
        return BROKEN
    if not _allows(statements):
        return FORBIDDEN
    strings = {name: _as_string(value) for name, value in context.items()}
    return Verdict(200, context={**strings, "principalId": principal, "integrationLatency": 0})


def _has_source(source: str, facts: ConnectionFacts) -> bool:
    if source.startswith(_QUERY_SOURCE):
        wanted = source.removeprefix(_QUERY_SOURCE)
        return any(name == wanted and value for name, value in parse_qsl(facts.query))
    wanted = source.removeprefix(_HEADER_SOURCE).lower()
    return any(name.lower() == wanted and value for name, value in facts.headers)


def _statements(answer: dict[str, Any]) -> list[dict[str, Any]] | None:
    policy = answer.get("policyDocument")
    if not isinstance(policy, dict):
        return None
    statements = policy.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        return None
    return statements if all(isinstance(statement, dict) for statement in statements) else None


def _allows(statements: list[dict[str, Any]]) -> bool:
    """IAM's rule: one fitting Deny wins, otherwise one fitting Allow is needed."""
    effects = {statement.get("Effect") for statement in statements if _fits(statement)}
    return "Allow" in effects and "Deny" not in effects


def _fits(statement: dict[str, Any]) -> bool:
    actions = _listed(statement.get("Action"))
    resources = _listed(statement.get("Resource"))
    acts = any(fnmatchcase("execute-api:invoke", action.lower()) for action in actions)
    return acts and any(fnmatchcase(method_arn(), resource) for resource in resources)


def _listed(value: Any) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]


def _as_string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
