"""What of a difference between scenarios is proven, given how far each was solved.

The best plan of a scenario is worth no less than the plan found (v) and no more than its bound (u).
The best of A is thus better than the best of B by something between v_A - u_B and u_A - v_B: where
both are above zero, A is better whatever else could be found; where zero lies between, more
searching could turn it round. Only plans whose bound is one on profit say anything here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scenarios.comparison.contender import Figures


class Verdict(StrEnum):
    """What is proven of a scenario beside another."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"  # both are solved to the cent, and come to the same
    OPEN = "open"  # the difference is within the gaps
    UNKNOWN = "unknown"  # one of them has no bound on profit


@dataclass(frozen=True)
class Edge:
    """How much more one scenario's best plan is worth than another's: in cents, both ends in."""

    low: int | None
    high: int | None

    @property
    def verdict(self) -> Verdict:
        """What that proves."""
        if self.low is None or self.high is None:
            return Verdict.UNKNOWN
        if self.low > 0:
            return Verdict.BETTER
        if self.high < 0:
            return Verdict.WORSE
        return Verdict.SAME if self.low == self.high == 0 else Verdict.OPEN


def edge(one: Figures, other: Figures) -> Edge:
    """What is proven of the worth of `one` beside that of `other`."""
    if one.ceiling is None or other.ceiling is None:
        return Edge(None, None)
    return Edge(one.worth - other.ceiling, one.ceiling - other.worth)


@dataclass(frozen=True)
class Rank:
    """A place among n, 1 the best, and the places that the gaps leave possible."""

    place: int
    best: int
    worst: int


def ranks(contenders: Sequence[Figures]) -> list[Rank]:
    """The place of each by its worth; equals share one. Without a bound nothing is impossible."""
    worths = [one.worth for one in contenders]
    highs = [one.ceiling for one in contenders]
    found = []
    for mine, (worth, high) in enumerate(zip(worths, highs, strict=True)):
        place = 1 + sum(other > worth for other in worths)
        surely_above = 0 if high is None else sum(other > high for other in worths)
        maybe_above = sum(
            other is None or other > worth for i, other in enumerate(highs) if i != mine
        )
        found.append(Rank(place, 1 + surely_above, 1 + maybe_above))
    return found
