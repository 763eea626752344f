"""Figures and ratios as tables that can be read, and a list of targets at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from tests.bench.measuring import Figure

_LABEL_WIDTH = 62
_WIDTH = 104


@dataclass(frozen=True, slots=True)
class AtMost:
    """A target: this or less."""

    value: float

    def is_met_by(self, value: float) -> bool:
        """Whether it is."""
        return value <= self.value

    def __str__(self) -> str:
        return f"<= {self.value:g}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A target: this or more."""

    value: float

    def is_met_by(self, value: float) -> bool:
        """Whether it is."""
        return value >= self.value

    def __str__(self) -> str:
        return f">= {self.value:g}"


Target = AtMost | AtLeast


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target and what came of it."""

    what: str
    value: float
    target: Target

    @property
    def word(self) -> str:
        """In one word."""
        return "met" if self.target.is_met_by(self.value) else "MISSED"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in parts of another, by their best rounds; with a target where there is one."""

    label: str
    ours: Figure
    theirs: Figure
    target: Target | None = None

    @property
    def ratio(self) -> float:
        """Ours in parts of theirs."""
        return self.ours.best / self.theirs.best


@dataclass(frozen=True, slots=True)
class Table:
    """What one suite found. `limits` are targets for figures by themselves, by label."""

    title: str
    figures: Sequence[Figure]
    comparisons: Sequence[Comparison]
    note: str = ""
    limits: Mapping[str, Target] = field(default_factory=dict)

    def verdicts(self) -> list[Verdict]:
        """What came of each target."""
        of_ratios = [
            Verdict(f"{self.title}: {comparison.label}", comparison.ratio, comparison.target)
            for comparison in self.comparisons
            if comparison.target is not None
        ]
        of_figures = [
            Verdict(f"{self.title}: {figure.label}, {figure.unit}", figure.best, self.limits[figure.label])
            for figure in self.figures
            if figure.label in self.limits
        ]
        return of_ratios + of_figures

    def lines(self) -> list[str]:
        """As text."""
        unit = self.figures[0].unit
        rounds = len(self.figures[0].samples)
        lines = ["", self.title, f"{'':{_LABEL_WIDTH}}{f'median, {unit}':>20}{f'best of {rounds}':>20}"]
        for figure in self.figures:
            limit = self.limits.get(figure.label)
            target = f"   target {limit}" if limit else ""
            lines.append(
                f"  {figure.label:{_LABEL_WIDTH - 2}}{_number(figure.median):>20}{_number(figure.best):>20}{target}"
            )
        for comparison in self.comparisons:
            target = f"   target {comparison.target}" if comparison.target else ""
            lines.append(f"  {comparison.label:{_LABEL_WIDTH - 2}}{f'{comparison.ratio:.2f} x':>20}{target}")
        lines.extend(f"  {line}" for line in wrap(self.note, _WIDTH - 2))
        return lines


def summary(verdicts: Sequence[Verdict]) -> list[str]:
    """All targets, one a line."""
    rows = [
        f"  {verdict.word:7}{_number(verdict.value):>9}  {verdict.target!s:9}  {verdict.what}" for verdict in verdicts
    ]
    missed = sum(verdict.word == "MISSED" for verdict in verdicts)
    return ["", "=" * _WIDTH, "Targets", *rows, f"{len(verdicts) - missed} of {len(verdicts)} met."]


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
