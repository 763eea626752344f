"""From an event to what is told, and to whom. Routing an event twice tells nobody twice.

meeting_start, meeting_end, meeting_reopened, user_join     the meeting's own server
live_start, live_end                                        servers whose content and subscriptions the stream fits
entry_changed      Kaltura is asked what the entry is now, as what a webhook says is a hint
    ├── not there, not ready, nothing to watch      nobody
    ├── a recording of a meeting of ours            the meeting's server, and its card
    └── any other video                             servers whose content and subscriptions it fits
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.entries import READY, EntryDesk, EntryFacts
from kaltura_discord.kaltura.errors import KalturaRefused, KalturaUnavailable
from kaltura_discord.kaltura.search_terms import server_tag
from kaltura_discord.meetings.models import Meeting, MeetingId, Recording
from kaltura_discord.meetings.recordings import Recordings
from kaltura_discord.notifications.audience import is_told, may_see, wants
from kaltura_discord.notifications.join_lines import JoinLines
from kaltura_discord.notifications.models import Notification, NotificationType
from kaltura_discord.notifications.origins import Origins
from kaltura_discord.notifications.outbox import Outbox
from kaltura_discord.notifications.store import KEPT_SECONDS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.many_servers import ManyServers
from kaltura_discord.server_config.models import ServerConfig

# A notification is known again for so long. What is older could be told a second time, and is no news.
_NEWS_SECONDS = KEPT_SECONDS

# Nobody says how far Kaltura's copies of its database lag behind; after so long, what they say is believed.
_LAG_SECONDS = 150

_AT_ONCE = 16
_WATCHABLE = ("video", "audio")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Router:
    """Routes events. `now` is epoch seconds."""

    entries: EntryDesk
    origins: Origins
    recordings: Recordings
    servers: ManyServers
    outbox: Outbox
    lines: JoinLines
    addresses: KalturaAddresses
    now: Callable[[], float] = time.time

    async def route(self, event: Event, deadline: Deadline) -> None:
        """Have told whoever is to be told.

        Raises:
            AwsError, KalturaError: it could not be found out, or not be put on its way; to be done again.
        """
        match event.kind:
            case "meeting_start" | "meeting_reopened":
                outcome = await self._tell_its_server("meeting_start", event)
            case "meeting_end":
                outcome = await self._tell_its_server("meeting_end", event)
            case "user_join":
                outcome = await self._tell_in_a_line(event)
            case "live_start" | "live_end":
                outcome = await self._tell_of_stream(event.kind, event, deadline)
            case "entry_changed":
                outcome = await self._tell_of_entry(event, deadline)
            case "unknown":
                outcome = "nothing that we know"
        log.info("routed", extra={"event": event.key, "kind": event.kind, "subject": event.subject, "to": outcome})

    async def _tell_its_server(self, told: NotificationType, event: Event) -> str:
        """A meeting is opened more than once: each time is a notification of its own."""
        if event.guild_id is None:
            return "no server"
        key = f"{told}#{event.subject}#{event.details.get('generation', '1')}"
        # Whoever changed the meeting may have died before they had its card changed.
        await self.outbox.refresh_card(event.guild_id, MeetingId(event.subject))
        await self.outbox.tell(Notification(key, event.guild_id, told, event.subject, event.details, event.at))
        return "its server"

    async def _tell_in_a_line(self, event: Event) -> str:
        """Servers are not told of joins by default, so most lines would be for nobody."""
        if event.guild_id is None:
            return "no server"
        settings = await self.servers.settled([event.guild_id], lambda _, config: wants("user_join", config))
        if event.guild_id not in settings or not wants("user_join", settings[event.guild_id]):
            return "nobody: not wanted"
        return "a line" if await self.lines.book(event) else "a line that is booked"

    async def _tell_of_entry(self, event: Event, deadline: Deadline) -> str:
        entry = await self.entries.facts_of(event.subject, deadline)
        room_id = ""
        if entry is not None and entry.kind == "room" and entry.recorded_entry_id:
            room_id, entry = entry.entry_id, await self.entries.facts_of(entry.recorded_entry_id, deadline)
        if entry is None:
            return "nobody: there is no such entry"
        if entry.kind not in _WATCHABLE:
            return "nobody: nothing to watch"
        if not entry.is_ready:
            self._doubt(event)
            return "nobody: not ready"
        if entry.created_at and entry.created_at < self.now() - _NEWS_SECONDS:
            return "nobody: no news"
        meeting = await self.origins.meeting_of(entry, room_id, deadline)
        if meeting is not None:
            return await self._tell_of_recording(meeting, entry, event.at, deadline)
        details = {**self._known_of(entry), "seconds": str(entry.duration_seconds)}
        return await self._tell_everybody("video_ready", f"video_ready#{entry.entry_id}", entry, details, event.at)

    def _doubt(self, event: Event) -> None:
        """Kaltura reads from copies of its database; where it has just said otherwise, it is asked again.

        Raises:
            KalturaUnavailable: it may have answered what was so before.
        """
        if event.details.get("status") == str(READY) and event.at > self.now() - _LAG_SECONDS:
            raise KalturaUnavailable("STALE", "not ready, though Kaltura has told that it is")

    async def _let_watch(self, meeting: Meeting, entry: EntryFacts, deadline: Deadline) -> None:
        """A recording is its server's own, whatever categories it is put into."""
        try:
            await self.entries.claim(entry, server_tag(meeting.guild_id), deadline)
        except KalturaRefused as refusal:
            log.warning("recording not claimed", extra={"entry_id": entry.entry_id, "code": refusal.code})

    async def _tell_of_recording(self, meeting: Meeting, entry: EntryFacts, at: int, deadline: Deadline) -> str:
        settings = await self.servers.settled([meeting.guild_id], lambda _, config: config.features.recording)
        if meeting.guild_id not in settings:
            return "nobody: the settings cannot be read"
        config = settings[meeting.guild_id]
        if not config.features.recording:
            return "nobody: recordings are off"
        await self._let_watch(meeting, entry, deadline)
        await self.recordings.note(meeting, Recording(entry.entry_id, entry.duration_seconds))
        await self.outbox.refresh_card(meeting.guild_id, meeting.meeting_id)
        # The title, and who made it, are the meeting's.
        known = {name: value for name, value in self._known_of(entry).items() if name not in ("title", "creator")}
        details = {
            **known,
            "meeting_id": meeting.meeting_id,
            "seconds": str(entry.duration_seconds),
            "url": self._page(entry, config),
        }
        key = f"recording_ready#{entry.entry_id}"
        told = Notification(key, meeting.guild_id, "recording_ready", entry.entry_id, details, at)
        await self.outbox.tell(told)
        return "the meeting's server"

    async def _tell_of_stream(self, told: NotificationType, event: Event, deadline: Deadline) -> str:
        entry = await self.entries.facts_of(event.subject, deadline)
        if entry is None:
            return "nobody: there is no such entry"
        since, until = int(event.details["since"]), int(event.details.get("until", "0"))
        details = {**self._known_of(entry), "start_time": str(since)}
        if until:
            details |= {"end_time": str(until), "seconds": str(max(0, until - since))}
        return await self._tell_everybody(told, f"{told}#{entry.entry_id}#{since}", entry, details, event.at)

    async def _tell_everybody(
        self, told: NotificationType, key: str, entry: EntryFacts, details: Mapping[str, str], at: int
    ) -> str:
        """Whoever may see the entry, and wants to be told of it. Settings are read of those who may see it only."""
        seeing = {server.guild_id: server for server in await self.servers.allowed() if may_see(entry, server)}

        def has_it_told(guild_id: GuildId, config: ServerConfig) -> bool:
            return is_told(told, entry, seeing[guild_id], config)

        settings = await self.servers.settled(list(seeing), has_it_told)
        audience = [(guild_id, config) for guild_id, config in settings.items() if has_it_told(guild_id, config)]
        notifications = [
            Notification(key, guild_id, told, entry.entry_id, {**details, "url": self._page(entry, config)}, at)
            for guild_id, config in audience
        ]
        await self._tell_all(notifications)
        return f"{len(audience)} of {len(seeing)} servers that may see it"

    async def _tell_all(self, notifications: Sequence[Notification]) -> None:
        places = asyncio.Semaphore(_AT_ONCE)

        async def tell(notification: Notification) -> None:
            async with places:
                await self.outbox.tell(notification)

        outcomes = await asyncio.gather(*map(tell, notifications), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _known_of(self, entry: EntryFacts) -> dict[str, str]:
        known = {
            "title": entry.title,
            "id": entry.entry_id,
            "creator": entry.creator,
            "size": _size(entry.size_bytes),
            "format": entry.file_format,
        }
        return {name: value for name, value in known.items() if value}

    def _page(self, entry: EntryFacts, config: ServerConfig) -> str:
        return self.addresses.with_player(config.kaltura.player_id).player_page(entry.entry_id)


def _size(size_bytes: int) -> str:
    """`312 MB`, as people say it; empty where it is not known."""
    if size_bytes <= 0:
        return ""
    for unit, length in (("GB", 10**9), ("MB", 10**6)):
        if size_bytes >= length:
            amount = size_bytes / length
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{max(1, round(size_bytes / 1000))} kB"
