"""Signing in: from what proves who somebody is, to a session token of ours, good for fifteen minutes.

    code                    exchanged at Discord; used up by it
    Discord access token    asked about at Discord, each time
    session token           of a browser tab only, whose first proof was a link; the server is asked about again

A page in Discord has its access token, so nobody stays signed in by our word alone.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kaltura_discord.aws.sliding_window import SlidingWindow
from kaltura_discord.discord.errors import DiscordRateLimited, DiscordUnavailable
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import level_mapping
from kaltura_discord.identity.members import FoundMember, NotAMember, member_now
from kaltura_discord.identity.tokens import SESSION_SECONDS, SessionToken, TokenRefused, Tokens, Viewer
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.server_lookup import ServerLookup
from kaltura_discord.templates.plain_text import one_line, shorten
from kaltura_discord.watch.limits import SIGN_INS, check
from kaltura_discord.watch.refusals import (
    NotInServer,
    NotNow,
    ServerNotAllowed,
    SignedOut,
    SignInRefused,
    discord_says_nothing,
)

if TYPE_CHECKING:
    from kaltura_discord.discord.oauth import DiscordSignIn
    from kaltura_discord.discord.rest import DiscordRest

# Without an answer from Discord in that time, a member is a viewer.
_LEVEL_PATIENCE_SECONDS = 4.0

_LONGEST_NAME = 100

# Discord shuts an address out that asks 10,000 times in ten minutes with what it refuses (Discord docs: Rate Limits,
# Invalid Request Limit), and all of this app with it. One process, which is mostly one address, stays far below.
_MOST_REFUSED = 2000
_REFUSED_SECONDS = 600

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session: its token, who it is for, and Discord's token where a code was exchanged for it."""

    session_token: str
    viewer: Viewer
    discord_access_token: str | None = None
    expires_in: int = SESSION_SECONDS


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a server may be watched in, and what somebody may do there: asked now, each time."""

    lookup: ServerLookup
    rest: "DiscordRest"

    async def find(self, guild_id: GuildId, user_id: UserId, deadline: Deadline) -> FoundMember:
        """The member; nothing is known of them where the bot is not in the server or Discord does not answer.

        Raises:
            ServerNotAllowed: the operator has not allowed the server.
            NotInServer: they are not a member of it.
            ConfigError: the server's settings cannot be read.
        """
        server = await self.lookup.find(guild_id, now=True)
        if server.allowed is None:
            raise ServerNotAllowed
        mapping = level_mapping(server.settings.role_levels)
        try:
            patience = deadline.sooner(_LEVEL_PATIENCE_SECONDS)
            return await member_now(self.rest, guild_id, user_id, mapping, patience)
        except NotAMember:
            raise NotInServer from None


@dataclass(frozen=True, slots=True)
class SignIn:
    """Makes sessions."""

    discord: "DiscordSignIn"
    membership: Membership
    tokens: Tokens
    window: SlidingWindow
    now: Callable[[], float]
    _refused_at: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_REFUSED), repr=False)

    async def by_code(self, code: str, deadline: Deadline) -> SignedIn:
        """A session for whoever Discord gave the code to.

        Raises:
            SignInRefused: Discord does not accept it.
            NotNow: Discord does not answer.
            TooOften: they sign in without end.
        """
        access_token = await _of_discord(self.discord.exchange(code, deadline))
        return await self._session(access_token, deadline, shown=access_token)

    async def by_discord_token(self, access_token: str, deadline: Deadline) -> SignedIn:
        """A session for whoever's token it is. Raises like `by_code`, and NotNow while somebody tries tokens out."""
        if len(self._refused_at) == _MOST_REFUSED and self._refused_at[0] > self.now() - _REFUSED_SECONDS:
            raise NotNow
        try:
            return await self._session(access_token, deadline, shown=None)
        except SignInRefused:
            self._refused_at.append(self.now())
            raise

    async def by_session(self, session_token: str, deadline: Deadline) -> SignedIn:
        """The session of a browser tab, prolonged.

        Raises:
            SignedOut: it is none, has expired, or is one of Discord's, which Discord's own token prolongs.
            ServerNotAllowed, NotInServer: see `Membership`.
            TooOften: they sign in without end.
        """
        try:
            session = self.tokens.read_session(session_token)
        except TokenRefused:
            raise SignedOut from None
        if session.linked is None:
            raise SignedOut
        await check(self.window, SIGN_INS, session.viewer.user_id, self.now())
        await self.membership.find(session.linked.guild_id, session.viewer.user_id, deadline)
        return SignedIn(self.tokens.session(session), session.viewer)

    async def _session(self, access_token: str, deadline: Deadline, *, shown: str | None) -> SignedIn:
        user = await _of_discord(self.discord.user_of(access_token, deadline))
        await check(self.window, SIGN_INS, user.user_id, self.now())
        viewer = Viewer(user.user_id, shown_name(user.name), user.avatar)
        return SignedIn(self.tokens.session(SessionToken(viewer)), viewer, shown)


def shown_name(name: str) -> str:
    """A name as rooms show it: on one line, at most 100 characters, never empty."""
    return shorten(one_line(name), _LONGEST_NAME) or "Somebody"


async def _of_discord(asked: Awaitable[Result]) -> Result:
    from kaltura_discord.discord.oauth import NotSignedIn

    try:
        return await asked
    except NotSignedIn:
        raise SignInRefused from None
    except (DiscordUnavailable, DiscordRateLimited) as error:
        raise discord_says_nothing(error) from None
