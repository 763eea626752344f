"""What a plan would change, as one line for each resource, and where in it a text stands.

Terraform's documentation: JSON Output Format, Plan Representation.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Json = Any

_NOTHING_IS_DONE = (["no-op"], ["read"])


def changes(plan: Mapping[str, Json]) -> dict[str, str]:
    """What is done to each resource that is not left as it is: `update period, unit`, `delete`, `delete create`."""
    return {
        each["address"]: _what_is_done(each["change"])
        for each in plan.get("resource_changes", [])
        if each["change"]["actions"] not in _NOTHING_IS_DONE
    }


def beyond(found: Mapping[str, str], written: Mapping[str, str]) -> dict[str, str]:
    """The changes to resources that are not `written`, and those that are more than an update."""
    return {
        address: done for address, done in found.items() if address not in written or not done.startswith("update ")
    }


def places_of(secrets: Mapping[str, str], kept: Mapping[str, Json]) -> list[str]:
    """Which secrets stand in which of the texts that are kept, by their names.

    Args:
        secrets: what may stand nowhere.
        kept: what Terraform writes, parsed.
    """
    return [
        f"{secret} in {place}"
        for place, content in kept.items()
        for secret, value in secrets.items()
        if any(value in text for text in _texts(content))
    ]


def bytes_with(secrets: Mapping[str, str], plan_file: Path) -> list[str]:
    """Which secrets stand in the file that a plan is kept in, which is a zip."""
    with zipfile.ZipFile(plan_file) as parts:
        contents = {part: parts.read(part) for part in parts.namelist()}
    return [
        f"{secret} in {part}"
        for part, content in contents.items()
        for secret, value in secrets.items()
        if value.encode() in content
    ]


def _what_is_done(change: Mapping[str, Json]) -> str:
    actions = " ".join(change["actions"])
    if change["actions"] != ["update"]:
        return actions
    before, after, unknown = change["before"], change["after"], change.get("after_unknown", {})
    names = sorted({*before, *after, *unknown})
    changed = [name for name in names if before.get(name) != after.get(name) or unknown.get(name)]
    return f"{actions} {', '.join(changed)}"


def _texts(content: Json) -> Iterator[str]:
    """All texts in it, and those in JSON that is kept as a text."""
    match content:
        case dict():
            for name, value in content.items():
                yield name
                yield from _texts(value)
        case list():
            for value in content:
                yield from _texts(value)
        case str():
            yield content
            if content.startswith(("{", "[")):
                yield from _texts(_parsed(content))


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None
