"""The two small programs that run in CloudFront: the page's policy in a tab, and the path without its prefix."""

import json
import subprocess
from typing import Any

import pytest

from local_stack.gateway.frame_policy import FramePolicy
from tests.unit.infrastructure.configuration import TERRAFORM

SITE = TERRAFORM / "modules" / "static_site"
KALTURA = ("https://cdn.example.org", "https://www.example.org")


def run(program: str, event: dict[str, Any]) -> dict[str, Any]:
    """What `handler` of a program makes of an event."""
    script = f"{program}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def page(content_type: str, query: dict[str, Any]) -> str | None:
    """The policy that a file of this type gets."""
    program = (SITE / "page_policy.js.tftpl").read_text(encoding="utf-8").replace("${origins}", json.dumps(KALTURA))
    event = {
        "request": {"headers": {"host": {"value": "watch.example.org"}}, "querystring": query},
        "response": {"headers": {"content-type": {"value": content_type}}},
    }
    headers = run(program, event)["headers"]
    policy: str | None = headers.get("content-security-policy", {}).get("value")
    return policy


def test_in_a_tab_the_page_gets_the_policy_that_the_local_stack_tries_it_with() -> None:
    tried = FramePolicy(KALTURA).in_a_tab("watch.example.org")["Content-Security-Policy"]
    # On one machine sockets are open to the eye; behind CloudFront they are not.
    assert page("text/html; charset=utf-8", {}) == tried.replace("ws://watch.example.org ", "")


def test_in_discords_frame_discords_policy_holds() -> None:
    assert page("text/html; charset=utf-8", {"frame_id": {"value": "1"}}) is None


def test_what_is_no_page_has_no_policy() -> None:
    assert page("text/javascript; charset=utf-8", {}) is None


@pytest.mark.parametrize(
    ("asked", "passed_on"),
    [("/k/cfvod-kaltura-com/a/b.ts", "/a/b.ts"), ("/k/cfvod-kaltura-com/k/b", "/k/b"), ("/k/cfvod-kaltura-com", "/")],
)
def test_kalturas_hosts_are_asked_without_the_prefix(asked: str, passed_on: str) -> None:
    program = (SITE / "without_prefix.js").read_text(encoding="utf-8")
    assert run(program, {"request": {"uri": asked}})["uri"] == passed_on
