"""The settings of a Discord server, checked. Whatever reaches the rest of the house has passed through here.

Each one says what it does, what it takes, and whether a server may set it: those that grant something in the Kaltura
account, or name something in it that was not given to the server, are its operator's.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from kaltura_discord.server_config.access_settings import CommandSettings, RoleSettings, Switch
from kaltura_discord.server_config.kinds import (
    Kind,
    read_number,
    read_text_or_none,
    read_texts,
    read_word,
    show_list,
    show_text_or_none,
)
from kaltura_discord.server_config.notification_settings import NotificationSettings, TimeZone
from kaltura_discord.server_config.section import Section, setting

EntryId = Annotated[
    str,
    # Kaltura: data center, underscore, eight letters or digits; very old ones are ten without a data center.
    StringConstraints(pattern=r"^([0-9]_[a-z0-9]{8}|[a-z0-9]{10})?$"),
    Kind("a Kaltura entry id, or none", "1_ab12cd34", read_text_or_none, show_text_or_none),
]

StrategyWord = Annotated[
    Literal["room_entry", "schedule_resource"],
    Kind("room_entry or schedule_resource", "room_entry", read_word, choices=("room_entry", "schedule_resource")),
]

# What narrows or labels a session; whatever widens one (edit, list, disableentitlement, setrole …) is not here.
PrivilegeName = Literal[
    "actionslimit",
    "enableentitlement",
    "privacycontext",
    "restrictexplicitliveview",
    "restrictingrole",
    "virtualeventid",
]
PRIVILEGE_NAMES: tuple[str, ...] = get_args(PrivilegeName)

Privileges = Annotated[
    # A comma would end the privilege, and a slash stands between several values (kaltura.session).
    dict[PrivilegeName, Annotated[str, StringConstraints(pattern=r"^[^,/\x00-\x1f\x7f]{0,200}$")]],
    Kind(
        "the value of the privilege, or none for a mere flag",
        "intranet",
        read_text_or_none,
        show_text_or_none,
        named_by="the name of a privilege",
        name_example="privacycontext",
    ),
]

Hours = Annotated[int, Field(strict=True, ge=1, le=72), Kind("a number of hours from 1 to 72", "4", read_number)]

PlayerId = Annotated[
    int, Field(strict=True, ge=0, lt=2**31), Kind("the id of a Kaltura player, or 0", "51234567", read_number)
]

ControlWord = Annotated[
    Literal["host", "everyone"], Kind("host or everyone", "host", read_word, choices=("host", "everyone"))
]

WaitWord = Annotated[
    Literal["nobody", "host", "everyone"],
    Kind("nobody, host or everyone", "nobody", read_word, choices=("nobody", "host", "everyone")),
]

Hosts = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?$", max_length=253)], ...],
    Field(max_length=50),
    Kind("names of hosts between commas, or none", "video.school.example", read_texts, show_list),
]


GroupId = Annotated[
    str,
    # Groups share the name space of users: their signs, less those that mean something here (kuser.php).
    # Even of server ids only, it fits into the 100 characters of Kaltura's column.
    StringConstraints(pattern=r"^([A-Za-z0-9_.@-]|\{server\}|\{level\})*$", max_length=40),
    Kind("the id of a Kaltura group, or none", "discord_{server}_{level}", read_text_or_none, show_text_or_none),
]


class RoomTemplates(Section):
    """The Kaltura room whose settings a new one copies."""

    webinar: EntryId = setting(
        "", "The room that new webinars are made like; none: Kaltura's plain one.", operator=True
    )
    room: EntryId = setting("", "The room that new interactive rooms are made like.", operator=True)
    classroom: EntryId = setting("", "The room that new virtual classrooms are made like.", operator=True)


class SessionPrivileges(Section):
    """What else the Kaltura sessions of members carry; it can only narrow them, and replaces nothing that they say."""

    join: Privileges = setting({}, "For sessions that let a member into a meeting.", operator=True)
    playback: Privileges = setting({}, "For sessions that play a video.", operator=True)


class KalturaSection(Section):
    """How Kaltura is used."""

    meeting_strategy: StrategyWord = setting("room_entry", "How meetings are held in this account.", operator=True)
    room_templates: RoomTemplates = RoomTemplates()
    session_privileges: SessionPrivileges = SessionPrivileges()
    player_id: PlayerId = setting(
        0, "The player that videos open in; 0: the deployment's (`KALTURA_PLAYER_ID`).", operator=True
    )
    user_group: GroupId = setting(
        "",
        "The Kaltura group that members enter, made where there is none; `{server}` stands for the server's id and "
        "`{level}` for the member's level.",
        operator=True,
    )
    delete_forgotten_users: Switch = setting(
        False,
        "Whether `/kaltura-forget-me` deletes the member's Kaltura user too; what they own there stays.",
        operator=True,
    )


class MeetingSettings(Section):
    """A meeting's life."""

    auto_end_hours: Hours = setting(
        4,
        "How long after somebody last joined a meeting ends by itself. For one that runs, a longer time holds at once "
        "and a shorter one not any more.",
    )
    time_zone: TimeZone = setting(
        "UTC", "The time zone in which times are read that name none, when a meeting is scheduled."
    )


class FeatureSettings(Section):
    """What is switched on."""

    activities: Switch = setting(True, "Watch Together as an Activity of Discord.")
    web_fallback: Switch = setting(True, "Watch Together in a browser tab, where it cannot be an Activity.")
    recording: Switch = setting(True, "Recordings of meetings: told and offered to watch.")
    user_sync: Switch = setting(True, "Members get a Kaltura user of their own when they first come in.")
    scheduled_events: Switch = setting(False, "Meetings in the future, as events of Discord.")


class WatchSettings(Section):
    """How a room of Watch Together begins."""

    control_mode: ControlWord = setting("host", "Who may play, pause and seek when a room begins.")
    wait_for_buffering: WaitWord = setting("nobody", "Whose buffering stops the room.")
    link_hosts: Hosts = setting(
        (),
        "Hosts of the account's own sites, such as a MediaSpace under a name of its own, whose links name videos.",
        operator=True,
    )


class ServerConfig(Section):
    """Everything a server can have set."""

    commands: CommandSettings = CommandSettings()
    roles: RoleSettings = RoleSettings()
    kaltura: KalturaSection = KalturaSection()
    meetings: MeetingSettings = MeetingSettings()
    features: FeatureSettings = FeatureSettings()
    watch: WatchSettings = WatchSettings()
    notifications: NotificationSettings = NotificationSettings()
