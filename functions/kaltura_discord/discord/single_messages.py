"""Posting into a channel so that it stands there once, whatever becomes of answers and workers.

    before the first try     written down: since when the message may be there
    within 110 seconds       the same nonce: Discord answers with the message that is there already
    later                    Discord has forgotten the nonce, so the channel is read from then on, and the message known
                             by its marker; where it is not there, the first try is now

    worker A    since 12:00:00 ── POST ── ✗ died
    worker B                                12:01:00 ── POST: Discord answers with A's message
    worker C                                             12:06:00 ── GET: A's message bears the marker
    worker D                                             12:06:00 ── GET: not there ── since 12:06:00 ── POST

Where the moment is known anyway, as that of a meeting's end is, nothing has to be written down; then nobody is to try
any more a quarter of an hour later.

Discord docs, Create Message: `enforce_nonce` looks back "a few minutes". Two are certain.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.discord.identifiers import ChannelId, MessageId, created_ms, is_snowflake, snowflake_at
from kaltura_discord.discord.markers import Mark, marked, marker_of
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# Less than the two minutes in which Discord surely knows a nonce, by what it may take to do what it was asked.
_NONCE_SECONDS = 110
# Less by what a try may take.
_LAST_TRY_SECONDS = 100

TRIED_AT_MOST_SECONDS = 15 * 60
"""No try that began at a moment lasts longer: Lambda ends a function after 15 minutes."""

CLOCKS_APART_SECONDS = 30
"""Discord's own clock may be behind ours, and ids are made by it."""

# As many as `rest_calls` makes. It is not imported here, as httpx would come with it, and cold starts pay for that.
_TRIES = 4

_PAGE = 100
# A thousand messages in a quarter of an hour.
_PAGES_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class SingleMessages:
    """Posts messages that stand where they are once. `now` is epoch seconds."""

    rest: "DiscordRest"
    now: Callable[[], float] = time.time

    async def post(
        self,
        channel_id: ChannelId,
        message: Message,
        mark: Mark,
        since: int,
        deadline: Deadline,
        *,
        begin: Callable[[], Awaitable[None]] | None = None,
        tries: int = _TRIES,
    ) -> MessageId:
        """Have the message stand in the channel; which one it is.

        Args:
            channel_id: where; no forum.
            message: what.
            mark: by what it is known.
            since: when the first try began, epoch seconds, as written down; 0 where there was none.
            deadline: until when.
            begin: writes down that the first try is now.
            tries: how often Discord is asked, each time.

        Raises:
            DiscordError: it may stand there all the same, unless it was refused.
        """
        if self.is_late(since):
            found = await self.find(channel_id, mark, since, deadline, tries=tries)
            if found is not None:
                return found
            since = 0
        patience = deadline
        if since:
            patience = deadline.sooner(since + _NONCE_SECONDS - self.now())
        elif begin is not None:
            await begin()
        return await self.rest.create_message(
            channel_id, marked(message, mark.marker), mark.nonce, patience, tries=tries
        )

    def is_late(self, since: int) -> bool:
        """Whether Discord may have forgotten the nonce of what was tried first at an epoch second."""
        return since > 0 and self.now() > since + _LAST_TRY_SECONDS

    async def find(
        self, channel_id: ChannelId, mark: Mark, since: int, deadline: Deadline, *, tries: int = _TRIES
    ) -> MessageId | None:
        """The message of which the first try began at an epoch second; None where it is not in the channel.

        Discord docs, Get Channel Messages: those right after an id, at most 100, the newest of them first; none at all
        without the permission Read Message History.
        """
        after = snowflake_at(since - CLOCKS_APART_SECONDS)
        last_ms = (since + TRIED_AT_MOST_SECONDS + CLOCKS_APART_SECONDS) * 1000
        for _ in range(_PAGES_AT_MOST):
            page = await self._page(channel_id, after, deadline, tries)
            for message_id, message in page.items():
                if marker_of(message) == mark.marker:
                    return MessageId(message_id)
            if len(page) < _PAGE:
                return None
            after = max(page, key=int)
            if created_ms(after) > last_ms:
                return None
        return None

    async def _page(
        self, channel_id: ChannelId, after: str, deadline: Deadline, tries: int
    ) -> Mapping[str, Mapping[str, Any]]:
        """Messages by their ids."""
        path = f"/channels/{channel_id}/messages?limit={_PAGE}&after={after}"
        found = await self.rest.look_up(path, deadline, tries=tries)
        if not isinstance(found, list):
            raise DiscordUnavailable("not messages")
        return {each["id"]: each for each in found if isinstance(each, dict) and is_snowflake(each.get("id"))}
