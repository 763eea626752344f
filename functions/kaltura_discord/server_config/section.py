"""What every part of the settings is made of: sections, and settings that say what they are."""

from collections.abc import Iterator
from typing import Any, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

OPERATOR = "operator"
SERVER = "server"

SET_BY = "x-set-by"
UPCOMING = "x-upcoming"


class Section(BaseModel):
    """A part of the settings; an unknown key is an error, since it is a typing mistake.

    No setting depends on another one's value. So whatever is valid by itself stays valid beside everything else:
    overrides over any defaults, one undone, one reset.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


def setting(default: Any, sentence: str, *, operator: bool = False, upcoming: bool = False) -> Any:
    """One setting.

    Args:
        default: what holds where nobody says anything.
        sentence: what it does; stands in the reference and beside the choices in Discord.
        operator: only who runs the app may set it, never a server.
        upcoming: nothing reads it yet; it is here so that it keeps its name.
    """
    marks: dict[str, Any] = {SET_BY: OPERATOR if operator else SERVER}
    if upcoming:
        marks[UPCOMING] = True
    return Field(default=default, description=sentence, json_schema_extra=marks)


def fields_of(model: type[Section], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every setting of a section and the sections in it, by its path."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if get_origin(annotation) is None and isinstance(annotation, type) and issubclass(annotation, Section):
            yield from fields_of(annotation, (*above, name))
        else:
            yield (*above, name), field
