"""DynamoDB in memory, for laws that are tried a hundred thousand times: what the rooms ask of it, and no more.

It understands the expressions that `room_changes` and its neighbours write, item by item and one call at a time, as
DynamoDB does; another test holds it against a real engine, and whatever it does not understand is an error.
"""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kaltura_discord.aws.attributes import from_item, to_attribute, to_item
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, ConditionNotMet

Values = dict[str, Any]
Place = tuple[str, str]
Test = Callable[[Values, Values, Values], bool]
OnWrite = Callable[[Place, Values | None, Values], None]

_TOKEN = re.compile(r"\s*([A-Za-z_]\w*(?:\.#\w+)?|#\w+|:\w+|<=|>=|<>|[=<>(),+])")
_OUTSIDE_OF_BRACKETS = re.compile(r",(?![^(]*\))")
_APPENDED = re.compile(r"list_append\((.+), (:\w+)\)")
_OR_ELSE = re.compile(r"if_not_exists\(([#\w.]+), (:\w+)\)")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class MemoryTable:
    """Speaks `AwsCaller` for one table. `on_write` is told of every item that changes: where, before and after."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Values]] = {}
        self._as_attributes: dict[Place, Values] = {}
        self.calls: list[str] = []
        self.on_write: OnWrite | None = None

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.calls.append(operation)
        match operation:
            case "GetItem":
                place = _place(request["Key"])
                return {"Item": self._as_attributes[place]} if self._find(place) is not None else {}
            case "PutItem":
                return self._put(request)
            case "UpdateItem":
                return self._update(request)
            case "DeleteItem":
                pk, sk = _place(request["Key"])
                old = self.items.get(pk, {}).pop(sk, None)
                return {"Attributes": to_item(old)} if old is not None and request.get("ReturnValues") else {}
            case "Query":
                return {"Items": [self._as_attributes[item["pk"], item["sk"]] for item in self._query(request)]}
        raise AssertionError(operation)

    def _find(self, place: Place) -> Values | None:
        return self.items.get(place[0], {}).get(place[1])

    def _put(self, request: AwsRequest) -> AwsAnswer:
        item = from_item(request["Item"])
        place = (item["pk"], item["sk"])
        self._demand(request, place)
        self._write(place, item)
        return {}

    def _update(self, request: AwsRequest) -> AwsAnswer:
        place = _place(request["Key"])
        self._demand(request, place)
        names, values = request.get("ExpressionAttributeNames", {}), _values(request)
        item = _copy(self._find(place) or {"pk": place[0], "sk": place[1]})
        _check_all_used(request)
        for change in _changes(request["UpdateExpression"]):
            change(item, names, values)
        self._write(place, item)
        return {"Attributes": self._as_attributes[place]}

    def _demand(self, request: AwsRequest, place: Place) -> None:
        condition = request.get("ConditionExpression")
        found = self._find(place)
        if condition and not _condition(condition)(
            found or {}, request.get("ExpressionAttributeNames", {}), _values(request)
        ):
            tells = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
            current = self._as_attributes[place] if tells and found is not None else None
            raise ConditionNotMet("", "ConditionalCheckFailedException", current)

    def _write(self, place: Place, item: Values) -> None:
        before = self._find(place)
        self.items.setdefault(place[0], {})[place[1]] = item
        self._as_attributes[place] = {name: to_attribute(value) for name, value in item.items()}
        if self.on_write is not None:
            self.on_write(place, before, item)

    def _query(self, request: AwsRequest) -> list[Values]:
        values = _values(request)
        if request.get("IndexName"):
            everything = [item for items in self.items.values() for item in items.values()]
            return [item for item in everything if item.get("gsi1pk") == values[":pk"]]
        prefix = values.get(":sk", "")
        found = self.items.get(values[":pk"], {})
        return [found[sk] for sk in sorted(found) if sk.startswith(prefix)]


def _place(key: Values) -> Place:
    return key["pk"]["S"], key["sk"]["S"]


def _values(request: AwsRequest) -> Values:
    return from_item(request.get("ExpressionAttributeValues", {}))


def _copy(item: Values) -> Values:
    """A copy whose maps can be changed; ours are one deep."""
    return {name: dict(value) if isinstance(value, dict) else value for name, value in item.items()}


def _check_all_used(request: AwsRequest) -> None:
    """DynamoDB refuses a request with placeholders that no expression uses."""
    text = f"{request['UpdateExpression']} {request.get('ConditionExpression', '')}"
    used = set(re.findall(r"[:#]\w+", text))
    given = {*request.get("ExpressionAttributeNames", {}), *request.get("ExpressionAttributeValues", {})}
    assert used == given, used ^ given


# --- paths and values ------------------------------------------------------------------------------------------------


def _path(text: str, names: Values) -> list[str]:
    return [names[part] if part.startswith("#") else part for part in text.split(".")]


def _get(item: Values, path: list[str]) -> Any:
    for part in path:
        if not isinstance(item, dict) or part not in item:
            return None
        item = item[part]
    return item


def _own(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value


def _operand(text: str, item: Values, names: Values, values: Values) -> Any:
    if appended := _APPENDED.fullmatch(text):
        return [*_operand(appended[1], item, names, values), *values[appended[2]]]
    if or_else := _OR_ELSE.fullmatch(text):
        found = _get(item, _path(or_else[1], names))
        return _own(values[or_else[2]]) if found is None else found
    return _own(values[text]) if text.startswith(":") else _get(item, _path(text, names))


# --- conditions ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1000)
def _condition(text: str) -> Test:
    tokens = _tokens(text)
    test = _either(tokens)
    assert not tokens, tokens
    return test


def _tokens(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    assert "".join(found) == re.sub(r"\s+", "", text), text
    return found


def _either(tokens: list[str]) -> Test:
    tests = [_both(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        tests.append(_both(tokens))
    return lambda item, names, values: any(test(item, names, values) for test in tests)


def _both(tokens: list[str]) -> Test:
    tests = [_one(tokens)]
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        tests.append(_one(tokens))
    return lambda item, names, values: all(test(item, names, values) for test in tests)


def _one(tokens: list[str]) -> Test:
    first = tokens.pop(0)
    if first == "NOT":
        negated = _one(tokens)
        return lambda item, names, values: not negated(item, names, values)
    if first == "contains":
        _, path, _, sought, _ = (tokens.pop(0) for _ in range(5))
        return lambda item, names, values: values[sought] in (_get(item, _path(path, names)) or ())
    if first == "(":
        inner = _either(tokens)
        assert tokens.pop(0) == ")"
        return inner
    if first in ("attribute_exists", "attribute_not_exists"):
        _, path, _ = tokens.pop(0), tokens.pop(0), tokens.pop(0)
        wanted = first == "attribute_exists"
        return lambda item, names, _: (_get(item, _path(path, names)) is not None) is wanted
    if first == "size":
        _, path, _ = tokens.pop(0), tokens.pop(0), tokens.pop(0)
        compare, right = _COMPARISONS[tokens.pop(0)], tokens.pop(0)
        return lambda item, names, values: compare(len(_get(item, _path(path, names))), values[right])
    compare, right = _COMPARISONS[tokens.pop(0)], tokens.pop(0)

    def test(item: Values, names: Values, values: Values) -> bool:
        one, other = _operand(first, item, names, values), _operand(right, item, names, values)
        return one is not None and other is not None and bool(compare(one, other))

    return test


# --- changes ---------------------------------------------------------------------------------------------------------

Edit = Callable[[Values, Values, Values], None]


@lru_cache(maxsize=1000)
def _changes(expression: str) -> list[Edit]:
    """All right hand sides see the item as it was, as in DynamoDB, because no expression of ours sets what it reads."""
    edits: list[Edit] = []
    for clause in re.split(r"\s*(?=\b(?:SET|REMOVE|ADD)\b)", expression):
        if not clause:
            continue
        verb, rest = clause.strip().split(" ", 1)
        edits += [_edit(verb, part.strip()) for part in _OUTSIDE_OF_BRACKETS.split(rest)]
    return edits


def _edit(verb: str, text: str) -> Edit:
    if verb == "SET":
        target, _, source = text.partition(" = ")
        operands = source.split(" + ")

        def put(item: Values, names: Values, values: Values) -> None:
            found = [_operand(operand, item, names, values) for operand in operands]
            *way, last = _path(target, names)
            _get(item, way)[last] = found[0] if len(found) == 1 else found[0] + found[1]

        return put
    if verb == "REMOVE":

        def remove(item: Values, names: Values, _: Values) -> None:
            *way, last = _path(text, names)
            holder = _get(item, way)
            assert isinstance(holder, dict), text
            holder.pop(last, None)

        return remove
    assert verb == "ADD", text
    target, more = text.split(" ")

    def add(item: Values, names: Values, values: Values) -> None:
        (name,) = _path(target, names)
        item[name] = item.get(name, 0) + values[more]

    return add
