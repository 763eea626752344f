"""Our check of messages decides as a full JSON Schema validator does; constants mean what they are called."""

import copy
import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaltura_discord.watch.protocol import PROTOCOL, Malformed, compiled, parse_message
from tests.unit.domain.watch.schema_samples import sample_of

Json = dict[str, Any]

MESSAGES: dict[str, Json] = {
    **PROTOCOL["x-client-messages"],
    **{f"> {k}": v for k, v in PROTOCOL["x-server-messages"].items()},
}
ORACLES = {
    name: jsonschema_rs.Draft202012Validator({**schema, "$defs": PROTOCOL["$defs"]})
    for name, schema in MESSAGES.items()
}
CHECKS = {name: compiled(schema) for name, schema in MESSAGES.items()}

# Two dozen schemas in three ways: a few of each are many.
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**60), 2**60),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["👍", "hello", "viewer", "1" * 20, "1" * 21, "12\n", "", "x" * 101, "1_abcd1234"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["type", "ref", "user_id", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("name", MESSAGES)
@few
@given(data=st.data())
def test_what_fits_a_schema_is_taken(name: str, data: st.DataObject) -> None:
    message = data.draw(sample_of(MESSAGES[name]))
    assert ORACLES[name].is_valid(message)
    assert CHECKS[name](message)


@pytest.mark.parametrize("name", MESSAGES)
@few
@given(data=st.data())
def test_what_was_tampered_with_is_decided_as_the_full_validator_does(name: str, data: st.DataObject) -> None:
    message = copy.deepcopy(data.draw(sample_of(MESSAGES[name])))
    holder = message
    while True:
        key = data.draw(st.sampled_from([*sorted(holder), "surplus"]))
        inner = holder.get(key)
        if not (isinstance(inner, dict) and inner and data.draw(st.booleans())):
            break
        holder = inner
    if data.draw(st.booleans()):
        holder.pop(key, None)
    else:
        holder[key] = data.draw(anything)
    assert CHECKS[name](message) is ORACLES[name].is_valid(message)


@pytest.mark.parametrize("name", MESSAGES)
@few
@given(value=anything)
def test_anything_at_all_is_decided_as_the_full_validator_does(name: str, value: object) -> None:
    assert CHECKS[name](value) is ORACLES[name].is_valid(value)


@few
@given(kind=st.sampled_from(sorted(PROTOCOL["x-client-messages"])), data=st.data())
def test_a_message_of_a_client_is_read(kind: str, data: st.DataObject) -> None:
    message = data.draw(sample_of(PROTOCOL["x-client-messages"][kind]))
    assume(len(json.dumps(message)) < 30_000)
    assert parse_message(json.dumps(message)) == message


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"hello"',
        "{",
        "{}",
        '{"type": 7}',
        '{"type": null}',
        '{"type": "welcome"}',
        '{"type": "no.such"}',
        '{"type": "clock"}',
        '{"type": "clock", "c0": NaN}',
        '{"type": "clock", "c0": Infinity}',
        '{"type": "clock", "c0": 1e999}',
        '{"type": "clock", "c0": "1"}',
        '{"type": "clock", "c0": true}',
        '{"type": "clock", "c0": -1}',
        '{"type": "clock", "c0": 1, "user_id": "5"}',
        '{"type": "host.transfer", "ref": 1, "user_id": "5\\n"}',
        '{"type": "media.set", "ref": 1, "base_revision": 1, "grant": "\\ud800"}',
        '{"type": "reaction", "emoji": "🤬"}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_what_is_no_message_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        parse_message(body)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "date"},
        {"const": 1},
        {"enum": [1]},
        {"type": "object", "additionalProperties": True},
        {"pattern": "[0-9]"},
    ],
)
def test_a_schema_that_is_not_understood_is_not_guessed_at(schema: Json) -> None:
    with pytest.raises(ValueError, match=r"here|knows"):
        compiled(schema)


def test_every_constant_says_why() -> None:
    for name, constant in PROTOCOL["x-constants"].items():
        assert set(constant) == {"value", "why"}, name
        assert constant["why"].endswith("."), name


def test_the_numbers_agree_with_each_other() -> None:
    value = {name: constant["value"] for name, constant in PROTOCOL["x-constants"].items()}
    assert value["HOST_REPORT_EVERY_MS"] * 2 < value["HOST_LEASE_MS"]
    assert value["HOST_GRACE_MS"] < value["HOST_LEASE_MS"]
    assert value["LEAD_LEAST_MS"] <= value["LEAD_AT_FIRST_MS"] <= value["LEAD_MOST_MS"]
    assert value["SOCKET_RENEW_MS"] < 2 * 3600 * 1000
    # Joining is no flood.
    assert value["CLOCK_BURST"] + 5 < value["MESSAGES_IN_TEN_SECONDS"] / 2
