"""Limits against abuse: how often somebody may start meetings, open links, search, share and watch together."""

from kaltura_discord.aws.sliding_window import Allowance, SlidingWindow
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.meetings.errors import TooOften

STARTS_OF_A_MEMBER = Allowance("start", uses=5, seconds=600)
STARTS_IN_A_SERVER = Allowance("server_start", uses=30, seconds=3600)
LINKS_OF_A_MEMBER = Allowance("join", uses=20, seconds=600)
OPENINGS_OF_A_MEMBER = Allowance("open", uses=40, seconds=600)
SHARES_OF_A_MEMBER = Allowance("share", uses=5, seconds=600)
SEARCHES_OF_A_MEMBER = Allowance("search", uses=20, seconds=60)
LAUNCHES_OF_A_MEMBER = Allowance("launch", uses=30, seconds=600)


async def check_start(window: SlidingWindow, guild_id: GuildId, user_id: UserId) -> None:
    """Count one start.

    Raises:
        TooOften: the member has started 5 meetings in 10 minutes, or the server 30 in an hour.
    """
    next_at = await window.use(STARTS_OF_A_MEMBER, f"{guild_id}#{user_id}")
    if next_at is not None:
        raise TooOften(f"You have started 5 meetings in 10 minutes. You can start the next one <t:{next_at}:R>.")
    next_at = await window.use(STARTS_IN_A_SERVER, guild_id)
    if next_at is not None:
        raise TooOften(f"This server has started 30 meetings in an hour. The next one can start <t:{next_at}:R>.")


async def check(window: SlidingWindow, allowance: Allowance, user_id: UserId, what: str) -> None:
    """Count one use of `allowance` by a member; `what` completes "You can … again".

    Raises:
        TooOften: that was too often.
    """
    next_at = await window.use(allowance, user_id)
    if next_at is not None:
        raise TooOften(f"That was a little too often. You can {what} again <t:{next_at}:R>.")
