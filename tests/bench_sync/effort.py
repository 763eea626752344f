"""How long and how often is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds and counts of one system on one network.

    Attributes:
        settle: after everybody is in, before anything counts. On lines that scatter our clocks ask again within twenty
            seconds; that belongs to joining.
        steady: how long nobody touches anything.
        within: how long is waited for everybody to be together again.
        cut: how long a viewer's network is away.
    """

    settle: float
    steady: float
    seeks: int
    joins: int
    cuts: int
    within: float = 5.0
    cut: float = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole run takes: the network that most targets are about, the other networks, and the peers."""

    main: Effort
    other: Effort
    peer: Effort


QUICK: Final = Plan(
    main=Effort(settle=20, steady=40, seeks=5, joins=5, cuts=2),
    other=Effort(settle=20, steady=20, seeks=2, joins=2, cuts=0),
    peer=Effort(settle=6, steady=15, seeks=1, joins=1, cuts=0, within=6),
)
FULL: Final = Plan(
    main=Effort(settle=30, steady=1800, seeks=20, joins=20, cuts=10),
    other=Effort(settle=30, steady=300, seeks=10, joins=10, cuts=5),
    peer=Effort(settle=20, steady=60, seeks=5, joins=5, cuts=0, within=10),
)
