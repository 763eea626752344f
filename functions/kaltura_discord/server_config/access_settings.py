"""Who may do what: commands by level or role, and which Discord role gives which level."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from kaltura_discord.server_config.kinds import (
    Kind,
    read_role,
    read_switch,
    read_who,
    read_word,
    show_switch,
    show_who,
)
from kaltura_discord.server_config.section import Section, setting
from kaltura_discord.server_config.written_defaults import as_typed

LevelWord = Literal["viewer", "moderator", "admin"]

Switch = Annotated[bool, Field(strict=True), Kind("on or off", "on", read_switch, show_switch, ("on", "off"))]

RoleKey = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
CommandName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Fitting = LevelWord | Literal["@everyone"] | RoleKey
FittingList = Annotated[tuple[Fitting, ...], Field(min_length=1, max_length=50)]

# A single word stands for a list of one, in files and in the environment.
Who = Annotated[FittingList, BeforeValidator(_as_list, json_schema_input_type=Fitting | FittingList)]

Permissions = Annotated[
    dict[CommandName, Who],
    Kind(
        "`@everyone`, a level (viewer, moderator, admin) or roles, between commas",
        "moderator, @Teachers",
        read_who,
        show_who,
        refers="role",
        named_by="the name of a command",
        name_example="kaltura-start",
        read_name=as_typed,
        name_refers="command",
    ),
]

RoleLevels = Annotated[
    dict[RoleKey, LevelWord],
    Kind(
        "a level: viewer, moderator or admin",
        "moderator",
        read_word,
        choices=("viewer", "moderator", "admin"),
        named_by="the mention or id of a role",
        name_example="@Teachers",
        read_name=read_role,
        name_refers="role",
    ),
]


class CommandSettings(Section):
    """Which commands work, and for whom."""

    enabled: Switch = setting(
        True, "Whether commands work here; `/kaltura-config`, `/kaltura-help` and `/kaltura-forget-me` always do."
    )
    permissions: Permissions = setting(
        {},
        "Who may use a command: whoever is on its list, and administrators always. A level includes those above it.",
    )

    @field_validator("permissions")
    @classmethod
    def _as_typed(cls, permissions: dict[str, Any]) -> dict[str, Any]:
        # A restriction must not be lost by its spelling.
        return {as_typed(name): who for name, who in permissions.items()}


class RoleSettings(Section):
    """Which Discord role makes somebody what."""

    mapping: RoleLevels = setting(
        {},
        "The level that a role gives; the highest of a member's roles counts. While no role is listed, Discord's own "
        "permissions decide.",
    )
