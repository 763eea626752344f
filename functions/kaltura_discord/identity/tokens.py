"""Our own tokens: JSON Web Tokens (RFC 7519), signed with HS256 under JWT_SECRET, each good for one purpose only.

    audience   who holds it                      what it says                                       good for
    session    a page that proved who is there   the user; of a link also the room it leads to      15 minutes
    room       a page that was let into a room   the user, their level, the room and its server     15 minutes
    media      whoever may change the video      that this server may watch this entry              1 hour
    play       the player, in media addresses    that this server may play this entry               its length and 2 h

The audience keeps them apart: a token that plays a video opens no room. Issuer, audience, expiry and every claim are
asked for on reading; the algorithm is fixed, so a token that names `none` or another one is refused (RFC 8725, 3.1 and
3.8). A token says what was true when it was made: whoever matters is looked up again, at the latest every 15 minutes.
Where the bot is not in a server, Discord does not tell us who has left it. So a link's sessions, each of which is the
proof for the next, end `LINKED_SECONDS` after the link was opened.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level, level_named

ISSUER = "kaltura-for-discord"
SESSION_SECONDS = 15 * 60
ROOM_SECONDS = 15 * 60
LINKED_SECONDS = 12 * 3600
MEDIA_GRANT_SECONDS = 3600
PLAY_EXTRA_SECONDS = 2 * 3600

_ALGORITHM = "HS256"
# Two of our functions may run on machines whose clocks differ a little.
_LEEWAY_SECONDS = 10
_LONGEST_TOKEN = 4096

Via = Literal["discord", "browser"]
MediaKind = Literal["video", "audio", "live"]
_KINDS: tuple[MediaKind, ...] = ("video", "audio", "live")


class TokenRefused(Exception):
    """The token is none of ours, has expired, or is for another purpose; it never says which."""

    def __init__(self) -> None:
        super().__init__("the token is not accepted")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whom a token is about; `avatar` is Discord's hash of the picture, empty where there is none."""

    user_id: UserId
    name: str
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class LinkedRoom:
    """The room to which a browser tab's link led.

    Attributes:
        until: when the last session of the link ends, in epoch seconds.
        entry_id: what its holder came for; empty for nothing.
    """

    guild_id: GuildId
    channel_id: ChannelId
    room_id: str
    until: int
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class SessionToken:
    """Somebody has proved who they are; `linked` where a link of ours was the proof, and not Discord's sign-in."""

    viewer: Viewer
    linked: LinkedRoom | None = None


@dataclass(frozen=True, slots=True)
class RoomToken:
    """Somebody was let into a room; `way_in` is the Activity's instance, empty for a browser tab."""

    viewer: Viewer
    level: Level
    room_id: str
    guild_id: GuildId
    via: Via
    way_in: str = ""


@dataclass(frozen=True, slots=True)
class MediaGrant:
    """A server may watch this entry; `duration` in seconds, 0 for a live one."""

    guild_id: GuildId
    entry_id: str
    title: str
    duration: float
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class PlayToken:
    """A server may play this entry; media addresses are written for where it is played."""

    guild_id: GuildId
    entry_id: str
    via: Via


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens.

    Attributes:
        secret: at least 32 bytes (RFC 7518, 3.2: a key as long as the hash).
        now: epoch seconds.
    """

    secret: str = field(repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False, compare=False)

    def session(self, token: SessionToken) -> str:
        """A session token."""
        claims, seconds = _viewer_claims(token.viewer), SESSION_SECONDS
        if token.linked is not None:
            linked = token.linked
            claims["link"] = [linked.guild_id, linked.channel_id, linked.room_id, linked.until, linked.entry_id]
            seconds = min(seconds, linked.until - int(self.now()))
        return self._signed("session", claims, seconds)

    def read_session(self, token: str) -> SessionToken:
        """What a session token says.

        Raises:
            TokenRefused: see there; so for the other readers.
        """
        claims = self._read("session", token, "sub", "name", "avatar")
        return SessionToken(_viewer(claims), _linked_room(claims.get("link")))

    def room(self, token: RoomToken) -> str:
        """A room token."""
        claims = _viewer_claims(token.viewer) | {
            "level": token.level.word,
            "room_id": token.room_id,
            "guild_id": token.guild_id,
            "via": token.via,
            "way_in": token.way_in,
        }
        return self._signed("room", claims, ROOM_SECONDS)

    def read_room(self, token: str) -> RoomToken:
        """What a room token says."""
        claims = self._read("room", token, "sub", "name", "avatar", "level", "room_id", "guild_id", "via", "way_in")
        return RoomToken(
            _viewer(claims),
            level_named(claims["level"]),
            claims["room_id"],
            GuildId(claims["guild_id"]),
            _via(claims["via"]),
            claims["way_in"],
        )

    def media_grant(self, grant: MediaGrant) -> str:
        """The signed word that a server may watch a video."""
        claims = {
            "guild_id": grant.guild_id,
            "entry_id": grant.entry_id,
            "title": grant.title,
            "duration": grant.duration,
            "kind": grant.kind,
        }
        return self._signed("media", claims, MEDIA_GRANT_SECONDS)

    def read_media_grant(self, token: str) -> MediaGrant:
        """What a media grant says."""
        claims = self._read("media", token, "guild_id", "entry_id", "title", "kind")
        duration, kind = claims.get("duration"), claims["kind"]
        if not isinstance(duration, int | float) or isinstance(duration, bool) or duration < 0 or kind not in _KINDS:
            raise TokenRefused
        return MediaGrant(GuildId(claims["guild_id"]), claims["entry_id"], claims["title"], duration, kind)

    def play(self, token: PlayToken, expires_at: int) -> str:
        """A play token, good until `expires_at` (epoch seconds)."""
        claims = {"guild_id": token.guild_id, "entry_id": token.entry_id, "via": token.via}
        return self._signed("play", claims, expires_at - int(self.now()))

    def read_play(self, token: str) -> PlayToken:
        """What a play token says."""
        claims = self._read("play", token, "guild_id", "entry_id", "via")
        return PlayToken(GuildId(claims["guild_id"]), claims["entry_id"], _via(claims["via"]))

    def _signed(self, audience: str, claims: Mapping[str, Any], seconds: int) -> str:
        # Imported here: it brings the whole of `cryptography`, and most processes never need it.
        import jwt

        at = int(self.now())
        payload = {"iss": ISSUER, "aud": audience, "iat": at, "exp": at + seconds, **claims}
        return jwt.encode(payload, self.secret, algorithm=_ALGORITHM)

    def _read(self, audience: str, token: str, *required: str) -> dict[str, Any]:
        """The claims of a token that is good now; each required one is a text."""
        import jwt

        if len(token) > _LONGEST_TOKEN:
            raise TokenRefused
        # Times are compared here, on the clock that we were given.
        unclocked: Any = {"require": ["exp", "iat"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self.secret, algorithms=[_ALGORITHM], audience=audience, issuer=ISSUER, options=unclocked
            )
        except (jwt.InvalidTokenError, ValueError):
            raise TokenRefused from None
        now = self.now()
        expires_at, issued_at = claims["exp"], claims["iat"]
        if type(expires_at) is not int or type(issued_at) is not int:
            raise TokenRefused
        if expires_at + _LEEWAY_SECONDS <= now or issued_at - _LEEWAY_SECONDS > now:
            raise TokenRefused
        if not all(isinstance(claims.get(name), str) for name in required):
            raise TokenRefused
        return claims


def _viewer_claims(viewer: Viewer) -> dict[str, Any]:
    return {"sub": viewer.user_id, "name": viewer.name, "avatar": viewer.avatar}


def _viewer(claims: Mapping[str, Any]) -> Viewer:
    return Viewer(UserId(claims["sub"]), claims["name"], claims["avatar"])


def _linked_room(claim: Any) -> LinkedRoom | None:
    if claim is None:
        return None
    match claim:
        case [str(guild), str(channel), str(room), int(until), str(entry)]:
            return LinkedRoom(GuildId(guild), ChannelId(channel), room, until, entry)
        case _:
            raise TokenRefused


def _via(word: str) -> Via:
    match word:
        case "discord" | "browser":
            return word
        case _:
            raise TokenRefused
