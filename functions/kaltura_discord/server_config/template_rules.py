"""What may stand in the words of a message, and how long they may be. No pydantic."""

from collections.abc import Mapping
from dataclasses import dataclass

from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.templates.message_template import Formatted, InvalidTemplate, MessageTemplate
from kaltura_discord.templates.plain_text import is_visible, one_line, utf16_length

TEMPLATE_LIMIT = 1500
"""UTF-16 units of a template; it has to fit into a text field of Discord with room to spare."""

MESSAGE_LIMIT = 3900
"""UTF-16 units of a filled template: Discord takes 4000 in a message of components, and we add a line or two."""

# `MessageTemplate.fill` cuts a value to 256 units; every one of them may need a backslash, and the whole may be
# isolated from the text around it (two units).
_LONGEST_WORDS = 2 * 256 + 2
# Names in Discord have 32 characters (Discord docs: User Object), each of which may take two units and a backslash.
_LONGEST_NAME = 2 * 2 * 32 + 2
# Three names of 32 units each that every sign of needs a backslash in, and the words between them.
_LONGEST_NAMES = 3 * (2 * 32 + 2) + len(",  and ")
_LONGEST_TIME = len("<t:9999999999:F>")
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """What may stand in a template.

    Attributes:
        meaning: completes "It stands for …".
        sample: what a preview shows.
        longest: UTF-16 units that its value can take in the message.
    """

    meaning: str
    sample: str
    longest: int = _LONGEST_WORDS


VARIABLES: Mapping[str, Variable] = {
    "title": Variable("the title of the meeting, recording or video", "Weekly design review"),
    "type": Variable("what kind of meeting it is", "Interactive room", 32),
    "id": Variable("its id", "1_ab12cd34", _LONGEST_ID),
    "creator": Variable("who started or made it", "Ann", _LONGEST_NAME),
    "duration": Variable("how long it took or takes", "48 min", 32),
    "start_time": Variable("when it began, in each reader's own time", Formatted("<t:1790000000:f>"), _LONGEST_TIME),
    "end_time": Variable("when it ended, in each reader's own time", Formatted("<t:1790002880:f>"), _LONGEST_TIME),
    "url": Variable("where it is", Formatted("https://kaltura.example/j/sample"), 512),
    "username": Variable("the name of the member, or the names of all who joined at once", "Bo", _LONGEST_NAMES),
    "user_id": Variable("the member's Discord id, if one joined alone", "200000000000000002", 20),
    "roles": Variable("the member's roles, if one joined alone", "Teachers, Staff"),
    "join_time": Variable("when the member joined, in each reader's own time", Formatted("<t:1790000300:t>"), 16),
    "size": Variable("how large the recording is", "312 MB", 16),
    "format": Variable("the file format of the recording", "MP4", 16),
}


def check_template(text: str, name: str) -> None:
    """Check the template of the message `name`.

    Raises:
        InvalidTemplate: it says nothing, is too long, could become too long for Discord when it is filled, or uses
            a variable that its message does not have.
    """
    if not is_visible(one_line(text)):
        raise InvalidTemplate("There is nothing to be seen in it: write what the message shall say.")
    if _has_control_characters(text):
        raise InvalidTemplate("There are characters in it that cannot be shown: type it instead of pasting it.")
    length = utf16_length(text)
    if length > TEMPLATE_LIMIT:
        raise InvalidTemplate(f"It is {length:,} characters long, and {TEMPLATE_LIMIT:,} is the most.")
    allowed = ALLOWED_VARIABLES[name]
    template = MessageTemplate(text, frozenset(allowed))
    longest = template.longest({variable: VARIABLES[variable].longest for variable in allowed})
    if longest > MESSAGE_LIMIT:
        raise InvalidTemplate(
            f"Filled with long values it could have {longest:,} characters, and Discord takes {MESSAGE_LIMIT:,}: "
            "use fewer variables."
        )


def preview(text: str, name: str) -> str:
    """The message `name` as it would be, with samples for all variables.

    Raises:
        InvalidTemplate: see `check_template`.
    """
    check_template(text, name)
    allowed = ALLOWED_VARIABLES[name]
    return MessageTemplate(text, frozenset(allowed)).fill({each: VARIABLES[each].sample for each in allowed})


def _has_control_characters(text: str) -> bool:
    return any(
        (character < " " and character not in "\n\t") or character == "\x7f" or "\ud800" <= character <= "\udfff"
        for character in text
    )
