"""KAF, Kaltura's application framework: the pages by which a person enters a room.

KAF is closed source; what is known comes from Kaltura's guides: the KS stands in the address, is of type USER, and
carries who comes (`userId`, `firstName`, `lastName`), where (`entryId`, or `eventId` and `resourceId` for the older
rooms) and as what (`role`, or `userContextualRole` 0 for an instructor).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from . import session as ks
from .calls import Call
from .errors import ApiError
from .kaf_pages import RoomView, refusal_page, room_page
from .models import TYPE_LIVE, TYPE_ROOM, Join, StoredEntry
from .services.entries import add_entry
from .world import KalturaWorld

ROLES: Final = ("viewerRole", "privateOnlyRole", "adminRole", "unmoderatedAdminRole")
_MODERATORS: Final = ("adminRole", "unmoderatedAdminRole")
_INSTRUCTOR: Final = "0"
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class EntryRefused(Exception):
    """KAF shows its error page: `status`, what happened, and what to do about it."""

    def __init__(self, status: int, headline: str, advice: str) -> None:
        self.status = status
        self.headline = headline
        self.advice = advice
        super().__init__(headline)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes into which room, as the session says."""

    room_id: str
    title: str
    kind: str
    user_id: str
    name: str
    role: str
    moderator: bool


class KafDoor:
    """Answers everything under `/kaf`."""

    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    def add_routes(self, application: web.Application) -> None:
        """Register the routes."""
        router = application.router
        router.add_get("/kaf/version", self.version)
        router.add_post("/kaf/embeddedrooms/index/create-room", self.create_room)
        router.add_get("/kaf/embeddedrooms/index/view-room/ks/{ks}", self.view_room)
        router.add_get("/kaf/hosted/index/view-entry/ks/{ks}", self.view_entry)
        router.add_get("/kaf/virtualEvent/launch", self.launch)
        router.add_get("/kaf/people/{room_id}", self.people)

    async def version(self, _request: web.Request) -> web.Response:
        """Answers where a KAF instance stands."""
        return web.json_response({"version": "5.128.14", "partnerId": self._world.partner_id, "authMethod": "ks"})

    async def create_room(self, request: web.Request) -> web.Response:
        """Make a room with an ADMIN KS: `{ks, name, description, tags, templateRoomEntryId}`."""
        try:
            given: dict[str, Any] = json.loads(await request.text())
            session = self._world.read_session(str(given.get("ks", "")))
        except (ValueError, ks.KsRefused):
            return web.json_response({"success": False, "message": "Invalid KS", "data": None}, status=403)
        if not session.is_admin:
            return web.json_response({"success": False, "message": "Access denied", "data": None}, status=403)
        call = Call(self._world, {"entry": {**given, "objectType": "KalturaRoomEntry", "roomType": 1}}, session)
        try:
            room = add_entry(call, call.record("entry", "KalturaRoomEntry"))
        except ApiError as error:
            return web.json_response({"success": False, "message": error.message, "data": None})
        return web.json_response({"success": True, "message": None, "data": room})

    async def view_room(self, request: web.Request) -> web.Response:
        """A room entry; the session says which."""
        return self._entered(request.match_info["ks"], self._visit_entry)

    async def view_entry(self, request: web.Request) -> web.Response:
        """A room or a webcast entry; needs `userId`, `entryId` and `role`."""
        return self._entered(request.match_info["ks"], self._visit_entry)

    async def launch(self, request: web.Request) -> web.Response:
        """An older room, of a schedule event or resource."""
        return self._entered(request.query.get("ks", ""), self._visit_schedule)

    async def people(self, request: web.Request) -> web.Response:
        """Who came into a room, for the page that shows them."""
        return web.json_response(self._people(request.match_info["room_id"]), headers=_PRIVATE)

    def _people(self, room_id: str) -> list[dict[str, Any]]:
        return [
            {"user_id": join.user_id, "name": join.name, "moderator": join.moderator, "at": join.at}
            for join in self._world.joins
            if join.room_id == room_id
        ]

    def _entered(self, text: str, visit_of: Callable[[ks.Session], Visit]) -> web.Response:
        try:
            session = self._session(text)
            visit = visit_of(session)
        except EntryRefused as refused:
            body = refusal_page(refused.headline, refused.advice)
            return web.Response(text=body, content_type="text/html", status=refused.status, headers=_PRIVATE)
        self._record(visit)
        people = self._people(visit.room_id)
        can_be_recorded = visit.room_id in self._world.library.entries
        view = RoomView(
            visit.room_id, visit.title, visit.kind, visit.user_id, visit.name, visit.moderator, can_be_recorded
        )
        return web.Response(text=room_page(view, people), content_type="text/html", headers=_PRIVATE)

    def _session(self, text: str) -> ks.Session:
        try:
            session = self._world.read_session(text)
        except ks.KsRefused as refused:
            if refused.word == "EXPIRED":
                raise EntryRefused(403, "Your session has expired", _AGAIN) from None
            if refused.word == "LOGOUT":
                raise EntryRefused(403, "This session has ended", _AGAIN) from None
            raise EntryRefused(403, "Access denied", "This link is not valid here. " + _AGAIN) from None
        if session.type != ks.USER:
            raise EntryRefused(403, "Access denied", "This link does not belong to a person. " + _AGAIN)
        return session

    def _visit_entry(self, session: ks.Session) -> Visit:
        privileges = session.privileges
        for name in ("userId", "entryId", "role"):
            if not privileges.get(name):
                raise EntryRefused(400, "Something is missing", f"The link does not say its {name}. " + _AGAIN)
        if privileges["userId"] != session.user_id:
            raise EntryRefused(403, "Access denied", "The link was made for somebody else. " + _AGAIN)
        entry = self._world.library.entries.get(privileges["entryId"])
        if entry is None or entry.deleted:
            raise EntryRefused(404, "Media not found", "The room does not exist, or was deleted.")
        return self._visit(session, entry.id, str(entry.record["name"]), _kind(entry))

    def _visit_schedule(self, session: ks.Session) -> Visit:
        privileges = session.privileges
        event = self._world.schedule_events.get(_number(privileges.get("eventId")))
        if event is not None and event["status"] == 2:
            return self._visit(session, f"event-{event['id']}", str(event["summary"]), "Scheduled room")
        resource = self._world.schedule_resources.get(_number(privileges.get("resourceId")))
        if resource is not None and resource["status"] == 2:
            kind = _class_mode(str(resource.get("tags") or ""))
            return self._visit(session, f"resource-{resource['id']}", str(resource["name"]), kind)
        raise EntryRefused(404, "Event not found", "The event was cancelled, or never existed.")

    def _visit(self, session: ks.Session, room_id: str, title: str, kind: str) -> Visit:
        privileges = session.privileges
        role = privileges.get("role", "viewerRole")
        if role not in ROLES:
            raise EntryRefused(403, "Access denied", f"There is no role named {role}.")
        moderator = role in _MODERATORS or privileges.get("userContextualRole") == _INSTRUCTOR
        names = [privileges.get("firstName", ""), privileges.get("lastName", "")]
        name = " ".join(word for word in names if word) or session.user_id
        return Visit(room_id, title, kind, session.user_id, name, role, moderator)

    def _record(self, visit: Visit) -> None:
        now = int(self._world.now() * 1000)
        for join in self._world.joins:
            if (join.room_id, join.user_id) == (visit.room_id, visit.user_id):
                join.name, join.role, join.moderator = visit.name, visit.role, visit.moderator
                join.at = now
                join.times += 1
                return
        self._world.joins.append(Join(visit.room_id, visit.user_id, visit.name, visit.role, visit.moderator, now))


_AGAIN: Final = "Go back to where you found it and join again."


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _kind(entry: StoredEntry) -> str:
    if entry.record["type"] == TYPE_LIVE:
        return "Live webcast"
    if entry.record["type"] != TYPE_ROOM:
        return "Video"
    return "Breakout room" if entry.record.get("roomType") == 2 else "Meeting room"


def _class_mode(tags: str) -> str:
    if "custom_rs_class_mode:webinar" in tags:
        return "Webinar"
    if "custom_rs_class_mode:virtual_classroom" in tags:
        return "Virtual classroom"
    return "Meeting room"
