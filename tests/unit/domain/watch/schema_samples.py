"""Values that fit a schema of the protocol, for Hypothesis."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from kaltura_discord.watch.protocol import PROTOCOL

Json = dict[str, Any]

_TEXT = st.characters(exclude_categories=["Cs"])
_NULLABLE = {"null": st.none(), "boolean": st.booleans()}


def sample_of(schema: Json) -> st.SearchStrategy[Any]:
    """Values that fit `schema`."""
    if "$ref" in schema:
        return _defined(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of(*(sample_of(one) for one in schema["anyOf"]))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(_of_kind(kind, schema) for kind in kinds))


@cache
def _defined(name: str) -> st.SearchStrategy[Any]:
    return sample_of(PROTOCOL["$defs"][name])


def _of_kind(kind: str, schema: Json) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            required = {name: sample_of(schema["properties"][name]) for name in schema["required"]}
            others = {name: sample_of(one) for name, one in schema["properties"].items() if name not in required}
            return st.fixed_dictionaries(required, optional=others)
        case "array":
            return st.lists(sample_of(schema["items"]), max_size=2)
        case "string":
            if "pattern" in schema:
                return st.from_regex(schema["pattern"].replace("$", r"\Z"))
            return st.text(_TEXT, min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 20), 20))
        case "number":
            return st.floats(schema.get("minimum", -1e6), schema.get("maximum", 1e6))
        case "integer":
            return st.integers(schema.get("minimum", -9), schema.get("maximum", 9))
    return _NULLABLE[kind]
