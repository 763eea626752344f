"""The page about Watch Together names what there is, with the values that it has."""

import ast
import re

import pytest

from kaltura_discord.watch.protocol import PROTOCOL
from kaltura_discord.watch.room_items import MOST_IN_ROOM_ITEM, SHARDS
from local_stack.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "watch-together.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PROTOCOL["x-constants"])
def test_every_constant_of_the_protocol_is_there_with_its_value(name: str) -> None:
    constant = PROTOCOL["x-constants"][name]
    assert f"| `{name}` | {constant['value']:,} | {constant['why']} |" in PAGE


def test_every_metric_that_is_written_is_there() -> None:
    written = set()
    functions = REPOSITORY / "functions"
    for source in [functions / "room_socket.py", *(functions / "kaltura_discord" / "watch").rglob("*.py")]:
        text = source.read_text(encoding="utf-8")
        if "metrics" not in text:
            continue
        keys = (
            key.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Dict)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(value, ast.Tuple) and isinstance(key.value, str)
        )
        written |= {key for key in keys if re.fullmatch(r"[A-Z]\w+", key)}
        written |= set(re.findall(r'measured\["([A-Z]\w+)"\]', text))
    assert {"Posts", "Drift", "SessionLength", "Viewers"} <= written
    for name in written:
        assert f"| `{name}` |" in PAGE, name


def test_the_layout_is_the_one_that_is_described() -> None:
    assert f"up to {MOST_IN_ROOM_ITEM} connections" in PAGE
    assert f"in {SHARDS} shards" in PAGE
