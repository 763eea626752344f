"""The commands an application has registered, everywhere and per server, with Discord's limits on their numbers.

Discord docs, Application Commands: 100 chat-input, 15 user and 15 message commands and one Entry Point in each
scope (no Entry Point in a server); 200 creations a day and server (error 30034); a bulk overwrite that leaves out
the Entry Point is refused as a whole (error 50240).
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from local_stack.discord.errors import Refusal, unknown
from local_stack.discord.wire import Clock, Json, SnowflakeMint

CHAT_INPUT, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
MOST_OF_A_TYPE = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1}
CREATIONS_A_DAY = 200
DAY_SECONDS = 86_400

GLOBAL = ""
"""The scope of commands that exist in every server; any other scope is a server's id."""

READ_ONLY = ("id", "application_id", "guild_id", "version")

OMITTED_VALUES: Json = {
    "type": CHAT_INPUT,
    "description": "",
    "name_localizations": None,
    "description_localizations": None,
    "default_member_permissions": None,
    "nsfw": False,
}


@dataclass(slots=True)
class CommandBook:
    """Registered commands by scope and id."""

    now: Clock
    mint: SnowflakeMint
    application_id: str
    by_scope: dict[str, dict[str, Json]] = field(default_factory=lambda: {GLOBAL: {}})
    creations: dict[str, deque[float]] = field(default_factory=dict)

    def seed_entry_point(self) -> None:
        """What Discord does when Activities are switched on: a "launch" command that it handles itself."""
        launch: Json = {
            "name": "launch",
            "description": "Launch an activity",
            "type": ENTRY_POINT,
            "handler": 2,
            "integration_types": [0, 1],
            "contexts": [0, 1, 2],
        }
        self._write(GLOBAL, self._complete(GLOBAL, self.mint.next(), launch))

    def in_scope(self, scope: str) -> list[Json]:
        """All commands of a scope in the order of their creation."""
        return list(self.by_scope.get(scope, {}).values())

    def get(self, scope: str, command_id: str) -> Json:
        """One command.

        Raises:
            Refusal: 10063 where it does not exist.
        """
        command = self.by_scope.get(scope, {}).get(command_id)
        if command is None:
            raise unknown("application command", 10063)
        return command

    def find(self, guild_id: str | None, name: str, command_type: int = CHAT_INPUT) -> Json | None:
        """The command a user means: the server's own before the global one."""
        for scope in (guild_id, GLOBAL) if guild_id else (GLOBAL,):
            for command in self.by_scope.get(scope, {}).values():
                if command["name"] == name and command["type"] == command_type:
                    return command
        return None

    def upsert(self, scope: str, wanted: Json) -> tuple[Json, bool]:
        """Create a command or overwrite the one of the same type and name; also whether it is new.

        Raises:
            Refusal: 30032 (too many commands) or 30034 (too many creations today).
        """
        existing = self._same(scope, wanted)
        if existing is None:
            self._check_room(scope, [*self.in_scope(scope), wanted])
            self._count_creations(scope, 1)
        command_id = self.mint.next() if existing is None else existing["id"]
        command = self._complete(scope, command_id, wanted, existing)
        self._write(scope, command)
        return command, existing is None

    def replace(self, scope: str, wanted: list[Json]) -> list[Json]:
        """Overwrite all commands of a scope at once.

        Raises:
            Refusal: 50240, 30032 or 30034.
        """
        had_entry_point = any(command["type"] == ENTRY_POINT for command in self.in_scope(scope))
        has_entry_point = any(command.get("type") == ENTRY_POINT for command in wanted)
        if had_entry_point and not has_entry_point:
            raise Refusal(
                400,
                50240,
                "You cannot remove this app's Entry Point command in a bulk update operation. "
                "Please include the Entry Point command in your update request or delete it separately.",
            )
        self._check_room(scope, wanted)
        olds = [self._same(scope, command) for command in wanted]
        self._count_creations(scope, olds.count(None))
        self.by_scope[scope] = {}
        for command, old in zip(wanted, olds, strict=True):
            command_id = self.mint.next() if old is None else old["id"]
            self._write(scope, self._complete(scope, command_id, command, old))
        return self.in_scope(scope)

    def edit(self, scope: str, command_id: str, changes: Json) -> Json:
        """Change some fields of a command."""
        old = self.get(scope, command_id)
        merged = {**{key: value for key, value in old.items() if key not in READ_ONLY}, **changes}
        command = self._complete(scope, command_id, merged, old)
        self._write(scope, command)
        return command

    def delete(self, scope: str, command_id: str) -> None:
        """Remove a command."""
        self.get(scope, command_id)
        del self.by_scope[scope][command_id]

    def _same(self, scope: str, wanted: Json) -> Json | None:
        key = (wanted["name"], wanted.get("type", CHAT_INPUT))
        for command in self.in_scope(scope):
            if (command["name"], command["type"]) == key or command["id"] == wanted.get("id"):
                return command
        return None

    def _complete(self, scope: str, command_id: str, wanted: Json, old: Json | None = None) -> Json:
        given = {key: value for key, value in wanted.items() if key not in READ_ONLY}
        command: dict[str, Any] = {"id": command_id, "application_id": self.application_id}
        command |= {**OMITTED_VALUES, **given}
        if command["default_member_permissions"] is not None:
            command["default_member_permissions"] = str(command["default_member_permissions"])
        if scope == GLOBAL:
            command.setdefault("integration_types", [0])
            command.setdefault("contexts", None)
        else:
            command["guild_id"] = scope
        unchanged = old is not None and {**old, "version": ""} == {**command, "version": ""}
        command["version"] = old["version"] if unchanged and old is not None else self.mint.next()
        return command

    def _write(self, scope: str, command: Json) -> None:
        self.by_scope.setdefault(scope, {})[command["id"]] = command

    def _check_room(self, scope: str, commands: list[Json]) -> None:
        for command_type, most in MOST_OF_A_TYPE.items():
            number = sum(1 for command in commands if command.get("type", CHAT_INPUT) == command_type)
            if number > most:
                raise Refusal(400, 30032, f"Maximum number of application commands reached ({most})")

    def _count_creations(self, scope: str, number: int) -> None:
        recent = self.creations.setdefault(scope, deque())
        while recent and self.now() - recent[0] > DAY_SECONDS:
            recent.popleft()
        if len(recent) + number > CREATIONS_A_DAY:
            raise Refusal(400, 30034, "Max number of daily application command creates has been reached (200)")
        recent.extend([self.now()] * number)
