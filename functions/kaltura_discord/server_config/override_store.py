"""What servers have set for themselves, in the table, and the history of it.

    SERVER#{guild} / CONFIG                  the overrides, with the number of the change that they come from
    SERVER#{guild} / AUDIT#{time}#{version}  one change: who, when, what, from which interaction; kept for a year

Both are written in one transaction, on the condition that nobody has written since the overrides were read:

    Ann   reads 7 ─────────────────── writes 8 if 7 ── done
    Bo        reads 7 ──── writes 8 if 7 ── done first: Ann is told what Bo changed, and asked again

An interaction that is carried out twice finds its own entry in the history, and knows that it has won already. Entries
sort by time, which never goes back within a server, whatever the clocks of two processes say.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.audit.kept import CONFIG, KEPT_SECONDS
from kaltura_discord.audit.pseudonyms import in_words
from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Put, Table, Update
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.overlay import Change, Document, difference
from kaltura_discord.server_config.schema_versions import SCHEMA, up_to_date

HISTORY_SECONDS = KEPT_SECONDS

# Before and after all keys of the history.
_FIRST_KEY, _LAST_KEY = "AUDIT#", "AUDIT#~"

REPEATED_MS = 20 * 60 * 1000
"""An interaction is carried out again within the 15 minutes that its token lives, or not at all."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, or a pseudonym once they are forgotten; the operator's has neither user nor interaction."""

    user_id: UserId
    interaction_id: InteractionId


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a server has set.

    Attributes:
        document: only what differs from the defaults, in today's layout.
        version: how many changes there have been; 0 where nothing was ever set.
        changed_at_ms: when the last one was, epoch milliseconds.
        changed_by: who made it.
    """

    document: Document = field(default_factory=dict)
    version: int = 0
    changed_at_ms: int = 0
    changed_by: UserId | None = None

    @property
    def entry_id(self) -> str:
        """The entry in the history of the last change; empty where nothing was ever set."""
        return _entry_id(self.changed_at_ms, self.version) if self.version else ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a server's settings.

    Attributes:
        entry_id: sorts by time.
        version: the number of the change.
        at_ms: when, epoch milliseconds.
        author: who, from which interaction.
        changes: what, by key.
        undoes: the entry that it takes back, or empty.
    """

    entry_id: str
    version: int
    at_ms: int
    author: Author
    changes: tuple[Change, ...]
    undoes: str = ""


class ChangedMeanwhile(ConfigError):
    """Somebody else changed the settings since they were read; nothing was written.

    Attributes:
        current: the settings as they are now.
        changes: what others changed.
    """

    def __init__(self, seen: Overrides, current: Overrides, *, is_told_to_operator: bool = False) -> None:
        self.current = current
        self.changes = difference(seen.document, current.document)
        who, what = in_words(current.changed_by), _named(self.changes, is_told_to_operator)
        super().__init__(
            f"{who[0].upper()}{who[1:]} changed {what} in the meantime, so nothing of yours was saved. "
            "Look at it, and do it again if you still want to."
        )


class OverrideStore:
    """The overrides of all servers.

    Args:
        table: where they are kept.
        now: epoch seconds.
    """

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    async def read(self, guild_id: GuildId) -> Overrides:
        """What the server has set, as it is now.

        Raises:
            NewerSettings: a newer version of this app wrote it.
        """
        return overrides_of(await self._table.get(overrides_key(guild_id), consistent=True))

    async def save(
        self, guild_id: GuildId, seen: Overrides, document: Mapping[str, Any], author: Author, undoes: str = ""
    ) -> Overrides:
        """Write `document`, which was made from `seen`; what is there afterwards.

        Raises:
            ChangedMeanwhile: somebody else has written since `seen` was read.
        """
        changes = difference(seen.document, document)
        if not changes:
            return seen
        at_ms = max(int(self._now() * 1000), seen.changed_at_ms + 1)
        saved = Overrides(dict(document), seen.version + 1, at_ms, author.user_id)
        entry = HistoryEntry(_entry_id(at_ms, saved.version), saved.version, at_ms, author, changes, undoes)
        try:
            await self._table.transact([_written(guild_id, seen, saved), Put(_entry_item(guild_id, entry))])
        except ConditionNotMet:
            return await self._found_instead(guild_id, seen, author)
        return saved

    async def history(self, guild_id: GuildId, limit: int = 10) -> list[HistoryEntry]:
        """The last changes, newest first."""
        entries: list[HistoryEntry] = []
        # What else the audit holds stands in between, and may be much more: it stays in the table.
        walk = self._table.walk(_partition(guild_id), _FIRST_KEY, _LAST_KEY, kind=CONFIG, newest_first=True)
        async with aclosing(walk) as items:
            async for item in items:
                entries.append(_entry(item))
                if len(entries) == limit:
                    break
        return entries

    async def entry(self, guild_id: GuildId, entry_id: str) -> HistoryEntry | None:
        """One change, or None where there is none, or it is more than a year old."""
        item = await self._table.get(Key(_partition(guild_id), f"AUDIT#{entry_id}"), consistent=True)
        return _entry(item) if item and item.get("kind") == CONFIG else None

    async def made_by(self, guild_id: GuildId, interaction_id: InteractionId) -> HistoryEntry | None:
        """The change that an interaction has made already, where it is being carried out again; within minutes."""
        now_ms = int(self._now() * 1000)
        first, last = (f"AUDIT#{_entry_id(moment, 0)}" for moment in (now_ms - REPEATED_MS, now_ms + REPEATED_MS))
        async with aclosing(self._table.walk(_partition(guild_id), first, last, kind=CONFIG)) as items:
            async for item in items:
                if item["interaction_id"] == interaction_id:
                    return _entry(item)
        return None

    async def _found_instead(self, guild_id: GuildId, seen: Overrides, author: Author) -> Overrides:
        current = await self.read(guild_id)
        since = await self.history(guild_id, max(current.version - seen.version, 1))
        if author.interaction_id and any(
            entry.author.interaction_id == author.interaction_id for entry in since if entry.version > seen.version
        ):
            return current
        raise ChangedMeanwhile(seen, current, is_told_to_operator=not author.user_id)


def _written(guild_id: GuildId, seen: Overrides, saved: Overrides) -> Update:
    values: dict[str, Value] = {
        ":document": saved.document,
        ":version": saved.version,
        ":schema": SCHEMA,
        ":at": saved.changed_at_ms,
        ":by": saved.changed_by,
    }
    condition = "attribute_not_exists(pk)"
    if seen.version:
        condition, values[":seen"] = "#version = :seen", seen.version
    return Update(
        overrides_key(guild_id),
        "SET #document = :document, #version = :version, #schema = :schema, changed_at_ms = :at, changed_by = :by",
        condition,
        {"#document": "overrides", "#version": "version", "#schema": "schema"},
        values,
    )


def overrides_of(item: Item | None) -> Overrides:
    """What the item at `overrides_key` says.

    Raises:
        NewerSettings: a newer version of this app wrote it.
    """
    if item is None:
        return Overrides()
    document = up_to_date(item["overrides"], item["schema"])
    return Overrides(document, item["version"], item["changed_at_ms"], UserId(item["changed_by"]))


def _entry_item(guild_id: GuildId, entry: HistoryEntry) -> Item:
    return {
        "pk": _partition(guild_id),
        "sk": f"AUDIT#{entry.entry_id}",
        "kind": CONFIG,
        "version": entry.version,
        "at_ms": entry.at_ms,
        "user_id": entry.author.user_id,
        "interaction_id": entry.author.interaction_id,
        "changes": [
            {"path": list(change.path), "before": change.before, "after": change.after} for change in entry.changes
        ],
        "undoes": entry.undoes,
        "expires_at": entry.at_ms // 1000 + HISTORY_SECONDS,
    }


def _entry(item: Item) -> HistoryEntry:
    return HistoryEntry(
        item["sk"].removeprefix("AUDIT#"),
        item["version"],
        item["at_ms"],
        Author(UserId(item["user_id"]), InteractionId(item["interaction_id"])),
        tuple(Change(tuple(each["path"]), each["before"], each["after"]) for each in item["changes"]),
        item["undoes"],
    )


def _entry_id(at_ms: int, version: int) -> str:
    # 13 digits of milliseconds last until the year 2286.
    return f"{at_ms:013}#{version}"


def _partition(guild_id: GuildId) -> str:
    return f"SERVER#{guild_id}"


def overrides_key(guild_id: GuildId) -> Key:
    """Where a server's overrides stand."""
    return Key(_partition(guild_id), "CONFIG")


def _named(changes: tuple[Change, ...], is_told_to_operator: bool) -> str:
    """What changed, by keys; to a server, those of the operator's settings are not named."""
    # It imports pydantic, which nobody needs before somebody was faster.
    from kaltura_discord.server_config.catalogue import setting_at

    settings = [setting_at(change.path) for change in changes]
    are_seen = [is_told_to_operator or (setting is not None and not setting.is_operators) for setting in settings]
    keys = [f"`{change.key}`" for change, is_seen in zip(changes, are_seen, strict=True) if is_seen]
    others = [] if all(are_seen) else ["something that is not for servers to set"]
    return _listed([*others, *keys]) or "something, and back again,"


def _listed(parts: list[str], most: int = 4) -> str:
    if len(parts) > most:
        return f"{', '.join(parts[:most])} and {len(parts) - most} more"
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
