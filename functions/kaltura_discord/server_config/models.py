"""The settings of a Discord server, checked. Whatever reaches the rest of the house has passed through here."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator

from kaltura_discord.server_config.quick_settings import SHARE_TEMPLATE, SHARE_VARIABLES, as_typed
from kaltura_discord.templates.message_template import MessageTemplate

LevelWord = Literal["viewer", "moderator", "admin"]


class Section(BaseModel):
    """A part of the settings; an unknown key is an error, since it is a typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CommandSettings(Section):
    """Who may use which command: the least level, by command name. What is not listed is open to everyone."""

    permissions: dict[str, LevelWord] = {}

    @field_validator("permissions")
    @classmethod
    def _as_typed(cls, permissions: dict[str, LevelWord]) -> dict[str, LevelWord]:
        # A restriction must not be lost by its spelling.
        return {as_typed(name): word for name, word in permissions.items()}


class RoleSettings(Section):
    """Which Discord role gives which level, by role id."""

    mapping: dict[str, LevelWord] = {}

    @field_validator("mapping")
    @classmethod
    def _ids_only(cls, mapping: dict[str, LevelWord]) -> dict[str, LevelWord]:
        for role in mapping:
            if not role.isdecimal():
                raise ValueError(f"{role!r} is not a role id")
        return mapping


class RoomTemplates(Section):
    """The Kaltura room entry whose settings a new room of that type copies; empty for none."""

    webinar: str = ""
    room: str = ""
    classroom: str = ""


class KalturaSection(Section):
    """How meetings are held in Kaltura."""

    meeting_strategy: Literal["room_entry", "schedule_resource"] = "room_entry"
    room_templates: RoomTemplates = RoomTemplates()


class MeetingSettings(Section):
    """A meeting's life: it ends by itself so many hours after somebody last joined."""

    auto_end_hours: int = Field(default=4, ge=1, le=72)


class FeatureSettings(Section):
    """What is switched on: Watch Together as an Activity of Discord, and in a browser tab where that cannot be."""

    activities: StrictBool = True
    web_fallback: StrictBool = True


class WatchSettings(Section):
    """How a room of Watch Together begins, and whose links count beside Kaltura's own.

    Attributes:
        control_mode: who may play, pause and seek.
        wait_for_buffering: whose buffering stops the room.
        link_hosts: hosts of the account's own sites, such as a MediaSpace under a name of its own.
    """

    control_mode: Literal["host", "everyone"] = "host"
    wait_for_buffering: Literal["nobody", "host", "everyone"] = "nobody"
    link_hosts: tuple[str, ...] = ()


class Templates(Section):
    """The words of messages."""

    meeting_share: str = Field(default=SHARE_TEMPLATE, max_length=1500)

    @field_validator("meeting_share")
    @classmethod
    def _known_variables(cls, template: str) -> str:
        MessageTemplate(template, SHARE_VARIABLES)
        return template


class NotificationSettings(Section):
    """What channels are told, and how."""

    templates: Templates = Templates()


class ServerConfig(Section):
    """Everything a server can have set."""

    commands: CommandSettings = CommandSettings()
    roles: RoleSettings = RoleSettings()
    kaltura: KalturaSection = KalturaSection()
    meetings: MeetingSettings = MeetingSettings()
    features: FeatureSettings = FeatureSettings()
    watch: WatchSettings = WatchSettings()
    notifications: NotificationSettings = NotificationSettings()
