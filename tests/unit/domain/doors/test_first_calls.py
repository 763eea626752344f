"""What a deployment calls new versions with is answered rightly by each real door, and what is broken is not."""

import json
import time
from typing import Any

import pytest
from nacl.signing import SigningKey

from infra.deploying.first_calls import Call, first_calls
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import opened

CANARY_SECRET = "7e" * 32
CANARY_PUBLIC_KEY = SigningKey(bytes.fromhex(CANARY_SECRET)).verify_key.encode().hex()
NOWHERE = "http://127.0.0.1:9"

FUNCTIONS = [each["name"] for each in json.loads((REPOSITORY / "infra" / "functions.json").read_text())["functions"]]


def call_of(function: str) -> Call:
    return first_calls(CANARY_SECRET, time.time())[function]


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    # What is asked from outside is not there: neither Discord, Kaltura nor this deployment's address.
    return {
        **environment,
        "CANARY_PUBLIC_KEY": CANARY_PUBLIC_KEY,
        "CANARY_SECRET": CANARY_SECRET,
        "PUBLIC_BASE_URL": NOWHERE,
        "DISCORD_API_URL": NOWHERE,
        "KALTURA_SERVICE_URL": NOWHERE,
        "SOCKET_CALLBACK_URL": NOWHERE,
    }


def test_each_function_has_its_call() -> None:
    assert set(first_calls(CANARY_SECRET, 0)) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_door_answers_it_rightly(function: str, environment: dict[str, str]) -> None:
    call = call_of(function)
    with opened(function, environment) as module:
        # As Lambda passes it on and gives it back.
        answer = json.loads(json.dumps(module.handler(json.loads(json.dumps(call.event)), None)))
    assert call.is_right(answer), answer


@pytest.mark.parametrize("function", ["interactions", "room_socket", "room_authorizer", "housekeeping"])
def test_a_door_that_cannot_reach_its_table_is_noticed(function: str, environment: dict[str, str]) -> None:
    call = call_of(function)
    with opened(function, {**environment, "AWS_ENDPOINT_URL": NOWHERE}) as module:
        try:
            answer: dict[str, Any] = module.handler(call.event, None)
        except Exception:
            return
    assert not call.is_right(answer), answer


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_answer_of_another_kind_is_not_right(function: str) -> None:
    assert not call_of(function).is_right({})
    assert not call_of(function).is_right({"statusCode": 500, "body": "Internal Server Error"})


def test_the_wrong_key_of_the_canary_is_noticed(environment: dict[str, str]) -> None:
    call = call_of("interactions")
    with opened("interactions", {**environment, "CANARY_PUBLIC_KEY": "ab" * 32}) as module:
        assert not call.is_right(module.handler(call.event, None))
