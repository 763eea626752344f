"""The services `session`, `apptoken`, `system` and `partner`."""

import hashlib
from typing import Any, Final

from local_stack.kaltura import session as ks
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.objects import Record, refuse_read_only
from local_stack.kaltura.world import MAX_SESSION_SECONDS

SESSION = ActionTable("session")
APP_TOKEN = ActionTable("apptoken")
SYSTEM = ActionTable("system")
PARTNER = ActionTable("partner")

_ACTIVE, _DELETED = 2, 3
_HASHES: Final = {"MD5": hashlib.md5, "SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}

RESERVED_PRIVILEGES: Final = frozenset(
    (
        "edit",
        "sview",
        "list",
        "download",
        "downloadasset",
        "editplaylist",
        "sviewplaylist",
        "actionslimit",
        "setrole",
        "restrictingrole",
        "limitentry",
        "iprestrict",
        "urirestrict",
        "enableentitlement",
        "disableentitlement",
        "disableentitlementforentry",
        "privacycontext",
        "disableentitlementforplaylist",
        "enablecategorymoderation",
        "enablecaptionmoderation",
        "editadmintags",
        "edituser",
        "reftime",
        "preview",
        "sessionid",
        "sessionkey",
        "jobtype",
        "searchcontext",
        "enablechangeaccount",
        "disablesessiontypecheck",
        "apptoken",
        "restrictexplicitliveview",
        "virtualeventid",
        "widget",
        "view",
        "all",
    )
)


@SESSION.action("start", Audience.ANYONE)
def start(call: Call) -> str:
    """A KS for whoever knows the admin secret; the expiry is clamped to the partner's maximum."""
    partner_id = call.integer("partnerId", 0)
    if call.text("secret") != call.world.admin_secret or partner_id != call.world.partner_id:
        raise ApiError("START_SESSION_ERROR", PID=partner_id)
    privileges = call.text("privileges", "")
    _check_privileges(call, ks.split_privileges(privileges))
    seconds = min(call.integer("expiry", MAX_SESSION_SECONDS), MAX_SESSION_SECONDS)
    type_ = call.integer("type", ks.USER)
    if type_ not in (ks.USER, ks.ADMIN):
        raise ApiError("INVALID_ENUM_VALUE", GIVEN_VALUE=type_, PARAM_NAME="type", ENUM_TYPE="KalturaSessionType")
    return call.world.mint(type_, call.text("userId", ""), call.world.seconds() + seconds, privileges)


def _check_privileges(call: Call, privileges: dict[str, str]) -> None:
    if "actionslimit" in privileges:
        limit = privileges["actionslimit"]
        if not limit.isdigit() or int(limit) == 0:
            raise ApiError("INVALID_ACTIONS_LIMIT")
    if "setrole" in privileges:
        wanted = privileges["setrole"]
        known = {name for role in call.world.library.roles.values() for name in (str(role["id"]), role["systemName"])}
        if wanted not in known:
            raise ApiError("UNKNOWN_ROLE_ID", RID=wanted)


@SESSION.action("end", Audience.VIEWERS)
def end(call: Call) -> None:
    """Revoke this KS, or every KS with its `sessionid`; a widget's KS stays valid."""
    if call.session.type == ks.WIDGET:
        return
    group = call.session.privileges.get("sessionid")
    if group:
        call.world.sessions.revoked_groups.add(group)
    else:
        call.world.sessions.revoked.add(call.session.fingerprint)


@SESSION.action("get", Audience.VIEWERS)
def get(call: Call) -> Record:
    """What a KS says: the caller's, or the one given as `session`."""
    text = call.text("session", "")
    if not text:
        return session_info(call.session)
    try:
        return session_info(call.world.read_session(text))
    except ks.KsRefused as refused:
        raise ApiError("INVALID_KS", KSID=text, ERR_CODE=refused.number, ERR_DESC=refused.word) from refused


def session_info(session: ks.Session) -> Record:
    """A KalturaSessionInfo."""
    return {
        "objectType": "KalturaSessionInfo",
        "ks": session.text,
        "sessionType": session.type,
        "partnerId": session.partner_id,
        "userId": session.user_id,
        "expiry": session.expires_at,
        "privileges": session.privilege_text,
    }


@SESSION.action("startWidgetSession", Audience.ANYONE)
def start_widget_session(call: Call) -> Record:
    """The KS of an anonymous viewer."""
    widget_id = call.text("widgetId")
    if widget_id != f"_{call.world.partner_id}":
        raise ApiError("INVALID_WIDGET_ID", WID=widget_id)
    expires_at = call.world.seconds() + min(call.integer("expiry", MAX_SESSION_SECONDS), MAX_SESSION_SECONDS)
    return {
        "objectType": "KalturaStartWidgetSessionResponse",
        "partnerId": call.world.partner_id,
        "ks": call.world.mint(ks.WIDGET, "0", expires_at, "view:*,widget:1"),
        "userId": "0",
    }


@APP_TOKEN.action("add", Audience.ADMINISTRATORS)
def add_token(call: Call) -> Record:
    """Make a token; its secret is 32 hex characters of Kaltura's choice."""
    given = call.record("appToken", "KalturaAppToken")
    refuse_read_only(given)
    now = call.world.seconds()
    token: Record = {
        "id": call.world.new_text_id(),
        "token": call.world.random_bytes(16).hex(),
        "partnerId": call.world.partner_id,
        "createdAt": now,
        "updatedAt": now,
        "status": _ACTIVE,
        "sessionType": ks.USER,
        "sessionDuration": MAX_SESSION_SECONDS,
        "hashType": "SHA1",
        **{name: value for name, value in given.items() if value is not None},
    }
    call.world.app_tokens[token["id"]] = token
    return token


def _token(call: Call, name: str = "id") -> Record:
    token_id = call.text(name)
    token = call.world.app_tokens.get(token_id)
    if token is None or token["status"] == _DELETED:
        raise ApiError("APP_TOKEN_ID_NOT_FOUND", ID=token_id)
    return token


@APP_TOKEN.action("get", Audience.ADMINISTRATORS)
def get_token(call: Call) -> Record:
    """One token."""
    return _token(call)


@APP_TOKEN.action("list", Audience.ADMINISTRATORS)
def list_tokens(call: Call) -> Record:
    """Tokens that are not deleted."""
    wanted = call.optional_record("filter", "KalturaAppTokenFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    alive = [token for token in call.world.app_tokens.values() if token["status"] != _DELETED]
    return list_response(alive, wanted, pager, "KalturaAppTokenListResponse")


@APP_TOKEN.action("delete", Audience.ADMINISTRATORS)
def delete_token(call: Call) -> None:
    """Delete a token, and with it every session that was started with it."""
    token = _token(call)
    token["status"] = _DELETED
    call.world.sessions.revoked_groups.add(token["id"])


@APP_TOKEN.action("startSession", Audience.VIEWERS)
def start_token_session(call: Call) -> Record:
    """A KS for whoever knows the token: `tokenHash` is the hash of the caller's KS and the token, in hex."""
    token = _token(call)
    now = call.world.seconds()
    if token["status"] != _ACTIVE:
        raise ApiError("APP_TOKEN_NOT_ACTIVE", ID=token["id"])
    proof = _HASHES[token["hashType"]]((call.session.text + token["token"]).encode()).hexdigest()
    if call.text("tokenHash") != proof:
        raise ApiError("INVALID_APP_TOKEN_HASH")
    if token.get("expiry") and token["expiry"] <= now:
        raise ApiError("APP_TOKEN_EXPIRED", ID=token["id"])
    limits = [call.integer("expiry", MAX_SESSION_SECONDS), int(token["sessionDuration"])]
    if token.get("expiry"):
        limits.append(int(token["expiry"]) - now)
    user_id = str(token.get("sessionUserId") or call.text("userId", ""))
    privileges = _token_privileges(token, call.text("sessionPrivileges", ""))
    text = call.world.mint(int(token["sessionType"]), user_id, now + min(limits), privileges)
    return session_info(call.world.read_session(text))


def _token_privileges(token: Record, requested: str) -> str:
    """The token's own, the free-form ones asked for, and the two that make it revocable."""
    granted = ks.split_privileges(str(token.get("sessionPrivileges") or ""))
    for name, value in ks.split_privileges(requested).items():
        is_free = name not in RESERVED_PRIVILEGES and name not in granted
        if is_free or granted.get(name) == "*":
            granted[name] = value
    granted["sessionid"] = granted["apptoken"] = token["id"]
    return ",".join(f"{name}:{value}" if value else name for name, value in granted.items())


@SYSTEM.action("ping", Audience.ANYONE)
def ping(_call: Call) -> bool:
    """Whether the server stands."""
    return True


@SYSTEM.action("getTime", Audience.ANYONE)
def get_time(call: Call) -> int:
    """Epoch seconds."""
    return call.world.seconds()


@SYSTEM.action("getVersion", Audience.ANYONE)
def get_version(_call: Call) -> str:
    """The version of the API."""
    return "23.10.0"


def _partner_record(call: Call) -> dict[str, Any]:
    return {
        "objectType": "KalturaPartner",
        "id": call.world.partner_id,
        "name": "Riverside & Northwind (simulated)",
        "adminName": "Operator",
        "adminEmail": "operator@example.org",
        "status": 1,
        "adminSecret": call.world.admin_secret,
        "host": call.world.places.kaltura_url,
        "cdnHost": call.world.places.kaltura_url,
        "defaultEntitlementEnforcement": False,
    }


@PARTNER.action("getInfo", Audience.ADMINISTRATORS)
def get_info(call: Call) -> Record:
    """The caller's own partner."""
    return _partner_record(call)


@PARTNER.action("get", Audience.ADMINISTRATORS)
def get_partner(call: Call) -> Record:
    """A partner by id; only one's own."""
    wanted = call.integer("id", call.world.partner_id)
    if wanted != call.world.partner_id:
        raise ApiError("PARTNER_ACCESS_FORBIDDEN", PARTNER_ID=call.world.partner_id, OTHER_PARTNER=wanted)
    return _partner_record(call)
