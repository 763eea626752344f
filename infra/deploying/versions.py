"""Which versions were live before a deployment: kept beside Terraform's state, so that any machine can take it back.

A deployment may end anywhere: Ctrl-C, a lost network, an alarm, a smoke test that fails. The next one goes on from
there, and what then counts as "before" is what was live before the first of them, not the half of it that was done:

    live 4 ── begin 5 ── some functions at 5 ── (ends) ── begin 5 or 6 ── tried out ── finish
       └──────────────────────── what rollback goes back to ───────────────────────────────┘

Whoever writes the note signs it, each time with another name. So a deployment notices from its first look to its end
that somebody else, a rollback or another deployment, has begun meanwhile: it stops, and calls no other's work finished.
"""

import json
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from botocore.exceptions import BotoCoreError

from infra.deploying.aliases import Move, TakenOver, is_felt_first
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsCaller, AwsError

_NOT_THERE = ("NoSuchKey", "404")

_AT_WORK = timedelta(minutes=20)
"""So long another may be at work that has said nothing of its end: eleven minutes of watching, some of trying out."""

_TAKEN_BACK = "It was taken back meanwhile (make rollback). The versions before are live, and Discord was told nothing."
_TAKEN_OVER = (
    "Another deployment has moved functions meanwhile. This one has told Discord nothing, and leaves live what the "
    "other made live. To deploy what is here, run it again when the other is done."
)


@dataclass(frozen=True, slots=True)
class Note:
    """What one deployment moves, and whether it came to its end, or somebody began to take it back.

    Attributes:
        begun_at: for people.
        writer: the name of whoever wrote it last, a deployment or a rollback.
        at_work_since: when that deployment began to move (ISO 8601); empty where it has ended, well or not.
    """

    moves: tuple[Move, ...]
    is_finished: bool
    is_taken_back: bool
    begun_at: str
    writer: str = ""
    at_work_since: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


class LiveVersions:
    """The note of one environment, as one deployment or rollback sees it.

    Args:
        storage: speaks to S3.
        bucket: that of Terraform's state.
        environment: the deployment's name.
        now: the time, in UTC.
    """

    def __init__(self, storage: AwsCaller, bucket: str, environment: str, now: Callable[[], datetime] = _now) -> None:
        self._storage = storage
        self._place = {"Bucket": bucket, "Key": f"kaltura-discord/{environment}.versions.json"}
        self._environment = environment
        self._now = now
        self._name = ""
        self._seen: Note | None = None

    async def look(self) -> None:
        """Before anything is done: what the note says, and whether anybody is at work.

        Raises:
            NotDeployable: another deployment is.
        """
        note = self._seen = await self._read()
        if note is None or not note.at_work_since:
            return
        until = datetime.fromisoformat(note.at_work_since) + _AT_WORK
        if self._now() < until:
            environment = self._environment
            raise NotDeployable(
                f"Another deployment of {environment} is at work since {_minute(until - _AT_WORK)}. Nothing was "
                f"changed. Wait for its end. If it was broken off: make rollback ENV={environment} takes back what it "
                f"moved, and then run this again; or run this after {_minute(until)}, and it goes on from there."
            )

    async def begin(self, moves: Sequence[Move], functions: Collection[str]) -> list[Move]:
        """Note what is about to be moved, before it is; all of it, with what an unfinished deployment left.

        `functions` are those that there are, by name: what was moved of others is gone with them.

        Raises:
            NotDeployable: since `look` somebody has begun to take something back, or to deploy.
        """
        before = await self._read()
        if before != self._seen:
            raise NotDeployable(_TAKEN_BACK if before is not None and before.is_taken_back else _TAKEN_OVER)
        unfinished = None if before is None or before.is_finished else before
        still = [move for move in unfinished.moves if move.function in functions] if unfinished else []
        left = {move.function: move for move in still}
        together = [
            replace(move, live=left.pop(move.function).live) if move.function in left else move for move in moves
        ]
        together = sorted([*left.values(), *together], key=is_felt_first)
        if together:
            now = self._now()
            begun_at = unfinished.begun_at if unfinished else _minute(now)
            note = Note(tuple(together), is_finished=False, is_taken_back=False, begun_at=begun_at)
            await self._sign(replace(note, at_work_since=now.isoformat()))
        return together

    async def finish(self) -> None:
        """What was begun here works, or what was taken back here is back."""
        note = await self._read()
        if self._is_own(note) and not note.is_finished:
            await self._write(replace(note, is_finished=True, at_work_since=""))

    async def leave(self) -> None:
        """What was begun here has ended as it is, so that the next one need not wait; without AWS, that one waits."""
        with suppress(AwsError, BotoCoreError):
            note = await self._read()
            if self._is_own(note) and note.at_work_since:
                await self._write(replace(note, at_work_since=""))

    async def check_wanted(self) -> None:
        """Whether what was begun here is still to go on.

        Raises:
            TakenOver: another deployment goes on from there.
            NotDeployable: somebody takes it back.
        """
        note = await self._read()
        if self._is_own(note) and not note.is_taken_back:
            return
        if note is not None and not note.is_taken_back:
            raise TakenOver(_TAKEN_OVER)
        raise NotDeployable(_TAKEN_BACK)

    async def noted(self) -> tuple[Move, ...]:
        """What a rollback would go back from and to."""
        note = await self._read()
        return () if note is None else note.moves

    async def take_back(self) -> Note:
        """What the last deployment that moved anything moved; where it is still under way, it is to end.

        Raises:
            NotDeployable: nothing was ever moved.
        """
        note = await self._read()
        if note is None:
            raise NotDeployable(
                f"No deployment of {self._environment} has moved anything yet, so there is nothing to go back to. "
                "By hand: docs/operations.md, Rollback."
            )
        await self._sign(replace(note, is_taken_back=True, at_work_since=""))
        return note

    async def forget(self) -> None:
        """For when everything was taken down: versions are counted anew then."""
        await self._storage.call("DeleteObject", dict(self._place))

    async def _read(self) -> Note | None:
        try:
            answer = await self._storage.call("GetObject", dict(self._place))
        except AwsError as error:
            if error.code in _NOT_THERE:
                return None
            raise
        written = json.loads(answer["Body"].read())
        moves = tuple(Move(**each) for each in written["moves"])
        return Note(
            moves,
            written["is_finished"],
            written.get("is_taken_back", False),
            written.get("begun_at", "before times were noted"),
            written.get("writer", ""),
            written.get("at_work_since", ""),
        )

    def _is_own(self, note: Note | None) -> TypeGuard[Note]:
        return note is not None and self._name != "" and note.writer == self._name

    async def _sign(self, note: Note) -> None:
        self._name = secrets.token_hex(8)
        await self._write(replace(note, writer=self._name))

    async def _write(self, note: Note) -> None:
        text = json.dumps(asdict(note), indent=2)
        request = {**self._place, "Body": text.encode(), "ContentType": "application/json"}
        await self._storage.call("PutObject", request)
