"""The simulated Discord's whole state in one place: people, messages, interactions, commands, and the clock.

Everything runs on one event loop, so nothing here needs a lock; nothing here waits either.
"""

import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from nacl.encoding import HexEncoder
from nacl.signing import SigningKey

from local_stack.discord.activities import ActivityBook
from local_stack.discord.command_book import CommandBook
from local_stack.discord.events import EventFeed, EventName
from local_stack.discord.files import FileShelf
from local_stack.discord.messages import Message, MessageShelf
from local_stack.discord.oauth_grants import GrantBook
from local_stack.discord.permissions import ORDINARY, Permission
from local_stack.discord.rate_limits import RateLimiter
from local_stack.discord.request_log import RequestLog
from local_stack.discord.scheduled_events import EventBook
from local_stack.discord.seed import APPLICATION_ID, BOT, seeded_servers
from local_stack.discord.society import CDN, DIRECT, Channel, Person, Server
from local_stack.discord.subscription import EventSubscription
from local_stack.discord.tokens import InteractionBook
from local_stack.discord.url_mappings import UrlMapping
from local_stack.discord.wire import Clock, Json, SnowflakeMint


@dataclass(frozen=True, slots=True)
class OpenModal:
    """A modal in front of somebody, and the message of the component that opened it."""

    data: Json
    source: Message | None


@dataclass(slots=True)
class DiscordWorld:
    """Made by `seeded`; the routes read it and change it through the methods below."""

    now: Clock
    dice: random.Random
    signing_key: str
    public_key: str
    bot_token: str
    client_secret: str
    servers: dict[str, Server]
    mint: SnowflakeMint
    commands: CommandBook
    interactions: InteractionBook
    grants: GrantBook
    limits: RateLimiter
    log: RequestLog
    activities: ActivityBook
    files: FileShelf
    scheduled_events: EventBook
    application_id: str = APPLICATION_ID
    shelf: MessageShelf = field(default_factory=MessageShelf)
    feed: EventFeed = field(default_factory=EventFeed)
    channels: dict[str, Channel] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    nonces: dict[tuple[str, str, str], Message] = field(default_factory=dict)
    open_modals: dict[tuple[str, str], "OpenModal"] = field(default_factory=dict)
    description: str = "Kaltura meetings and videos for this server"
    interactions_url: str = ""
    cdn_url: str = CDN
    """Where the CDN is; a whole address, where the application is to fetch files from it."""
    subscription: EventSubscription = field(default_factory=EventSubscription)
    user_installs: set[str] = field(default_factory=set)
    closed_doors: set[str] = field(default_factory=set)
    """People who take no direct messages from members of their servers."""
    command_permissions: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    """Who is shown which command in a server, against its default: by server and command id."""
    url_mappings: list[UrlMapping] = field(default_factory=list)
    with_activities: bool = True

    @classmethod
    def seeded(cls, now: Clock = time.time, dice: random.Random | None = None) -> "DiscordWorld":
        """The world as every stack starts; `dice` makes the keys, so a seeded one makes them repeatable."""
        dice = dice if dice is not None else random.SystemRandom()
        signing_key = SigningKey(dice.randbytes(32))
        servers = seeded_servers()
        mint = SnowflakeMint(now)
        world = cls(
            now=now,
            dice=dice,
            signing_key=signing_key.encode(HexEncoder).decode(),
            public_key=signing_key.verify_key.encode(HexEncoder).decode(),
            bot_token=f"MTMwMDAw.{dice.randbytes(4).hex()}.{dice.randbytes(20).hex()}",
            client_secret=dice.randbytes(16).hex(),
            servers={},
            mint=mint,
            commands=CommandBook(now, mint, APPLICATION_ID),
            interactions=InteractionBook(now),
            grants=GrantBook(now, dice),
            limits=RateLimiter(now),
            log=RequestLog(now),
            activities=ActivityBook(now),
            files=FileShelf(now, mint, dice.randbytes(32)),
            scheduled_events=EventBook(now, mint.next),
        )
        world.populate(servers)
        world.commands.seed_entry_point()
        return world

    def populate(self, servers: dict[str, Server]) -> None:
        """Put these servers, their channels and their people in the place of all that are there."""
        self.servers.clear()
        self.servers.update(servers)
        self.channels = {}
        self.people = {}
        for server in self.servers.values():
            self.channels.update(server.channels)
            self.people.update({user_id: member.person for user_id, member in server.members.items()})

    @property
    def activity_url(self) -> str:
        """The Activity's page: where the portal's mapping of `/` leads, here the host of the interactions endpoint."""
        parts = urlsplit(self.interactions_url)
        return f"{parts.scheme}://{parts.netloc}/"

    @property
    def bot(self) -> Person:
        """The application's own account."""
        return BOT

    def server_of(self, channel: Channel) -> Server | None:
        """The server a channel belongs to; None for direct messages."""
        return None if channel.guild_id is None else self.servers[channel.guild_id]

    def permissions(self, user_id: str, channel: Channel) -> Permission:
        """What somebody may do in a channel; in direct messages, what everybody may."""
        server = self.server_of(channel)
        if server is not None:
            # A thread has the permissions of the channel that it is in.
            return server.permissions_of(user_id, self.channels.get(channel.parent_id or "", channel))
        takes_part = channel.recipient is not None and user_id in (channel.recipient.user_id, BOT.user_id)
        return ORDINARY if takes_part else Permission.NONE

    def may(self, user_id: str, channel: Channel, wanted: Permission) -> bool:
        """Whether somebody sees the channel and may do `wanted` there."""
        needed = wanted | Permission.VIEW_CHANNEL
        return self.permissions(user_id, channel) & needed == needed

    def direct_channel(self, person: Person) -> Channel:
        """The direct messages between the bot and a person, opened if need be."""
        for channel in self.channels.values():
            if channel.type == DIRECT and channel.recipient == person:
                return channel
        channel = Channel(self.mint.next(), person.username, None, DIRECT, recipient=person)
        self.channels[channel.channel_id] = channel
        return channel

    def can_see(self, user_id: str, message: Message) -> bool:
        """Whether a message stands before somebody's eyes."""
        if message.ephemeral_for is not None and message.ephemeral_for != user_id:
            return False
        return self.may(user_id, self.channels[message.channel_id], Permission.NONE)

    def put_channel(self, server: Server, channel: Channel) -> None:
        """A channel of a server is new, or looks different now."""
        server.channels[channel.channel_id] = channel
        self.channels[channel.channel_id] = channel

    def tell_of_change(self) -> None:
        """Let every page draw servers, channels and members anew."""
        self.feed.publish("world_update", {}, self.feed.watched_by())

    def post(self, message: Message) -> None:
        """A new message appears."""
        self.shelf.put(message)
        self.tell("message_create", message)

    def changed(self, message: Message) -> None:
        """A message looks different now."""
        self.tell("message_update", message)

    def remove(self, message: Message) -> None:
        """A message disappears."""
        self.shelf.remove(message)
        self.tell("message_delete", message)

    def tell(self, name: EventName, message: Message) -> None:
        """Let everyone who watches and may see the message know."""
        audience = {user_id for user_id in self.feed.watched_by() if self.can_see(user_id, message)}
        if not audience:
            return
        data: Json = {"channel_id": message.channel_id}
        if name == "message_delete":
            data["id"] = message.message_id
        else:
            data["message"] = message.as_json(self.now())
        self.feed.publish(name, data, audience)

    def reset(self) -> None:
        """Back to a quiet world; keys and registered commands stay, because the product is set up for them."""
        self.shelf.clear()
        self.interactions.clear()
        self.grants.clear()
        self.limits.clear()
        self.log.clear()
        self.files.clear()
        self.scheduled_events.clear()
        self.nonces.clear()
        self.open_modals.clear()
        self.activities.clear()
        self.subscription.clear()
        self.user_installs.clear()
        self.closed_doors.clear()
        self.command_permissions.clear()
        self.populate(seeded_servers())
        self.tell_of_change()

    def description_for_tests(self) -> Json:
        """The parts `discord` (without `rest_url`, which the stack knows) and `servers` of `stack.json`."""
        return {
            "discord": {
                "application_id": self.application_id,
                "public_key": self.public_key,
                "signing_key": self.signing_key,
                "bot_token": self.bot_token,
                "client_secret": self.client_secret,
                "events_url": self.subscription.url or None,
            },
            "servers": [_server_for_tests(server) for server in self.servers.values()],
        }


def _server_for_tests(server: Server) -> Json:
    return {
        "guild_id": server.guild_id,
        "name": server.name,
        "allowed": server.allowed,
        "owner_id": server.owner_id,
        "channels": [
            {"channel_id": channel.channel_id, "name": channel.name, "type": channel.type}
            for channel in server.channels.values()
        ],
        "roles": [{"role_id": role.role_id, "name": role.name} for role in server.roles.values()],
        "members": [
            {"user_id": user_id, "name": member.name, "roles": list(member.role_ids)}
            for user_id, member in server.members.items()
            if not member.person.bot
        ],
    }
