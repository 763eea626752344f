"""Which versions were live before a deployment: kept beside Terraform's state, so that any machine can take it back.

A deployment may end anywhere: Ctrl-C, a lost network, an alarm, a smoke test that fails. The next one goes on from
there, and what then counts as "before" is what was live before the first of them, not the half of it that was done:

    live 4 ── begin 5 ── some functions at 5 ── (ends) ── begin 5 or 6 ── tried out ── finish
       └──────────────────────── what rollback goes back to ───────────────────────────────┘
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from infra.deploying.aliases import Move, is_felt_first
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsCaller, AwsError

_NOT_THERE = ("NoSuchKey", "404")


@dataclass(frozen=True, slots=True)
class Note:
    """What one deployment moves, and whether it came to its end."""

    moves: tuple[Move, ...]
    is_finished: bool


class LiveVersions:
    """The note of one environment.

    Args:
        storage: speaks to S3.
        bucket: that of Terraform's state.
        environment: the deployment's name.
    """

    def __init__(self, storage: AwsCaller, bucket: str, environment: str) -> None:
        self._storage = storage
        self._place = {"Bucket": bucket, "Key": f"kaltura-discord/{environment}.versions.json"}
        self._environment = environment

    async def begin(self, moves: Sequence[Move]) -> list[Move]:
        """Note what is about to be moved, before it is; all of it, with what an unfinished deployment left."""
        before = await self._read()
        left = {} if before is None or before.is_finished else {move.function: move for move in before.moves}
        together = [
            replace(move, live=left.pop(move.function).live) if move.function in left else move for move in moves
        ]
        together = sorted([*left.values(), *together], key=is_felt_first)
        await self._write(Note(tuple(together), is_finished=False))
        return together

    async def finish(self) -> None:
        """What was begun works."""
        note = await self._read()
        if note is not None and not note.is_finished:
            await self._write(replace(note, is_finished=True))

    async def kept(self) -> list[Move]:
        """What the last deployment moved.

        Raises:
            NotDeployable: nothing was ever moved.
        """
        note = await self._read()
        if note is None:
            raise NotDeployable(
                f"No deployment of {self._environment} has moved anything yet, so there is nothing to go back to. "
                "By hand: docs/operations.md, Rollback."
            )
        return list(note.moves)

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
        return Note(tuple(Move(**each) for each in written["moves"]), written["is_finished"])

    async def _write(self, note: Note) -> None:
        text = json.dumps(asdict(note), indent=2)
        request = {**self._place, "Body": text.encode(), "ContentType": "application/json"}
        await self._storage.call("PutObject", request)
