"""Which versions were live before a deployment: kept beside Terraform's state, so that any machine can take it back.

A deployment may end anywhere: Ctrl-C, a lost network, an alarm, a smoke test that fails. The next one goes on from
there, and what then counts as "before" is what was live before the first of them, not the half of it that was done:

    live 4 ── begin 5 ── some functions at 5 ── (ends) ── begin 5 or 6 ── tried out ── finish
       └──────────────────────── what rollback goes back to ───────────────────────────────┘
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from infra.deploying.aliases import Move, is_felt_first
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsCaller, AwsError

_NOT_THERE = ("NoSuchKey", "404")


@dataclass(frozen=True, slots=True)
class Note:
    """What one deployment moves, and whether it came to its end, or somebody began to take it back.

    `begun_at` is for people.
    """

    moves: tuple[Move, ...]
    is_finished: bool
    is_taken_back: bool
    begun_at: str


def _now() -> datetime:
    return datetime.now(UTC)


class LiveVersions:
    """The note of one environment.

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

    async def begin(self, moves: Sequence[Move]) -> list[Move]:
        """Note what is about to be moved, before it is; all of it, with what an unfinished deployment left."""
        before = await self._read()
        unfinished = None if before is None or before.is_finished else before
        left = {move.function: move for move in unfinished.moves} if unfinished else {}
        together = [
            replace(move, live=left.pop(move.function).live) if move.function in left else move for move in moves
        ]
        together = sorted([*left.values(), *together], key=is_felt_first)
        begun_at = unfinished.begun_at if unfinished else f"{self._now():%Y-%m-%d %H:%M} UTC"
        await self._write(Note(tuple(together), is_finished=False, is_taken_back=False, begun_at=begun_at))
        return together

    async def finish(self) -> None:
        """What was begun works."""
        note = await self._read()
        if note is not None and not note.is_finished:
            await self._write(replace(note, is_finished=True))

    async def is_under_way(self) -> bool:
        """Whether what was begun is neither finished nor being taken back, by another machine for example."""
        note = await self._read()
        return note is not None and not note.is_finished and not note.is_taken_back

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
        await self._write(replace(note, is_taken_back=True))
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
        begun_at = written.get("begun_at", "before times were noted")
        return Note(moves, written["is_finished"], written.get("is_taken_back", False), begun_at)

    async def _write(self, note: Note) -> None:
        text = json.dumps(asdict(note), indent=2)
        request = {**self._place, "Body": text.encode(), "ContentType": "application/json"}
        await self._storage.call("PutObject", request)
