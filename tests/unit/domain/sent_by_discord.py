"""Interactions as Discord sends them (Discord docs: Receiving and Responding, Interaction Object)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kaltura_discord.discord.identifiers import snowflake_at
from tests.unit.domain.discord_double import APPLICATION

Json = dict[str, Any]

EVERYTHING_THE_BOT_NEEDS = str((1 << 10) | (1 << 11) | (1 << 14) | (1 << 38))


def snowflake() -> str:
    """A new id of 19 digits."""
    return str(10**18 + secrets.randbelow(8 * 10**18))


def snowflake_of(second: float) -> str:
    """A new id of an epoch second."""
    return str(int(snowflake_at(int(second))) + secrets.randbelow(1000 << 22))


@dataclass(frozen=True)
class Member:
    """Somebody in a server; `permissions` are their bits in the channel."""

    user_id: str
    name: str
    roles: tuple[str, ...] = ()
    permissions: int = 0


USE_ACTIVITIES = 1 << 39

ANN = Member("200000000000000001", "Ann", permissions=USE_ACTIVITIES)
BO = Member("200000000000000002", "Bo", permissions=USE_ACTIVITIES)
MODERATOR = Member("200000000000000003", "Mo", permissions=USE_ACTIVITIES | 1 << 33)
ADMINISTRATOR = Member("200000000000000004", "Ada", permissions=1 << 3)


@dataclass
class Place:
    """A channel of a server, what the bot may do there, and the epoch second in which people act."""

    guild_id: str
    channel_id: str
    app_permissions: str = EVERYTHING_THE_BOT_NEEDS
    now: Callable[[], float] = time.time

    def command(self, name: str, options: dict[str, object] | None = None, by: Member = ANN) -> Json:
        given = [_option(key, value) for key, value in (options or {}).items()]
        return self._interaction(2, by, {"id": snowflake(), "name": name, "type": 1, "options": given})

    def subcommand(
        self,
        name: str,
        subcommand: str,
        options: dict[str, object] | None = None,
        by: Member = ANN,
        resolved: Json | None = None,
        types: dict[str, int] | None = None,
    ) -> Json:
        """`/name subcommand`; `types` says which options are no texts, `resolved` what Discord knows of their ids."""
        kinds = types or {}
        given = [{**_option(key, value), **_kind(kinds.get(key))} for key, value in (options or {}).items()]
        nested = {"name": subcommand, "type": 1, "options": given}
        data = {"id": snowflake(), "name": name, "type": 1, "options": [nested]}
        return self._interaction(2, by, {**data, "resolved": resolved} if resolved else data)

    def typing_in(
        self,
        name: str,
        subcommand: str,
        option: str,
        typed: str,
        others: dict[str, object] | None = None,
        by: Member = ANN,
    ) -> Json:
        """Somebody types in an option of `/name subcommand`, having given `others`."""
        given = [_option(key, value) for key, value in (others or {}).items()]
        focused = {"name": option, "type": 3, "value": typed, "focused": True}
        nested = {"name": subcommand, "type": 1, "options": [*given, focused]}
        return self._interaction(4, by, {"id": snowflake(), "name": name, "type": 1, "options": [nested]})

    def typing(self, name: str, option: str, typed: str, by: Member = ANN) -> Json:
        focused = [{"name": option, "type": 3, "value": typed, "focused": True}]
        return self._interaction(4, by, {"id": snowflake(), "name": name, "type": 1, "options": focused})

    def press(self, custom_id: str, by: Member = ANN) -> Json:
        payload = self._interaction(3, by, {"custom_id": custom_id, "component_type": 2})
        return {**payload, "message": {"id": snowflake(), "channel_id": self.channel_id}}

    def choose(self, custom_id: str, value: str, by: Member = ANN) -> Json:
        data = {"custom_id": custom_id, "component_type": 3, "values": [value]}
        return {**self._interaction(3, by, data), "message": {"id": snowflake(), "channel_id": self.channel_id}}

    def of_message(self, name: str, message: Json, by: Member = ANN) -> Json:
        """A command of a message's menu."""
        target = {"id": snowflake(), "channel_id": self.channel_id, "content": "", **message}
        resolved = {"messages": {target["id"]: target}}
        data = {"id": snowflake(), "name": name, "type": 3, "target_id": target["id"], "resolved": resolved}
        return self._interaction(2, by, data)

    def entry_point(self, name: str, by: Member = ANN) -> Json:
        return self._interaction(2, by, {"id": snowflake(), "name": name, "type": 4})

    def submit(self, custom_id: str, fields: dict[str, str], by: Member = ANN) -> Json:
        labels = [
            {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}} for name, value in fields.items()
        ]
        return self._interaction(5, by, {"custom_id": custom_id, "components": labels})

    def direct_message(self, name: str, by: Member = ANN) -> Json:
        payload = self.command(name, by=by)
        user = payload.pop("member")["user"]
        del payload["guild_id"]
        return {**payload, "user": user, "context": 1}

    def _interaction(self, kind: int, by: Member, data: Json) -> Json:
        user = {"id": by.user_id, "username": by.name.lower(), "global_name": by.name, "discriminator": "0"}
        return {
            "version": 1,
            "id": snowflake_of(self.now()),
            "application_id": APPLICATION,
            "type": kind,
            "token": secrets.token_urlsafe(40),
            "guild_id": self.guild_id,
            "channel_id": self.channel_id,
            "app_permissions": self.app_permissions,
            "locale": "en-US",
            "guild_locale": "en-US",
            "authorizing_integration_owners": {"0": self.guild_id},
            "context": 0,
            "entitlements": [],
            "data": data,
            "member": {
                "user": user,
                "nick": None,
                "roles": list(by.roles),
                "permissions": str(by.permissions),
                "joined_at": "2026-01-01T00:00:00+00:00",
                "deaf": False,
                "mute": False,
            },
        }


def ping() -> Json:
    """What Discord sends to see whether we are there."""
    user = {"id": ANN.user_id, "username": "ann", "discriminator": "0"}
    return {"version": 1, "id": snowflake(), "application_id": APPLICATION, "type": 1, "token": "t", "user": user}


def _option(name: str, value: object) -> Json:
    if isinstance(value, bool):
        return {"name": name, "type": 5, "value": value}
    return {"name": name, "type": 4 if isinstance(value, int) else 3, "value": value}


def _kind(kind: int | None) -> Json:
    return {} if kind is None else {"type": kind}
