"""The API's description says what there is, and nothing else."""

import re
from typing import Any

from kaltura_discord.http_api.openapi import document
from kaltura_discord.http_api.parts import Parts
from kaltura_discord.http_api.routes import api_routes
from kaltura_discord.watch import refusals
from local_stack.places import REPOSITORY


async def no_parts() -> Parts:
    raise AssertionError("nobody asks")


def references(value: Any) -> set[str]:
    match value:
        case {"$ref": str(name)}:
            return {name}
        case dict():
            return set().union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
        case _:
            return set()


def test_it_names_exactly_the_routes_that_exist() -> None:
    described = {(path, method.upper()) for path, methods in document()["paths"].items() for method in methods}
    routes = {
        (route.path, method) for route in api_routes(no_parts) for method in (route.methods or ()) if method != "HEAD"
    }
    assert described == routes


def test_every_parameter_of_a_path_is_described() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            described = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
            assert described == set(re.findall(r"\{(\w+)\}", path))


def test_every_schema_is_used_and_every_reference_leads_to_one() -> None:
    known = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert references(document()) == known


def test_every_refusal_and_route_is_in_the_docs() -> None:
    written = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    for name in vars(refusals).values():
        if isinstance(name, type) and issubclass(name, refusals.WatchRefusal) and name is not refusals.WatchRefusal:
            assert f"`{name.slug}`" in written
    for route in api_routes(no_parts):
        assert route.path.removeprefix("/api/v1") in written
