"""What can go wrong between Discord's REST API and us.

    DiscordError
    ├── DiscordUnavailable     no connection, 5xx
    │   └── DiscordSilent      no answer in time, or garbage: what was asked for may have been done
    ├── DiscordRateLimited     429; `retry_after` seconds
    │   └── DiscordHeldBack    not asked at all: it is known that it would be refused for so long
    └── DiscordRefused         a 4xx; `status` and Discord's own `code`
        ├── NotLetIn           401, 403 without a code, 40333: our token is bad, or our address is blocked
        ├── NotPermitted       50001, 50013: the bot may not do that there
        └── Unknown            10003 channel, 10004 server, 10007 member, 10008 message, 10062 interaction …; 404, 410

Codes: Discord docs, "Opcodes and Status Codes: JSON Error Codes".
"""

UNKNOWN_WEBHOOK = 10015
UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
ARCHIVED_THREAD = 50083
CLOSED_THREADS = frozenset({ARCHIVED_THREAD, 160005})
"""A thread that is archived, or locked."""

ALREADY_ACKNOWLEDGED = 40060
TAG_REQUIRED = 40067
"""A post without a tag, in a forum that requires one."""

TAKES_NO_MESSAGES = 50008
"""A message to a channel that holds none itself, such as a forum."""

WRONG_KIND_OF_CHANNEL = 50024
TOO_MANY_THREADS = 160006
"""A post in a forum that has as many open ones as Discord allows."""

_NOT_PERMITTED = frozenset({50001, 50013})
NOT_IN_SERVER = frozenset({10004, 50001})
"""How Discord refuses what is about a server that our bot is not in, and a channel that is closed to it alone."""
_UNKNOWN = range(10001, 10100)

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _GONE = 401, 403, 404, 410
_BLOCKED = 40333
"""By Discord's own front door, for what we say that we are or where we come from."""


class DiscordError(Exception):
    """A call to Discord did not work."""


class DiscordUnavailable(DiscordError):
    """Discord did not answer, or not in a way that says anything."""


class DiscordSilent(DiscordUnavailable):
    """Discord was asked, and no answer came that says anything: it may have done what we asked."""


class DiscordRateLimited(DiscordError):
    """Discord asks to wait longer than the caller can.

    Attributes:
        retry_after: for so many seconds.
        is_global: whether that is about whatever our bot asks, and not about one bucket.
    """

    def __init__(self, retry_after: float, *, is_global: bool = False) -> None:
        super().__init__(f"rate limited for {retry_after:.1f} s")
        self.retry_after = retry_after
        self.is_global = is_global


class DiscordHeldBack(DiscordRateLimited):
    """It was not asked, as it is known that Discord would refuse it."""


class DiscordRefused(DiscordError):
    """Discord understood and said no."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(f"HTTP {status}, code {code}")
        self.status = status
        self.code = code

    @property
    def says_nothing(self) -> bool:
        """Whether it says nothing of what was asked for: it is about us, or no answer of Discord's own."""
        return not self.code and self.status != _GONE


class NotLetIn(DiscordRefused):
    """Discord refuses us, whatever we ask; this counts towards being shut out (`invalid_requests`)."""

    @property
    def says_nothing(self) -> bool:
        """It does, whatever its code."""
        return True


class NotPermitted(DiscordRefused):
    """The bot lacks a permission, or cannot see the channel."""


class Unknown(DiscordRefused):
    """What was named does not exist (any more)."""


def refusal(status: int, code: int) -> DiscordRefused:
    """The error for a 4xx answer with Discord's own `code` (0 where it gave none)."""
    if code in _NOT_PERMITTED:
        return NotPermitted(status, code)
    if status == _UNAUTHORIZED or code == _BLOCKED or (status == _FORBIDDEN and not code):
        return NotLetIn(status, code)
    if code in _UNKNOWN or status in (_NOT_FOUND, _GONE):
        return Unknown(status, code)
    return DiscordRefused(status, code)


def is_not_in_server(refused: DiscordRefused) -> bool:
    """Whether this is how Discord refuses what is about a server that our bot is not in (any more).

    It refuses a channel that is closed to the bot alone in the same way, so only where the server itself was asked for
    does it prove anything. Others, such as a 403 without a code, come from a bad token or an address that is blocked.
    """
    return refused.code in NOT_IN_SERVER
