"""The services of the schedule plugin: events, resources, and which event has which resource.

Source: Kaltura's schedule plugin. An event lasts 24 hours at most, its summary has 1 to 256 characters, its parameter
is called `scheduleEventId`.
"""

from typing import Final

from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.objects import Record, refuse_read_only, require_length

EVENT = ActionTable("schedule_scheduleevent")
RESOURCE = ActionTable("schedule_scheduleresource")
EVENT_RESOURCE = ActionTable("schedule_scheduleeventresource")

LONGEST_EVENT_SECONDS: Final = 24 * 60 * 60
_CANCELLED, _ACTIVE, _DELETED = 1, 2, 3
_RESOURCE_ACTIVE, _RESOURCE_DELETED = 2, 3


def _event(call: Call) -> Record:
    event_id = call.integer("scheduleEventId")
    event = call.world.schedule_events.get(event_id)
    if event is None or event["status"] == _DELETED:
        raise ApiError("SCHEDULE_EVENT_ID_NOT_FOUND", ID=event_id)
    return event


def _check_dates(event: Record) -> None:
    class_name = event["objectType"]
    for name in ("startDate", "endDate"):
        if event.get(name) is None:
            raise ApiError("PROPERTY_VALIDATION_CANNOT_BE_NULL", PROP_NAME=f"{class_name}::{name}")
    if event["endDate"] < event["startDate"]:
        raise ApiError("INVALID_SCHEDULE_END_BEFORE_START", START_TIME=event["startDate"], END_TIME=event["endDate"])
    if event["endDate"] - event["startDate"] > LONGEST_EVENT_SECONDS:
        raise ApiError("MAX_SCHEDULE_DURATION_REACHED", MAX_DURATION=LONGEST_EVENT_SECONDS)


@EVENT.action("add", Audience.ADMINISTRATORS)
def add_event(call: Call) -> Record:
    """A new event; recurrenceType, summary and both dates are required."""
    given = call.record("scheduleEvent", "KalturaScheduleEvent")
    refuse_read_only(given)
    if given.get("recurrenceType") is None:
        raise ApiError("PROPERTY_VALIDATION_CANNOT_BE_NULL", PROP_NAME=f"{given['objectType']}::recurrenceType")
    require_length(given, "summary", 1, 256)
    _check_dates(given)
    now = call.world.seconds()
    event = {
        "id": call.world.new_number(),
        "partnerId": call.world.partner_id,
        "status": _ACTIVE,
        "classificationType": 1,
        "priority": 5,
        "sequence": 1,
        "ownerId": call.session.user_id,
        "createdAt": now,
        "updatedAt": now,
        **{name: value for name, value in given.items() if value is not None},
        "duration": given["endDate"] - given["startDate"],
    }
    call.world.schedule_events[event["id"]] = event
    return event


@EVENT.action("get", Audience.VIEWERS)
def get_event(call: Call) -> Record:
    """One event."""
    return _event(call)


@EVENT.action("update", Audience.ADMINISTRATORS)
def update_event(call: Call) -> Record:
    """Change an event; its dates must still be right."""
    event = _event(call)
    given = call.record("scheduleEvent", "KalturaScheduleEvent")
    refuse_read_only(given)
    if given.get("summary") is not None:
        require_length(given, "summary", 1, 256)
    changed = {**event, **{name: value for name, value in given.items() if name != "objectType"}}
    _check_dates(changed)
    changed["duration"] = changed["endDate"] - changed["startDate"]
    changed["sequence"] = event["sequence"] + 1
    changed["updatedAt"] = call.world.seconds()
    event.update(changed)
    return event


@EVENT.action("delete", Audience.ADMINISTRATORS)
def delete_event(call: Call) -> None:
    """Delete an event and its resources' bookings."""
    event = _event(call)
    event["status"] = _DELETED
    for pair in [pair for pair in call.world.event_resources if pair[0] == event["id"]]:
        del call.world.event_resources[pair]


@EVENT.action("cancel", Audience.ADMINISTRATORS)
def cancel_event(call: Call) -> Record:
    """Cancel an event; it stays findable with status 1."""
    event = _event(call)
    event["status"] = _CANCELLED
    event["updatedAt"] = call.world.seconds()
    return event


@EVENT.action("list", Audience.VIEWERS)
def list_events(call: Call) -> Record:
    """Active events, unless the filter names a status or an id."""
    wanted = call.optional_record("filter", "KalturaScheduleEventFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    resource_id = wanted.pop("resourceIdEqual", None)
    if all(wanted.get(name) is None for name in ("statusEqual", "statusIn", "idEqual", "idIn")):
        wanted["statusEqual"] = _ACTIVE
    events = [event for event in call.world.schedule_events.values() if event["status"] != _DELETED]
    if resource_id is not None:
        events = [event for event in events if (event["id"], int(resource_id)) in call.world.event_resources]
    return list_response(events, wanted, pager, "KalturaScheduleEventListResponse", "+startDate")


def _resource(call: Call, resource_id: int) -> Record:
    resource = call.world.schedule_resources.get(resource_id)
    if resource is None or resource["status"] == _RESOURCE_DELETED:
        raise ApiError("SCHEDULE_RESOURCE_ID_NOT_FOUND", ID=resource_id)
    return resource


@RESOURCE.action("add", Audience.ADMINISTRATORS)
def add_resource(call: Call) -> Record:
    """A new resource, such as a Newrow room (tag `vcprovider:newrow`)."""
    given = call.record("scheduleResource", "KalturaScheduleResource")
    refuse_read_only(given)
    require_length(given, "name", 1, 256)
    now = call.world.seconds()
    resource = {
        "id": call.world.new_number(),
        "partnerId": call.world.partner_id,
        "status": _RESOURCE_ACTIVE,
        "createdAt": now,
        "updatedAt": now,
        **{name: value for name, value in given.items() if value is not None},
    }
    call.world.schedule_resources[resource["id"]] = resource
    return resource


@RESOURCE.action("get", Audience.VIEWERS)
def get_resource(call: Call) -> Record:
    """One resource."""
    return _resource(call, call.integer("scheduleResourceId"))


@RESOURCE.action("update", Audience.ADMINISTRATORS)
def update_resource(call: Call) -> Record:
    """Change a resource."""
    resource = _resource(call, call.integer("scheduleResourceId"))
    given = call.record("scheduleResource", "KalturaScheduleResource")
    refuse_read_only(given)
    resource.update({name: value for name, value in given.items() if name != "objectType"})
    resource["updatedAt"] = call.world.seconds()
    return resource


@RESOURCE.action("delete", Audience.ADMINISTRATORS)
def delete_resource(call: Call) -> None:
    """Delete a resource."""
    _resource(call, call.integer("scheduleResourceId"))["status"] = _RESOURCE_DELETED


@RESOURCE.action("list", Audience.VIEWERS)
def list_resources(call: Call) -> Record:
    """Resources that are not deleted."""
    wanted = call.optional_record("filter", "KalturaScheduleResourceFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    alive = [one for one in call.world.schedule_resources.values() if one["status"] != _RESOURCE_DELETED]
    return list_response(alive, wanted, pager, "KalturaScheduleResourceListResponse")


def _pair(call: Call) -> tuple[int, int]:
    pair = call.integer("scheduleEventId"), call.integer("scheduleResourceId")
    if pair not in call.world.event_resources:
        raise ApiError("SCHEDULE_EVENT_RESOURCE_NOT_FOUND", EVENT_ID=pair[0], RESOURCE_ID=pair[1])
    return pair


@EVENT_RESOURCE.action("add", Audience.ADMINISTRATORS)
def add_event_resource(call: Call) -> Record:
    """Book a resource for an event."""
    given = call.record("scheduleEventResource", "KalturaScheduleEventResource")
    refuse_read_only(given)
    event_id, resource_id = int(given.get("eventId") or 0), int(given.get("resourceId") or 0)
    event = call.world.schedule_events.get(event_id)
    if event is None or event["status"] == _DELETED:
        raise ApiError("SCHEDULE_EVENT_ID_NOT_FOUND", ID=event_id)
    _resource(call, resource_id)
    if (event_id, resource_id) in call.world.event_resources:
        raise ApiError("RESOURCE_IS_ALREADY_ASSIGNED", EVENT_ID=event_id, RESOURCE_ID=resource_id)
    now = call.world.seconds()
    row = {**given, "partnerId": call.world.partner_id, "createdAt": now, "updatedAt": now}
    call.world.event_resources[event_id, resource_id] = row
    return row


@EVENT_RESOURCE.action("get", Audience.VIEWERS)
def get_event_resource(call: Call) -> Record:
    """One booking."""
    return call.world.event_resources[_pair(call)]


@EVENT_RESOURCE.action("delete", Audience.ADMINISTRATORS)
def delete_event_resource(call: Call) -> None:
    """Take a booking back."""
    del call.world.event_resources[_pair(call)]


@EVENT_RESOURCE.action("list", Audience.VIEWERS)
def list_event_resources(call: Call) -> Record:
    """Bookings."""
    wanted = call.optional_record("filter", "KalturaScheduleEventResourceFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    rows = call.world.event_resources.values()
    return list_response(rows, wanted, pager, "KalturaScheduleEventResourceListResponse")
