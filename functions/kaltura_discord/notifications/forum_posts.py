"""Posts in forums: what is told there begins a post, which is a thread, and its first message has the thread's id.

Discord knows no nonce for these (Discord docs: Start Thread in Forum or Media Channel), so whoever may have begun one
looks among the forum's posts first, and knows it by its marker. A post stays open for a week after its last message,
unless somebody closes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import DiscordUnavailable, NotPermitted, Unknown
from kaltura_discord.discord.identifiers import ChannelId, GuildId, created_ms, is_snowflake
from kaltura_discord.discord.markers import marked, marker_of
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.single_messages import CLOCKS_APART_SECONDS, TRIED_AT_MOST_SECONDS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.plain_text import is_visible, one_line, shorten

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# Forums, and media channels, which we do not offer and which take posts in the same way (Discord docs: Channel Types).
_TAKING_POSTS = frozenset({15, 16})

LONGEST_NAME = 100

_PAGE = 100

_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class ForumPosts:
    """Begins posts, and remembers in this process which channels are forums: what is one stays one."""

    rest: "DiscordRest"
    _forums: dict[ChannelId, bool] = field(default_factory=dict)

    def remember(self, channel_id: ChannelId, *, is_forum: bool) -> None:
        """Whether a channel is a forum is known now."""
        if channel_id not in self._forums and len(self._forums) >= _MOST_REMEMBERED:
            self._forums.clear()
        self._forums[channel_id] = is_forum

    def is_known(self, channel_id: ChannelId) -> bool:
        """Whether the channel is known to be a forum, without asking."""
        return self._forums.get(channel_id, False)

    async def is_forum(self, channel_id: ChannelId, deadline: Deadline) -> bool:
        """Whether the channel is a forum, asked of Discord where it is not known."""
        if channel_id not in self._forums:
            channel = await self.rest.look_up(f"/channels/{channel_id}", deadline, tries=1)
            if not isinstance(channel, dict):
                raise DiscordUnavailable("not a channel")
            self.remember(channel_id, is_forum=channel.get("type") in _TAKING_POSTS)
        return self._forums[channel_id]

    async def begin(
        self, forum_id: ChannelId, name: str, message: Message, marker: int, deadline: Deadline
    ) -> ChannelId:
        """Begin a post, asked once; its thread, which is its first message's id as well."""
        return await self.rest.begin_post(forum_id, name, marked(message, marker), deadline)

    async def find(
        self, guild_id: GuildId, forum_id: ChannelId, marker: int, since: int, deadline: Deadline
    ) -> ChannelId | None:
        """The post with the marker that was begun by a try at an epoch second; None where there is none."""
        found = await self._among(f"/guilds/{guild_id}/threads/active", forum_id, marker, since, deadline)
        if found is not None:
            return found
        try:
            # Somebody may have closed it by now; those that were closed last come first.
            closed = f"/channels/{forum_id}/threads/archived/public?limit={_PAGE}"
            return await self._among(closed, forum_id, marker, since, deadline)
        except NotPermitted:
            return None

    async def _among(
        self, path: str, forum_id: ChannelId, marker: int, since: int, deadline: Deadline
    ) -> ChannelId | None:
        listed = await self.rest.look_up(path, deadline, tries=1)
        if not isinstance(listed, dict) or not isinstance(listed.get("threads"), list):
            raise DiscordUnavailable("not threads")
        for thread in listed["threads"]:
            if _may_be_it(thread, forum_id, since) and await self._has_marker(thread["id"], marker, deadline):
                return ChannelId(thread["id"])
        return None

    async def _has_marker(self, thread_id: str, marker: int, deadline: Deadline) -> bool:
        try:
            first = await self.rest.look_up(f"/channels/{thread_id}/messages/{thread_id}", deadline, tries=1)
        except (Unknown, NotPermitted):
            # Somebody deleted it; or the bot lacks Read Message History, and then cannot know its own in any channel.
            return False
        return isinstance(first, dict) and marker_of(first) == marker


def post_name(title: str, otherwise: str) -> str:
    """A post's name: what it is about, on one line, within Discord's limit; `otherwise` where that says nothing."""
    name = shorten(one_line(title), LONGEST_NAME)
    return name if is_visible(name) else otherwise


def _may_be_it(thread: Mapping[str, Any], forum_id: ChannelId, since: int) -> bool:
    if thread.get("parent_id") != forum_id or not is_snowflake(thread.get("id")):
        return False
    after = created_ms(thread["id"]) / 1000 - since
    return -CLOCKS_APART_SECONDS <= after <= TRIED_AT_MOST_SECONDS + CLOCKS_APART_SECONDS
