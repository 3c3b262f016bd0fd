"""The members of the average: which terms each has, beyond those that all have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations

from models.terms import OPTIONAL

# Terms that the average is uncertain about: it has members with and without each.
NAMES = tuple(term.name for term in OPTIONAL)


@dataclass(frozen=True)
class Level:
    """A series' recent level: an exponentially weighted, shrunk mean of its residuals.

    The level is sum(w e) / (sum(w) + prior_weeks), w halving every `half_life` weeks, and fades by
    `damping` per week after history.
    """

    half_life: float = 4.0  # weeks, > 0
    prior_weeks: float = 4.0  # weeks of evidence for no deviation, > 0
    damping: float = 0.97  # 0..1

    def __post_init__(self) -> None:
        if not (self.half_life > 0.0 and self.prior_weeks > 0.0 and 0.0 <= self.damping <= 1.0):
            raise ValueError("half_life and prior_weeks must be above 0, damping from 0 to 1")


@dataclass(frozen=True)
class Member:
    """One model of the average.

    Price, feature, display, distribution and the structural terms are in every member; `season`
    holds options of the workspace's settings, `optional` names of `terms.OPTIONAL` (a term that the
    data cannot have is left out), `level` the recent level (None: no such term).
    """

    season: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    level: Level | None = Level()

    def __post_init__(self) -> None:
        unknown = set(self.optional) - set(NAMES)
        if unknown:
            raise ValueError(f"no optional term is called {', '.join(sorted(unknown))}")


def members_of(season: tuple[str, ...], optional: tuple[str, ...] = NAMES) -> tuple[Member, ...]:
    """The average: a member for each subset of the `optional` terms, the smallest first."""
    subsets = chain.from_iterable(combinations(optional, n) for n in range(len(optional) + 1))
    return tuple(Member(season, subset) for subset in subsets)
