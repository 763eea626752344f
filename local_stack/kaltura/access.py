"""Which entries a session may see, list, change and play."""

from . import session as ks
from .calls import Call
from .errors import ApiError
from .models import STATUS_READY, StoredEntry
from .objects import Record

_EXPLICIT_STATES = ("idEqual", "idIn", "statusEqual", "statusIn", "statusNotEqual", "statusNotIn")


def entry_for(call: Call, entry_id: str, type_: str | None = None) -> StoredEntry:
    """An entry that this session can see, of this type where one is given.

    Raises:
        ApiError: ENTRY_ID_NOT_FOUND.
    """
    entry = call.world.entry(entry_id)
    limit = call.session.privileges.get("limitentry")
    wrong_type = type_ is not None and entry.record["type"] != type_
    if wrong_type or (limit is not None and limit != entry_id):
        raise ApiError("ENTRY_ID_NOT_FOUND", ENTRY_ID=entry_id)
    return entry


def require_edit(call: Call, entry: StoredEntry) -> None:
    """Refuse a session that is neither an administrator's, nor the owner's, nor has `edit` for this entry.

    Raises:
        ApiError: INVALID_KS with INVALID_TYPE, which is what Kaltura's dispatcher answers.
    """
    session = call.session
    is_owner = str(entry.record.get("userId", "")).lower() == session.user_id.lower() != ""
    if session.is_admin or is_owner or session.covers("edit", entry.id):
        return
    number, word = ks.INVALID_TYPE
    raise ApiError("INVALID_KS", KSID="", ERR_CODE=number, ERR_DESC=word)


def may_play(session: ks.Session, entry: StoredEntry) -> bool:
    """Whether access control lets this session play the entry; an ADMIN session always may."""
    return not entry.access_controlled or session.is_admin or session.covers("sview", entry.id)


def lists_everything(session: ks.Session) -> bool:
    """Whether lists show others' entries too; a USER's only with `list:*`."""
    return session.type != ks.USER or session.covers("list", "*")


def listable(call: Call) -> list[StoredEntry]:
    """The entries that lists of this session may contain at all, whatever their status."""
    limit = call.session.privileges.get("limitentry")
    everything = lists_everything(call.session)
    own_id = call.session.user_id.lower()
    return [
        entry
        for entry in call.world.library.entries.values()
        if not entry.deleted
        and (limit is None or limit == entry.id)
        and (everything or own_id in (_lower(entry, "userId"), _lower(entry, "creatorId")))
    ]


def _lower(entry: StoredEntry, name: str) -> str:
    return str(entry.record.get(name) or "").lower()


def with_default_status(wanted: Record) -> Record:
    """The filter, showing READY entries only unless it names ids or states itself."""
    if any(wanted.get(name) is not None for name in _EXPLICIT_STATES):
        return wanted
    return {**wanted, "statusEqual": STATUS_READY}
