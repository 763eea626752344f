"""The greeting: one message that lists what there is to set up, and changes as it is done. Pure.

Each step says by its mark whether it is done, and has a button as long as it is not. A message in direct messages has
none, since a button pressed there says nothing about the server: it names the commands, and leads to the server.
"""

from dataclasses import dataclass
from enum import StrEnum

from kaltura_discord.commands.onboarding.progress import Progress
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    link_button,
    section,
    separator,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.templates.discord_markdown import inline

DONE, OPEN = "✓", "○"

_NAME_LIMIT = 100
_ROLES_SHOWN = 5

_INTRODUCTION = "Hold Kaltura meetings from this server, and watch Kaltura videos together in it."
_WHO = "Whoever may manage the server can take these steps, in any order."
_READY = "Everything is set up. `/kaltura-start` starts a meeting, and `/kaltura-watch` a video for everybody."
_FURTHER = "-# `/kaltura-help` shows what else there is, and `/kaltura-config` changes all of this."
_ONLY_YOURS = "-# I couldn't write where everybody would see this. It changes when you press Look again."


class Place(StrEnum):
    """Where a greeting stands."""

    CHANNEL = "channel"
    DIRECT = "direct"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to set up: `done` says how, empty where it is not; `typed` is the command that does the same."""

    name: str
    why: str
    done: str
    label: str
    custom_id: str
    typed: str


def greeting(progress: Progress, guild_id: GuildId, place: Place, server_name: str = "") -> Message:
    """The greeting of a server that is so far. Nothing in it is a stranger's words but `server_name`."""
    parts: list[Component] = [text(f"### {_title(progress, place, server_name)}\n{_words(progress)}"), separator()]
    parts.append(text(_allowed(progress, guild_id)))
    steps = _steps(progress)
    first_open = next((step for step in steps if not step.done), None)
    parts += [_shown(step, progress, place, is_next=step is first_open) for step in steps]
    if progress.is_allowed:
        parts += [separator(), text(_FURTHER)]
    if place is Place.DIRECT:
        parts.append(action_row([link_button("Open the server", f"https://discord.com/channels/{guild_id}")]))
    if place is Place.PRIVATE:
        parts += [text(_ONLY_YOURS), action_row([button("Look again", custom_id("setup-look"))])]
    accent = Accent.LIVE if progress.is_complete else Accent.NEUTRAL
    return Message((container(parts, accent),), ephemeral=place is Place.PRIVATE)


def _title(progress: Progress, place: Place, server_name: str) -> str:
    name = f" in {inline(server_name, _NAME_LIMIT)}" if place is Place.DIRECT and server_name else ""
    if progress.is_complete:
        return f"Kaltura is ready{name}"
    return f"Kaltura is{name or ' here'}"


def _words(progress: Progress) -> str:
    if progress.is_complete:
        return _READY
    return f"{_INTRODUCTION} {_WHO}" if progress.is_allowed else _INTRODUCTION


def _allowed(progress: Progress, guild_id: GuildId) -> str:
    if progress.is_allowed:
        return f"{DONE} **Allowed** by whoever runs this app"
    return (
        f"{OPEN} **Allowed by whoever runs this app**\n"
        f"Send them this server's id: `{guild_id}`. The other steps wait until they have allowed it."
    )


def _steps(progress: Progress) -> tuple[_Step, ...]:
    return (
        _Step(
            "Where to tell",
            "The channel that hears of meetings and new videos",
            f"<#{progress.channel_id}>" if progress.channel_id else "",
            "Choose a channel",
            custom_id("setup", "channel"),
            "`/kaltura-config channel`",
        ),
        _Step(
            "Who moderates",
            "The roles that may end anybody's meeting; until then, Discord's own permissions decide",
            _roles(progress),
            "Choose roles",
            custom_id("setup", "role"),
            "`/kaltura-config role`",
        ),
        _Step(
            "A first meeting",
            "To see how it goes; it can be ended right away",
            "held" if progress.has_met else "",
            "Start one",
            custom_id("setup-meeting"),
            "`/kaltura-start`",
        ),
    )


def _roles(progress: Progress) -> str:
    shown = [f"<@&{role}>" for role in progress.moderators[:_ROLES_SHOWN]]
    others = len(progress.moderators) - len(shown)
    return ", ".join(shown) + (f" and {others} more" if others else "")


def _shown(step: _Step, progress: Progress, place: Place, *, is_next: bool) -> Component:
    if step.done:
        return text(f"{DONE} **{step.name}** · {step.done}")
    if place is Place.DIRECT:
        return text(f"{OPEN} **{step.name}** · {step.typed}\n-# {step.why}")
    words = f"{OPEN} **{step.name}**\n-# {step.why}"
    if not progress.is_allowed:
        return text(words)
    style = ButtonStyle.PRIMARY if is_next else ButtonStyle.SECONDARY
    return section([words], button(step.label, step.custom_id, style))
