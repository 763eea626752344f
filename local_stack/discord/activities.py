"""Activities that run: who is in which instance, and what tests ordered the frame's host to do wrong.

    launch ──> instance with its first user ──(join, leave)──> last user gone: the instance is no more

An instance belongs to one channel and is never reused (Discord docs: Activities - Instances). A person may watch it in
several windows and is in it until the last of them is closed; who was put in without a window (by a test) stays until
told to leave.
"""

from dataclasses import dataclass, field

from local_stack.discord.society import Channel
from local_stack.discord.wire import Clock, Json


@dataclass(slots=True)
class Visit:
    """One person in an instance; `windows` are the ids of the pages that show it."""

    joined_at: float
    windows: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Instance:
    """One running Activity; `visits` by user id, in order of joining."""

    instance_id: str
    launch_id: str
    channel: Channel
    visits: dict[str, Visit] = field(default_factory=dict)

    @property
    def location(self) -> Json:
        """Where it runs, as the API tells it."""
        channel = self.channel
        if channel.guild_id is None:
            return {"id": f"pc-{channel.channel_id}", "kind": "pc", "channel_id": channel.channel_id}
        place = f"gc-{channel.guild_id}-{channel.channel_id}"
        return {"id": place, "kind": "gc", "channel_id": channel.channel_id, "guild_id": channel.guild_id}

    def as_json(self, application_id: str, visible_since: float) -> Json:
        """The instance object of the API, with the users who joined before `visible_since`."""
        return {
            "application_id": application_id,
            "instance_id": self.instance_id,
            "launch_id": self.launch_id,
            "location": self.location,
            "users": [user_id for user_id, visit in self.visits.items() if visit.joined_at <= visible_since],
        }


@dataclass(slots=True)
class HostRules:
    """How the frame's host misbehaves.

    Attributes:
        silent: commands that are never answered (`HANDSHAKE` too: then READY never comes).
        errors: commands that are refused, with code and message.
        lag_seconds: how long after joining the API shows a user.
    """

    silent: list[str] = field(default_factory=list)
    errors: dict[str, Json] = field(default_factory=dict)
    lag_seconds: float = 0.0

    def for_page(self) -> Json:
        """What the page has to know."""
        return {"silent": self.silent, "errors": self.errors}


@dataclass(slots=True)
class ActivityBook:
    """Every instance by its id, what people agreed to, and the rules of the host."""

    now: Clock
    instances: dict[str, Instance] = field(default_factory=dict)
    consents: dict[str, set[str]] = field(default_factory=dict)
    rules: HostRules = field(default_factory=HostRules)

    def in_channel(self, channel: Channel) -> Instance | None:
        """The instance that runs in a channel."""
        return next(
            (one for one in self.instances.values() if one.channel.channel_id == channel.channel_id),
            None,
        )

    def shown_by_api(self, instance_id: str, application_id: str) -> Json | None:
        """An instance as the API shows it now; None where it shows none."""
        instance = self.instances.get(instance_id)
        if instance is None:
            return None
        shown = instance.as_json(application_id, self.now() - self.rules.lag_seconds)
        return shown if shown["users"] else None

    def agreed(self, user_id: str, scopes: set[str]) -> bool:
        """Whether somebody has agreed to all of these scopes before."""
        return scopes <= self.consents.get(user_id, set())

    def agree(self, user_id: str, scopes: set[str]) -> None:
        """Remember that somebody agreed."""
        self.consents.setdefault(user_id, set()).update(scopes)

    def clear(self) -> None:
        """Forget everything."""
        self.instances.clear()
        self.consents.clear()
        self.rules = HostRules()
