"""`resolved`: the objects behind the ids that options and selects carry (Discord docs: Interaction - Resolved Data)."""

from dataclasses import dataclass, field

from local_stack.discord.files import attachment_json
from local_stack.discord.interactions.handing_over import NotTaken, handed_over
from local_stack.discord.messages import Message
from local_stack.discord.permissions import Permission
from local_stack.discord.society import Channel, Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld


class Unresolvable(ValueError):
    """An id that stands for nothing a person could have picked; the message says so."""


@dataclass(slots=True)
class Resolved:
    """Gathers what one interaction refers to."""

    world: DiscordWorld
    channel: Channel
    user_id: str
    maps: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def server(self) -> Server | None:
        """Where the interaction happens."""
        return self.world.server_of(self.channel)

    def add_user(self, user_id: str) -> None:
        """A user was picked, with the membership where there is one."""
        person = self.world.people.get(user_id)
        if person is None or (self.server is not None and user_id not in self.server.members):
            raise Unresolvable(f"there is no user {user_id} here")
        self.maps.setdefault("users", {})[user_id] = person.as_json()
        if self.server is not None:
            member = self.server.members[user_id].partial_json()
            permissions = self.server.permissions_of(user_id, self.channel)
            self.maps.setdefault("members", {})[user_id] = {**member, "permissions": str(int(permissions))}

    def add_role(self, role_id: str) -> None:
        """A role was picked."""
        role = self.server.roles.get(role_id) if self.server is not None else None
        if role is None:
            raise Unresolvable(f"there is no role {role_id} here")
        self.maps.setdefault("roles", {})[role_id] = role.as_json()

    def add_mentionable(self, an_id: str) -> None:
        """A user or a role was picked."""
        if self.server is not None and an_id in self.server.roles:
            self.add_role(an_id)
        else:
            self.add_user(an_id)

    def add_channel(self, channel_id: str, kinds: list[int] | None = None) -> None:
        """A channel was picked that the person sees, of one of `kinds` where they are limited."""
        channel = self.server.channels.get(channel_id) if self.server is not None else None
        if channel is None or self.server is None or not self.world.may(self.user_id, channel, Permission.NONE):
            raise Unresolvable(f"there is no channel {channel_id} here")
        if kinds and channel.type not in kinds:
            raise Unresolvable(f"the channel {channel.name} is not of a type that is offered")
        self.maps.setdefault("channels", {})[channel_id] = {
            "id": channel.channel_id,
            "name": channel.name,
            "type": channel.type,
            "parent_id": None,
            "topic": channel.topic,
            "nsfw": False,
            "position": channel.position,
            "guild_id": channel.guild_id,
            "flags": 0,
            "last_message_id": None,
            "permissions": str(int(self.server.permissions_of(self.user_id, channel))),
            "app_permissions": str(int(self.server.permissions_of(self.world.bot.user_id, channel))),
        }

    def add_attachment(self, given: object, file_types: list[str] | None = None) -> str:
        """A file was handed over, which must be of `file_types` where they are limited; its id."""
        try:
            file = handed_over(self.world, given, file_types)
        except NotTaken as problem:
            raise Unresolvable(str(problem)) from None
        address = self.world.files.address(file, self.world.cdn_url)
        self.maps.setdefault("attachments", {})[file.file_id] = attachment_json(file, address)
        return file.file_id

    def add_message(self, message: Message) -> None:
        """A message was picked, by its menu."""
        self.maps.setdefault("messages", {})[message.message_id] = message.seen_by_application(self.world.now())

    def into(self, data: Json) -> None:
        """Write `resolved` into the data of an interaction, where anything was picked."""
        if self.maps:
            data["resolved"] = self.maps
