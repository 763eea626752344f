"""Greetings of servers, where it is said that no channel takes what is told."""

from kaltura_discord.commands.onboarding.greeting_store import Greeting, GreetingStore
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage


async def greet(stage: Stage, channel_id: ChannelId, *, direct_about: str = "") -> None:
    """The greeting stands in this channel, or in direct messages, where it names the server."""
    store = GreetingStore(stage.services.table, stage.clock)
    assert await store.lease(stage.guild_id) is not None
    greeting = Greeting(
        channel_id, MessageId(snowflake()), is_direct=bool(direct_about), server_name=direct_about or "Somewhere"
    )
    await store.place(stage.guild_id, greeting)
