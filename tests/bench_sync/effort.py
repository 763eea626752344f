"""How long and how often is measured."""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds and counts of one system on one network.

    Attributes:
        settle: after play, before anything counts.
        steady: how long nobody touches anything.
        within: how long is waited for everybody to be together again.
        cut: how long a viewer's network is away.
    """

    settle: float
    steady: float
    seeks: int
    joins: int
    cuts: int
    within: float = 6.0
    cut: float = 10.0


QUICK: Final = Effort(settle=6, steady=20, seeks=3, joins=3, cuts=1)
QUICK_PEER: Final = Effort(settle=8, steady=15, seeks=1, joins=1, cuts=0, within=8)
FULL: Final = Effort(settle=10, steady=1800, seeks=12, joins=12, cuts=5)
FULL_SHORT: Final = replace(FULL, steady=120)
FULL_PEER: Final = Effort(settle=20, steady=60, seeks=5, joins=5, cuts=0, within=10)
