"""The API's description for programs (OpenAPI 3.1), at /api/v1/openapi.json. `docs/api.md` is the one for people."""

from collections.abc import Mapping
from typing import Any

from kaltura_discord import __version__

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_WHOLE: Json = {"type": "integer"}
_MAYBE_TEXT: Json = {"type": ["string", "null"]}
_BOTH_SESSIONS: list[Json] = [{"session": []}, {}]
_ROOM: list[Json] = [{"room": []}]
_OPEN: list[Json] = []


def document() -> Json:
    """The document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kaltura for Discord: Watch Together",
            "version": __version__,
            "description": "Errors are problem details (RFC 9457); `detail` is a sentence that a viewer may read.",
        },
        "paths": {f"/api/v1{path}": operations for path, operations in _PATHS.items()},
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT, audience session"},
                "room": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT, audience room"},
            },
        },
    }


def _object(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(name: str) -> Json:
    return {"anyOf": [_ref(name), {"type": "null"}]}


def _operation(
    summary: str,
    answer: Json,
    statuses: str,
    *,
    security: list[Json] | None = None,
    media_type: str = "application/json",
    parameters: list[Json] | None = None,
    body: Json | None = None,
) -> Json:
    problem = {
        "description": "Why not",
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
    operation: Json = {
        "summary": summary,
        "security": _OPEN if security is None else security,
        "responses": {
            "200": {"description": "Done", "content": {media_type: {"schema": answer}}},
            **dict.fromkeys(statuses.split(), problem),
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _in_path(*names: str) -> list[Json]:
    return [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]


def _in_query(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _one_of(*names: str) -> Json:
    return {"oneOf": [{**_object({name: _TEXT}), "additionalProperties": False} for name in names]}


_VIDEO = {
    "id": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    "duration": {**_NUMBER, "description": "seconds; 0 for live"},
    "kind": {"enum": ["video", "audio", "live"]},
    "created_at": {**_WHOLE, "description": "epoch seconds"},
    "plays": _WHOLE,
    "thumbnail": _TEXT,
}
_CAPTION = _object({"label": _TEXT, "language": _TEXT, "url": _TEXT, "is_default": {"type": "boolean"}})
_SCHEMAS: dict[str, Json] = {
    "Problem": _object({"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT}),
    "Video": _object(_VIDEO),
    "GrantedVideo": _object({**_VIDEO, "grant": {**_TEXT, "description": "for the room's message media.set"}}),
    "Session": _object(
        {
            "session_token": _TEXT,
            "discord_access_token": _MAYBE_TEXT,
            "expires_in": _WHOLE,
            "user": _object({"id": _TEXT, "name": _TEXT, "avatar": _MAYBE_TEXT}),
        }
    ),
    "RoomEntry": _object(
        {
            "room_token": _TEXT,
            "session_token": _MAYBE_TEXT,
            "expires_in": _WHOLE,
            "room": _object({"room_id": _TEXT, "guild_id": _TEXT, "channel_id": _TEXT}),
            "you": _object(
                {
                    "user_id": _TEXT,
                    "name": _TEXT,
                    "avatar": _MAYBE_TEXT,
                    "level": {"enum": ["viewer", "moderator", "admin"]},
                }
            ),
            "ticket": _TEXT,
            "ticket_expires_in": _WHOLE,
            "bound_video": _or_null("Video"),
            "proposed_video": _or_null("GrantedVideo"),
            "features": _object({"activities": {"type": "boolean"}, "web_fallback": {"type": "boolean"}}),
        }
    ),
    "Playback": _object(
        {
            "entry_id": _TEXT,
            "title": _TEXT,
            "duration": _NUMBER,
            "kind": {"enum": ["video", "audio", "live"]},
            "poster": _TEXT,
            "manifest": _TEXT,
            "captions": {"type": "array", "items": _CAPTION},
            "player": _object({"script": _TEXT, "partner_id": _WHOLE, "ui_conf_id": _WHOLE}),
            "expires_at_ms": _WHOLE,
        }
    ),
}

_PLAYLIST = "application/vnd.apple.mpegurl"
_SEALED = _in_path("play_token", "host_key", "sealed")
_BINARY: Json = {"type": "string", "format": "binary"}
_FOUND = _object({"videos": {"type": "array", "items": _ref("Video")}, "total": _WHOLE, "page": _WHOLE})
_SEARCH = [
    _in_query("query", _TEXT),
    _in_query("page", {**_WHOLE, "minimum": 1, "maximum": 200}),
    _in_query("limit", {**_WHOLE, "minimum": 1, "maximum": 50}),
]
_LIVE = [_in_query(name, _TEXT) for name in ("_HLS_msn", "_HLS_part", "_HLS_skip")]
_ENTERING: Json = _object({}, {"instance_id": _TEXT, "link_token": _TEXT})

_DEPENDENCY = _object(
    {
        "status": {"enum": ["ok", "failing"]},
        "latency_ms": _WHOLE,
        "circuit": {"enum": ["closed", "half-open", "open", None]},
    }
)
_READY = _object(
    {
        "status": {"enum": ["ready", "not ready"]},
        "dependencies": {"type": "object", "additionalProperties": _DEPENDENCY},
    }
)
# What is not ready is told in the same form, by 503; other problems with 503 are told as problems.
_READINESS = _operation("Whether all that this depends on answers, as of ten seconds ago", _READY, "503")
_READINESS["responses"]["503"]["content"]["application/json"] = {"schema": _READY}

_PATHS: dict[str, Json] = {
    "/health": {
        "get": _operation(
            "Alive, and for which Discord application", _object({"status": _TEXT, "application_id": _TEXT}), "503"
        )
    },
    "/health/ready": {"get": _READINESS},
    "/openapi.json": {"get": _operation("This document", {"type": "object"}, "503")},
    "/auth/token": {
        "post": _operation(
            "Sign in",
            _ref("Session"),
            "400 401 403 413 429 503",
            body=_one_of("code", "discord_access_token", "session_token"),
        )
    },
    "/rooms/session": {
        "post": _operation(
            "Come into a room",
            _ref("RoomEntry"),
            "400 401 403 404 410 413 429 503",
            security=_BOTH_SESSIONS,
            body=_ENTERING,
        )
    },
    "/rooms/{room_id}/ticket": {
        "post": _operation(
            "A ticket for the room's socket, good once and for a minute",
            _object({"ticket": _TEXT, "expires_in": _WHOLE}),
            "400 401 403 413 429 503",
            security=_ROOM,
            parameters=_in_path("room_id"),
        )
    },
    "/videos": {
        "get": _operation(
            "The server's videos that mention the words; without words its newest",
            _FOUND,
            "400 401 403 429 502 503",
            security=_ROOM,
            parameters=_SEARCH,
        )
    },
    "/videos/{entry_id}": {
        "get": _operation(
            "One of the server's videos, with the word that lets the room change to it",
            _ref("GrantedVideo"),
            "401 403 404 429 502 503",
            security=_ROOM,
            parameters=_in_path("entry_id"),
        )
    },
    "/videos/{entry_id}/playback": {
        "get": _operation(
            "How to play one of the server's videos",
            _ref("Playback"),
            "401 403 404 409 429 502 503",
            security=_ROOM,
            parameters=_in_path("entry_id"),
        )
    },
    "/media/{play_token}/master.m3u8": {
        "get": _operation(
            "The master playlist",
            _TEXT,
            "401 403 404 409 502 503",
            media_type=_PLAYLIST,
            parameters=_in_path("play_token"),
        )
    },
    "/media/{play_token}/playlist/{host_key}/{sealed}": {
        "get": _operation(
            "A playlist that another one named",
            _TEXT,
            "401 403 404 409 502 503",
            media_type=_PLAYLIST,
            parameters=[*_SEALED, *_LIVE],
        )
    },
    "/media/{play_token}/key/{host_key}/{sealed}": {
        "get": _operation(
            "A key that a playlist named",
            _BINARY,
            "401 403 404 409 502 503",
            media_type="application/octet-stream",
            parameters=_SEALED,
        )
    },
    "/media/{play_token}/captions/{asset_id}.vtt": {
        "get": _operation(
            "Captions",
            _TEXT,
            "401 403 404 409 502 503",
            media_type="text/vtt",
            parameters=_in_path("play_token", "asset_id"),
        )
    },
}
