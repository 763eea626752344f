import pytest

from kaltura_discord.kaltura.answers import items, listed, number, text
from kaltura_discord.kaltura.errors import KalturaUnavailable


@pytest.mark.parametrize(
    ("value", "read"),
    [("7", 7), (7, 7), (7.9, 7), (None, 0), (True, 0), ("x", 0), ("²", 0), ([], 0), (-1, -1)],
)
def test_a_number_may_come_as_digits_or_not_at_all(value: object, read: int) -> None:
    assert number({"n": value}, "n") == read


@pytest.mark.parametrize(("value", "read"), [("a", "a"), (7, "7"), (None, ""), (True, ""), ({}, "")])
def test_a_text_may_come_as_a_number_or_not_at_all(value: object, read: str) -> None:
    assert text({"t": value}, "t") == read


def test_a_list_in_a_field_may_be_missing_or_hold_other_things() -> None:
    assert items({}, "x") == []
    assert items({"x": "y"}, "x") == []
    assert items({"x": [1, {"a": 1}]}, "x") == [{"a": 1}]


def test_a_list_response_counts_what_it_holds_where_it_gives_no_total() -> None:
    assert listed({"objects": [{"id": "1"}]}) == ([{"id": "1"}], 1)
    assert listed({}) == ([], 0)


def test_no_object_is_no_list_response() -> None:
    with pytest.raises(KalturaUnavailable):
        listed([])
