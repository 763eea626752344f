"""What is remembered of people, so that Kaltura is asked nothing twice and a change of level is noticed.

    USER#{user}     PROFILE          what was last written to their Kaltura user, as a fingerprint
    SERVER#{guild}  MEMBER#{user}    their level there, the Kaltura group they are in, when they were last here

A person has one Kaltura user, whatever servers they share with us, and a level in each server. The levels never meet:
the Kaltura user carries none, each session carries the level of the server that it is for. So an administrator of one
server is nobody in another, and there is nothing to combine. Of a person's names in several servers, the one under
which they last came in is Kaltura's.

No name and no token is here. Memberships stand in the server's own partition, since they go when its data goes, and
are read from there when members are looked at again. Both items end 400 days after the person was last here.

Every change of a level is one transaction: it holds only where the level is still what it was, and its entry in the
audit is a part of it. So of two who notice the same change at once, one records it.
"""

import hashlib
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry, AuditKind
from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import NOT_THERE, Key, Put, Table, Update
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level, level_named

KEPT_SECONDS = 400 * 24 * 3600

MEMBER_PREFIX = "MEMBER#"
PROFILE = "PROFILE"

_AFTER_ALL_IDS = "~"


@dataclass(frozen=True, slots=True)
class KnownMember:
    """Somebody in a server, as remembered.

    Attributes:
        group: the Kaltura group that they are in for this server; empty for none.
        seen_at: when they were last here, epoch seconds.
    """

    user_id: UserId
    level: Level
    group: str
    seen_at: int


def fingerprint(*parts: str) -> str:
    """Tells whether what was written still is what should be, without saying what it was."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


class ProfileStore:
    """What is remembered of everybody.

    Args:
        table: where it is kept.
        audit: told of each level that rises or falls.
        now: epoch seconds.
    """

    def __init__(self, table: Table, audit: AuditLog, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._audit = audit
        self._now = now

    async def written(self, user_id: UserId) -> str:
        """The fingerprint of what was last written to Kaltura; empty where nothing was."""
        item = await self._table.get(profile_key(user_id))
        return str(item["written"]) if item else ""

    async def remember_written(self, user_id: UserId, written: str) -> None:
        """What is in Kaltura now. Whoever wrote last is right, as in Kaltura itself."""
        key = profile_key(user_id)
        await self._table.put({"pk": key.pk, "sk": key.sk, "written": written, "expires_at": self._expires_at()})

    async def member(self, guild_id: GuildId, user_id: UserId) -> KnownMember | None:
        """What is remembered of a member."""
        item = await self._table.get(member_key(guild_id, user_id), consistent=True)
        return _member(item) if item else None

    async def members_after(self, guild_id: GuildId, user_id: str) -> AsyncGenerator[KnownMember, None]:
        """A server's members in the order of their ids, those after `user_id`; read page by page."""
        partition = member_key(guild_id, UserId("")).pk
        walk = self._table.walk(partition, f"{MEMBER_PREFIX}{user_id}", f"{MEMBER_PREFIX}{_AFTER_ALL_IDS}")
        async with aclosing(walk) as items:
            async for item in items:
                member = _member(item)
                if member.user_id != user_id:
                    yield member

    async def save(
        self, guild_id: GuildId, before: KnownMember | None, member: KnownMember, why: str = "roles"
    ) -> bool:
        """Remember `member`, of whom `before` was remembered until now; False where somebody else was faster.

        `why` stands in the audit where the level has changed: `roles`, or `left` for who is not in the server any more.
        """
        writes: list[Update | Put] = [self._update(guild_id, before, member)]
        was = before.level if before is not None else Level.VIEWER
        if was != member.level:
            writes.append(self._audit.write(guild_id, _changed(member.user_id, was, member.level, why)))
        try:
            await self._table.transact(writes)
        except ConditionNotMet:
            return False
        return True

    async def drop(self, guild_id: GuildId, user_id: UserId) -> None:
        """Remember nothing of a member any more."""
        await self._table.delete(member_key(guild_id, user_id))

    def _update(self, guild_id: GuildId, before: KnownMember | None, member: KnownMember) -> Update:
        values: dict[str, Value] = {
            ":level": member.level.word,
            ":group": member.group,
            ":seen": member.seen_at,
            ":expires": member.seen_at + KEPT_SECONDS,
        }
        condition = f"{NOT_THERE} OR expires_at <= :now"
        if before is None:
            values[":now"] = int(self._now())
        else:
            condition = "user_level = :was AND kaltura_group = :left"
            values |= {":was": before.level.word, ":left": before.group}
        return Update(
            member_key(guild_id, member.user_id),
            "SET user_level = :level, kaltura_group = :group, seen_at = :seen, expires_at = :expires",
            condition,
            values=values,
        )

    def _expires_at(self) -> int:
        return int(self._now()) + KEPT_SECONDS


def profile_key(user_id: UserId) -> Key:
    """Where a person's profile is kept."""
    return Key(f"USER#{user_id}", PROFILE)


def member_key(guild_id: GuildId, user_id: UserId) -> Key:
    """Where a membership is kept."""
    return Key(f"SERVER#{guild_id}", f"{MEMBER_PREFIX}{user_id}")


def _member(item: Item) -> KnownMember:
    return KnownMember(
        UserId(item["sk"].removeprefix(MEMBER_PREFIX)),
        level_named(item["user_level"]),
        item["kaltura_group"],
        int(item["seen_at"]),
    )


def _changed(user_id: UserId, was: Level, now: Level, why: str) -> AuditEntry:
    details = {"from": was.word, "to": now.word, "why": why}
    # Whoever gave or took the role did so in Discord, which does not tell us.
    kind: AuditKind = "elevated" if now > was else "lowered"
    return AuditEntry(kind, "", "", details, subject=user_id)
