"""How busy the machine's processors are, as a share of all of them (Linux; NaN elsewhere)."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_STAT = Path("/proc/stat")
_IDLE, _WAITING = 3, 4


@dataclass(frozen=True, slots=True)
class Load:
    """Ticks since the machine started."""

    idle: int
    total: int

    @classmethod
    def now(cls) -> Self:
        """Read them."""
        if not _STAT.exists():
            return cls(0, 0)
        ticks = [int(word) for word in _STAT.read_text(encoding="ascii").splitlines()[0].split()[1:]]
        return cls(ticks[_IDLE] + ticks[_WAITING], sum(ticks[:8]))

    def busy_since(self, before: Self) -> float:
        """The share that was not idle."""
        total = self.total - before.total
        return 1 - (self.idle - before.idle) / total if total else math.nan
