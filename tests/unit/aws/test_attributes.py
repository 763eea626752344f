"""Values as DynamoDB attributes: nothing is lost on the way there and back."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.aws.attributes import Value, from_attribute, from_item, to_attribute, to_item

# DynamoDB keeps 38 digits (DynamoDB Developer Guide: Naming Rules and Data Types, Number).
whole_numbers = st.integers(min_value=-(10**38) + 1, max_value=10**38 - 1)
scalars = st.none() | st.booleans() | whole_numbers | st.text()


def _nested(leaves: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    def grow(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
        return st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)

    return st.recursive(leaves, grow, max_leaves=12)


@given(_nested(scalars | st.floats(allow_nan=False, allow_infinity=False)))
def test_every_value_comes_back_as_it_went(value: Value) -> None:
    assert from_attribute(to_attribute(value)) == value


@given(_nested(scalars))
def test_boto3_writes_the_same(value: Value) -> None:
    assert to_attribute(value) == TypeSerializer().serialize(value)


@given(_nested(scalars))
def test_what_boto3_wrote_we_read_as_boto3_does(value: Value) -> None:
    attribute = TypeSerializer().serialize(value)
    assert from_attribute(attribute) == TypeDeserializer().deserialize(attribute)


@pytest.mark.parametrize(("text", "number"), [("5", 5), ("-5", -5), ("0.5", 0.5), ("-1E-7", -1e-7), ("1E+3", 1000.0)])
def test_numbers_are_read_in_every_form_that_dynamodb_sends(text: str, number: float) -> None:
    read = from_attribute({"N": text})
    assert read == number
    assert isinstance(read, int) == text.lstrip("-").isdecimal()


def test_a_truth_value_is_no_number() -> None:
    assert to_attribute(True) == {"BOOL": True}
    assert to_attribute(1) == {"N": "1"}


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, (1, 2), Decimal(1), object()])
def test_what_we_never_store_is_refused(value: Value) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        to_attribute(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_dynamodb_has_no_form_for_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        to_attribute([value])


@pytest.mark.parametrize("attribute", [{"B": "AAAA"}, {"SS": ["a"]}, {"NS": ["1"]}])
def test_what_we_never_write_is_not_read(attribute: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="attribute of kind"):
        from_attribute(attribute)


def test_an_item_leaves_out_what_is_none_but_keeps_it_inside_values() -> None:
    item = to_item({"pk": "A", "nothing": None, "details": {"inside": None}})
    assert item == {"pk": {"S": "A"}, "details": {"M": {"inside": {"NULL": True}}}}
    assert from_item(item) == {"pk": "A", "details": {"inside": None}}
