"""Which versions were live before a deployment, kept in `.local/deployments/`, so that it can be taken back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from infra.deploying.aliases import Move
from infra.deploying.variables import REPOSITORY, NotDeployable


class LiveVersions:
    """The notes; one file for each environment."""

    def __init__(self, folder: Path = REPOSITORY / ".local" / "deployments") -> None:
        self._folder = folder

    def keep(self, environment: str, moves: Sequence[Move]) -> None:
        """Note what is about to be moved, before it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(move) for move in moves], indent=2)
        (self._folder / f"{environment}.json").write_text(text + "\n", encoding="utf-8")

    def kept(self, environment: str) -> list[Move]:
        """What the last deployment moved.

        Raises:
            NotDeployable: nothing is known here.
        """
        try:
            text = (self._folder / f"{environment}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotDeployable(
                f"No deployment of {environment} was made from this folder. By hand: docs/operations.md, Rollback."
            ) from None
        return [Move(**each) for each in json.loads(text)]
