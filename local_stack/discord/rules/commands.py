"""Application commands: names, order of options, sizes, and what excludes what (Discord docs: Application Commands)."""

import unicodedata

from local_stack.discord.command_book import CHAT_INPUT, ENTRY_POINT, OMITTED_VALUES
from local_stack.discord.errors import Complaints, Path
from local_stack.discord.files import MOST_FILE_TYPES
from local_stack.discord.rules.schemas import check_keys, check_schema, known_keys, objects_of
from local_stack.discord.wire import Json

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
CHANNEL, ATTACHMENT = 7, 11
NESTING = frozenset({SUB_COMMAND, SUB_COMMAND_GROUP})
IN_GROUP = frozenset({SUB_COMMAND})
WITH_CHOICES = frozenset({STRING, INTEGER, NUMBER})
MOST_OPTIONS = 25
MOST_CHOICES = 25
MOST_CHARACTERS = 8000
NAME_PUNCTUATION = "-_'"

COMMAND_KEYS = (
    known_keys("ApplicationCommandUpdateRequest")
    | OMITTED_VALUES.keys()
    | {
        "default_permission",
        "application_id",
        "guild_id",
        "version",
    }
)
"""What a command may carry: the specification's fields, `nsfw` which only the docs know, and what a GET returned."""

LIMITS_OF = {
    "channel_types": frozenset({CHANNEL}),
    "file_types": frozenset({ATTACHMENT}),
    "min_value": frozenset({INTEGER, NUMBER}),
    "max_value": frozenset({INTEGER, NUMBER}),
    "min_length": frozenset({STRING}),
    "max_length": frozenset({STRING}),
}
"""Which types of options a limit is for (Discord docs: Application Command Option Structure)."""

OPTION_KEYS = frozenset(
    {
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "required",
        "choices",
        "options",
        "channel_types",
        "min_value",
        "max_value",
        "min_length",
        "max_length",
        "autocomplete",
        "file_types",
    }
)


def check_command(
    command: Json, complaints: Complaints, at: Path = (), *, in_guild: bool, is_edit: bool = False
) -> None:
    """Complain about one command, which stands at `at`."""
    kind = command.get("type", CHAT_INPUT)
    check_keys(command, COMMAND_KEYS, complaints, at)
    if "name" in command or not is_edit:
        _check_command_name(command, kind, complaints, at)
    if "description" in command or not is_edit:
        _check_description(command, kind, complaints, at)
    _check_place(command, kind, complaints, at, in_guild=in_guild)
    if kind != CHAT_INPUT and command.get("options"):
        complaints.add((*at, "options"), "APPLICATION_COMMAND_OPTIONS_INVALID", "Only CHAT_INPUT has options")
    _check_options(command, complaints, at, frozenset({SUB_COMMAND, SUB_COMMAND_GROUP}))
    if size_of(command) > MOST_CHARACTERS:
        complaints.add(at, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})")
    schema = "ApplicationCommandPatchRequestPartial" if is_edit else "ApplicationCommandUpdateRequest"
    check_schema(schema, _as_specified(command), complaints, at)


def _as_specified(command: Json) -> Json:
    """The command in the specification's terms: permissions as a number, no description where there is none."""
    specified = dict(command)
    permissions = specified.get("default_member_permissions")
    if isinstance(permissions, str) and permissions.isascii() and permissions.isdigit():
        specified["default_member_permissions"] = int(permissions)
    if specified.get("description") == "":
        del specified["description"]
    return specified


def _check_command_name(command: Json, kind: object, complaints: Complaints, at: Path) -> None:
    name = command.get("name")
    if not isinstance(name, str) or not name:
        complaints.add((*at, "name"), "BASE_TYPE_REQUIRED", "This field is required")
        return
    complaints.too_long((*at, "name"), name, 32, 1)
    if kind == CHAT_INPUT and not is_command_name(name):
        complaints.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def is_command_name(name: str) -> bool:
    r"""Whether a chat-input command or option may be called so.

    Discord docs: `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, and lower case where there is one.
    """
    return 1 <= len(name) <= 32 and name == name.lower() and all(_is_name_letter(letter) for letter in name)


def _is_name_letter(letter: str) -> bool:
    if letter in NAME_PUNCTUATION or unicodedata.category(letter)[0] == "L" or unicodedata.category(letter)[0] == "N":
        return True
    return unicodedata.name(letter, "").startswith(("DEVANAGARI", "THAI"))


def _check_description(command: Json, kind: object, complaints: Complaints, at: Path) -> None:
    description = command.get("description")
    if kind == CHAT_INPUT and not description:
        complaints.add((*at, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    if kind not in (CHAT_INPUT, ENTRY_POINT) and description:
        complaints.add(
            (*at, "description"),
            "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
            "Context menu commands cannot have description",
        )
    complaints.too_long((*at, "description"), description, 100)


def _check_place(command: Json, kind: object, complaints: Complaints, at: Path, *, in_guild: bool) -> None:
    if kind == ENTRY_POINT and in_guild:
        complaints.add((*at, "type"), "APPLICATION_COMMAND_TYPE_INVALID", "No Entry Point in a server")
    if kind != ENTRY_POINT and command.get("handler") is not None:
        complaints.add((*at, "handler"), "APPLICATION_COMMAND_HANDLER_INVALID", "Only an Entry Point has a handler")
    if in_guild:
        for name in ("integration_types", "contexts"):
            if command.get(name) is not None:
                complaints.add((*at, name), "APPLICATION_COMMAND_GLOBAL_ONLY", f"{name} is for global commands only")


def _check_options(parent: Json, complaints: Complaints, at: Path, nesting: frozenset[int]) -> None:
    """Complain about the options of a command or sub-command, in which only the types of `nesting` may nest further."""
    options = _options_of(parent)
    if len(options) > MOST_OPTIONS:
        complaints.add((*at, "options"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_OPTIONS} or fewer in length.")
    names: set[object] = set()
    optional_seen = False
    kinds = {option.get("type") in NESTING for _index, option in options}
    if len(kinds) > 1:
        complaints.add(
            (*at, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )
    for index, option in options:
        place = (*at, "options", index)
        if option.get("name") in names:
            complaints.add(place, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
        names.add(option.get("name"))
        if option.get("required") and optional_seen:
            complaints.add(
                place,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")
        _check_option(option, complaints, place, nesting)


def _options_of(parent: Json) -> list[tuple[int, Json]]:
    return objects_of(parent.get("options"))


def _check_option(option: Json, complaints: Complaints, at: Path, nesting: frozenset[int]) -> None:
    kind = option.get("type")
    check_keys(option, OPTION_KEYS, complaints, at)
    name = option.get("name")
    if not isinstance(name, str) or not is_command_name(name):
        complaints.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if not option.get("description"):
        complaints.add((*at, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    complaints.too_long((*at, "description"), option.get("description"), 100, 1)
    if kind in NESTING:
        if kind not in nesting:
            complaints.add((*at, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deeply")
        _check_options(option, complaints, at, nesting & IN_GROUP if kind == SUB_COMMAND_GROUP else frozenset())
        if kind == SUB_COMMAND_GROUP and any(one.get("type") != SUB_COMMAND for _, one in _options_of(option)):
            place = (*at, "options")
            complaints.add(place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds sub-commands only")
    elif option.get("options"):
        complaints.add((*at, "options"), "APPLICATION_COMMAND_OPTIONS_INVALID", "Only sub-commands have options")
    _check_limits(option, kind, complaints, at)
    _check_choices(option, kind, complaints, at)


def _check_limits(option: Json, kind: object, complaints: Complaints, at: Path) -> None:
    """Complain about limits that another type has, about contrary ones, and about what a sub-command cannot be."""
    for name, kinds in LIMITS_OF.items():
        if option.get(name) is not None and kind not in kinds:
            complaints.add((*at, name), "SIMULATOR_UNKNOWN_FIELD", f"Options of type {kind} have no {name}.")
    for least, most in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(least), option.get(most)
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
            complaints.add((*at, least), "APPLICATION_COMMAND_OPTIONS_MIN_ABOVE_MAX", f"{least} exceeds {most}")
    file_types = option.get("file_types")
    if isinstance(file_types, list) and len(file_types) > MOST_FILE_TYPES:
        complaints.add((*at, "file_types"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_FILE_TYPES} or fewer in length.")


def _check_choices(option: Json, kind: object, complaints: Complaints, at: Path) -> None:
    choices = objects_of(option.get("choices"))
    if choices and option.get("autocomplete"):
        complaints.add(
            at, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", "Options cannot have both autocomplete and choices"
        )
    if kind not in WITH_CHOICES and (choices or option.get("autocomplete")):
        complaints.add(at, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This type has no choices or autocomplete")
    if len(choices) > MOST_CHOICES:
        complaints.add((*at, "choices"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_CHOICES} or fewer in length.")
    names: set[object] = set()
    for index, choice in choices:
        check_choice(choice, kind, complaints, (*at, "choices", index))
        if choice.get("name") in names:
            complaints.add(
                (*at, "choices", index),
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                "Choice name already exists",
            )
        names.add(choice.get("name"))


def check_choice(choice: Json, kind: object, complaints: Complaints, at: Path) -> None:
    """Complain about one choice of an option of type `kind`, registered or offered by autocomplete."""
    check_keys(choice, frozenset({"name", "name_localizations", "value"}), complaints, at)
    name, value = choice.get("name"), choice.get("value")
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        complaints.add((*at, "name"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if kind == STRING:
        if not isinstance(value, str) or not 1 <= len(value) <= 100:
            complaints.add((*at, "value"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    elif isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else (int, float)):
        complaints.add((*at, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number of the right kind.')


def size_of(command: Json) -> int:
    """The characters that count towards the size of a command: names, descriptions and values, at their longest."""
    size = _longest(command, "name") + _longest(command, "description")
    for _index, option in objects_of(command.get("options")):
        size += size_of(option)
    for _index, choice in objects_of(command.get("choices")):
        size += _longest(choice, "name") + len(str(choice.get("value", "")))
    return size


def _longest(node: Json, name: str) -> int:
    localized = node.get(f"{name}_localizations")
    texts = [node.get(name), *(localized.values() if isinstance(localized, dict) else ())]
    return max(len(text) if isinstance(text, str) else 0 for text in texts)
