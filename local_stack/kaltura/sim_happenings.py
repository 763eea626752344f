"""The test's own door for what happens at Kaltura, `/_sim/...`, and what it notified of.

POST entries                          {name, category_id, tags, owner, ready}      somebody uploads a video
POST rooms/{id}/recording             {naming: root|recorded|reference, ready}     a room was recorded
POST resources/{id}/recording         {ready}                                      an older room was recorded
POST entries/{id}/replaced                                     the final content of a recording is there
POST entries/{id}/category            {category_id}            it is put into a category
GET  webhooks                                                  what was sent, oldest first
POST webhooks/{job}/send                                       it is sent again
POST webhooks/settings                {retry_seconds, plugin_enabled}
POST templates/{id}                   {url_encodes, fills_object}     what the API does not show
"""

from typing import Any

from aiohttp import web

from . import happenings
from .models import STATUS_READY, StoredEntry
from .world import KalturaWorld


class HappeningsDoor:
    """Answers JSON; faults never strike here."""

    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    def add_routes(self, application: web.Application) -> None:
        """Register the routes."""
        router = application.router
        router.add_post("/_sim/entries", self.upload)
        router.add_post("/_sim/entries/{entry_id}/replaced", self.replace)
        router.add_post("/_sim/entries/{entry_id}/category", self.categorise)
        router.add_post("/_sim/rooms/{room_id}/recording", self.record_room)
        router.add_post("/_sim/resources/{resource_id}/recording", self.record_resource)
        router.add_get("/_sim/webhooks", self.webhooks)
        router.add_post("/_sim/webhooks/settings", self.settings)
        router.add_post("/_sim/webhooks/{job_id}/send", self.send)
        router.add_post("/_sim/templates/{template_id}", self.change_template)

    async def upload(self, request: web.Request) -> web.Response:
        """Somebody uploads a video."""
        wish = await _wish(request)
        return self._appeared(happenings.upload(self._world, wish), wish)

    async def record_room(self, request: web.Request) -> web.Response:
        """A room was recorded."""
        wish = await _wish(request)
        room = _entry(self._world, request.match_info["room_id"])
        return self._appeared(happenings.record_room(self._world, room, wish.get("naming", "root")), wish)

    async def record_resource(self, request: web.Request) -> web.Response:
        """An older room was recorded."""
        wish = await _wish(request)
        resource = self._world.schedule_resources.get(int(request.match_info["resource_id"]))
        if resource is None:
            raise web.HTTPNotFound(text='{"error": "no such resource"}', content_type="application/json")
        return self._appeared(happenings.record_resource(self._world, resource), wish)

    def _appeared(self, entry: StoredEntry, wish: dict[str, Any]) -> web.Response:
        """The new entry, ready at once where that was asked for."""
        if wish.get("ready", False):
            happenings.set_status(self._world, entry, STATUS_READY)
        return web.json_response(entry.record)

    async def replace(self, request: web.Request) -> web.Response:
        """The final content of a recording is there."""
        entry = _entry(self._world, request.match_info["entry_id"])
        happenings.replace_content(self._world, entry)
        return web.json_response(entry.record)

    async def categorise(self, request: web.Request) -> web.Response:
        """An entry is put into a category."""
        entry = _entry(self._world, request.match_info["entry_id"])
        category_id = int((await _wish(request))["category_id"])
        if category_id not in self._world.library.categories:
            raise web.HTTPNotFound(text='{"error": "no such category"}', content_type="application/json")
        happenings.put_into_category(self._world, entry, category_id)
        return web.json_response(entry.record)

    async def webhooks(self, _request: web.Request) -> web.Response:
        """What was sent."""
        return web.json_response([job.described() for job in self._world.webhooks.jobs])

    async def send(self, request: web.Request) -> web.Response:
        """Send a notification again."""
        number = int(request.match_info["job_id"])
        job = next((job for job in self._world.webhooks.jobs if job.id == number), None)
        if job is None:
            raise web.HTTPNotFound(text='{"error": "no such job"}', content_type="application/json")
        self._world.webhooks.send(job)
        return web.json_response(job.described())

    async def settings(self, request: web.Request) -> web.Response:
        """How long until a notification that was not taken is sent again, and whether the account has the plugin."""
        wish = await _wish(request)
        if "retry_seconds" in wish:
            self._world.webhooks.retry_seconds = float(wish["retry_seconds"])
        if "plugin_enabled" in wish:
            self._world.notifications.plugin_enabled = bool(wish["plugin_enabled"])
        return web.json_response({"retry_seconds": self._world.webhooks.retry_seconds})

    async def change_template(self, request: web.Request) -> web.Response:
        """How a template writes its bodies."""
        template = self._world.notifications.templates.get(int(request.match_info["template_id"]))
        if template is None:
            raise web.HTTPNotFound(text='{"error": "no such template"}', content_type="application/json")
        wish = await _wish(request)
        template.url_encodes = bool(wish.get("url_encodes", template.url_encodes))
        template.fills_object = bool(wish.get("fills_object", template.fills_object))
        return web.json_response(template.record)


async def _wish(request: web.Request) -> dict[str, Any]:
    wish: dict[str, Any] = await request.json() if request.can_read_body else {}
    return wish


def _entry(world: KalturaWorld, entry_id: str) -> StoredEntry:
    entry = world.library.entries.get(entry_id)
    if entry is None:
        raise web.HTTPNotFound(text='{"error": "no such entry"}', content_type="application/json")
    return entry
