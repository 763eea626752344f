"""The service `eventnotification_eventnotificationtemplate`.

Source: Kaltura's server, EventNotificationTemplateService.php. A clone is disabled, as its origin is. To activate asks
whether an active template of the account has that system name already, and does not leave out the one that is being
activated: to activate twice is refused. What an event has to fulfil can't be changed by an ordinary account.
"""

from typing import Final

from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.notification_templates import (
    ACTIVE,
    DELETED,
    DISABLED,
    SYSTEM_PARTNER,
    Happening,
    StoredTemplate,
)
from local_stack.kaltura.objects import Record, refuse_read_only, require_length

TEMPLATES = ActionTable("eventnotification_eventnotificationtemplate")

_DECLARED: Final = "KalturaEventNotificationTemplate"
_GUARDED: Final = ("eventType", "eventObjectType", "eventConditions", "contentParameters", "eventDelayedCondition")
_LIST: Final = "KalturaEventNotificationTemplateListResponse"


def _require_plugin(call: Call) -> None:
    if not call.world.notifications.plugin_enabled:
        raise ApiError("FEATURE_FORBIDDEN", FEATURE="eventNotification")


def _template(call: Call, *partners: int) -> StoredTemplate:
    number = call.integer("id")
    template = call.world.notifications.templates.get(number)
    known = template is not None and template.record["status"] != DELETED and template.record["partnerId"] in partners
    if template is None or not known:
        raise ApiError("EVENT_NOTIFICATION_TEMPLATE_NOT_FOUND", ID=number)
    return template


def _own(call: Call) -> StoredTemplate:
    return _template(call, call.world.partner_id)


def _changes(call: Call, template: StoredTemplate) -> Record:
    """What a request changes.

    Raises:
        ApiError: it is of another class, sets what only Kaltura sets, or what needs a permission of its own.
    """
    given = call.record("eventNotificationTemplate", _DECLARED)
    kind = template.record["objectType"]
    if given["objectType"] != kind:
        raise ApiError("EVENT_NOTIFICATION_WRONG_TYPE", ID=template.record["id"], TYPE=template.record["type"])
    refuse_read_only(given)
    for name in _GUARDED:
        if given.get(name) is not None:
            raise ApiError("PROPERTY_VALIDATION_NO_UPDATE_PERMISSION", PROP_NAME=f"{kind}::{name}")
    for name in ("name", "systemName"):
        if given.get(name) is not None:
            require_length(given, name, 3)
    return {name: value for name, value in given.items() if name != "objectType"}


def _require_free(call: Call, system_name: str) -> None:
    if call.world.notifications.named(system_name, call.world.partner_id):
        raise ApiError("EVENT_NOTIFICATION_TEMPLATE_DUPLICATE_SYSTEM_NAME", NAME=system_name)


@TEMPLATES.action("listTemplates", Audience.ADMINISTRATORS)
def list_templates(call: Call) -> Record:
    """Kaltura's own templates, which accounts clone."""
    return _listed(call, SYSTEM_PARTNER)


@TEMPLATES.action("list", Audience.ADMINISTRATORS)
def list_own(call: Call) -> Record:
    """The account's own templates."""
    return _listed(call, call.world.partner_id)


def _listed(call: Call, partner_id: int) -> Record:
    _require_plugin(call)
    wanted = call.optional_record("filter", "KalturaEventNotificationTemplateFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    records = [
        template.record
        for template in call.world.notifications.templates.values()
        if template.record["partnerId"] == partner_id and template.record["status"] != DELETED
    ]
    return list_response(records, wanted, pager, _LIST)


@TEMPLATES.action("get", Audience.ADMINISTRATORS)
def get(call: Call) -> Record:
    """One template of the account."""
    _require_plugin(call)
    return _own(call).record


@TEMPLATES.action("add", Audience.ADMINISTRATORS)
def add(call: Call) -> Record:
    """A template from nothing; ordinary accounts may not."""
    _require_plugin(call)
    raise ApiError("SERVICE_FORBIDDEN", SERVICE=f"{TEMPLATES.service}->add")


@TEMPLATES.action("clone", Audience.ADMINISTRATORS)
def clone(call: Call) -> Record:
    """A copy for the account, with changes."""
    _require_plugin(call)
    origin = _template(call, SYSTEM_PARTNER, call.world.partner_id)
    has_changes = isinstance(call.parameters.get("eventNotificationTemplate"), dict)
    changes = _changes(call, origin) if has_changes else {}
    record = {**origin.record, **changes}
    _require_free(call, str(record["systemName"]))
    now = call.world.seconds()
    record.update(
        id=call.world.new_number(),
        partnerId=call.world.partner_id,
        status=DISABLED,
        createdAt=now,
        updatedAt=now,
    )
    call.world.notifications.templates[int(record["id"])] = StoredTemplate(record, origin.condition)
    return record


@TEMPLATES.action("update", Audience.ADMINISTRATORS)
def update(call: Call) -> Record:
    """Change address, data, headers, parameters of one's own, or the name."""
    _require_plugin(call)
    template = _own(call)
    template.record.update(_changes(call, template))
    template.record["updatedAt"] = call.world.seconds()
    return template.record


@TEMPLATES.action("updateStatus", Audience.ADMINISTRATORS)
def update_status(call: Call) -> Record:
    """Activate or disable."""
    _require_plugin(call)
    template = _own(call)
    status = call.integer("status")
    if status not in (DISABLED, ACTIVE, DELETED):
        kind = "KalturaEventNotificationTemplateStatus"
        raise ApiError("INVALID_ENUM_VALUE", GIVEN_VALUE=status, PARAM_NAME="status", ENUM_TYPE=kind)
    if status == ACTIVE:
        _require_free(call, str(template.record["systemName"]))
    template.record.update(status=status, updatedAt=call.world.seconds())
    return template.record


@TEMPLATES.action("delete", Audience.ADMINISTRATORS)
def delete(call: Call) -> None:
    """Delete; it stays in the table, unseen."""
    _require_plugin(call)
    _own(call).record.update(status=DELETED, updatedAt=call.world.seconds())


@TEMPLATES.action("dispatch", Audience.ADMINISTRATORS)
def dispatch(call: Call) -> int:
    """Send a notification by hand, where the template allows it; the number of the job."""
    _require_plugin(call)
    template = _own(call)
    if not template.record.get("manualDispatchEnabled"):
        raise ApiError("EVENT_NOTIFICATION_DISPATCH_DISABLED", ID=template.record["id"])
    scope = call.record("scope", "KalturaEventNotificationScope")
    entry = call.world.entry(str(scope.get("objectId") or ""))
    event, subject = int(template.record["eventType"]), int(template.record["eventObjectType"])
    return call.world.webhooks.dispatch(template, Happening(event, subject, entry)).id
