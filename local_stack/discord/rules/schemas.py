"""What Discord's own API specification (`openapi.json`) says about a payload.

The document is registered once under one URI, and a validator is built for each schema when it is first needed:
building takes a millisecond or two, validating some hundredths of one. The specification leaves objects open and says
little about components; the other modules of this folder know the rest and speak first, so a complaint of
the specification is dropped where a rule has already complained about the same place or something inside it.
"""

import functools
import json
from collections.abc import Iterator
from pathlib import Path as FilePath

import jsonschema_rs

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.wire import Json

SPECIFICATION = FilePath(__file__).resolve().parent.parent / "openapi.json"
ADDRESS = "urn:discord-api-spec"

CODES = {
    "required": ("BASE_TYPE_REQUIRED", "This field is required"),
    "maxLength": ("BASE_TYPE_BAD_LENGTH", ""),
    "minLength": ("BASE_TYPE_BAD_LENGTH", ""),
    "maxItems": ("BASE_TYPE_BAD_LENGTH", ""),
    "minItems": ("BASE_TYPE_BAD_LENGTH", ""),
    "maximum": ("NUMBER_TYPE_MAX", ""),
    "minimum": ("NUMBER_TYPE_MIN", ""),
    "pattern": ("STRING_TYPE_REGEX", ""),
    "enum": ("BASE_TYPE_CHOICES", ""),
    "const": ("BASE_TYPE_CHOICES", ""),
    "type": ("BASE_TYPE_COERCE", ""),
    "oneOf": ("UNION_TYPE_CHOICES", "The value fits none of the shapes that are allowed here."),
    "anyOf": ("UNION_TYPE_CHOICES", "The value fits none of the shapes that are allowed here."),
}


@functools.cache
def _specification() -> Json:
    document: Json = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return document


@functools.cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(ADDRESS, _specification())])


@functools.cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    reference = {"$ref": f"{ADDRESS}#/components/schemas/{schema}"}
    return jsonschema_rs.Draft202012Validator(reference, registry=_registry())


@functools.cache
def known_keys(schema: str) -> frozenset[str]:
    """The names of the fields that an object of the specification has."""
    return frozenset(_specification()["components"]["schemas"][schema]["properties"])


def check_schema(schema: str, payload: object, complaints: Complaints, at: Path = ()) -> None:
    """Complain about everything in `payload`, which stands at `at`, that the specification's `schema` forbids."""
    validator = _validator(schema)
    if validator.is_valid(payload):
        return
    taken = [complaint.path for complaint in complaints.found]
    for path, code, message in _complaints_of(validator, payload):
        full = (*at, *path)
        if not any(known[: len(full)] == full for known in taken):
            complaints.add(full, code, message)


def _complaints_of(validator: jsonschema_rs.Draft202012Validator, payload: object) -> Iterator[tuple[Path, str, str]]:
    for error in validator.iter_errors(payload):
        keyword = error.kind.name
        code, message = CODES.get(keyword, ("BASE_TYPE_INVALID", ""))
        path: Path = tuple(error.instance_path)
        missing = getattr(error.kind, "property", None)
        if keyword == "required" and isinstance(missing, str):
            path = (*path, missing)
        yield path, code, message or _short(error.message)


def _short(message: str, most: int = 160) -> str:
    return message if len(message) <= most else f"…{message[-most:]}"


def check_keys(payload: Json, known: frozenset[str], complaints: Complaints, at: Path = ()) -> None:
    """Complain about fields that Discord would silently ignore: here a misspelled name is a mistake to hear about."""
    for key in payload:
        if key not in known:
            complaints.add((*at, key), "SIMULATOR_UNKNOWN_FIELD", f'There is no field "{key}" here.')


def objects_of(value: object) -> list[tuple[int, Json]]:
    """The objects in a list with their places; nothing where `value` is no list (the specification complains)."""
    if not isinstance(value, list):
        return []
    return [(index, item) for index, item in enumerate(value) if isinstance(item, dict)]
