"""What channels are told: which events, with which words, where, and when not."""

import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from kaltura_discord.server_config.access_settings import Switch
from kaltura_discord.server_config.kinds import (
    Kind,
    read_channel,
    read_numbers,
    read_text_or_none,
    read_texts,
    read_words,
    show_channel,
    show_list,
    show_text_or_none,
)
from kaltura_discord.server_config.message_types import DEFAULT_TEMPLATES
from kaltura_discord.server_config.section import Section, setting
from kaltura_discord.server_config.template_rules import check_template

_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")

Template = Annotated[
    str,
    Kind("text with variables such as `{{title}}`", "**{{title}}** is on", read_words),
]

Channel = Annotated[
    str,
    StringConstraints(pattern=r"^([0-9]{1,20})?$"),
    Kind("a channel, or none", "#announcements", read_channel, show_channel, refers="channel"),
]

Categories = Annotated[
    tuple[Annotated[int, Field(strict=True, ge=1, lt=2**31)], ...],
    Field(max_length=50),
    Kind("ids of Kaltura categories between commas, or none", "12345, 67890", read_numbers, show_list),
]

Tags = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[^,\x00-\x1f\x7f]+$", max_length=100)], ...],
    Field(max_length=50),
    Kind("tags between commas, or none", "biology, history", read_texts, show_list),
]


def _check_hours(hours: str) -> str:
    start, dash, end = hours.partition("-")
    if hours and not (dash and _HOURS.fullmatch(start) and _HOURS.fullmatch(end) and start != end):
        raise ValueError("It takes two times of day with a dash between them.")
    return hours


def _check_time_zone(name: str) -> str:
    try:
        if not _ZONE_NAME.fullmatch(name):
            raise ValueError
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise ValueError("There is no such time zone.") from None
    return name


Hours = Annotated[
    str,
    AfterValidator(_check_hours),
    Kind("two times of day with a dash between them, or none", "22:00-07:00", read_text_or_none, show_text_or_none),
]

TimeZone = Annotated[str, AfterValidator(_check_time_zone), Kind("the name of a time zone", "Europe/Berlin")]


class NotificationTypes(Section):
    """What is told at all."""

    meeting_start: Switch = setting(True, "Tell when a meeting starts.")
    meeting_end: Switch = setting(True, "Tell when a meeting has ended.")
    user_join: Switch = setting(False, "Tell when somebody joins a meeting.")
    recording_ready: Switch = setting(True, "Tell when the recording of a meeting is ready.")
    live_start: Switch = setting(True, "Tell when a live stream that is subscribed to starts.")
    live_end: Switch = setting(False, "Tell when a live stream that is subscribed to is over.")
    video_ready: Switch = setting(True, "Tell when a new video that is subscribed to is ready.")


class Templates(Section):
    """The words of messages."""

    meeting_start: Template = setting(DEFAULT_TEMPLATES["meeting_start"], "What is said when a meeting starts.")
    meeting_end: Template = setting(DEFAULT_TEMPLATES["meeting_end"], "What is said when a meeting has ended.")
    user_join: Template = setting(DEFAULT_TEMPLATES["user_join"], "What is said when somebody joins a meeting.")
    recording_ready: Template = setting(DEFAULT_TEMPLATES["recording_ready"], "What is said when a recording is ready.")
    live_start: Template = setting(DEFAULT_TEMPLATES["live_start"], "What is said when a live stream starts.")
    live_end: Template = setting(DEFAULT_TEMPLATES["live_end"], "What is said when a live stream is over.")
    video_ready: Template = setting(DEFAULT_TEMPLATES["video_ready"], "What is said when a video is ready.")
    meeting_share: Template = setting(
        DEFAULT_TEMPLATES["meeting_share"], "The invitation that the Share button of a meeting posts."
    )

    @field_validator("*")
    @classmethod
    def _can_be_filled(cls, template: str, info: ValidationInfo) -> str:
        check_template(template, str(info.field_name))
        return template


class Channels(Section):
    """Where it is told."""

    default: Channel = setting(
        "",
        "Where everything is told that has no channel of its own; none: meetings where they were started, "
        "videos and live streams nowhere.",
    )
    meeting_start: Channel = setting("", "Where starting meetings are told, if not in the default.")
    meeting_end: Channel = setting("", "Where ended meetings are told, if not in the default.")
    user_join: Channel = setting("", "Where joining members are told, if not in the default.")
    recording_ready: Channel = setting("", "Where recordings are told, if not in the default.")
    live_start: Channel = setting("", "Where starting live streams are told, if not in the default.")
    live_end: Channel = setting("", "Where live streams that are over are told, if not in the default.")
    video_ready: Channel = setting("", "Where new videos are told, if not in the default.")


class Subscriptions(Section):
    """Which of the server's Kaltura videos and live streams are told, beside its own meetings."""

    categories: Categories = setting((), "Tell of what is in one of these Kaltura categories.")
    tags: Tags = setting((), "Tell of what has one of these Kaltura tags.")
    except_categories: Categories = setting((), "But never of what is in one of these categories.")
    except_tags: Tags = setting((), "But never of what has one of these tags.")


class QuietHours(Section):
    """When nothing is told; a digest follows afterwards."""

    hours: Hours = setting("", "From when until when nothing is told.")
    time_zone: TimeZone = setting("UTC", "The time zone of the quiet hours.")


class NotificationSettings(Section):
    """What channels are told, and how."""

    enabled: Switch = setting(True, "Whether anything is told at all.")
    types: NotificationTypes = NotificationTypes()
    templates: Templates = Templates()
    channels: Channels = Channels()
    subscriptions: Subscriptions = Subscriptions()
    quiet_hours: QuietHours = QuietHours()
