"""A room's remote, outside of its page: what `/kaltura-watch-control` does, and what it answers.

Who may is decided by the room itself, in the write that changes it (`watch.rooms`); this is one more remote. A change
that another one overtook is tried again on what that one left.
"""

from dataclasses import dataclass

from kaltura_discord.commands.access import level_in
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.search_results import clock_words
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import ButtonStyle, button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.watch import messages
from kaltura_discord.watch.models import Actor, Participant, PlaybackWish, Room
from kaltura_discord.watch.rooms import Done, Refused
from kaltura_discord.watch.roster import people_in
from kaltura_discord.watch.rules import Reason

_TRIES = 4
_NAMES_SHOWN = 10

# Whoever presses play on a video that is over wants to see it again.
_AT_THE_END_SECONDS = 1.0

NOTHING_OPEN = "Nothing is being watched together in this channel. `/kaltura-watch` begins."
NOTHING_ON = "Nothing is on in this room yet. Choose a video in it, or with `/kaltura-watch`."
TOO_MANY_HANDS = "Others changed the playback at the same moment. Try again."


@dataclass(frozen=True, slots=True)
class Remote:
    """What somebody pressed: `seconds` and `speed` are None where they were left out."""

    action: str
    seconds: float | None = None
    speed: float | None = None

    def wish(self, room: Room, now_ms: float) -> PlaybackWish:
        """The playback that it asks for; positions are where the media stands when the change takes effect."""
        timeline = room.timeline
        is_paused = self.action == "pause" or (timeline.paused and self.action != "play")
        takes_effect_ms = now_ms if is_paused else now_ms + room.lead_ms
        position = room.position_at(takes_effect_ms) if self.seconds is None else self.seconds
        end = room.media.end if room.media else 0.0
        if end:
            position = min(position, end)
            if self.action == "play" and position >= end - _AT_THE_END_SECONDS:
                position = 0.0
        cause = "rate" if self.action == "speed" else self.action
        return PlaybackWish(timeline.revision, is_paused, position, self.speed or timeline.rate, cause)


async def use_remote(remote: Remote, interaction: Interaction, services: Services) -> Message:
    """Do what was pressed on the room of this channel, or say what is on.

    Raises:
        Refusal: there is no room, several could be meant, or they may not.
    """
    channel_id = interaction.channel_id or ChannelId("0")
    guild_id = guild_of(interaction)
    opened = await services.watch.store.open_in_channel(guild_id, channel_id)
    rooms = [room for room in opened if room.is_lived_in(services.now() * 1000)]
    if not rooms:
        raise Refusal(NOTHING_OPEN)
    if remote.action == "now":
        return await _now(rooms, guild_id, services)
    return await _changed(_meant(rooms, interaction.caller.user_id), remote, interaction, services)


def _meant(rooms: list[Room], user_id: UserId) -> Room:
    """The room that somebody means: the only one, or the one that they are in."""
    theirs = rooms if len(rooms) == 1 else [room for room in rooms if user_id in room.connections.values()]
    if len(theirs) == 1:
        return theirs[0]
    listed = ", ".join(_title(room) for room in rooms)
    raise Refusal(f"{len(rooms)} rooms are open in this channel: {listed}. Be in the one that you mean, and try again.")


async def _changed(room: Room, remote: Remote, interaction: Interaction, services: Services) -> Message:
    caller = interaction.caller
    # Read now: a moderator has the remote of everybody's room.
    settings = await services.server_configs.quick(room.guild_id, now=True)
    actor = Actor(caller.user_id, level_in(interaction, settings))
    for _ in range(_TRIES):
        if _is_live(room) and (remote.seconds is not None or remote.speed is not None):
            raise Refusal(f"{_title(room)} is live. Its moment and its speed can't be changed from here.")
        wish = remote.wish(room, services.now() * 1000)
        match await services.watch.rooms.change_playback(room.room_id, actor, wish):
            case Done(changed):
                await services.watch.relay.tell(changed, messages.playback(changed, wish.cause, caller.user_id))
                return note(_what_was_done(changed, remote))
            case Refused(Reason.STALE, found):
                room = found
            case Refused(reason, found):
                raise Refusal(_why_not(reason, found))
            case _:
                raise Refusal(NOTHING_OPEN)
    raise Refusal(TOO_MANY_HANDS)


def _what_was_done(room: Room, remote: Remote) -> str:
    at = clock_words(int(room.timeline.position))
    match remote.action:
        case "play":
            return f"{_title(room)} plays" + ("." if _is_live(room) else f" from {at}.")
        case "pause":
            return f"{_title(room)} is paused" + ("." if _is_live(room) else f" at {at}.")
        case "seek":
            return f"{_title(room)} is at {at} now."
        case _:
            return f"{_title(room)} runs at {room.timeline.rate:g} times the speed."


def _why_not(reason: str, room: Room) -> str:
    host = f"<@{room.host_user_id}>"
    match reason:
        case "barred":
            return f"{host} has taken the remote of {_title(room)} away from you."
        case "locked":
            return f"The remote of {_title(room)} is locked: only {host} and moderators have it."
        case "no_media":
            return NOTHING_ON
        case _:
            return f"{host} has the remote of {_title(room)}. Ask for it in the room."


async def _now(rooms: list[Room], guild_id: GuildId, services: Services) -> Message:
    paragraphs = [await _one_room(room, services) for room in rooms]
    come = [button("Watch Together", custom_id("watch"), ButtonStyle.PRIMARY)]
    settings = await services.server_configs.quick(guild_id)
    return note("\n\n".join(paragraphs), *(come if settings.can_watch_together else []))


async def _one_room(room: Room, services: Services) -> str:
    now_ms = services.now() * 1000
    snapshot = await services.watch.participants.snapshot(room.room_id)
    people = people_in(snapshot.participants.values(), now_ms) if snapshot else []
    people.sort(key=lambda person: person.newest.user_id != room.host_user_id)
    here = [_person(person.newest, room) for person in people[:_NAMES_SHOWN]]
    others = len(people) - len(here)
    names = ", ".join(here) + (f" and {others} more" if others else "")
    return f"{_title(room)}\n{_state(room, now_ms)}\n-# " + (
        f"Here: {names}" if here else "Nobody is here at the moment"
    )


def _state(room: Room, now_ms: float) -> str:
    media, timeline = room.media, room.timeline
    if media is None:
        return "No video has been chosen yet"
    if _is_live(room):
        return "Paused · live" if timeline.paused else "Live"
    state = "Waiting for somebody who buffers" if room.waiting_for else "Paused" if timeline.paused else "Playing"
    where = clock_words(int(room.position_at(now_ms)))
    length = f" of {clock_words(int(media.duration))}" if media.duration else ""
    speed = "" if timeline.rate == 1 else f" · {timeline.rate:g} times the speed"
    return f"{state} · {where}{length}{speed}"


def _person(participant: Participant, room: Room) -> str:
    roles = ["host"] if participant.user_id == room.host_user_id else []
    notes = [*roles, *_NOTES.get(participant.play_state, ())]
    name = inline(participant.name, 80)
    return f"{name} ({', '.join(notes)})" if notes else name


_NOTES = {"buffering": ("buffering",), "loading": ("coming in",), "free": ("watching freely",)}


def _is_live(room: Room) -> bool:
    return room.media is not None and room.media.kind == "live"


def _title(room: Room) -> str:
    return f"**{inline(room.media.title, 100)}**" if room.media else "**a room without a video**"
