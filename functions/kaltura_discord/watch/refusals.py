"""Why the API does not let somebody do something, as they may read it.

    WatchRefusal                    slug                    status
    ├── SignedOut                   signed-out              401   no token, or one that is not accepted (any more)
    ├── SignInRefused               sign-in-refused         401   Discord does not vouch for them
    ├── NotInInstance               not-in-instance         403   they are not in this Activity
    ├── NoServer                    no-server               403   direct messages: no server, so no videos
    ├── ServerNotAllowed            server-not-allowed      403   the operator has not allowed the server
    ├── NotInServer                 not-in-server           403   they are not in the server (any more)
    ├── OtherRoom                   other-room              403   their token is for another room
    ├── LinkExpired                 link-expired            404   no such link (any more)
    ├── VideoNotFound               video-not-found         404   not there, or not this server's
    ├── MediaNotFound               media-not-found         404   no media address of ours
    ├── RoomClosed                  room-closed             410   the host closed it
    ├── AccessDenied                access-denied           403   Kaltura's access control blocks the video
    ├── NotPlayable                 not-playable            409   there is nothing to play (yet)
    ├── TooOften                    too-often               429   with the seconds to wait
    ├── HostNotListed               media-host-not-mapped   502   a manifest leads to a host that is not mapped
    ├── MediaNotSupported           media-not-supported     502   a manifest that cannot be rewritten
    └── NotNow                      unavailable             503   somebody we have to ask does not answer

`sentence` says what happened and what to do next; nothing internal is in it.
"""

from typing import ClassVar

from kaltura_discord.discord.errors import DiscordError, DiscordRateLimited


class WatchRefusal(Exception):
    """Something was not done; `sentence` tells the viewer why."""

    slug: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    sentence_by_default: ClassVar[str] = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence_by_default
        super().__init__(self.sentence)


class SignedOut(WatchRefusal):
    """There is no token, or it has expired, or is for another purpose."""

    slug, status, title = "signed-out", 401, "Signed out"
    sentence_by_default = "Your session has ended. Open Watch Together again."


class SignInRefused(WatchRefusal):
    """Discord does not accept the code or token."""

    slug, status, title = "sign-in-refused", 401, "Sign-in refused"
    sentence_by_default = "Discord didn't confirm who you are. Open Watch Together again."


class NotInInstance(WatchRefusal):
    """Discord does not list them among those who are in the Activity."""

    slug, status, title = "not-in-instance", 403, "Not in this Activity"
    sentence_by_default = "Discord says that you are not in this Activity. Close it and open it again."


class NoServer(WatchRefusal):
    """The Activity runs in direct messages."""

    slug, status, title = "no-server", 403, "No server"
    sentence_by_default = "Watch Together shows a server's videos, so it works in servers, not in direct messages."


class ServerNotAllowed(WatchRefusal):
    """The operator has not allowed the server, or allows it no longer."""

    slug, status, title = "server-not-allowed", 403, "Server not allowed"
    sentence_by_default = "This server can't use Kaltura. Ask whoever runs this app to allow it."


class NotInServer(WatchRefusal):
    """They are not a member of the server (any more)."""

    slug, status, title = "not-in-server", 403, "Not in this server"
    sentence_by_default = "You are not in this Discord server any more, so its rooms are closed to you."


class OtherRoom(WatchRefusal):
    """The room of the address is not that of the token."""

    slug, status, title = "other-room", 403, "Another room"
    sentence_by_default = "You were let into another room than this one. Open Watch Together again."


class LinkExpired(WatchRefusal):
    """The link was never made, or its ten minutes are over."""

    slug, status, title = "link-expired", 404, "Link expired"
    sentence_by_default = "This link has expired. In Discord, use /kaltura-watch for a new one."


class VideoNotFound(WatchRefusal):
    """The entry does not exist, is not ready, or is not among what the server may see."""

    slug, status, title = "video-not-found", 404, "Video not found"
    sentence_by_default = "This server has no such video; it may have been deleted. Choose another one."


class MediaNotFound(WatchRefusal):
    """The media address was not written by us for this play token."""

    slug, status, title = "media-not-found", 404, "Not found"
    sentence_by_default = "There is nothing at this address."


class RoomClosed(WatchRefusal):
    """The room was closed."""

    slug, status, title = "room-closed", 410, "Room closed"
    sentence_by_default = "This room was closed. Start Watch Together again for a new one."


class AccessDenied(WatchRefusal):
    """Kaltura's access control does not let the video be played here."""

    slug, status, title = "access-denied", 403, "Not allowed by Kaltura"


class NotPlayable(WatchRefusal):
    """There is nothing to play, now or at all."""

    slug, status, title = "not-playable", 409, "Can't be played"


class TooOften(WatchRefusal):
    """A limit against abuse was reached; `retry_after` in seconds."""

    slug, status, title = "too-often", 429, "Too often"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = max(1, retry_after)
        unit = "second" if self.retry_after == 1 else "seconds"
        super().__init__(f"That was a little too often. Try again in {self.retry_after} {unit}.")


class HostNotListed(WatchRefusal):
    """A manifest leads to a host that the operator has not mapped."""

    slug, status, title = "media-host-not-mapped", 502, "Media host not mapped"

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"This video comes from {host}, which this app may not use yet. "
            "Ask whoever runs it to add the host to KALTURA_MEDIA_HOSTS and to the Activity's URL mappings."
        )


class MediaNotSupported(WatchRefusal):
    """A manifest that cannot be rewritten faithfully."""

    slug, status, title = "media-not-supported", 502, "Not supported"
    sentence_by_default = "Kaltura sends this video in a form that can't be watched together. Choose another one."


class NotNow(WatchRefusal):
    """Somebody whom we have to ask does not answer."""

    slug, status, title = "unavailable", 503, "Not at the moment"
    sentence_by_default = "That can't be done at this moment. Try again in a minute."


def discord_says_nothing(error: DiscordError) -> NotNow:
    """What whoever comes in reads where Discord did not answer us."""
    if isinstance(error, DiscordRateLimited):
        return NotNow("Many people are coming in at this moment. Try again in a few seconds.")
    return NotNow("Discord doesn't answer at the moment. Try again in a minute.")
