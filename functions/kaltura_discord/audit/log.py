"""The audit, in the table.

    SERVER#{guild} / AUDIT#{13 digits of milliseconds}#{kind}#{interaction, or chance}

Entries sort by time, beside the history of settings that `server_config.override_store` writes. An interaction's entry
bears the time that is in the interaction's own id, so its key is the same however often a queue has it carried out:

    tasks   end the meeting + AUDIT#1795…#meeting_ended#9…   died before the queue was told
    tasks   again: the meeting has ended, and the entry is there: nothing is written twice

Where something changes in the table, its entry belongs into the same transaction (`write`): neither is there without
the other, whenever the process dies. `record` is for what changes elsewhere. An entry without an interaction is a new
one each time.

Forgetting somebody goes through all of a server's entries and replaces their id, one conditional write each. It may
die anywhere and be done again: what it has replaced is not found any more.
"""

import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress

from kaltura_discord.audit.kept import CONFIG, KEPT_SECONDS
from kaltura_discord.audit.models import AuditEntry, AuditRecord, SettingChange
from kaltura_discord.audit.pseudonyms import Pseudonyms
from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Put, Table, Update
from kaltura_discord.discord.identifiers import GuildId, created_ms

LATEST_MS = 10**13 - 1
"""13 digits of milliseconds last until the year 2286."""

_PREFIX = "AUDIT#"

# Ids that Discord has given since 2015 have so many digits; numbers of ours have fewer.
_SNOWFLAKE = re.compile(r"(?<!\d)\d{17,20}(?!\d)")


class AuditLog:
    """The audit of all servers.

    Args:
        table: where it is kept.
        pseudonyms: what is written instead of the ids of those who are forgotten.
        now: epoch seconds.
    """

    def __init__(self, table: Table, pseudonyms: Pseudonyms, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._pseudonyms = pseudonyms
        self._now = now

    def write(self, guild_id: GuildId, entry: AuditEntry) -> Put:
        """The entry as a part of a transaction, which fails where the interaction has done the same before."""
        now_ms = int(self._now() * 1000)
        at_ms = created_ms(entry.interaction_id) if entry.interaction_id else now_ms
        mark = entry.interaction_id or os.urandom(8).hex()
        known = self._named(entry)
        return Put(
            {
                "pk": _partition(guild_id),
                "sk": f"{_at(at_ms)}#{entry.kind}#{mark}",
                "kind": entry.kind,
                "at_ms": at_ms,
                "user_id": known(entry.user_id),
                "interaction_id": entry.interaction_id,
                "subject": known(entry.subject),
                "details": dict(entry.details),
                "expires_at": now_ms // 1000 + KEPT_SECONDS,
            }
        )

    async def record(self, guild_id: GuildId, entry: AuditEntry) -> None:
        """Write the entry down, unless the same interaction has recorded the same kind before."""
        await self._table.put_new(self.write(guild_id, entry).item)

    async def entries(
        self, guild_id: GuildId, since_ms: int = 0, until_ms: int = LATEST_MS
    ) -> AsyncIterator[AuditRecord]:
        """What a server's audit holds from `since_ms` on and before `until_ms`, oldest first, settings included.

        Read page by page, so it may be long.
        """
        async for item in self._table.walk(_partition(guild_id), _at(since_ms), _at(until_ms)):
            yield _record(item)

    async def everywhere(self, since_ms: int = 0, until_ms: int = LATEST_MS) -> AsyncIterator[AuditRecord]:
        """The same of all servers, one after the other. Reads the whole table, so it is for the operator only."""
        async for item in self._table.walk_all(_at(since_ms), _at(until_ms)):
            yield _record(item)

    def pseudonym(self, user_id: str) -> str:
        """What stands here for a user once they are forgotten."""
        return self._pseudonyms.of(user_id)

    async def forget(self, guild_id: GuildId, user_id: str) -> int:
        """Replace a user's id by their pseudonym wherever it stands in a server's audit; in how many entries."""
        replaced = 0
        async for item in self._table.walk(_partition(guild_id), _PREFIX, _at(LATEST_MS)):
            update = self._without(item, user_id)
            if update is not None:
                # Whatever has expired meanwhile, and was deleted, has nothing to be replaced.
                with suppress(ConditionNotMet):
                    await self._table.update(update)
                    replaced += 1
        with suppress(ConditionNotMet):
            await self._table.update(self._without_editor(guild_id, user_id))
        return replaced

    async def forget_everybody(self, guild_id: GuildId) -> None:
        """Replace every id in a server's audit, for a server that is gone. What belongs together still shows."""
        async for item in self._table.walk(_partition(guild_id), _PREFIX, _at(LATEST_MS)):
            entry = item
            for number in _ids_in(item):
                update = self._without(entry, number)
                if update is not None:
                    with suppress(ConditionNotMet):
                        entry = await self._table.update(update)

    def _named(self, entry: AuditEntry) -> Callable[[str], str]:
        """How ids are written; whoever is forgotten by this very entry is not in it."""
        return self._pseudonyms.of if entry.kind == "forgotten" else str

    def _without(self, item: Item, user_id: str) -> Update | None:
        pseudonym = self._pseudonyms.of(user_id)
        new = {("#" + name): pseudonym for name in ("user_id", "subject") if item.get(name) == user_id}
        names = {place: place[1:] for place in new}
        # Whole ids only: one id may be the beginning of another.
        whole = re.compile(rf"(?<!\d){re.escape(user_id)}(?!\d)")
        for number, (name, text) in enumerate(_details(item).items()):
            if whole.search(text):
                names |= {"#details": "details", f"#detail{number}": name}
                new[f"#details.#detail{number}"] = whole.sub(pseudonym, text)
        if not new:
            return None
        values: dict[str, Value] = {f":new{number}": text for number, text in enumerate(new.values())}
        changes = ", ".join(f"{place} = :new{number}" for number, place in enumerate(new))
        return Update(Key(item["pk"], item["sk"]), f"SET {changes}", "attribute_exists(pk)", names, values)

    def _without_editor(self, guild_id: GuildId, user_id: str) -> Update:
        return Update(
            Key(_partition(guild_id), "CONFIG"),
            "SET changed_by = :pseudonym",
            "changed_by = :user",
            values={":pseudonym": self._pseudonyms.of(user_id), ":user": user_id},
        )


def _ids_in(item: Item) -> set[str]:
    texts = (str(item.get("user_id")), str(item.get("subject")), *_details(item).values())
    return {number for text in texts for number in _SNOWFLAKE.findall(text)}


def _partition(guild_id: GuildId) -> str:
    return f"SERVER#{guild_id}"


def _at(moment_ms: int) -> str:
    """What the keys of that moment begin with; by itself it sorts before all of them."""
    return f"{_PREFIX}{min(max(moment_ms, 0), LATEST_MS):013}"


def _record(item: Item) -> AuditRecord:
    return AuditRecord(
        GuildId(item["pk"].removeprefix("SERVER#")),
        int(item["at_ms"]),
        str(item["kind"]),
        item.get("user_id") or "",
        item.get("interaction_id") or "",
        item.get("subject", ""),
        _details(item),
        tuple(SettingChange(".".join(each["path"]), each["before"], each["after"]) for each in item.get("changes", ())),
    )


def _details(item: Item) -> Mapping[str, str]:
    if item.get("kind") != CONFIG:
        return dict(item.get("details", {}))
    undoes = {"undoes": item["undoes"]} if item.get("undoes") else {}
    return {"version": str(item["version"]), **undoes}
