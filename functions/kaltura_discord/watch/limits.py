"""Limits against abuse: how often somebody may sign in, enter, ask for tickets, search and start playback.

Above what a page does by itself: it signs in and enters four times an hour, and again with every reload.
"""

from kaltura_discord.aws.sliding_window import Allowance, SlidingWindow
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.refusals import TooOften

SIGN_INS = Allowance("watch_sign_in", uses=30, seconds=600)
ENTRIES = Allowance("watch_entry", uses=40, seconds=600)
TICKETS = Allowance("watch_ticket", uses=60, seconds=600)
SEARCHES = Allowance("watch_search", uses=40, seconds=60)
PLAYBACKS = Allowance("watch_playback", uses=60, seconds=600)


async def check(window: SlidingWindow, allowance: Allowance, user_id: UserId, now: float) -> None:
    """Count one use by a user.

    Raises:
        TooOften: that was too often.
    """
    next_at = await window.use(allowance, user_id)
    if next_at is not None:
        raise TooOften(int(next_at - now) + 1)
