"""Modals: title, and the one to five Labels and Text Displays they are made of (Discord docs: Components - Label)."""

from collections.abc import Callable

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.files import MOST_FILE_TYPES
from local_stack.discord.rules.components import SELECTS, TEXT_DISPLAY, Walk
from local_stack.discord.rules.controls import check_options, check_range, check_select
from local_stack.discord.rules.schemas import check_keys, check_schema, known_keys, objects_of
from local_stack.discord.wire import Json

ACTION_ROW, TEXT_INPUT, LABEL, FILE_UPLOAD = 1, 4, 18, 19
RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 21, 22, 23
IN_LABEL = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
AT_TOP = frozenset({ACTION_ROW, TEXT_DISPLAY, LABEL})
MOST_COMPONENTS = 5

SCHEMAS = {
    3: "StringSelectComponentForModalRequest",
    TEXT_INPUT: "TextInputComponentForModalRequest",
    5: "UserSelectComponentForModalRequest",
    6: "RoleSelectComponentForModalRequest",
    7: "MentionableSelectComponentForModalRequest",
    8: "ChannelSelectComponentForModalRequest",
    FILE_UPLOAD: "FileUploadComponentForModalRequest",
    RADIO_GROUP: "RadioGroupComponentForModalRequest",
    CHECKBOX_GROUP: "CheckboxGroupComponentForModalRequest",
    CHECKBOX: "CheckboxComponentForModalRequest",
}

NEWER_KEYS = {FILE_UPLOAD: frozenset({"file_types"})}
"""Fields that Discord documented after the specification was made (August 2026)."""


def check_modal(data: object, complaints: Complaints) -> None:
    """Complain about the `data` of a MODAL answer."""
    at: Path = ("data",)
    if not isinstance(data, dict):
        complaints.add(at, "BASE_TYPE_REQUIRED", "This field is required")
        return
    check_keys(data, known_keys("ModalInteractionCallbackRequestData"), complaints, at)
    for name, most in (("custom_id", 100), ("title", 45)):
        if not data.get(name):
            complaints.add((*at, name), "BASE_TYPE_REQUIRED", "This field is required")
        complaints.too_long((*at, name), data.get(name), most, 1)
    components = data.get("components")
    if not isinstance(components, list) or not 1 <= len(components) <= MOST_COMPONENTS:
        complaints.add(
            (*at, "components"), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_COMPONENTS} in length."
        )
    walk = Walk(complaints)
    for index, component in objects_of(components):
        _check_top(component, walk, (*at, "components", index))


def _check_top(component: Json, walk: Walk, at: Path) -> None:
    kind = walk.expect_kind(component, AT_TOP, at)
    if kind is None:
        return
    walk.meet(component, at)
    if kind == LABEL:
        _check_label(component, walk, at)
    if kind == ACTION_ROW:
        for index, child in objects_of(component.get("components")):
            _check_field(child, frozenset({TEXT_INPUT}), walk, (*at, "components", index))
    if kind == TEXT_DISPLAY:
        _check_text(component, walk, at)


def _check_text(display: Json, walk: Walk, at: Path) -> None:
    schema = "TextDisplayComponentForModalRequest"
    check_keys(display, known_keys(schema), walk.complaints, at)
    if not display.get("content"):
        walk.complaints.add((*at, "content"), "BASE_TYPE_REQUIRED", "This field is required")
    check_schema(schema, display, walk.complaints, at)


def _check_label(label: Json, walk: Walk, at: Path) -> None:
    check_keys(label, known_keys("LabelComponentForModalRequest"), walk.complaints, at)
    if not label.get("label"):
        walk.complaints.add((*at, "label"), "BASE_TYPE_REQUIRED", "This field is required")
    walk.complaints.too_long((*at, "label"), label.get("label"), 45, 1)
    walk.complaints.too_long((*at, "description"), label.get("description"), 100)
    component = label.get("component")
    if not isinstance(component, dict):
        walk.complaints.add((*at, "component"), "BASE_TYPE_REQUIRED", "This field is required")
        return
    if component.get("type") == TEXT_INPUT and component.get("label") is not None:
        place = (*at, "component", "label")
        walk.complaints.add(place, "COMPONENT_LABEL_NOT_ALLOWED", "A text input in a Label has no label of its own")
    _check_field(component, IN_LABEL, walk, (*at, "component"))


def _check_field(component: Json, allowed: frozenset[int], walk: Walk, at: Path) -> None:
    kind = walk.expect_kind(component, allowed, at)
    if kind is None:
        return
    walk.meet(component, at)
    known = known_keys(SCHEMAS[kind]) | NEWER_KEYS.get(kind, frozenset())
    check_keys(component, known, walk.complaints, at)
    if not component.get("custom_id"):
        walk.complaints.add((*at, "custom_id"), "BASE_TYPE_REQUIRED", "This field is required")
    RULES[kind](component, walk.complaints, at)
    check_schema(SCHEMAS[kind], component, walk.complaints, at)


def _text_input(field: Json, complaints: Complaints, at: Path) -> None:
    if field.get("style") not in (1, 2):
        complaints.add((*at, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    complaints.too_long((*at, "placeholder"), field.get("placeholder"), 100)
    complaints.too_long((*at, "value"), field.get("value"), 4000)
    least, most = field.get("min_length"), field.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        complaints.add((*at, "min_length"), "TEXT_INPUT_MIN_ABOVE_MAX", "min_length must not exceed max_length")
    value = field.get("value")
    if isinstance(most, int) and isinstance(value, str) and len(value) > most:
        complaints.add((*at, "value"), "BASE_TYPE_BAD_LENGTH", f"Must be {most} or fewer in length.")


def _select(field: Json, complaints: Complaints, at: Path) -> None:
    check_select(field, complaints, at, in_modal=True)


def _file_upload(field: Json, complaints: Complaints, at: Path) -> None:
    check_range(field, complaints, at, most=10)
    file_types = field.get("file_types")
    if isinstance(file_types, list) and len(file_types) > MOST_FILE_TYPES:
        complaints.add((*at, "file_types"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_FILE_TYPES} or fewer in length.")


def _radio_group(field: Json, complaints: Complaints, at: Path) -> None:
    check_options(field, complaints, at, least=2, most=10)


def _checkbox_group(field: Json, complaints: Complaints, at: Path) -> None:
    check_range(field, complaints, at, most=10)
    check_options(field, complaints, at, least=1, most=10)


def _checkbox(field: Json, complaints: Complaints, at: Path) -> None:
    if field.get("required"):
        complaints.add((*at, "required"), "CHECKBOX_CANNOT_BE_REQUIRED", "A checkbox cannot be required")


RULES: dict[int, Callable[[Json, Complaints, Path], None]] = {
    TEXT_INPUT: _text_input,
    FILE_UPLOAD: _file_upload,
    RADIO_GROUP: _radio_group,
    CHECKBOX_GROUP: _checkbox_group,
    CHECKBOX: _checkbox,
    **dict.fromkeys(SELECTS, _select),
}
