"""Which terms one member of the average has, beyond those that all have."""

from __future__ import annotations

from dataclasses import dataclass


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
    """One model of the average: the nuisance terms it has.

    Price, feature, display, distribution and the structural terms are in every member; `season`
    holds options of the workspace's settings, `level` the recent level (None: no such term).
    """

    season: tuple[str, ...] = ()
    level: Level | None = Level()
