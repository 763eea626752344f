"""Event notification templates: those of Kaltura itself (partner 0), which accounts clone, and how they are kept.

Source: Kaltura's server, deployment/base/scripts and deployment/updates/scripts/xml/notifications. All of them are
disabled, so their clones are until somebody activates them. What an event has to fulfil is code that only Kaltura may
write, so a clone has that of its origin, whatever it is asked to be.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .models import StoredEntry
from .objects import Record

DISABLED, ACTIVE, DELETED = 1, 2, 3
HTTP_TYPE: Final = "httpNotification.Http"
SYSTEM_PARTNER: Final = 0

OBJECT_CHANGED, OBJECT_CREATED, OBJECT_REPLACED = 3, 5, 12
ENTRY, CATEGORY_ENTRY = 1, 37

_RECORDED: Final = "36"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an object.

    Attributes:
        event_type: what.
        object_type: to which kind of object.
        entry: the entry, or the one that was put into a category.
        changed: the columns that changed.
        category_id: of the category it was put into.
    """

    event_type: int
    object_type: int
    entry: StoredEntry
    changed: frozenset[str] = frozenset()
    category_id: int | None = None


Condition = Callable[[Happening, dict[str, str]], bool]
"""Whether an event fulfils what a template asks, given the values of its user parameters."""


@dataclass(slots=True)
class StoredTemplate:
    """A template: its API record, and what the API does not show.

    Attributes:
        record: the fields, as `get` answers them.
        condition: what an event has to fulfil.
        url_encodes: whether JSON goes out as `data=` and url-encoded; older templates do that.
        fills_object: whether the object is in the body; where no code says how to get it, the public source has none.
    """

    record: Record
    condition: Condition
    url_encodes: bool = False
    fills_object: bool = False

    @property
    def user_values(self) -> dict[str, str]:
        """The values of its user parameters."""
        return _values(self.record.get("userParameters"))

    @property
    def is_active(self) -> bool:
        """Whether it is dispatched."""
        return bool(self.record["status"] == ACTIVE)


@dataclass(slots=True)
class NotificationBook:
    """All templates, by id, and whether the account has the plugin at all."""

    templates: dict[int, StoredTemplate] = field(default_factory=dict)
    plugin_enabled: bool = True

    def named(self, system_name: str, partner_id: int) -> list[StoredTemplate]:
        """The active templates of a partner with this system name."""
        return [
            template
            for template in self.templates.values()
            if template.is_active
            and template.record["partnerId"] == partner_id
            and template.record.get("systemName") == system_name
        ]


def content_values(template: StoredTemplate, happening: Happening) -> dict[str, str]:
    """The values of the content parameters, as placeholders are replaced by them."""
    record = happening.entry.record
    known = {
        "entry_id": happening.entry.id,
        "entry_name": str(record.get("name") or ""),
        "entry_status": str(record["status"]),
        "entry_reference_id": str(record.get("referenceId") or ""),
        "category_id": str(happening.category_id or ""),
    }
    names = [str(parameter["key"]) for parameter in template.record.get("contentParameters") or []]
    return {name: known[name] for name in names if name in known} | template.user_values


def system_templates(now: int) -> dict[int, StoredTemplate]:
    """Those of partner 0, with ids of this deployment; `now` in epoch seconds."""
    entry_words = ("entry_id", "entry_name", "entry_status", "entry_reference_id")
    rows: tuple[tuple[int, str, int, int, tuple[str, ...], dict[str, str], Condition], ...] = (
        (8_101, "HTTP_ENTRY_STATUS_EQUALS", OBJECT_CHANGED, ENTRY, entry_words, {"trigger_status": "2"}, _has_status),
        (8_102, "HTTP_ENTRY_STATUS_CHANGED", OBJECT_CHANGED, ENTRY, entry_words, {}, _changed_status),
        (8_103, "HTTP_ENTRY_CHANGED", OBJECT_CHANGED, ENTRY, entry_words, {}, _anything),
        (8_104, "Recorded_Entry_Content_Replaced", OBJECT_REPLACED, ENTRY, entry_words, {}, _is_recorded),
        (8_105, "Not_Recorded_Entry_Content_Replaced", OBJECT_REPLACED, ENTRY, entry_words, {}, _is_not_recorded),
        (
            8_106,
            "HTTP_ENTRY_ADDED_TO_CATEGORY",
            OBJECT_CREATED,
            CATEGORY_ENTRY,
            ("entry_id", "category_id"),
            {},
            _anything,
        ),
    )
    return {
        number: StoredTemplate(_record(number, name, event, subject, content, user, now), condition)
        for number, name, event, subject, content, user, condition in rows
    }


def _record(
    number: int,
    system_name: str,
    event_type: int,
    object_type: int,
    content: tuple[str, ...],
    user: dict[str, str],
    now: int,
) -> Record:
    return {
        "objectType": "KalturaHttpNotificationTemplate",
        "id": number,
        "partnerId": SYSTEM_PARTNER,
        "name": system_name.replace("_", " ").title(),
        "systemName": system_name,
        "description": "",
        "type": HTTP_TYPE,
        "status": DISABLED,
        "createdAt": now - 10**7,
        "updatedAt": now - 10**7,
        "manualDispatchEnabled": False,
        "automaticDispatchEnabled": True,
        "eventType": str(event_type),
        "eventObjectType": str(object_type),
        "eventConditions": [],
        "contentParameters": [_parameter(name, "") for name in content],
        "userParameters": [_parameter(name, value) for name, value in user.items()],
        "method": 2,
        "secureHashingAlgo": 1,
    }


def _parameter(key: str, value: str) -> Record:
    return {
        "objectType": "KalturaEventNotificationParameter",
        "key": key,
        "value": {"objectType": "KalturaStringValue", "value": value},
    }


def _values(parameters: Any) -> dict[str, str]:
    return {str(each["key"]): str((each.get("value") or {}).get("value") or "") for each in parameters or []}


def _has_status(happening: Happening, values: dict[str, str]) -> bool:
    is_meant = str(happening.entry.record["status"]) == values.get("trigger_status", "2")
    return "status" in happening.changed and is_meant


def _changed_status(happening: Happening, _: dict[str, str]) -> bool:
    return "status" in happening.changed


def _is_recorded(happening: Happening, _: dict[str, str]) -> bool:
    return str(happening.entry.record.get("sourceType")) == _RECORDED


def _is_not_recorded(happening: Happening, values: dict[str, str]) -> bool:
    return not _is_recorded(happening, values)


def _anything(_: Happening, __: dict[str, str]) -> bool:
    return True
