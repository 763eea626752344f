"""The test's own door, `/_sim/...`: what was called, who came in, switches for what happens at Kaltura."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from .happenings import go_on_air, set_status
from .models import TYPE_ROOM, StoredEntry
from .objects import Record
from .world import KalturaWorld


class SimDoor:
    """Answers JSON; faults never strike here."""

    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    def add_routes(self, application: web.Application) -> None:
        """Register the routes."""
        application.router.add_get("/_sim/rooms", self.rooms)
        application.router.add_get("/_sim/joins", self.joins)
        application.router.add_get("/_sim/users", self.users)
        application.router.add_get("/_sim/calls", self.calls)
        application.router.add_post("/_sim/entries/{entry_id}", self.change_entry)
        application.router.add_get("/_sim/schedule-events", self.schedule_events)
        application.router.add_post("/_sim/schedule-events/{event_id}", self.change_schedule_event)
        application.router.add_post("/_sim/reset", self.reset)

    async def rooms(self, _request: web.Request) -> web.Response:
        """Every room, also deleted ones (status 3)."""
        entries = self._world.library.entries.values()
        return web.json_response([entry.record for entry in entries if entry.record["type"] == TYPE_ROOM])

    async def joins(self, _request: web.Request) -> web.Response:
        """Everybody who came into a room through KAF."""
        return web.json_response([asdict(join) for join in self._world.joins])

    async def users(self, _request: web.Request) -> web.Response:
        """Every user and group, also deleted ones (status 2), with the groups that each is in."""
        library = self._world.library
        in_groups = {
            user_id: sorted(group for member, group in library.memberships if member == user_id)
            for user_id in library.users
        }
        return web.json_response([{**user, "groups": in_groups[user_id]} for user_id, user in library.users.items()])

    async def calls(self, request: web.Request) -> web.Response:
        """The log of API calls, oldest first; `?service=` and `?action=` (any case) narrow it."""
        service = request.query.get("service", "").lower()
        action = request.query.get("action", "").lower()
        found = [
            asdict(call) for call in self._world.calls if service in ("", call.service) and action in ("", call.action)
        ]
        return web.json_response(found)

    async def schedule_events(self, _request: web.Request) -> web.Response:
        """Every event of the calendar, also cancelled (status 1) and deleted ones (status 3)."""
        return web.json_response(list(self._world.schedule_events.values()))

    async def change_schedule_event(self, request: web.Request) -> web.Response:
        """Do to an event what people do in Kaltura's calendar: `{startDate, endDate, status}`, each optional."""
        number = request.match_info["event_id"]
        event = self._world.schedule_events.get(int(number)) if number.isdecimal() else None
        if event is None:
            raise web.HTTPNotFound(text='{"error": "no such event"}', content_type="application/json")
        wish: dict[str, Any] = await request.json()
        event.update({name: wish[name] for name in ("startDate", "endDate", "status") if name in wish})
        event["duration"] = event["endDate"] - event["startDate"]
        event["updatedAt"] = self._world.seconds()
        return web.json_response(event)

    async def change_entry(self, request: web.Request) -> web.Response:
        """Do to an entry what happens at Kaltura: `{live, status, recording, access_controlled}`, each optional.

        `recording` is the id of a media entry; it becomes the recording of this entry.
        """
        entry = self._world.library.entries.get(request.match_info["entry_id"])
        if entry is None:
            raise web.HTTPNotFound(text='{"error": "no such entry"}', content_type="application/json")
        wish: dict[str, Any] = await request.json()
        if "live" in wish:
            go_on_air(self._world, entry, bool(wish["live"]))
        if "status" in wish:
            set_status(self._world, entry, str(wish["status"]))
        if "access_controlled" in wish:
            entry.access_controlled = bool(wish["access_controlled"])
        if "recording" in wish:
            self._attach(entry, str(wish["recording"]))
        entry.record["updatedAt"] = self._world.seconds()
        return web.json_response(_shown(entry))

    def _attach(self, entry: StoredEntry, recording_id: str) -> None:
        recording = self._world.library.entries.get(recording_id)
        if recording is None:
            raise web.HTTPNotFound(text='{"error": "no such recording"}', content_type="application/json")
        entry.record["recordedEntryId"] = recording_id
        recording.record["rootEntryId"] = entry.id

    async def reset(self, _request: web.Request) -> web.Response:
        """Everything as it was seeded."""
        self._world.reset()
        return web.json_response({"reset": True})


def _shown(entry: StoredEntry) -> Record:
    return {**entry.record, "is_live": entry.is_live, "access_controlled": entry.access_controlled}
